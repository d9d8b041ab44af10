//! One sign in one area: counts and sums that one observation changes in a few steps.
//!
//! Sums are whole numbers, so that what was added is taken away exactly, in any order, for years.

use super::definition::VitalSign;
use super::gather::{Gather, Side};
use super::histogram::Histogram;
use super::reading::{Reading, Validity};
use city::{CityTime, Jurisdiction};

/// A value is counted in steps of 2⁻²⁰ of its unit, a weight in steps of 2⁻¹⁰.
const STEPS: f64 = 1_048_576.0;
const WEIGHT_STEPS: f64 = 1_024.0;

/// What a device gives to a sign: online, and its valid value in the sign's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Share {
    pub online: bool,
    pub value: Option<f64>,
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub devices: u32,
    online: u32,
    reporting: u32,
    past: u32,
    sum: i128,
    weight: i128,
    extreme: f64,
    /// True when the extreme was taken away and must be looked for again.
    pub lost_extreme: bool,
    /// True when something changed since the last reading.
    pub dirty: bool,
    newest_at: i64,
    histogram: Option<Histogram>,
    /// The devices; of townships only.
    pub members: Vec<u32>,
}

impl Cell {
    pub fn new() -> Self {
        Self {
            devices: 0,
            online: 0,
            reporting: 0,
            past: 0,
            sum: 0,
            weight: 0,
            extreme: f64::NAN,
            lost_extreme: false,
            dirty: false,
            newest_at: i64::MIN,
            histogram: None,
            members: Vec::new(),
        }
    }

    /// A device gave `before` and gives `after` now.
    pub fn turn(&mut self, sign: &VitalSign, weight: f32, before: Share, after: Share, at: i64) {
        self.online = self.online - u32::from(before.online) + u32::from(after.online);
        self.newest_at = self.newest_at.max(at);
        self.dirty = true;
        if before.value == after.value {
            return;
        }
        if let Some(value) = before.value {
            self.reporting -= 1;
            self.put(sign, value, weight, -1);
        }
        if let Some(value) = after.value {
            self.reporting += 1;
            self.put(sign, value, weight, 1);
        }
    }

    fn put(&mut self, sign: &VitalSign, value: f64, weight: f32, times: i32) {
        match sign.gather {
            Gather::Mean | Gather::WeightedMean | Gather::Sum => {
                let weight = if sign.gather == Gather::WeightedMean { weight } else { 1.0 };
                let weight = i128::from(times) * (f64::from(weight) * WEIGHT_STEPS).round() as i128;
                self.sum += (value * STEPS).round() as i64 as i128 * weight;
                self.weight += weight;
            }
            Gather::Quantile(_) => {
                let scale = sign.scale.unwrap_or((0.0, 1.0));
                let histogram = self.histogram.get_or_insert_with(Histogram::new);
                if times > 0 { histogram.add(value, scale) } else { histogram.remove(value, scale) }
            }
            Gather::Max => self.put_extreme(Side::Above, value, times),
            Gather::Min => self.put_extreme(Side::Below, value, times),
            Gather::Share(side, level) if side.badness(value) >= side.badness(level) => {
                self.past = self.past.saturating_add_signed(times);
            }
            Gather::Share(..) | Gather::Online | Gather::Reporting | Gather::Count => {}
        }
    }

    fn put_extreme(&mut self, side: Side, value: f64, times: i32) {
        if times < 0 {
            self.lost_extreme |= value == self.extreme;
        } else if self.extreme.is_nan() || side.badness(value) >= side.badness(self.extreme) {
            self.extreme = value;
            self.lost_extreme = false;
        }
    }

    /// Looks for the extreme again among all values that count.
    pub fn find_extreme(&mut self, gather: Gather, values: impl Iterator<Item = f64>) {
        self.extreme = match gather {
            Gather::Min => values.fold(f64::NAN, f64::min),
            _ => values.fold(f64::NAN, f64::max),
        };
        self.lost_extreme = false;
    }

    /// Forgets all but the devices it has of its own.
    pub fn clear(&mut self) {
        let (members, mut histogram) =
            (std::mem::take(&mut self.members), std::mem::take(&mut self.histogram));
        if let Some(histogram) = &mut histogram {
            histogram.clear();
        }
        *self = Self { members, histogram, ..Self::new() };
    }

    /// Adds what an area inside this one has.
    pub fn absorb(&mut self, part: &Cell, gather: Gather) {
        self.devices += part.devices;
        self.online += part.online;
        self.reporting += part.reporting;
        self.past += part.past;
        self.sum += part.sum;
        self.weight += part.weight;
        self.newest_at = self.newest_at.max(part.newest_at);
        self.extreme = match gather {
            Gather::Min => self.extreme.min(part.extreme),
            _ => self.extreme.max(part.extreme),
        };
        if let Some(histogram) = &part.histogram {
            self.histogram.get_or_insert_with(Histogram::new).merge(histogram);
        }
    }

    /// What the sign says here.
    pub fn reading(&self, sign: &VitalSign, area: Jurisdiction) -> Reading {
        let least = sign.least.of(area);
        let (reporting, devices) = (f64::from(self.reporting), f64::from(self.devices));
        // Whether devices report at all is known as soon as there are enough devices.
        let known = if sign.gather.asks_values() { self.reporting } else { self.devices };
        let mut reading = Reading {
            devices: self.devices,
            online: self.online,
            reporting: self.reporting,
            as_of: (self.newest_at > i64::MIN).then_some(CityTime(self.newest_at)),
            ..Reading::nothing(Validity::TooFew { least })
        };
        if self.devices == 0 {
            reading.validity = Validity::NoDevices;
            return reading;
        }
        if known < least.max(1) {
            return reading;
        }
        let step = 0.5 / STEPS;
        let (value, error) = match sign.gather {
            Gather::Mean | Gather::WeightedMean if self.weight == 0 => return reading,
            Gather::Mean | Gather::WeightedMean => (self.sum as f64 / self.weight as f64 / STEPS, step),
            Gather::Sum => (self.sum as f64 / WEIGHT_STEPS / STEPS, step * reporting),
            Gather::Quantile(share) => {
                let scale = sign.scale.unwrap_or((0.0, 1.0));
                let found = self.histogram.as_ref().and_then(|h| h.quantile(share, scale));
                found.unwrap_or((f64::NAN, f64::INFINITY))
            }
            Gather::Max | Gather::Min => (self.extreme, 0.0),
            Gather::Share(..) => (100.0 * f64::from(self.past) / reporting, 0.0),
            Gather::Online => (100.0 * f64::from(self.online) / devices, 0.0),
            Gather::Reporting => (100.0 * reporting / devices, 0.0),
            Gather::Count => (reporting, 0.0),
        };
        reading.validity = if error.is_finite() { Validity::Valid } else { Validity::BeyondScale };
        Reading {
            value: Some(value).filter(|v| !v.is_nan()),
            error,
            colour: sign.grades.colour(value),
            ..reading
        }
    }
}
