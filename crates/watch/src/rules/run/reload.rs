//! Rules change, algorithms are withdrawn: what was seen is kept where it still counts.

use super::areas::shared_key;
use super::desk::Edge;
use super::devices::NOWHERE;
use super::engine::Engine;
use super::slots::Slot;
use super::state::{NO_COLOUR, State};
use super::work::about;
use crate::rules::{Change, Condition, Ended, Rule, RuleSet};
use city::CityTime;
use std::collections::HashMap;
use std::sync::Arc;

fn has_levels(rule: &Rule) -> bool {
    matches!(rule.logic.condition, Condition::Value { .. } | Condition::Place { .. })
}

impl Engine {
    /// Takes other rules. A rule whose logic did not change keeps what it has seen, its warnings stay up and show its
    /// new words. A rule that changed looks at the newest readings that are kept at once; a warning it no longer gives
    /// ends, one it still gives stays. The warnings of rules that are gone end.
    pub fn replace(&mut self, rules: RuleSet, now: CityTime) -> Vec<Change> {
        self.forward(now);
        let places: HashMap<Arc<str>, u32> =
            rules.rules.iter().enumerate().map(|(n, rule)| (rule.id.clone(), n as u32)).collect();
        let old = self.desk.rules.clone();
        let fate = |rule: &Arc<Rule>| match places.get(&rule.id) {
            None => Err(Ended::RuleRemoved),
            Some(place) if rules.rules[*place as usize].logic != rule.logic => Err(Ended::RuleChanged),
            Some(place) => Ok(*place),
        };
        let fates: Vec<Result<u32, Ended>> = old.iter().map(fate).collect();
        // A rule of levels that changed keeps the places of its warnings until it was seen whether it still gives them.
        let carries = |rule: u32| {
            let new = places.get(&old[rule as usize].id).map(|place| &rules.rules[*place as usize]);
            new.is_some_and(|new| has_levels(&old[rule as usize]) && has_levels(new))
        };
        let carried: Vec<bool> = (0..old.len() as u32).map(carries).collect();
        self.unsettle(|rule| carried[rule as usize] && fates[rule as usize].is_err());
        self.drop_rules(|rule| fates[rule as usize].err().filter(|_| !carried[rule as usize]));
        let mut kept = vec![false; rules.rules.len()];
        let mut loaded = vec![self.desk.board.now; rules.rules.len()];
        for (old, fate) in fates.iter().enumerate() {
            if let Ok(place) = fate {
                kept[*place as usize] = true;
                loaded[*place as usize] = self.desk.loaded[old];
            }
        }
        let places_of_old: Vec<Option<u32>> = old.iter().map(|rule| places.get(&rule.id).copied()).collect();
        self.take_rules(rules, loaded);
        let new_place = |rule: u32| places_of_old[rule as usize];
        self.desk.board.storms.renumber(new_place);
        self.areas.renumber(|rule| fates[rule as usize].ok(), &mut self.desk);
        for device in 0..self.devices.hot.len() {
            let head = &mut self.devices.hot[device].chain;
            self.slots.renumber(head, new_place);
            for slot in self.slots.chain(*head).collect::<Vec<_>>() {
                let slot = self.slots.get(slot);
                self.desk.board.reword(&slot.seat, &self.desk.rules[slot.rule as usize]);
            }
        }
        self.assign_all();
        self.reconnect(&kept);
        self.desk.board.why = Ended::RuleChanged;
        self.catch_up(|rule| !kept[rule as usize]);
        self.desk.board.why = Ended::Over;
        self.end_unsettled(|rule| !kept[rule as usize]);
        std::mem::take(&mut self.desk.board.out)
    }

    /// Withdraws an algorithm, all its versions: the warnings of its rules end at once, and the rules stop.
    pub fn withdraw(&mut self, algorithm: &str, now: CityTime) -> Vec<Change> {
        self.forward(now);
        self.withdrawn.insert((algorithm.into(), None));
        self.restart()
    }

    /// Withdraws one version of an algorithm.
    pub fn withdraw_version(&mut self, algorithm: &str, version: &str, now: CityTime) -> Vec<Change> {
        self.forward(now);
        self.withdrawn.insert((algorithm.into(), Some(version.into())));
        self.restart()
    }

    /// Lets the rules of an algorithm and all its versions run again, from the newest readings that are kept on.
    pub fn restore(&mut self, algorithm: &str, now: CityTime) -> Vec<Change> {
        self.forward(now);
        self.withdrawn.retain(|(id, _)| **id != *algorithm);
        self.restart()
    }

    /// True when the rule's algorithm is withdrawn.
    pub fn is_withdrawn(&self, rule: &Rule) -> bool {
        let name = &rule.algorithm;
        self.withdrawn.contains(&(name.id.clone(), None))
            || self.withdrawn.contains(&(name.id.clone(), Some(name.version.clone())))
    }

    pub(super) fn begin(&mut self, rules: RuleSet) {
        let loaded = vec![i64::MIN; rules.rules.len()];
        self.take_rules(rules, loaded);
        self.assign_all();
    }

    fn restart(&mut self) -> Vec<Change> {
        let stopped: Vec<bool> = self.set.rules.iter().map(|rule| self.is_withdrawn(rule)).collect();
        let before = std::mem::take(&mut self.desk.stopped);
        self.desk.stopped = before.clone();
        self.drop_rules(|rule| {
            (stopped[rule as usize] && !before[rule as usize]).then_some(Ended::Withdrawn)
        });
        let kept: Vec<bool> = before.iter().map(|stopped| !stopped).collect();
        let loaded = self.desk.loaded.clone();
        self.take_rules(self.set.clone(), loaded);
        self.areas.renumber(Some, &mut self.desk);
        self.assign_all();
        self.reconnect(&kept);
        self.catch_up(|rule| before[rule as usize] && !stopped[rule as usize]);
        std::mem::take(&mut self.desk.board.out)
    }

