//! Warnings that were in force when the watch began anew: a rule that still warns of the same goes on with them.
//!
//! A rule that needs a level to hold for days has to see it hold before it can warn again, and so long its warning stays.

use city::{City, CityTime, Said, Warning, WarningId, WhyEnded};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use watch::rules::RuleSet;

/// For how long after a new beginning a warning stays that no rule has given again, milliseconds, beside the time that
/// its rule needs to see its level hold.
const GRACE_MS: i64 = 600_000;

/// A warning that nobody has seen since the watch began.
#[derive(Debug)]
struct Unseen {
    warning: Warning,
    until: CityTime,
}

/// What is carried on from before.
#[derive(Debug, Default)]
pub struct Carried {
    unseen: Vec<Unseen>,
    /// The city's names of warnings that the engine calls otherwise.
    names: HashMap<Arc<str>, WarningId>,
}

impl Carried {
    /// The warnings in force of `city`, which goes by `rules` from `now` on. Those that the engine knows, by its own
    /// identifiers, need no carrying; `names` are the city's where they differ.
    pub fn of(
        city: &City,
        rules: &RuleSet,
        now: CityTime,
        known: &HashSet<Arc<str>>,
        mut names: HashMap<Arc<str>, WarningId>,
    ) -> Self {
        names.retain(|ours, _| known.contains(ours));
        let theirs: HashSet<&str> =
            known.iter().map(|ours| names.get(ours).map_or(&**ours, |n| &*n.0)).collect();
        let stays_ms = |warning: &Warning| {
            let rule = rules.rule(&warning.rule);
            let holds =
                rule.map(|rule| rule.logic.condition.steps().used().map(|(_, step)| step.hold_ms).max());
            GRACE_MS + holds.flatten().unwrap_or(0)
        };
        let in_force = city.warnings.values().filter(|w| w.is_in_force() && !theirs.contains(&*w.id.0));
        let unseen = in_force.map(|w| Unseen { until: now.plus_ms(stays_ms(w)), warning: w.clone() });
        Self { unseen: unseen.collect(), names }
    }

    /// The city's names of warnings that the engine calls otherwise.
    pub fn names(&self) -> Vec<(String, WarningId)> {
        self.names.iter().map(|(ours, theirs)| (ours.to_string(), theirs.clone())).collect()
    }

    /// Gives a warning the name and beginning it had before.
    pub fn name(&mut self, warning: &mut Warning) {
        if let Some(known) = self.names.get(&warning.id.0) {
            warning.id = known.clone();
            return;
        }
        let same = |unseen: &Unseen| unseen.warning.about() == warning.about();
        if let Some(place) = self.unseen.iter().position(same) {
            let known = self.unseen.swap_remove(place).warning;
            self.names.insert(warning.id.0.clone(), known.id.clone());
            warning.id = known.id;
        }
    }

    /// The city's name of what the engine calls `id`, for the last time.
    pub fn name_of(&mut self, id: &Arc<str>) -> WarningId {
        self.names.remove(id).unwrap_or_else(|| WarningId(id.clone()))
    }

    /// What ends because no rule warned of it again in time.
    pub fn overdue(&mut self, now: CityTime) -> Vec<Said> {
        let overdue = self.unseen.extract_if(.., |unseen| unseen.until <= now);
        overdue.map(|unseen| Said::Ended(unseen.warning.id, WhyEnded::Unseen)).collect()
    }
}
