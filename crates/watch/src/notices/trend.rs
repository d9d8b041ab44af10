//! Whether counts rise against season and weekday.
//!
//! The newest days are held against what the days before let expect, by the best method that the length of the history
//! bears: [`Method`] names them with where they hold. Dispersion is estimated, the uncertainty of the expectation and of
//! the dispersion are counted in. Deliberately absent: many series at once, which `notices` judges together.

mod baseline;
mod regression;

use super::tails;
use city::Interval;

/// How a series is judged; which one depends on its history alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Weekly counts of three years and more: log-linear trend and ten periods of the year, past outbreaks weighed down,
    /// the last half year left out (Noufaily et al. 2013). Takes off season and trend; holidays that move with the moon
    /// remain.
    Farrington,
    /// Daily counts of 400 days and more: weekday, a yearly wave (two from two years on) and a log-linear trend. Takes
    /// off a smooth season, 2 % of what is expected allowed for the rest; with less than two years season and trend
    /// cannot be told apart well.
    Harmonic,
    /// Daily counts of six weeks and more: weekday and a log-linear trend over at most nine weeks. Takes off the weekday
    /// and a steady drift; for a season that bends within them 4 % of what is expected is allowed.
    Weekday,
    /// Daily counts of ten days and more: the newest day against the mean and deviation of seven days, two days before it
    /// (EARS C2, Hutwagner et al. 2003). Takes off nothing; finds jumps only.
    EarsC2,
    /// Few events (under 30 before, or one in three days): the share of the newest days among all, exact given their
    /// number. Takes off nothing.
    Share,
}

impl Method {
    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Farrington => "farrington",
            Self::Harmonic => "harmonic",
            Self::Weekday => "weekday",
            Self::EarsC2 => "earsC2",
            Self::Share => "share",
        }
    }
}

/// How to judge.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendSettings {
    /// The newest days that are judged together.
    pub recent_days: u32,
    /// Days before them that are left out of what is expected, for a rise may have begun there.
    pub guard_days: u32,
    /// Fewer events in the newest days are no rise.
    pub min_recent: u32,
    /// The chance at which [`Trend::upper`] is drawn.
    pub upper_chance: f64,
}

impl Default for TrendSettings {
    /// Seven days, seven left out, at least five events, the bound at 1 %.
    fn default() -> Self {
        Self { recent_days: 7, guard_days: 7, min_recent: 5, upper_chance: 0.01 }
    }
}

/// What was found of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// How it was judged.
    pub method: Method,
    /// The newest days that were judged: 1 by [`Method::EarsC2`].
    pub recent_days: u32,
    /// The days before that were held against them.
    pub baseline_days: u32,
    /// Events in the newest days.
    pub observed: u64,
    /// Events that were to be expected.
    pub expected: f64,
    /// The interval in which 95 % of such counts lie.
    pub expected95: Interval,
    /// The count that is passed with the chance in the settings when nothing rises.
    pub upper: u64,
    /// Observed over expected.
    pub ratio: f64,
    /// The 95 % interval of that ratio: the growth.
    pub ratio95: Interval,
    /// The variance of a day's count over that of independent events, at least 1.
    pub overdispersion: f64,
    /// The chance of at least so many when nothing rises.
    pub p_value: f64,
}

/// Why a series cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTrend {
    /// Too few days.
    #[error("a history of {0} days is too short: ten are the least")]
    TooShort(usize),
    /// Not a single event before the newest days.
    #[error("no event in the {0} days before: nothing to hold the newest against")]
    NothingBefore(u32),
    /// A setting that cannot be.
    #[error("{0}")]
    Setting(&'static str),
}

