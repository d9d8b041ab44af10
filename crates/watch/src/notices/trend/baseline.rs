//! What the days before let expect of the newest ones, a function a method.
//!
//! Days are given by age, the newest first; a day's weekday is its age modulo 7, its season its age modulo a year.

use super::regression::Fit;
use super::{Expectation, Method, NoTrend, Trend, TrendSettings};
use std::f64::consts::TAU;

const YEAR_DAYS: f64 = 365.25;
/// Days before that [`weekday`] looks at: over longer ones a season bends too much for a straight trend.
const WEEKDAY_DAYS: usize = 63;
/// The deviation, as a share of what is expected, that a season of ± 25 % a year leaves after a straight trend over
/// [`WEEKDAY_DAYS`]: its curvature carried to the newest days.
const SEASON_LEFT: f64 = 0.04;
/// The same after yearly waves, which follow the logarithm of a season only in part.
const WAVES_LEFT: f64 = 0.02;
/// Weeks that Noufaily et al. leave out before the current one.
const FARRINGTON_GUARD_WEEKS: usize = 26;

/// Weekly counts on trend and ten periods of the year; `None` under three years or when not a week is judged.
pub(super) fn farrington(by_age: &[f64], settings: &TrendSettings) -> Option<Trend> {
    let weeks: Vec<f64> = by_age.chunks_exact(7).map(|week| week.iter().sum()).collect();
    if settings.recent_days != 7 || weeks.len() < 3 * 52 + 4 {
        return None;
    }
    // The seven weeks around this one a year apart are the reference; the others fall into nine periods.
    let period = |week: usize| {
        let phase = (week as f64 * 7.0).rem_euclid(YEAR_DAYS) / 7.0;
        let year = YEAR_DAYS / 7.0;
        if phase <= 3.5 || phase >= year - 3.5 {
            0
        } else {
            1 + ((phase - 3.5) / (year - 7.0) * 9.0) as usize
        }
    };
    let row = |week: usize, trend: bool| {
        let mut row = vec![0.0; 11];
        row[0] = 1.0;
        if period(week) > 0 {
            row[period(week).min(9)] = 1.0;
        }
        row[10] = if trend { -(week as f64) / 52.0 } else { 0.0 };
        row.truncate(if trend { 11 } else { 10 });
        row
    };
    let counts = &weeks[FARRINGTON_GUARD_WEEKS + 1..];
    let fit = |trend: bool| {
        let design: Vec<_> = (FARRINGTON_GUARD_WEEKS + 1..weeks.len()).map(|week| row(week, trend)).collect();
        Some((Fit::reweighted(&design, counts)?, row(0, trend)))
    };
    let largest = counts.iter().copied().fold(0.0, f64::max);
    // A trend that leads beyond everything seen is not trusted.
    let (fit, newest) = fit(true)
        .filter(|(f, newest)| f.predict(std::slice::from_ref(newest)).0 <= largest)
        .or_else(|| fit(false))?;
    Some(
        expectation(&fit, &[newest], 1.0, by_age, settings, Method::Farrington, counts.len() * 7)
            .judged(settings),
    )
}

/// Daily counts on weekday, yearly wave and trend; `None` under 400 days.
pub(super) fn harmonic(by_age: &[f64], settings: &TrendSettings) -> Option<Trend> {
    if by_age.len() < 400 {
        return None;
    }
    let waves = if by_age.len() >= 730 { 2 } else { 1 };
    daily(by_age, by_age.len().min(1_461), waves, settings, Method::Harmonic)
}

/// Daily counts of at most nine weeks on weekday and trend; `None` under four.
pub(super) fn weekday(by_age: &[f64], settings: &TrendSettings) -> Option<Trend> {
    let before = (settings.recent_days + settings.guard_days) as usize;
    daily(by_age, by_age.len().min(before + WEEKDAY_DAYS), 0, settings, Method::Weekday)
}

fn daily(
    by_age: &[f64],
    days: usize,
    waves: usize,
    settings: &TrendSettings,
    method: Method,
) -> Option<Trend> {
    let row = |age: usize| {
        let mut row = vec![1.0];
        row.extend((1..7).map(|weekday| f64::from(u8::from(age % 7 == weekday))));
        for wave in 1..=waves {
            let phase = TAU * wave as f64 * age as f64 / YEAR_DAYS;
            row.extend([phase.sin(), phase.cos()]);
        }
        row.push(-(age as f64) / 100.0);
        row
    };
    let before = (settings.recent_days + settings.guard_days) as usize;
    let design: Vec<_> = (before..days).map(row).collect();
    let counts = &by_age[before..days];
    let fit = Fit::reweighted(&design, counts)?;
    let newest: Vec<_> = (0..settings.recent_days as usize).map(row).collect();
    let inflation = inflation(&fit, counts, newest.len());
    let mut found = expectation(&fit, &newest, inflation, by_age, settings, method, counts.len());
    let left = if waves == 0 { SEASON_LEFT } else { WAVES_LEFT };
    found.mean_variance += (left * found.mean).powi(2);
    Some(found.judged(settings))
}

