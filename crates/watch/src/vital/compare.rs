//! A sign beside its own past.

use super::calendar::{DAY_MS, HOUR_MS, index, month_days};
use super::definition::Compare;
use super::engine::{SignHandle, VitalSigns};
use super::history::Trend;
use crate::median::median;
use city::Jurisdiction;

/// With fewer weeks than this nothing is called usual: [`Usual::z`] is `None`.
pub const FEWEST_WEEKS: usize = 3;
/// Weeks that are looked back.
const WEEKS: i64 = 4;
/// Of this many days at least a month has a mean.
const FEWEST_DAYS: usize = 10;
/// The standard deviation of a normal distribution, in MADs.
const MAD_TO_SD: f64 = 1.4826;
/// No spread is taken for less than this share of the median: weeks that happen to be alike do not make all else unusual.
const LEAST_SPREAD: f64 = 0.01;

/// What is usual at this hour of this weekday.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// How many of the last four weeks are known.
    pub weeks: usize,
    /// The median of their means of this hour.
    pub median: f64,
    /// Their usual spread: 1.4826 times the median absolute deviation, at least 1 % of the median and the reading's error.
    pub spread: f64,
    /// How unusual the value is: its difference to the median in spreads; `None` with fewer than [`FEWEST_WEEKS`].
    pub z: Option<f64>,
}

/// This month beside the same month of last year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastYear {
    /// The mean of the days of this month so far.
    pub this_month: f64,
    /// The mean of the days of that month that are known, ten at least.
    pub that_month: f64,
    /// How many days of that month are known.
    pub days: usize,
}

/// A value beside its own past, each in the sign's unit and only where the sign asks for it and it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The value now.
    pub now: f64,
    /// The mean of the same hour yesterday.
    pub yesterday: Option<f64>,
    /// The same hour of the same weekday.
    pub usual: Option<Usual>,
    /// The same month of last year.
    pub last_year: Option<LastYear>,
}

impl Comparison {
    /// The difference to yesterday.
    pub fn since_yesterday(&self) -> Option<f64> {
        Some(self.now - self.yesterday?)
    }

    /// The difference to the median of the weeks.
    pub fn since_weeks(&self) -> Option<f64> {
        Some(self.now - self.usual?.median)
    }
}

impl VitalSigns {
    /// The newest value of a sign beside its past; `None` while the value is unknown.
    pub fn compare(&self, sign: SignHandle, area: Jurisdiction) -> Option<Comparison> {
        let reading = self.value(sign, area);
        let now = reading.value?;
        let (sign, area) = self.find(sign, area)?;
        let asked = &self.definitions.signs[sign].compare;
        let mut comparison = Comparison { now, yesterday: None, usual: None, last_year: None };
        let Some(trend) = self.history.of(sign, area) else { return Some(comparison) };
        let hour = index(self.now, HOUR_MS);
        for compare in asked {
            match compare {
                Compare::Yesterday => comparison.yesterday = trend.hour(hour - 24),
                Compare::Weeks => comparison.usual = usual(trend, hour, now, reading.error),
                Compare::LastYear => comparison.last_year = last_year(trend, index(self.now, DAY_MS)),
            }
        }
        Some(comparison)
    }
}

fn usual(trend: &Trend, hour: i64, now: f64, error: f64) -> Option<Usual> {
    let mut means: Vec<f64> = (1..=WEEKS).filter_map(|week| trend.hour(hour - week * 168)).collect();
    let weeks = means.len();
    let middle = median(&mut means)?;
    let mut deviations: Vec<f64> = means.iter().map(|mean| (mean - middle).abs()).collect();
    let error = if error.is_finite() { error } else { 0.0 };
    let spread = (MAD_TO_SD * median(&mut deviations)?).max(LEAST_SPREAD * middle.abs()).max(error);
    let z = (weeks >= FEWEST_WEEKS && spread > 0.0).then(|| (now - middle) / spread);
    Some(Usual { weeks, median: middle, spread, z })
}

fn last_year(trend: &Trend, today: i64) -> Option<LastYear> {
    let days = |(from, to): (i64, i64)| (from..to).filter_map(|day| trend.day(day)).collect::<Vec<f64>>();
    let (this, that) = (days(month_days(today, 0)), days(month_days(today, 1)));
    let mean = |days: &[f64]| days.iter().sum::<f64>() / days.len() as f64;
    (!this.is_empty() && that.len() >= FEWEST_DAYS).then(|| LastYear {
        this_month: mean(&this),
        that_month: mean(&that),
        days: that.len(),
    })
}
