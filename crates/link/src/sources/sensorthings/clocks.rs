//! By which clock the devices of a source live: a time far ahead of the clock here is the fault of one device, unless
//! they live ahead as a whole, as those of a city in an exercise do.

use city::CityTime;
use std::collections::HashMap;

/// How far ahead of the clock here a time may be, milliseconds.
pub(crate) const AHEAD_MS: i64 = 3_600_000;
/// Fewer datastreams than these are no whole, and may all be of one device.
const FEWEST: usize = 3;
/// How many datastreams are kept in mind.
const MOST: usize = 2_000_000;

/// What the datastreams of a source said of the time last.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    /// The time, and whether it was far ahead.
    said: HashMap<String, (CityTime, bool)>,
    ahead: usize,
}

impl Clocks {
    /// Notes what a datastream says. What comes together is noted before any of it is judged.
    pub(crate) fn note(&mut self, datastream: &str, at: CityTime, now: CityTime) {
        let is_ahead = at > now.plus_ms(AHEAD_MS);
        if let Some(said) = self.said.get_mut(datastream) {
            self.ahead -= usize::from(said.1);
            *said = (at, is_ahead);
        } else if self.said.len() < MOST {
            self.said.insert(datastream.to_owned(), (at, is_ahead));
        } else {
            return;
        }
        self.ahead += usize::from(is_ahead);
    }

    /// True where a time is not far ahead of the clock here, or most are.
    pub(crate) fn believe(&self, at: CityTime, now: CityTime) -> bool {
        at <= now.plus_ms(AHEAD_MS) || self.live_ahead()
    }

    /// The latest time that the devices can have reached: the clock here, or the middle of theirs where they live ahead.
    pub(crate) fn horizon(&self, now: CityTime) -> CityTime {
        if !self.live_ahead() {
            return now;
        }
        let mut times: Vec<CityTime> = self.said.values().map(|(at, _)| *at).collect();
        let middle = times.len() / 2;
        *times.select_nth_unstable(middle).1
    }

    /// True where the source lives ahead as a whole.
    fn live_ahead(&self) -> bool {
        self.ahead >= FEWEST && self.ahead * 2 > self.said.len()
    }
}

/// What is said of a time that is not believed.
pub(crate) fn too_far_ahead(said: CityTime) -> String {
    format!(
        "the time {said}, more than an hour ahead of the clock here, taken as its time of arrival: Datastream"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_clock_that_runs_ahead_is_not_believed_unless_most_do() {
        let (now, year) = (CityTime(1_000_000_000), 31_536_000_000);
        let at = |ms: i64| CityTime(now.0 + ms);
        let mut clocks = Clocks::default();
        clocks.note("a", at(year), now);
        clocks.note("b", at(year), now);
        assert!(!clocks.believe(at(year), now) && clocks.believe(at(AHEAD_MS), now), "two are no whole");
        clocks.note("c", at(year + 7), now);
        assert!(clocks.believe(at(year), now));
        assert_eq!(clocks.horizon(now), at(year), "they live ahead as a whole");
        for right in ["d", "e", "f"] {
            clocks.note(right, at(-5), now);
        }
        assert!(!clocks.believe(at(year), now));
        assert_eq!(clocks.horizon(now), now);
        clocks.note("d", at(year), now);
        assert!(clocks.believe(at(year), now), "a datastream counts as what it said last");
    }
}
