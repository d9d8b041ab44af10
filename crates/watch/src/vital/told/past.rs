//! A sign's trend and its comparison with its own past.

use super::Span;
use crate::vital::calendar::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::vital::{Comparison, Point, SignHandle, VitalSigns};
use city::{CityTime, Jurisdiction};
use serde::{Deserialize, Serialize};

/// A point of a trend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PointTold {
    /// When its period begins.
    pub at: CityTime,
    /// How long its period is, milliseconds: a minute or an hour.
    pub span_ms: i64,
    /// The mean of its samples, in the sign's unit.
    pub value: f32,
    /// The least of them; of minutes and of townships the mean.
    pub low: f32,
    /// The greatest of them; of minutes and of townships the mean.
    pub high: f32,
}

/// What is usual at this hour of this weekday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UsualTold {
    /// How many of the last four weeks are known.
    pub weeks: usize,
    /// The median of their means of this hour, in the sign's unit.
    pub median: f64,
    /// Their usual spread, in the sign's unit.
    pub spread: f64,
    /// The difference of the value to the median, in spreads; absent with fewer than three weeks.
    pub z: Option<f64>,
}

/// This month beside the same month of last year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LastYearTold {
    /// The mean of the days of this month so far, in the sign's unit.
    pub this_month: f64,
    /// The mean of the known days of that month.
    pub that_month: f64,
    /// How many days of that month are known.
    pub days: usize,
}

/// A value beside its own past; what is not known is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ComparisonTold {
    /// The value now, in the sign's unit.
    pub now: f64,
    /// The mean of the same hour yesterday.
    pub yesterday: Option<f64>,
    /// The difference to it.
    pub since_yesterday: Option<f64>,
    /// The same hour of the same weekday.
    pub usual: Option<UsualTold>,
    /// The same month of last year.
    pub last_year: Option<LastYearTold>,
}

impl From<Comparison> for ComparisonTold {
    fn from(found: Comparison) -> Self {
        let usual = |usual: crate::vital::Usual| {
            let crate::vital::Usual { weeks, median, spread, z } = usual;
            UsualTold { weeks, median, spread, z }
        };
        let last_year = |year: crate::vital::LastYear| {
            let crate::vital::LastYear { this_month, that_month, days } = year;
            LastYearTold { this_month, that_month, days }
        };
        Self {
            now: found.now,
            yesterday: found.yesterday,
            since_yesterday: found.since_yesterday(),
            usual: found.usual.map(usual),
            last_year: found.last_year.map(last_year),
        }
    }
}

impl PointTold {
    /// How a sign went in an area over the `span` before its newest tick, oldest first: minutes where such are held, and
    /// hours before the first of them.
    pub fn trend(signs: &VitalSigns, sign: SignHandle, area: Jurisdiction, span: Span) -> Vec<PointTold> {
        let (now, from) = (signs.now(), signs.now().plus_ms(-span.days() * DAY_MS));
        let told = |point: Point| {
            let Point { at, span_ms, value, low, high } = point;
            PointTold { at, span_ms, value, low, high }
        };
        let minutes = match span {
            Span::Day => signs.history_of(sign, area, MINUTE_MS, from.plus_ms(MINUTE_MS), now),
            Span::Week | Span::FiveWeeks => Vec::new(),
        };
        let until = minutes.first().map_or(now, |first| first.at.plus_ms(-HOUR_MS));
        let hours = signs.history_of(sign, area, HOUR_MS, from.plus_ms(HOUR_MS), until);
        hours.into_iter().chain(minutes).map(told).collect()
    }
}
