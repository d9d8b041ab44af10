//! An engine takes up what another one remembered: the same rules, the same devices, the same warnings.
//!
//! What was seen for a rule that reads otherwise now is left out, and so is what was seen of devices that are gone.

use super::areas::shared_key;
use super::desk::Edge;
use super::devices::NOWHERE;
use super::engine::Engine;
use super::memory::{DeviceKept, Memory, SubjectKept, WarningKept};
use super::recent::Recent;
use super::slots::{Slot, Walk};
use super::state::NO_COLOUR;
use crate::rules::rule::rank;
use crate::rules::warning::centre;
use crate::rules::{Change, Condition, DeviceHandle, Evidence, Raise, Rule, Subject, Warning};
use city::{CityTime, DeviceId};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// How places in a memory are called now.
pub(super) struct Places {
    rules: Vec<Option<u32>>,
    devices: Vec<Option<u32>>,
    classes: Vec<u16>,
}

impl Places {
    pub fn rule(&self, old: u32) -> Option<u32> {
        self.rules.get(old as usize).copied().flatten()
    }

    pub fn device(&self, old: u32) -> Option<u32> {
        self.devices.get(old as usize).copied().flatten()
    }

    pub fn class(&self, old: u16) -> Option<u16> {
        self.classes.get(usize::from(old)).copied()
    }

    /// A warning as it was; `None` when its rule or device is no longer the same.
    pub fn warning(&self, kept: &WarningKept, engine: (&[Arc<Rule>], &[DeviceId])) -> Option<Arc<Warning>> {
        let (rules, ids) = engine;
        let rule = rules.get(self.rule(kept.rule)? as usize)?.clone();
        let colour = kept.colour()?;
        let subject = match kept.subject {
            SubjectKept::Device(old) => {
                let device = self.device(old)?;
                Subject::Device(DeviceHandle(device), ids.get(device as usize)?.clone())
            }
            SubjectKept::Township(code) => Subject::Township(code),
            SubjectKept::District(code) => Subject::District(code),
            SubjectKept::City => Subject::City,
            SubjectKept::Gateway(n) => Subject::Gateway(n),
            SubjectKept::Source(n) => Subject::Source(n),
            SubjectKept::Spot(at) => Subject::Spot(at),
        };
        let counts = matches!(rule.logic.condition, Condition::Count { .. });
        Some(Arc::new(Warning {
            id: kept.id.clone(),
            centre: centre(rule.centre[rank(colour)], &subject, kept.place),
            evidence: Evidence {
                value: kept.value,
                level: kept.level,
                unit: rule.logic.unit.filter(|_| !counts),
                at: CityTime(kept.seen_at),
                since: CityTime(kept.seen_since),
                with: kept.with.iter().map(|id| Arc::from(id.as_str())).collect(),
            },
            raises: rule.raise[rank(colour)],
            rule,
            subject,
            place: kept.place,
            at: kept.at,
            colour,
            since: CityTime(kept.since),
            times: kept.times,
            flapping: kept.flapping,
            group: kept.group.clone(),
        }))
    }
}

impl Engine {
    /// Takes up what an engine remembered, into one whose devices are enrolled and that was told nothing yet. Of what it
    /// said, `in_force` says whether whoever heard it still holds by it, warning or group by its id: what ended since is
    /// raised again when it is seen again. The time between counts for no silence: nobody listened.
    pub fn recall(&mut self, memory: &Memory, in_force: impl Fn(&str) -> bool) -> Vec<Change> {
        let places = self.places_of(memory);
        let kept: HashSet<u32> = places.rules.iter().flatten().copied().collect();
        for (old, rule) in memory.rules.iter().enumerate() {
            if let Some(new) = places.rule(old as u32) {
                self.desk.loaded[new as usize] = rule.loaded;
            }
        }
        let up = self.recall_warnings(memory, &places, in_force);
        let mut ended = Vec::new();
        let away = (self.desk.board.now - memory.at).max(0);
        for (old, device) in memory.devices.iter().enumerate() {
            match places.device(old as u32) {
                Some(new) => self.recall_device(new, device, &places, away, &up, &mut ended),
                None => self.lost(device, &places, &mut ended),
            }
        }
        self.areas.recall(&memory.areas, &places, &up, &mut self.desk, &mut ended);
        self.count_silences();
        self.desk.forget_due();
        self.areas.expect(&mut self.desk);
        for device in 0..self.devices.hot.len() as u32 {
            self.devices.hot[device as usize].timed = false;
            self.expect(device);
        }
        let kept: Vec<bool> = (0..self.desk.rules.len() as u32).map(|rule| kept.contains(&rule)).collect();
        self.reconnect(&kept);
        // Rules that look at others hear of what ended meanwhile.
        self.desk.edges.extend(ended);
        self.pass_on();
        std::mem::take(&mut self.desk.board.out)
    }

    fn places_of(&mut self, memory: &Memory) -> Places {
        let by_id: HashMap<Arc<str>, usize> =
            self.desk.rules.iter().enumerate().map(|(n, rule)| (rule.id.clone(), n)).collect();
        let same = |old: &super::memory::RuleKept| {
            let place = *by_id.get(old.id())?;
            old.is(&self.desk.rules[place]).then_some(place as u32)
        };
        let mut rules: Vec<Option<u32>> = memory.rules.iter().map(same).collect();
        // A combination counts what its members say: with another member it begins anew.
        let here: HashSet<&str> =
            rules.iter().flatten().map(|place| &*self.desk.rules[*place as usize].id).collect();
        for rule in &mut rules {
            let logic = rule.map(|place| &self.desk.rules[place as usize].logic);
            if let Some(Condition::Together { of, .. }) = logic.map(|logic| &logic.condition)
                && !of.iter().all(|id| here.contains(&**id))
            {
                *rule = None;
            }
        }
        let device =
            |kept: &DeviceKept| self.device(&DeviceId::from(kept.id.as_str())).map(|device| device.0);
        let devices = memory.devices.iter().map(device).collect();
        let classes = memory.classes.iter().map(|class| self.devices.class(class)).collect();
        Places { rules, devices, classes }
    }

