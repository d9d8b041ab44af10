//! What changes: values, and positions of what moves.

use super::{Fixed, Points, Standing, Thresholds};
use city::{CityTime, LonLat};
use std::sync::atomic::Ordering::Relaxed;

/// A value of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct News {
    /// Its row.
    pub row: u32,
    /// The value, in the unit of its class.
    pub value: f32,
    /// When it was measured.
    pub measured: CityTime,
}

/// What became of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Taken.
    pub taken: usize,
    /// Measured before what is held already.
    pub older: usize,
    /// No number, measured before 1970 or after 2106, or of a row that is not there.
    pub refused: usize,
}

impl Points {
    /// Takes values; the rows they changed are put into `changed`. May run beside whoever reads; not beside another that
    /// writes.
    pub fn apply(&self, news: &[News], changed: &mut Vec<u32>) -> Applied {
        let thresholds = self.thresholds.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut applied = Applied::default();
        for one in news {
            let row = one.row as usize;
            let seconds = u32::try_from(one.measured.0.div_euclid(1000)).ok().filter(|s| *s > 0);
            let Some(seconds) = seconds.filter(|_| row < self.len() && !one.value.is_nan()) else {
                applied.refused += 1;
                continue;
            };
            let (held, before) = (self.measured_s(row), self.value(row));
            if seconds < held {
                applied.older += 1;
                continue;
            }
            applied.taken += 1;
            if seconds > held || before != one.value {
                self.measured_s[row].store(seconds, Relaxed);
                self.value[row].store(one.value.to_bits(), Relaxed);
                let limits = &thresholds[usize::from(self.kind[row])];
                self.stand(row, limits.standing(before), limits.standing(one.value));
                changed.push(one.row);
            }
        }
        applied
    }

    /// Takes it that points were heard of without a value that may be known: what was known before is not what they say now,
    /// and is known no more. The rows that changed are put into `changed`.
    pub fn hear(&self, heard: impl Iterator<Item = (u32, CityTime)>, changed: &mut Vec<u32>) {
        for (row, at) in heard {
            let seconds = super::build::seconds(at);
            let (row, number) = (row as usize, row);
            if row >= self.len() || seconds < self.measured_s(row) {
                continue;
            }
            let was_known = !self.value(row).is_nan();
            if was_known {
                self.stand(row, self.standing(row), Standing::Usual);
                self.value[row].store(f32::NAN.to_bits(), Relaxed);
            }
            if was_known || seconds > self.measured_s(row) {
                self.measured_s[row].store(seconds, Relaxed);
                changed.push(number);
            }
        }
    }

    /// Moves a point.
    pub fn move_to(&self, row: usize, at: LonLat) {
        let at = Fixed::of(at);
        self.lon[row].store(at.lon, Relaxed);
        self.lat[row].store(at.lat, Relaxed);
        self.pages[row / super::PAGE].hold(at);
    }

    /// How the newest value of `row` stands.
    pub fn standing(&self, row: usize) -> Standing {
        let raised = self.raised.iter().rposition(|bits| bits.has(row));
        raised.map_or(Standing::Usual, |n| Standing::ALL[n + 1])
    }

    /// How much a point matters: how its value stands, or its grade (分级), whichever is graver.
    pub fn rank(&self, row: usize) -> Standing {
        self.standing(row).max(self.kind(row).rank())
    }

    /// The rows that stand at `standing`; `None` for those that stand as usual, which are all others.
    pub fn raised(&self, standing: Standing) -> Option<&super::Bits> {
        (standing as usize).checked_sub(1).map(|n| &self.raised[n])
    }

    /// Judges all values anew, by the thresholds of each kind.
    pub fn judge(&self, of: impl Fn(&super::Kind) -> Thresholds) {
        let judged: Vec<Thresholds> = self.kinds.iter().map(of).collect();
        let mut held = self.thresholds.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *held == judged {
            return;
        }
        for row in 0..self.len() {
            let (value, kind) = (self.value(row), usize::from(self.kind[row]));
            self.stand(row, held[kind].standing(value), judged[kind].standing(value));
        }
        *held = judged;
    }

    fn stand(&self, row: usize, before: Standing, now: Standing) {
        if before != now {
            for (standing, is_in) in [(before, false), (now, true)] {
                if let Some(bits) = self.raised(standing) {
                    bits.set(row, is_in);
                }
            }
        }
    }
}
