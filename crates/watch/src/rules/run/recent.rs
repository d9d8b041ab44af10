//! The newest readings of a device, in the order of their own times, so that a late one finds its place.

use city::LonLat;
use serde::{Deserialize, Serialize};

/// How many readings of a device are kept. One that is older than all of them comes too late.
pub const RECENT_KEPT: usize = 16;

/// A reading: when, and the value in the device's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Reading {
    pub at: i64,
    pub value: f64,
}

/// Readings in a ring.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    ring: [Reading; RECENT_KEPT],
    head: u8,
    len: u8,
}

/// What became of a late reading.
pub(super) enum Placed {
    /// It stands among the others; what fell out for it.
    In { dropped: Option<Reading> },
    /// There is one of that time already, with this value.
    Taken(f64),
    /// It is older than all that are kept.
    TooLate,
}

impl Recent {
    pub const EMPTY: Recent = Recent { ring: [Reading { at: 0, value: 0.0 }; RECENT_KEPT], head: 0, len: 0 };

    fn slot(&self, n: usize) -> usize {
        (usize::from(self.head) + n) % RECENT_KEPT
    }

    /// Adds a reading newer than all others; gives the oldest one if it fell out.
    pub fn push(&mut self, reading: Reading) -> Option<Reading> {
        let end = self.slot(usize::from(self.len));
        let full = usize::from(self.len) == RECENT_KEPT;
        let dropped = full.then_some(self.ring[end]);
        self.ring[end] = reading;
        if full {
            self.head = (self.head + 1) % RECENT_KEPT as u8;
        } else {
            self.len += 1;
        }
        dropped
    }

    /// Puts a reading that is not the newest into its place.
    pub fn place(&mut self, reading: Reading) -> Placed {
        if let Some(same) = self.iter().find(|old| old.at == reading.at) {
            return Placed::Taken(same.value);
        }
        let before = self.iter().filter(|old| old.at < reading.at).count();
        let mut dropped = None;
        let mut place = before;
        if usize::from(self.len) == RECENT_KEPT {
            if before == 0 {
                return Placed::TooLate;
            }
            dropped = Some(self.ring[usize::from(self.head)]);
            self.head = (self.head + 1) % RECENT_KEPT as u8;
            self.len -= 1;
            place -= 1;
        }
        self.len += 1;
        for n in (place + 1..usize::from(self.len)).rev() {
            self.ring[self.slot(n)] = self.ring[self.slot(n - 1)];
        }
        let slot = self.slot(place);
        self.ring[slot] = reading;
        Placed::In { dropped }
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = Reading> + '_ {
        (0..usize::from(self.len)).map(|n| self.ring[self.slot(n)])
    }
}

/// Where a moving thing was at each of its newest readings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Track {
    spots: [(i64, LonLat); RECENT_KEPT + 1],
}

impl Track {
    pub const EMPTY: Track = Track { spots: [(i64::MIN, LonLat::new(0.0, 0.0)); RECENT_KEPT + 1] };

    pub fn push(&mut self, at: i64, spot: LonLat) {
        // A late reading takes the place of the oldest, as it does in `Recent`.
        let oldest = self.spots.iter().enumerate().min_by_key(|(_, (at, _))| *at).map_or(0, |(n, _)| n);
        self.spots[oldest] = (at, spot);
    }

    /// Where it was at the reading of time `at`.
    pub fn spot(&self, at: i64) -> Option<LonLat> {
        self.spots.iter().find(|(when, _)| *when == at).map(|(_, spot)| *spot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_readings_find_their_place() {
        let mut recent = Recent::EMPTY;
        for n in 0..20 {
            recent.push(Reading { at: n * 10, value: n as f64 });
        }
        assert!(matches!(recent.place(Reading { at: 5, value: 0.0 }), Placed::TooLate));
        assert!(matches!(recent.place(Reading { at: 50, value: 0.0 }), Placed::Taken(v) if v == 5.0));
        let Placed::In { dropped: Some(dropped) } = recent.place(Reading { at: 185, value: 99.0 }) else {
            panic!("it has a place")
        };
        assert_eq!(dropped.at, 40);
        let times: Vec<i64> = recent.iter().map(|r| r.at).collect();
        assert_eq!(times.len(), RECENT_KEPT);
        assert!(times.is_sorted() && times[14] == 185);
    }
}
