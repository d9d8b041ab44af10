//! Causes that keep coming and take a growing share.

use super::super::tails;
use city::{CityTime, Interval};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An event with its cause, where one is registered.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseEvent {
    /// The key of its cause.
    pub cause: Option<Arc<str>>,
    /// When it was reported.
    pub time: CityTime,
}

/// Which causes are told.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseSettings {
    /// The newest days that are judged together.
    pub recent_days: u32,
    /// The days before them that they are held against.
    pub before_days: u32,
    /// The fewest events of a cause in the newest days.
    pub min_events: u32,
    /// In how many different weeks of the newest days it must have come.
    pub min_weeks: u32,
}

impl Default for CauseSettings {
    /// Four weeks against 62 days before, eight events in three different weeks.
    fn default() -> Self {
        Self { recent_days: 28, before_days: 62, min_events: 8, min_weeks: 3 }
    }
}

/// A cause, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Its key.
    pub cause: Arc<str>,
    /// Its events in the newest days: indices of those given, newest first.
    pub events: Vec<u32>,
    /// Events with any cause in the newest days.
    pub of: u64,
    /// Events that its share before lets expect.
    pub expected: f64,
    /// The interval in which 95 % of such counts lie.
    pub expected95: Interval,
    /// By how much a day's count varies more than by chance, at least 1.
    pub overdispersion: f64,
    /// The chance of at least such a share in the newest days when it is the same as before.
    pub p_value: f64,
    /// True when it is frequent and steady enough to be told.
    pub is_recurring: bool,
}

/// Every cause that came in the newest days before `until`, judged; in the order of their keys. All of them are tests,
/// whether they are frequent enough to be told or not. Empty without events before the newest days.
pub fn recurring_causes(events: &[CauseEvent], until: CityTime, settings: &CauseSettings) -> Vec<Cause> {
    let (recent, before) = (settings.recent_days, settings.before_days);
    let mut by_cause: BTreeMap<&Arc<str>, Vec<(u32, u32)>> = BTreeMap::new();
    let mut by_age = vec![0_u64; (recent + before) as usize];
    for (i, event) in events.iter().enumerate() {
        let Some(age) = super::super::scan::age(event.time, until).filter(|a| *a < recent + before) else {
            continue;
        };
        let Some(cause) = &event.cause else { continue };
        by_age[age as usize] += 1;
        by_cause.entry(cause).or_default().push((i as u32, age));
    }
    let newest: u64 = by_age[..recent as usize].iter().sum();
    let earlier: u64 = by_age[recent as usize..].iter().sum();
    if earlier == 0 {
        return Vec::new();
    }
    by_cause
        .into_iter()
        .filter_map(|(cause, of)| judge(cause, &of, &by_age, newest, earlier, events, settings))
        .collect()
}

fn judge(
    cause: &Arc<str>,
    of: &[(u32, u32)],
    by_age: &[u64],
    newest: u64,
    earlier: u64,
    events: &[CauseEvent],
    settings: &CauseSettings,
) -> Option<Cause> {
    let recent = settings.recent_days;
    let mut now: Vec<u32> = of.iter().filter(|(_, age)| *age < recent).map(|(i, _)| *i).collect();
    let weeks: BTreeSet<u32> = of.iter().filter(|(_, age)| *age < recent).map(|(_, age)| age / 7).collect();
    if now.is_empty() {
        return None;
    }
    now.sort_by_key(|i| (std::cmp::Reverse(events[*i as usize].time), *i));
    let all = of.len() as u64;
    // Within a day the cause's count is binomial when events are independent; each span has a share of its own here, so
    // that a rise does not pass for bursts.
    let mut per_day = vec![0.0_f64; by_age.len()];
    of.iter().for_each(|(_, age)| per_day[*age as usize] += 1.0);
    let before = all - now.len() as u64;
    let shares = [now.len() as f64 / newest.max(1) as f64, before as f64 / earlier as f64];
    let (mut squares, mut variance, mut days) = (0.0, 0.0, 0.0);
    for (day, n) in by_age.iter().enumerate().filter(|(_, n)| **n > 0) {
        let share = shares[usize::from(day >= recent as usize)];
        squares += (per_day[day] - *n as f64 * share).powi(2);
        variance += *n as f64 * share * (1.0 - share);
        days += 1.0;
    }
    // Both shares are estimated, and of bursts most samples show too little.
    let freedom = f64::max(days - 2.0, 3.0);
    let corrected = squares / variance.max(1e-9) * days / freedom * (1.0 + 3.0 / freedom);
    let overdispersion = if variance > 0.0 { corrected.max(1.0) } else { 1.0 };
    let exact = tails::hypergeometric_at_least(now.len() as u64, newest, all, newest + earlier);
    let p_value = if overdispersion > 1.0 && exact < 0.5 {
        tails::student_above(tails::deviate(exact) / overdispersion.sqrt(), freedom)
    } else {
        exact
    };
    // None before is not known to be none: half a one stands for it.
    let expected = (before as f64).max(0.5) / earlier as f64 * newest as f64;
    let widened = overdispersion * (1.0 + newest as f64 / earlier as f64);
    Some(Cause {
        cause: cause.clone(),
        of: newest,
        expected,
        expected95: tails::expected95(expected, widened),
        overdispersion,
        p_value: p_value.clamp(1e-15, 1.0),
        is_recurring: now.len() as u32 >= settings.min_events && weeks.len() as u32 >= settings.min_weeks,
        events: now,
    })
}