/// By how much the variance of the sum of `days` days grows because what is left of one day is like that of the next:
/// first-order autocorrelation of the residuals, where it is positive.
fn inflation(fit: &Fit, counts: &[f64], days: usize) -> f64 {
    let residuals: Vec<f64> =
        counts.iter().zip(&fit.means).map(|(y, mu)| (y - mu) / mu.sqrt().max(1e-6)).collect();
    let squares: f64 = residuals.iter().map(|r| r * r).sum();
    let products: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    // Fitting takes some of it away: about one in n for each coefficient.
    let bias = fit.beta.len() as f64 / counts.len() as f64 / 2.0;
    let like = (products / squares.max(1e-12) + bias).clamp(0.0, 0.9);
    let days = days as f64;
    1.0 + 2.0 * (1..days as usize).map(|lag| (1.0 - lag as f64 / days) * like.powi(lag as i32)).sum::<f64>()
}

fn expectation(
    fit: &Fit,
    newest: &[Vec<f64>],
    inflation: f64,
    by_age: &[f64],
    settings: &TrendSettings,
    method: Method,
    baseline_days: usize,
) -> Expectation {
    let (mean, mean_variance) = fit.predict(newest);
    let overdispersion = fit.dispersion.max(1.0);
    // Of counts that come in bursts Pearson's estimate is skewed: most samples give too little.
    let phi = overdispersion * inflation * (1.0 + 3.0 / fit.freedom);
    Expectation {
        method,
        recent_days: settings.recent_days,
        baseline_days: baseline_days as u32,
        observed: by_age[..settings.recent_days as usize].iter().sum::<f64>() as u64,
        mean,
        count_variance: phi * mean,
        mean_variance: phi * mean_variance,
        overdispersion,
        freedom: fit.freedom / inflation,
    }
}

/// The newest day against seven days, two days before it.
pub(super) fn ears(by_age: &[f64], settings: &TrendSettings) -> Result<Trend, NoTrend> {
    let before = &by_age[3..10];
    let mean = before.iter().sum::<f64>() / 7.0;
    if mean == 0.0 {
        return Err(NoTrend::NothingBefore(7));
    }
    let variance = before.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 6.0;
    // Seven days may happen to vary less than counts can.
    let variance = variance.max(mean);
    let found = Expectation {
        method: Method::EarsC2,
        recent_days: 1,
        baseline_days: 7,
        observed: by_age[0] as u64,
        mean,
        count_variance: variance,
        mean_variance: variance / 7.0,
        overdispersion: variance / mean,
        freedom: 6.0,
    };
    Ok(found.judged(settings))
}

/// The share of the newest days among all, for few events.
pub(super) fn share(by_age: &[f64], settings: &TrendSettings) -> Trend {
    let recent = settings.recent_days as usize;
    let before = recent + settings.guard_days as usize;
    let held = &by_age[before..by_age.len().min(before + 365)];
    let earlier: f64 = held.iter().sum();
    let observed = by_age[..recent].iter().sum::<f64>() as u64;
    let part = recent as f64 / held.len() as f64;
    let mean = earlier * part;
    // Blocks as long as what is judged tell whether events come in bursts.
    let blocks: Vec<f64> = held.chunks_exact(recent).map(|block| block.iter().sum()).collect();
    let n = blocks.len() as f64;
    let block_mean = blocks.iter().sum::<f64>() / n;
    let variance = blocks.iter().map(|b| (b - block_mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    let overdispersion = if block_mean > 0.0 { (variance / block_mean).max(1.0) } else { 1.0 };
    let found = Expectation {
        method: Method::Share,
        recent_days: settings.recent_days,
        baseline_days: held.len() as u32,
        observed,
        mean,
        count_variance: overdispersion * mean,
        mean_variance: overdispersion * mean * part,
        overdispersion,
        freedom: (n - 1.0).max(3.0),
    };
    let exact = super::tails::binomial_at_least(
        observed,
        observed + earlier as u64,
        recent as f64 / (recent + held.len()) as f64,
    );
    let mut trend = found.judged(settings);
    if overdispersion <= 1.0 {
        trend.p_value = exact.max(1e-15);
    } else {
        trend.p_value = trend.p_value.max(exact);
    }
    trend
}
