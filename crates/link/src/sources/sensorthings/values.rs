//! From observations to values that are news: the newest of each datastream, each told once.

use super::super::desk::Desk;
use super::clocks::{Clocks, too_far_ahead};
use city::CityTime;
use feeds::Problems;
use feeds::sensorthings::{Entity, WITHOUT_OFFSET};
use feeds::told::{News, Reading};
use std::collections::{HashMap, HashSet};

/// How many datastreams are kept in mind; the values of more are told again when they come again.
const MOST: usize = 2_000_000;

/// What is known of each datastream.
#[derive(Debug, Default)]
pub(crate) struct Values {
    newest: HashMap<String, Known>,
    clocks: Clocks,
}

/// The newest value of a datastream.
#[derive(Debug)]
struct Known {
    at: CityTime,
    value: f64,
    /// What its clock said where that was not believed.
    said: Option<CityTime>,
}

impl Values {
    /// Those of `readings` that are news, each at a time that can be believed: newer than what is known, or another
    /// value at the same time.
    pub(crate) fn take(
        &mut self,
        readings: Vec<Reading>,
        now: CityTime,
        problems: &mut Problems,
    ) -> Vec<Reading> {
        for reading in &readings {
            self.clocks.note(&reading.datastream, reading.at, now);
        }
        readings.into_iter().filter_map(|reading| self.take_one(reading, now, problems)).collect()
    }

    /// The same of observations that came as the newest of their datastreams.
    pub(super) fn take_newest<'e>(
        &mut self,
        desk: &Desk,
        newest: impl IntoIterator<Item = (&'e str, &'e Entity)>,
    ) -> Vec<Reading> {
        let (mut readings, mut without_offset) = (Vec::new(), HashSet::new());
        for (datastream, one) in newest {
            let Some((at, value)) = one.measured() else { continue };
            if one.is_assumed_local() {
                without_offset.insert(datastream);
            }
            readings.push(Reading { datastream: datastream.to_owned(), at, value });
        }
        let mut problems = Problems::default();
        let news = self.take(readings, desk.now(), &mut problems);
        for reading in news.iter().filter(|reading| without_offset.contains(reading.datastream.as_str())) {
            problems.add(WITHOUT_OFFSET, &format!("of Datastream {}", reading.datastream));
        }
        desk.problems(problems);
        news
    }

    /// Hands over those of the newest observations that are news.
    pub(super) fn tell_newest<'e>(
        &mut self,
        desk: &Desk,
        newest: impl IntoIterator<Item = (&'e str, &'e Entity)>,
    ) {
        let readings = self.take_newest(desk, newest);
        hand_over(desk, readings);
    }

    fn take_one(&mut self, mut reading: Reading, now: CityTime, problems: &mut Problems) -> Option<Reading> {
        let (said, value) = (reading.at, reading.value);
        let is_believed = self.clocks.believe(said, now);
        let known = self.newest.get(&reading.datastream);
        let is_news = known.is_none_or(|known| match is_believed {
            true => said > known.at || (said == known.at && value != known.value),
            // Its time of arrival is new each time it comes, so what its own clock says tells what is new.
            false => known.said.is_none_or(|before| said > before),
        });
        if !is_news {
            return None;
        }
        if !is_believed {
            reading.at = now;
            problems.add(too_far_ahead(said), &reading.datastream);
        }
        let before = known.and_then(|known| known.said);
        if known.is_some() || self.newest.len() < MOST {
            let said = if is_believed { before } else { Some(said) };
            self.newest.insert(reading.datastream.clone(), Known { at: reading.at, value, said });
        }
        Some(reading)
    }

    /// True where a time is none that the source can have reached.
    pub(super) fn is_too_far_ahead(&self, at: CityTime, now: CityTime) -> bool {
        !self.clocks.believe(at, now)
    }

    /// Until when a source was read that told of `times`, `known` before: no later than its devices can have come, so
    /// that one whose clock runs ahead hides no others.
    pub(super) fn front(
        &self,
        times: &[CityTime],
        known: Option<CityTime>,
        now: CityTime,
    ) -> Option<CityTime> {
        let last = times.iter().max().copied().max(known)?;
        Some(last.min(self.clocks.horizon(now)))
    }
}

