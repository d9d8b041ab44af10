//! From messages to values: the topic's Datastream, the observations, and whether their publishers' numbers have gaps.

use super::super::desk::Desk;
use super::super::sensorthings::Met;
use super::super::sensorthings::clocks::{AHEAD_MS, Clocks, too_far_ahead};
use city::CityTime;
use feeds::Problems;
use feeds::sensorthings::{Observations, Sequences, read_message};
use feeds::told::{News, Reading};
use rumqttc::Publish;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// How many datastreams are kept in mind as met.
const MOST_MET: usize = 1_000_000;
/// How often gaps are counted at most, for every five hundred publishers.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// What is kept in mind from message to message.
pub(super) struct Inbox<'a> {
    /// Whom to tell which datastreams were met.
    met: Option<&'a Met>,
    seen: HashSet<String>,
    sequences: Sequences,
    clocks: Clocks,
    counted: Instant,
    missing: u64,
}

impl<'a> Inbox<'a> {
    pub(super) fn new(met: Option<&'a Met>) -> Self {
        let (seen, sequences, clocks) = <(HashSet<_>, Sequences, Clocks)>::default();
        Self { met, seen, sequences, clocks, counted: Instant::now(), missing: 0 }
    }

    /// Hands over what a message tells.
    pub(super) fn take(&mut self, desk: &Desk, message: &Publish) {
        let read = read_message(&message.topic, &message.payload, |read| self.tell(desk, read));
        if let Err(why) = read {
            let mut problems = Problems::default();
            problems.add(why, &message.topic);
            desk.problems(problems);
        }
    }

    fn tell(&mut self, desk: &Desk, mut read: Observations<'_>) {
        let now = desk.now();
        let mut readings = Vec::with_capacity(read.rows.len());
        for row in &read.rows {
            let Some(datastream) = &row.datastream else { continue };
            if let Some(number) = row.sequence {
                self.sequences.take(row.publisher.as_ref().unwrap_or(datastream), number);
            }
            if let Some(met) = self.met.filter(|_| !self.seen.contains(datastream.as_ref())) {
                met.borrow_mut().insert(datastream.clone().into_owned());
                if self.seen.len() < MOST_MET {
                    self.seen.insert(datastream.clone().into_owned());
                }
            }
            if let Some(value) = row.value() {
                let at = row.time().unwrap_or(now);
                self.clocks.note(datastream, at, now);
                readings.push(Reading { datastream: datastream.clone().into_owned(), at, value });
            }
        }
        let mut problems = read.take_problems();
        for reading in readings.iter_mut().filter(|reading| !self.clocks.believe(reading.at, now)) {
            problems.add(too_far_ahead(reading.at), &reading.datastream);
            reading.at = now;
        }
        desk.problems(problems);
        let newest = newest(&readings, now);
        desk.tell(News { readings, ..News::default() }, read.rows.len() as u64, newest);
    }

    /// Counts the numbers that are missing; of many publishers now and then.
    pub(super) fn count(&mut self, desk: &Desk) {
        // Counting goes over all publishers.
        let every = COUNT_EVERY * (self.sequences.publishers() as u32 / 500);
        if self.counted.elapsed() < every {
            return;
        }
        self.counted = Instant::now();
        let counts = self.sequences.all();
        let missing = counts.lost + counts.awaited;
        if missing != self.missing {
            self.missing = missing;
            desk.missing(missing);
        }
    }
}

fn newest(readings: &[Reading], now: CityTime) -> Option<CityTime> {
    // A device whose clock runs ahead says nothing of how new the news are.
    let horizon = now.plus_ms(AHEAD_MS);
    let times = || readings.iter().map(|reading| reading.at);
    times().filter(|at| *at <= horizon).max().or_else(|| times().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_runs_ahead_does_not_make_the_news_new() {
        let reading = |at: i64| Reading { datastream: String::new(), at: CityTime(at), value: 0.0 };
        assert_eq!(newest(&[reading(5), reading(AHEAD_MS * 9), reading(7)], CityTime(0)), Some(CityTime(7)));
        assert_eq!(newest(&[reading(AHEAD_MS * 9)], CityTime(0)), Some(CityTime(AHEAD_MS * 9)));
        assert_eq!(newest(&[], CityTime(0)), None);
    }
}