/// Judges the newest days of `counts`, events a day with the newest day last.
pub fn trend(counts: &[u32], settings: &TrendSettings) -> Result<Trend, NoTrend> {
    if !(1..=28).contains(&settings.recent_days) || settings.guard_days > 180 {
        return Err(NoTrend::Setting("1 to 28 days are judged, and at most 180 left out"));
    }
    if !(settings.upper_chance > 0.0 && settings.upper_chance < 1.0) {
        return Err(NoTrend::Setting("the chance of the bound lies between 0 and 1"));
    }
    let days = counts.len();
    if days < 10 {
        return Err(NoTrend::TooShort(days));
    }
    // By age: the newest day first.
    let by_age: Vec<f64> = counts.iter().rev().map(|c| f64::from(*c)).collect();
    let recent = settings.recent_days as usize;
    let before = recent + settings.guard_days as usize;
    if days < before + 28 {
        return baseline::ears(&by_age, settings);
    }
    let earlier: f64 = by_age[before..].iter().sum();
    if earlier == 0.0 {
        return Err(NoTrend::NothingBefore((days - before) as u32));
    }
    let window = by_age[before..].iter().take(90);
    let held: f64 = window.clone().sum();
    if held < 30.0 || held / window.len() as f64 <= 1.0 / 3.0 {
        return Ok(baseline::share(&by_age, settings));
    }
    let ladder = [baseline::farrington, baseline::harmonic, baseline::weekday];
    let fitted = ladder.iter().find_map(|method| method(&by_age, settings));
    Ok(fitted.unwrap_or_else(|| baseline::share(&by_age, settings)))
}

/// What a method found: the mean of the newest count with its variance, and how both were got.
struct Expectation {
    method: Method,
    recent_days: u32,
    baseline_days: u32,
    observed: u64,
    mean: f64,
    /// The variance that the count has around its mean.
    count_variance: f64,
    /// The variance of the mean itself.
    mean_variance: f64,
    overdispersion: f64,
    /// Degrees of freedom of the dispersion.
    freedom: f64,
}

impl Expectation {
    /// The tail is negative binomial with the whole variance, then widened from normal to Student's t, because the
    /// dispersion is itself estimated.
    fn judged(self, settings: &TrendSettings) -> Trend {
        let mean = self.mean.max(1e-6);
        let dispersion = ((self.count_variance + self.mean_variance) / mean).max(1.0);
        let widened = |p: f64| tails::student_above(tails::deviate(p), self.freedom);
        // The normal chance that Student's t turns into `p`.
        let narrowed = |p: f64| {
            let (mut low, mut high) = (0.0_f64, 37.0_f64);
            for _ in 0..60 {
                let z = (low + high) / 2.0;
                if tails::student_above(z, self.freedom) > p { low = z } else { high = z }
            }
            tails::above(high)
        };
        let tail = tails::at_least(self.observed, mean, dispersion);
        let p_value = if self.observed == 0 { 1.0 } else { widened(tail).clamp(1e-15, 1.0) };
        let end = narrowed(0.025);
        let expected95 = Interval {
            low: tails::upper_bound(1.0 - end, mean, dispersion) as f64,
            high: tails::upper_bound(end, mean, dispersion) as f64,
        };
        // What makes counts vary grows with them, as of a negative binomial of one size.
        let noise =
            1.0 + (self.count_variance / mean - 1.0).max(0.0) * (self.observed as f64 / mean).max(1.0);
        let count95 = tails::mean95(self.observed, noise);
        let t = tails::student_975(self.freedom);
        // Of a ratio the squared relative errors add up.
        let relative = |end: f64| {
            let own = if self.observed > 0 { end / self.observed as f64 - 1.0 } else { 0.0 };
            own.hypot(t * self.mean_variance.sqrt() / mean)
        };
        let ratio = self.observed as f64 / mean;
        let ratio95 = match self.observed {
            0 => Interval { low: 0.0, high: count95.high / mean },
            _ => Interval {
                low: (ratio * (1.0 - relative(count95.low))).max(0.0),
                high: ratio * (1.0 + relative(count95.high)),
            },
        };
        Trend {
            method: self.method,
            recent_days: self.recent_days,
            baseline_days: self.baseline_days,
            observed: self.observed,
            expected: self.mean,
            expected95,
            upper: tails::upper_bound(narrowed(settings.upper_chance.min(0.5)), mean, dispersion),
            ratio,
            ratio95,
            overdispersion: self.overdispersion,
            p_value,
        }
    }
}

#[cfg(test)]
mod tests;
