//! From observations to values that are news: the newest of each datastream, each told once.

use city::CityTime;
use feeds::told::Reading;
use std::collections::HashMap;

/// How many datastreams are kept in mind; the values of more are told again when they come again.
const MOST: usize = 2_000_000;

/// What is known of each datastream.
#[derive(Debug, Default)]
pub(crate) struct Values {
    newest: HashMap<String, (CityTime, f64)>,
}

impl Values {
    /// True where a value is newer than what is known, or another at the same time.
    pub(crate) fn take(&mut self, reading: &Reading) -> bool {
        if let Some((at, value)) = self.newest.get_mut(&reading.datastream) {
            let is_news = reading.at > *at || (reading.at == *at && reading.value != *value);
            if is_news {
                (*at, *value) = (reading.at, reading.value);
            }
            return is_news;
        }
        if self.newest.len() < MOST {
            self.newest.insert(reading.datastream.clone(), (reading.at, reading.value));
        }
        true
    }
}

/// The newest of `times` that is to be believed: a device whose clock runs ahead of all others says nothing of how far
/// the others are. `known` is what was believed before.
pub(crate) fn front(mut times: Vec<CityTime>, known: Option<CityTime>, now: CityTime) -> Option<CityTime> {
    /// How far ahead of what is believed a time may be, milliseconds.
    const AHEAD_MS: i64 = 3_600_000;
    let last = times.len().checked_sub(1)?;
    let (_, middle, _) = times.select_nth_unstable(last / 2);
    // A whole city may live ahead of the clock here, as one in an exercise does.
    let horizon = (*middle).max(now).max(known.unwrap_or(now)).plus_ms(AHEAD_MS);
    times.into_iter().filter(|at| *at <= horizon).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_once_and_older_ones_not_at_all() {
        let reading = |at: i64, value| Reading { datastream: "a".to_owned(), at: CityTime(at), value };
        let mut values = Values::default();
        let told =
            [(5, 1.0), (5, 1.0), (4, 9.0), (5, 2.0), (6, 2.0)].map(|(at, v)| values.take(&reading(at, v)));
        assert_eq!(told, [true, false, false, true, true]);
    }

    #[test]
    fn one_clock_that_runs_ahead_does_not_lead_the_others() {
        let (now, year) = (CityTime(1_000_000_000), 31_536_000_000);
        let at = |ms: i64| CityTime(now.0 + ms);
        assert_eq!(front(vec![at(-5), at(year), at(-3)], None, now), Some(at(-3)));
        // All of them ahead, or behind, are another time, not a wrong clock.
        assert_eq!(front(vec![at(year), at(year + 7)], None, now), Some(at(year + 7)));
        assert_eq!(front(vec![at(-year)], None, now), Some(at(-year)));
        assert_eq!(front(vec![], None, now), None);
        assert_eq!(front(vec![at(-9), at(-8), at(year + 9)], Some(at(year)), now), Some(at(year + 9)));
    }
}
