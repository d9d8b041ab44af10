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

/// Hours or days of one sign in one area, for an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    /// Which sign.
    pub sign: SignHandle,
    /// Where.
    pub area: Jurisdiction,
    /// How long each period is, milliseconds: an hour or a day.
    pub span_ms: i64,
    /// What is known, oldest first.
    pub points: Vec<Point>,
    /// How many samples the newest is made of, to which more may come.
    pub samples: u32,
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
    /// The minute of the newest sample; `i64::MIN` before the first.
    newest_minute: i64,
}

impl History {
    pub fn new(signs: usize, areas: usize) -> Self {
        Self { trends: vec![vec![None; areas]; signs], newest_minute: i64::MIN }
    }

    pub fn newest_minute(&self) -> i64 {
        self.newest_minute
    }

    pub fn record(&mut self, now: CityTime, readings: &[Vec<Reading>], places: &Places) {
        self.newest_minute = index(now, MINUTE_MS);
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
        trend.rings.iter().find(reaches).or(trend.rings.last()).map_or_else(Vec::new, |r| points(r, from, to))
    }

    /// The same in periods of one length, a minute, an hour or a day; empty where such are not held.
    pub fn history_of(
        &self,
        sign: SignHandle,
        area: Jurisdiction,
        span_ms: i64,
        from: CityTime,
        to: CityTime,
    ) -> Vec<Point> {
        let trend = self.find(sign, area).and_then(|(sign, area)| self.history.of(sign, area));
        let ring = trend.and_then(|trend| trend.ring(span_ms));
        ring.map_or_else(Vec::new, |ring| points(ring, from, to))
    }

    /// The hours and days of a sign, area by area, for an archive; minutes are too many to keep.
    pub fn remembered(&self, sign: SignHandle) -> Vec<Remembered> {
        let areas = self.history.trends.get(usize::from(sign.0)).into_iter().flatten().enumerate();
        let trends = areas.filter_map(|(area, trend)| Some((self.places.area(area), trend.as_deref()?)));
        let rings = trends.flat_map(|(area, trend)| trend.rings.iter().map(move |ring| (area, ring)));
        let kept = rings.filter(|(_, ring)| ring.period_ms > MINUTE_MS).map(|(area, ring)| {
            let mut points = Vec::new();
            let mut newest = 1;
            for (period, (value, low, high), samples) in ring.known() {
                points.push(Point {
                    at: start(period, ring.period_ms),
                    span_ms: ring.period_ms,
                    value,
                    low,
                    high,
                });
                newest = samples;
            }
            Remembered { sign, area, span_ms: ring.period_ms, points, samples: newest }
        });
        kept.filter(|kept| !kept.points.is_empty()).collect()
    }

    /// Takes up what an archive holds, where nothing is known yet and in the period that is not over; how many periods were
    /// taken. Unlike [`VitalSigns::remember`] it may come while the signs run, in any order.
    pub fn recall(&mut self, kept: &Remembered) -> usize {
        let Some((sign, area)) = self.find(kept.sign, kept.area) else { return 0 };
        let trend = self.history.trend(sign, area, &self.places);
        let Some(ring) = trend.rings.iter_mut().find(|ring| ring.period_ms == kept.span_ms) else { return 0 };
        let mut taken = 0;
        for (n, point) in kept.points.iter().enumerate() {
            let had = (point.value, point.low, point.high);
            let is_number = had.0.is_finite() && had.1.is_finite() && had.2.is_finite();
            let samples = if n + 1 == kept.points.len() { kept.samples } else { 1 };
            let known = is_number && ring.recall(index(point.at, kept.span_ms), had, samples);
            taken += usize::from(known);
        }
        taken
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

fn points(ring: &Ring, from: CityTime, to: CityTime) -> Vec<Point> {
    let first = index(from, ring.period_ms).max(ring.oldest());
    let last = index(to, ring.period_ms).min(ring.newest());
    let point = |period: i64| {
        let (value, low, high) = ring.get(period)?;
        let at = start(period, ring.period_ms);
        Some(Point { at, span_ms: ring.period_ms, value, low, high })
    };
    (first..=last).filter_map(point).collect()
}
