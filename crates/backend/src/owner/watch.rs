//! The watch looks at what was told, and what it says becomes true: committed, applied and told like all else.

use super::{Living, Owner, take_up};
use crate::store::Cause;
use crate::watching::{Watching, hear};
use city::{City, CityTime, Said};
use std::collections::HashSet;

/// Whom the journal names for what the watch says.
const WATCH: &str = "watch";

impl Living {
    /// Watches `city` from `now` on. Whoever led before may have seen otherwise: what is in force is taken up.
    pub(super) fn watch_from(&mut self, city: &City, now: CityTime) {
        let rules = self.rules.rules().clone();
        let mut watching = Watching::new(self.surroundings.clone(), rules, now);
        self.unsaid = watching.take_up(city, &self.register);
        self.watching = Some(watching);
    }
}

impl Owner {
    /// Lets the watch look at what came since it last looked. Nothing is lost while the journal takes nothing: what was
    /// said then waits.
    pub(super) fn watch(&mut self) {
        let (observed, unheard) = self.telemetry.observed().heard();
        if !self.store.leads() {
            return;
        }
        let (Some(training), Some(watching)) = (&mut self.living.training, &mut self.living.watching) else {
            return;
        };
        if unheard > 0 {
            tracing::warn!("{unheard} observations came faster than the rules can look at them");
        }
        let now = training.lived().max(self.city.now);
        let mut readings = training.measured();
        readings.extend(observed);
        let mut said = watching.follow(&self.city);
        said.extend(watching.observe(&readings, now));
        if let Some(read) = self.living.rules.changed(&self.living.register) {
            if let Err(faults) = &read {
                tracing::error!("the rules before stay: {}", faults.join("; "));
            }
            said.extend(watching.reload(read, now));
        }
        self.living.unsaid.extend(said);
        self.say(now);
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
            Err(error) => return tracing::warn!(%error, "what the watch says waits"),
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
            Err(error) => {
                tracing::warn!(%error, "what the watch says could not be written and waits");
                keep_newest(&mut self.living.unsaid);
                self.unkept = Some(error.to_string());
            }
        }
    }
}

/// Of what waits while the journal takes nothing the newest of each warning is all that counts, so that it stays small.
fn keep_newest(unsaid: &mut Vec<Said>) {
    let mut seen = HashSet::new();
    let mut kept: Vec<Said> = std::mem::take(unsaid);
    kept.reverse();
    kept.retain(|said| match said {
        Said::Warns(warning) => seen.insert(warning.id.clone()),
        Said::Ended(id, _) => seen.insert(id.clone()),
        _ => true,
    });
    kept.reverse();
    *unsaid = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::WhyEnded;

    #[test]
    fn what_waits_is_the_newest_of_each_in_its_order() {
        let ended = |id: &str, why| Said::Ended(id.into(), why);
        let mut unsaid = vec![
            ended("a", WhyEnded::Over),
            Said::Rules(3, Vec::new()),
            ended("b", WhyEnded::Over),
            ended("a", WhyEnded::Withdrawn),
        ];
        keep_newest(&mut unsaid);
        let left = [Said::Rules(3, Vec::new()), ended("b", WhyEnded::Over), ended("a", WhyEnded::Withdrawn)];
        assert_eq!(unsaid, left);
    }
}
