//! How the rules do, as `/health` tells it: counts alone, for values are not everybody's to see.

use super::{RuleFiles, Watching};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Over how long observations are counted before their rate is told anew.
const OVER: Duration = Duration::from_secs(10);

/// How the rules do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RulesHealth {
    /// How many rules hold.
    pub rules: usize,
    /// Where they come from: `shipped` or `folder`.
    pub from: &'static str,
    /// In how many files they were found when these were read last; 0 where they could not be read.
    pub files: usize,
    /// What is wrong with the files as they are now; until it is mended the rules before stay.
    pub faults: Vec<String>,
    /// What they look at, where this backend runs them: the one that leads does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observations: Option<Looked>,
}

/// What the rules look at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// How many come a second.
    pub per_second: f64,
    /// How many were used.
    pub used: u64,
    /// How many of those were not the newest of their device when they came.
    pub late: u64,
    /// How many were not used.
    pub unused: u64,
    /// How many came from clocks that are eight hours off.
    pub clock_off: u64,
    /// How many devices and sources have something the matter with them.
    pub faults: usize,
}

impl RulesHealth {
    /// How the rules of `files` do, which `watching` runs where this backend leads.
    pub fn of(files: &RuleFiles, watching: Option<&Watching>, rate: &Rate) -> Self {
        let looked = |watching: &Watching| {
            let health = watching.health();
            Looked {
                per_second: rate.per_s,
                used: health.used,
                late: health.late,
                unused: health.unused.values().map(|(count, _)| count).sum(),
                clock_off: health.clock_off,
                faults: health.faults.len(),
            }
        };
        Self {
            rules: files.rules().rules().len(),
            from: files.from(),
            files: files.count(),
            faults: files.faults().to_vec(),
            observations: watching.map(looked),
        }
    }
}

/// How many observations come a second.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    since: Instant,
    count: usize,
    per_s: f64,
}

impl From<Instant> for Rate {
    fn from(since: Instant) -> Self {
        Self { since, count: 0, per_s: 0.0 }
    }
}

impl Rate {
    /// Counts so many more.
    pub fn count(&mut self, more: usize, now: Instant) {
        self.count += more;
        let over = now.saturating_duration_since(self.since);
        // The first rate is told soon, so that who looks after a start sees that something comes.
        let is_first = self.per_s == 0.0 && over >= OVER / 10;
        if over >= OVER || is_first {
            self.per_s = (self.count as f64 / over.as_secs_f64() * 10.0).round() / 10.0;
            (self.since, self.count) = (now, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_what_came_over_the_last_seconds() {
        let began = Instant::now();
        let mut rate = Rate::from(began);
        rate.count(500, began + Duration::from_secs(1));
        assert_eq!(rate.per_s, 500.0);
        for second in 2..=11 {
            rate.count(100, began + Duration::from_secs(second));
        }
        assert_eq!(rate.per_s, 100.0);
        rate.count(0, began + Duration::from_secs(30));
        assert_eq!(rate.per_s, 0.0);
    }
}
