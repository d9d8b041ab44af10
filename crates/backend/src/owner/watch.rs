//! The watch looks at what was told, and what it says becomes true: committed, applied and told like all else.

use super::{Living, Owner, take_up};
use crate::BackendError;
use crate::store::Cause;
use crate::watching::{Watching, hear};
use city::{City, CityTime, Said, WarningColour, WarningId};
use std::collections::HashMap;
use std::time::Instant;

/// Whom the journal names for what the watch says.
const WATCH: &str = "watch";

impl Living {
    /// Watches `city` from `now` on. Whoever led before may have seen otherwise: what is in force is taken up.
    pub(super) fn watch_from(&mut self, city: &City, now: CityTime) {
        let rules = self.rules.rules().clone();
        let mut watching = Watching::new(self.surroundings.clone(), rules, now);
        let kept = self.memory.read(now);
        self.unsaid = watching.take_up(city, &self.register, self.rules.faults().to_vec(), kept);
        self.watching = Some(watching);
    }

    /// Writes down what the watch remembers, when that is due. While the journal takes nothing the city does not know
    /// what the watch knows, and the memory before stays.
    pub(super) fn remember(&mut self, at_once: bool) {
        if let Some(watching) = self.watching.as_ref().filter(|_| self.unsaid.is_empty()) {
            self.memory.keep(at_once, || watching.memory());
        }
    }
}

impl Owner {
    /// Lets the watch look at what came since it last looked. Nothing is lost while the journal takes nothing: what was
    /// said then waits.
    pub(super) fn watch(&mut self) {
        if !self.store.leads() {
            // While the database is away nobody leads, and what is heard waits for whoever does then.
            if self.trouble.is_none() {
                self.telemetry.observed().heard();
            }
            return;
        }
        let (observed, unheard) = self.telemetry.observed().heard();
        let (Some(training), Some(watching)) = (&mut self.living.training, &mut self.living.watching) else {
            return;
        };
        if unheard > 0 {
            tracing::warn!("{unheard} observations came faster than the rules can look at them");
        }
        let now = training.lived().max(self.city.now);
        let mut readings = training.measured();
        readings.extend(observed);
        self.living.rate.count(readings.len(), Instant::now());
        let mut said = watching.follow(&self.city);
        said.extend(watching.observe(&readings, now));
        if let Some(read) = self.living.rules.changed(&self.living.register) {
            if let Err(faults) = &read {
                tracing::error!("the rules before stay: {}", faults.join("; "));
            }
            said.extend(watching.reload(read, now));
        }
        let ran_out = self.city.notices.values().filter(|n| n.is_open() && now >= n.valid_until);
        said.extend(ran_out.map(|notice| Said::Expired(notice.id.clone())));
        self.living.unsaid.extend(said);
        self.say(now);
        self.living.remember(false);
    }

    /// Takes up what was found beside the life of the city.
    pub(super) fn hear_said(&mut self, said: Vec<Said>) {
        if self.store.leads() {
            self.living.unsaid.extend(said);
            self.say(self.clock.now().max(self.city.now));
        }
    }

    /// What was said becomes events.
    fn say(&mut self, now: CityTime) {
        if self.living.unsaid.is_empty() {
            return;
        }
        let (turn, missed) = match self.store.turn(self.city.sequence) {
            Ok(turn) => turn,
            Err(error) => return keep_unsaid(&mut self.living.unsaid, &mut self.unkept, &error),
        };
        take_up(&mut self.city, &self.journal, &self.clock, missed);
        let mut city = self.city.clone();
        let events = hear(&mut city, self.living.unsaid.clone(), now, &*self.surroundings);
        if events.is_empty() {
            return self.living.unsaid.clear();
        }
        let cause = Cause { who: WATCH, origin: "", at: now };
        match turn.commit(&cause, None, &events) {
            Ok(lines) => {
                self.unkept = None;
                self.living.unsaid.clear();
                self.journal.tell(&mut self.city, events.iter().zip(lines));
            }
            Err(error) => keep_unsaid(&mut self.living.unsaid, &mut self.unkept, &error),
        }
    }
}

/// What was said waits until it can be written.
fn keep_unsaid(unsaid: &mut Vec<Said>, unkept: &mut Option<String>, error: &BackendError) {
    if unkept.is_none() {
        tracing::warn!(%error, "what the watch says waits to be written down");
    }
    *unkept = Some(error.to_string());
    keep_what_counts(unsaid);
}

/// Of what waits while the journal takes nothing the gravest and the newest of each warning count, so that it stays small:
/// what was grave and is over must be told of all the same.
fn keep_what_counts(unsaid: &mut Vec<Said>) {
    let mut gravest: HashMap<WarningId, (WarningColour, usize)> = HashMap::new();
    let mut newest: HashMap<WarningId, usize> = HashMap::new();
    for (place, said) in unsaid.iter().enumerate() {
        match said {
            Said::Warns(warning) => {
                let known = gravest.entry(warning.id.clone()).or_insert((warning.colour, place));
                *known = (*known).min((warning.colour, place));
                newest.insert(warning.id.clone(), place);
            }
            Said::Ended(id, _) => drop(newest.insert(id.clone(), place)),
            _ => {}
        }
    }
    let mut places = 0..;
    unsaid.retain(|said| {
        let here = places.next();
        match said {
            Said::Warns(warning) => {
                let gravest = gravest.get(&warning.id).map(|(_, place)| *place);
                newest.get(&warning.id).copied() == here || gravest == here
            }
            Said::Ended(id, _) => newest.get(id).copied() == here,
            _ => true,
        }
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use WarningColour::{Blue, Red, Yellow};
    use city::{Warning, WhyEnded};

    fn warns(id: &str, colour: WarningColour) -> Said {
        let warning: Warning = serde_json::from_value(serde_json::json!({
            "id": id, "rule": "r", "system": "s", "riskClass": "gas", "colour": colour,
            "name": {"zh": "", "en": ""}, "centre": "city", "algorithm": "a", "version": "1",
            "since": CityTime(0), "raises": {"kind": "notice"},
        }))
        .unwrap();
        Said::Warns(Box::new(warning))
    }

    #[test]
    fn what_was_grave_and_is_over_is_told_of_when_the_journal_takes_something_again() {
        let over = |id: &str| Said::Ended(id.into(), WhyEnded::Over);
        let rules = || Said::Rules(3, Vec::new());
        let mut unsaid =
            vec![warns("a", Yellow), warns("a", Red), rules(), warns("a", Blue), over("a"), over("b")];
        unsaid.extend((0..1_000).map(|_| warns("b", Yellow)));
        keep_what_counts(&mut unsaid);
        assert_eq!(unsaid, [warns("a", Red), rules(), over("a"), warns("b", Yellow), warns("b", Yellow)]);
    }
}