/// Hands over those of `readings` that are news.
pub(super) fn tell(desk: &Desk, readings: Vec<Reading>, values: &mut Values) {
    let mut problems = Problems::default();
    let readings = values.take(readings, desk.now(), &mut problems);
    desk.problems(problems);
    hand_over(desk, readings);
}

fn hand_over(desk: &Desk, readings: Vec<Reading>) {
    let (records, newest) = (readings.len() as u64, readings.iter().map(|reading| reading.at).max());
    desk.tell(News { readings, ..News::default() }, records, newest);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: CityTime = CityTime(1_000_000_000);

    fn reading(datastream: &str, ahead_ms: i64, value: f64) -> Reading {
        Reading { datastream: datastream.to_owned(), at: CityTime(NOW.0 + ahead_ms), value }
    }

    #[test]
    fn values_are_told_once_and_older_ones_not_at_all() {
        let mut values = Values::default();
        let told = [(5, 1.0), (5, 1.0), (4, 9.0), (5, 2.0), (6, 2.0)].map(|(at, value)| {
            !values.take(vec![reading("a", at, value)], NOW, &mut Problems::default()).is_empty()
        });
        assert_eq!(told, [true, false, false, true, true]);
    }

    #[test]
    fn a_time_in_the_far_future_is_its_time_of_arrival_told_once_and_counted() {
        let (mut values, mut problems, year) = (Values::default(), Problems::default(), 31_536_000_000);
        let mut take = |readings: Vec<Reading>, now| values.take(readings, now, &mut problems);
        assert_eq!(take(vec![reading("a", -5, 1.0)], NOW), [reading("a", -5, 1.0)]);
        assert_eq!(take(vec![reading("a", year, -9999.0)], NOW), [reading("a", 0, -9999.0)]);
        let later = NOW.plus_ms(1_000);
        assert_eq!(take(vec![reading("a", year, -9999.0)], later), [], "it is asked for again and again");
        assert_eq!(take(vec![reading("a", 1_000, 2.0)], later), [reading("a", 1_000, 2.0)]);
        assert_eq!(take(vec![reading("a", year + 1, 3.0)], later), [reading("a", 1_000, 3.0)]);
        assert_eq!(problems.count, 2);
        assert!(problems.sample.unwrap().ends_with("Datastream: a"));
        let ahead = ["x", "y", "z"].map(|datastream| reading(datastream, year, 1.0)).to_vec();
        let mut problems = Problems::default();
        assert_eq!(
            Values::default().take(ahead.clone(), NOW, &mut problems),
            ahead,
            "as a whole they are spared"
        );
        assert!(problems.is_empty());
    }

    #[test]
    fn what_was_read_reaches_no_further_than_the_devices_can_have_come() {
        let at = |ms: i64| CityTime(NOW.0 + ms);
        let (mut values, year) = (Values::default(), 31_536_000_000);
        assert_eq!(values.front(&[], None, NOW), None);
        assert_eq!(values.front(&[at(-5), at(-3)], None, NOW), Some(at(-3)));
        assert_eq!(values.front(&[at(-5)], Some(at(-4)), NOW), Some(at(-4)));
        assert_eq!(
            values.front(&[at(600_000)], None, NOW),
            Some(NOW),
            "ten minutes are enough to hide others"
        );
        let ahead = ["x", "y", "z"].map(|datastream| reading(datastream, year, 1.0)).to_vec();
        values.take(ahead, NOW, &mut Problems::default());
        assert_eq!(values.front(&[at(year), at(2 * year)], None, NOW), Some(at(year)));
    }
}