    /// Puts up the warnings that still stand and the groups they are in; which these are.
    fn recall_warnings(
        &mut self,
        memory: &Memory,
        places: &Places,
        in_force: impl Fn(&str) -> bool,
    ) -> HashSet<Arc<str>> {
        let ids: Vec<DeviceId> = self.devices.info.iter().map(|info| info.id.clone()).collect();
        let Self { desk, .. } = self;
        let remembers = |kept: &WarningKept| places.warning(kept, (&desk.rules, &ids));
        let silent: HashSet<&str> = memory.storms.silent().collect();
        let stands = |warning: &Arc<Warning>| match &warning.group {
            Some(group) => silent.contains(&**group) || in_force(group),
            None => warning.raises == Raise::Nothing || in_force(&warning.id),
        };
        let up: BTreeMap<Arc<str>, Arc<Warning>> =
            memory.up.iter().filter_map(remembers).filter(stands).map(|w| (w.id.clone(), w)).collect();
        let board = &mut desk.board;
        board.storms.recall(&memory.storms, places, &up, remembers, &desk.rules);
        let ids = up.keys().cloned().collect();
        up.into_values().for_each(|warning| board.put_up(warning));
        ids
    }

    fn recall_device(
        &mut self,
        device: u32,
        kept: &DeviceKept,
        places: &Places,
        away: i64,
        up: &HashSet<Arc<str>>,
        ended: &mut Vec<Edge>,
    ) {
        let Self { devices, profiles, slots, .. } = self;
        let hot = &mut devices.hot[device as usize];
        let profile = profiles[hot.profile as usize].clone();
        if let Some(newest) = kept.newest {
            (hot.newest_at, hot.newest) = (newest.at, newest.value);
        }
        (hot.heard, hot.silent) = (kept.heard.saturating_add(away), kept.silent);
        if kept.roaming {
            devices.roaming.insert(device, kept.place);
        }
        if hot.recent != NOWHERE {
            let mut recent = Recent::EMPTY;
            let newest = kept.recent.is_empty().then_some(kept.newest).flatten();
            for reading in kept.recent.iter().copied().chain(newest) {
                recent.push(reading);
            }
            devices.recent[hot.recent as usize] = recent;
        }
        if let (Some(track), true) = (&kept.track, hot.track != NOWHERE) {
            devices.tracks[hot.track as usize] = track.clone();
        }
        for (n, rate) in profile.rates.iter().enumerate() {
            if let Some((_, window)) = kept.windows.iter().find(|(over, _)| *over == rate.over_ms) {
                devices.windows[hot.windows as usize + n] = window.clone();
            }
        }
        let mut mine: Vec<_> =
            kept.slots.iter().filter_map(|slot| Some((places.rule(slot.rule)?, slot))).collect();
        // A device that was amended meanwhile may be another rule's.
        mine.retain(|(rule, _)| profile.rules.contains(rule));
        mine.sort_by_key(|(rule, _)| *rule);
        let mut head = hot.chain;
        let mut walk = Walk::from(head);
        for (rule, slot) in mine {
            let place = match slots.seek(&mut walk, rule) {
                Some(place) => place,
                None => slots.insert(&mut walk, &mut head, rule),
            };
            let here = slots.get(place);
            (here.rest, here.now, here.base, here.seat) = (slot.rest, slot.now, slot.base, slot.seat.clone());
            let is_over = |slot: &Slot| slot.seat.up.as_ref().is_some_and(|id| !up.contains(id));
            if is_over(here) {
                here.seat.vacate();
                here.now.active = NO_COLOUR;
                ended.push(Edge {
                    rule,
                    up: false,
                    at_ms: self.desk.board.now,
                    who: device.into(),
                    place: Some(kept.place),
                    at: Some(devices.info[device as usize].at),
                });
            }
        }
        devices.hot[device as usize].chain = head;
    }

    /// What rules saw of a device that is gone ends for those that look at them.
    fn lost(&self, kept: &DeviceKept, places: &Places, ended: &mut Vec<Edge>) {
        let active = kept.slots.iter().filter(|slot| slot.now.active != NO_COLOUR);
        for rule in active.filter_map(|slot| places.rule(slot.rule)) {
            let at_ms = self.desk.board.now;
            ended.push(Edge { rule, up: false, at_ms, who: u64::MAX, place: Some(kept.place), at: None });
        }
    }

    /// Counts anew how many devices of each group are silent.
    fn count_silences(&mut self) {
        let Self { devices, profiles, slots, areas, .. } = self;
        for (hot, info) in devices.hot.iter().zip(&devices.info) {
            if hot.chain == NOWHERE {
                continue;
            }
            let profile = &profiles[hot.profile as usize];
            for rule in &profile.silences {
                let Some(by) = rule.shared else { continue };
                let slot = slots.seek(&mut Walk::from(hot.chain), rule.rule);
                if slot.is_some_and(|slot| slots.look(slot).now.active != NO_COLOUR) {
                    areas.count_silent(rule.rule, shared_key(by, info));
                }
            }
        }
    }
}