    fn take_rules(&mut self, rules: RuleSet, loaded: Vec<i64>) {
        let stopped = rules.rules.iter().map(|rule| self.is_withdrawn(rule)).collect();
        self.named = rules.rules.iter().flat_map(|rule| rule.logic.watch.devices.iter().cloned()).collect();
        self.desk.set_rules(rules.rules.clone(), stopped, loaded);
        self.set = rules;
    }

    /// Forgets what rules saw of devices, but not that their warnings are up.
    fn unsettle(&mut self, which: impl Fn(u32) -> bool) {
        let Self { devices, slots, desk, .. } = self;
        for (device, hot) in devices.hot.iter().enumerate() {
            for slot in slots.chain(hot.chain).collect::<Vec<_>>() {
                let slot = slots.get(slot);
                if !which(slot.rule) {
                    continue;
                }
                if slot.now.active != NO_COLOUR {
                    let spot = devices.info[device].at;
                    let about = || about(devices, device as u32, spot, f64::NAN);
                    desk.tell(slot.rule, false, desk.board.now, device as u64, about);
                }
                (slot.now, slot.base) = (State::IDLE, State::IDLE);
            }
        }
        self.pass_on();
    }

    /// Ends what is still up of rules that were forgotten and did not come up again.
    fn end_unsettled(&mut self, which: impl Fn(u32) -> bool) {
        let Self { devices, slots, desk, .. } = self;
        for hot in &mut devices.hot {
            let ends = |slot: &Slot| which(slot.rule) && slot.now.active == NO_COLOUR;
            for slot in slots.chain(hot.chain).collect::<Vec<_>>() {
                if ends(slots.get(slot)) {
                    desk.board.end(&mut slots.get(slot).seat, Ended::RuleChanged);
                }
            }
            slots.sweep(&mut hot.chain, |slot| ends(slot) && slot.now.is_idle());
        }
    }

    /// Ends the warnings of rules and forgets what they saw.
    fn drop_rules(&mut self, gone: impl Fn(u32) -> Option<Ended>) {
        self.areas.stop(&gone, &mut self.desk);
        for device in 0..self.devices.hot.len() as u32 {
            self.drop_slots(device, &gone);
        }
        self.pass_on();
    }

    pub(super) fn drop_slots(&mut self, device: u32, gone: impl Fn(u32) -> Option<Ended>) {
        let Self { devices, slots, desk, areas, profiles, .. } = self;
        let head = devices.hot[device as usize].chain;
        if head == NOWHERE {
            return;
        }
        for slot in slots.chain(head).collect::<Vec<_>>() {
            let slot = slots.get(slot);
            let Some(why) = gone(slot.rule) else { continue };
            desk.board.end(&mut slot.seat, why);
            if slot.now.active == NO_COLOUR {
                continue;
            }
            let (now, spot) = (desk.board.now, devices.info[device as usize].at);
            let profile = &profiles[devices.hot[device as usize].profile as usize];
            let shared = profile.silences.iter().find(|rule| rule.rule == slot.rule).and_then(|r| r.shared);
            match shared {
                Some(by) => {
                    let key = shared_key(by, &devices.info[device as usize]);
                    areas.silence(slot.rule, key, false, now, desk);
                }
                None => {
                    let about = || about(devices, device, spot, f64::NAN);
                    desk.tell(slot.rule, false, now, device.into(), about);
                }
            }
        }
        slots.sweep(&mut devices.hot[device as usize].chain, |slot| gone(slot.rule).is_some());
    }

    /// Lets rules that start anew hear of all that is up, and finds again who drives whom.
    pub(super) fn reconnect(&mut self, kept: &[bool]) {
        let mut edges: Vec<Edge> = Vec::new();
        for device in 0..self.devices.hot.len() as u32 {
            let (head, info) = (self.devices.hot[device as usize].chain, &self.devices.info[device as usize]);
            for slot in self.slots.chain(head).collect::<Vec<_>>() {
                let slot = self.slots.get(slot);
                if slot.now.active != NO_COLOUR {
                    edges.push(Edge {
                        rule: slot.rule,
                        up: true,
                        at_ms: slot.now.last(),
                        who: device.into(),
                        place: Some(info.place),
                        at: Some(info.at),
                    });
                }
            }
        }
        edges.extend(self.areas.edges());
        for edge in edges {
            self.desk.drive(&edge);
            for n in 0..self.desk.listeners[edge.rule as usize].len() {
                let (listener, member) = self.desk.listeners[edge.rule as usize][n];
                if !kept[listener as usize] {
                    self.areas.hear(&edge, listener, member, &mut self.desk);
                }
            }
        }
        self.pass_on();
    }

    /// Lets level rules that start anew look at the readings that are kept.
    fn catch_up(&mut self, fresh: impl Fn(u32) -> bool) {
        for device in 0..self.devices.hot.len() as u32 {
            let hot = &self.devices.hot[device as usize];
            let profile = self.profiles[hot.profile as usize].clone();
            let any = profile.levels.iter().any(|level| fresh(level.rule));
            if hot.newest_at > i64::MIN && any {
                self.replay(device, &profile, None, &fresh);
                self.pass_on();
            }
        }
    }
}
