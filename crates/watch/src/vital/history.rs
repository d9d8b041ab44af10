//! What signs were: minutes of a day, hours of weeks, days of years.
//!
//! Once a minute each known reading is one sample; an hour and a day are the means of their samples, so nothing counts
//! twice. The city and its districts keep 1 min for 24 h, 1 h for 8 weeks and one hour, 1 d for 2 years: 30.7 kB a sign;
//! a township keeps 1 h for 2 weeks and one hour: 1.3 kB a sign. Areas without devices keep nothing.

use super::calendar::{DAY_MS, HOUR_MS, MINUTE_MS, index, start};
use super::engine::{SignHandle, VitalSigns};
use super::places::Places;
use super::reading::Reading;
use super::ring::Ring;
use city::{CityTime, Jurisdiction};

/// A point of a trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When its period begins.
    pub at: CityTime,
    /// How long its period is, milliseconds: a minute, an hour or a day.
    pub span_ms: i64,
    /// The mean of its samples.
    pub value: f32,
    /// The least of them; of minutes and of townships the mean.
    pub low: f32,
    /// The greatest of them; of minutes and of townships the mean.
    pub high: f32,
}

#[derive(Clone, Debug)]
pub(super) struct Trend {
    /// Finest first.
    rings: Vec<Ring>,
}

impl Trend {
    fn new(township: bool) -> Self {
        let rings = if township {
            vec![Ring::new(HOUR_MS, 14 * 24 + 1, false)]
        } else {
            vec![
                Ring::new(MINUTE_MS, 24 * 60, false),
                Ring::new(HOUR_MS, 56 * 24 + 1, true),
                Ring::new(DAY_MS, 731, true),
            ]
        };
        Self { rings }
    }

    fn ring(&self, period_ms: i64) -> Option<&Ring> {
        self.rings.iter().find(|ring| ring.period_ms == period_ms)
    }

    /// The mean of an hour.
    pub fn hour(&self, hour: i64) -> Option<f64> {
        Some(f64::from(self.ring(HOUR_MS)?.get(hour)?.0))
    }

    /// The mean of a day.
    pub fn day(&self, day: i64) -> Option<f64> {
        Some(f64::from(self.ring(DAY_MS)?.get(day)?.0))
    }

    fn add(&mut self, at: CityTime, value: f64) {
        for ring in &mut self.rings {
            ring.add(index(at, ring.period_ms), value);
        }
    }
}

#[derive(Debug)]
pub(super) struct History {
    /// By sign, then by area.
    trends: Vec<Vec<Option<Box<Trend>>>>,
    begun: bool,
}

impl History {
    pub fn new(signs: usize, areas: usize) -> Self {
        Self { trends: vec![vec![None; areas]; signs], begun: false }
    }

    pub fn has_begun(&self) -> bool {
        self.begun
    }

    pub fn record(&mut self, now: CityTime, readings: &[Vec<Reading>], places: &Places) {
        self.begun = true;
        for (sign, areas) in readings.iter().enumerate() {
            for (area, reading) in areas.iter().enumerate() {
                if let Some(value) = reading.value {
                    self.trend(sign, area, places).add(now, value);
                }
            }
        }
    }

    fn trend(&mut self, sign: usize, area: usize, places: &Places) -> &mut Trend {
        let township = places.is_township(area);
        self.trends[sign][area].get_or_insert_with(|| Box::new(Trend::new(township)))
    }

    pub fn of(&self, sign: usize, area: usize) -> Option<&Trend> {
        self.trends[sign][area].as_deref()
    }
}

impl VitalSigns {
    /// The trend of a sign from `from` to `to`, oldest first, in the finest periods that reach back to `from`; periods of
    /// which nothing is known are left out. At most 1,440 points.
    pub fn history(&self, sign: SignHandle, area: Jurisdiction, from: CityTime, to: CityTime) -> Vec<Point> {
        let trend = self.find(sign, area).and_then(|(sign, area)| self.history.of(sign, area));
        let Some(trend) = trend else { return Vec::new() };
        let reaches = |ring: &&Ring| ring.oldest() <= index(from, ring.period_ms);
        let Some(ring) = trend.rings.iter().find(reaches).or(trend.rings.last()) else {
            return Vec::new();
        };
        let first = index(from, ring.period_ms).max(ring.oldest());
        let last = index(to, ring.period_ms).min(ring.newest());
        let point = |period: i64| {
            let (value, low, high) = ring.get(period)?;
            let at = start(period, ring.period_ms);
            Some(Point { at, span_ms: ring.period_ms, value, low, high })
        };
        (first..=last).filter_map(point).collect()
    }

    /// Tells a sample of the past, such as an archive holds, before the signs run; samples come in the order of their
    /// times. False when the sign or area is unknown or the value is not finite.
    pub fn remember(&mut self, sign: SignHandle, area: Jurisdiction, at: CityTime, value: f64) -> bool {
        let Some((sign, area)) = self.find(sign, area).filter(|_| value.is_finite()) else { return false };
        self.history.trend(sign, area, &self.places).add(at, value);
        true
    }

    /// The bytes that histories take.
    pub fn history_bytes(&self) -> usize {
        let trends = self.history.trends.iter().flatten().flatten();
        trends
            .map(|trend| {
                let rings = trend.rings.iter().map(|ring| size_of::<Ring>() + ring.bytes());
                size_of::<Trend>() + rings.sum::<usize>()
            })
            .sum()
    }
}
