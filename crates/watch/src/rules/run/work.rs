//! What a reading does that is not quiet: levels, rates, counts, late readings, and a device that is heard again.

use super::board::About;
use super::devices::{Devices, NOWHERE};
use super::engine::Engine;
use super::profile::{LevelRule, Profile, RateWindow};
use super::recent::{Placed, RECENT_KEPT, Reading};
use super::slots::{Slot, Walk};
use crate::rules::{DeviceHandle, Observation, Rule, Subject, Unit, Unused};
use city::{LonLat, Place};

/// What a warning of a device says of it.
pub(super) fn about(devices: &Devices, device: u32, spot: LonLat, value: f64) -> About {
    let info = &devices.info[device as usize];
    About {
        subject: Subject::Device(DeviceHandle(device), info.id.clone()),
        place: Some(devices.place(device)),
        at: Some(spot),
        traits: devices.traits(device),
        value,
        level: f64::NAN,
        with: Vec::new(),
    }
}

impl Engine {
    /// Takes the newest reading of a device to its rules.
    pub(super) fn work(
        &mut self,
        device: u32,
        profile: &Profile,
        reading: Reading,
        position: Option<LonLat>,
        evicted: Option<Reading>,
    ) {
        let spot = position.unwrap_or(self.devices.info[device as usize].at);
        if !profile.levels.is_empty() {
            self.levels(device, profile, reading, spot, evicted);
        }
        for (n, window) in profile.rates.iter().enumerate() {
            self.rate(device, profile.unit, window, n, spot);
        }
        self.report(device, profile, reading, spot, self.devices.place(device));
        if !profile.silences.is_empty() {
            self.heard(device, profile);
        }
        self.tidy(device, reading.at);
        self.pass_on();
    }

    /// Takes a reading to the rules that count reports; true when one of them had not heard of it.
    fn report(
        &mut self,
        device: u32,
        profile: &Profile,
        reading: Reading,
        spot: LonLat,
        place: Place,
    ) -> bool {
        let mut new = false;
        for rule in &profile.counts {
            if reading.value >= rule.at_least && reading.value <= rule.at_most {
                new |= self.areas.report(rule.rule, device, place, spot, reading.at, &mut self.desk);
            }
        }
        new
    }

    fn levels(
        &mut self,
        device: u32,
        profile: &Profile,
        reading: Reading,
        spot: LonLat,
        evicted: Option<Reading>,
    ) {
        let Self { devices, slots, desk, .. } = self;
        let mut head = devices.hot[device as usize].chain;
        let mut walk = Walk::from(head);
        for level in &profile.levels {
            let (past, kept) = level.masks(reading.at, reading.value, || spot);
            let (slot, new) = match slots.seek(&mut walk, level.rule) {
                Some(slot) => (slot, false),
                None if past == 0 => continue,
                None => (slots.insert(&mut walk, &mut head, level.rule), true),
            };
            let slot = slots.get(slot);
            if let (Some(old), false) = (evicted, new) {
                let (past, kept) = level.masks(old.at, old.value, || Self::spot(devices, device, old.at));
                slot.base.step(&level.pace, old.at, past, kept);
            }
            let before = slot.now.active;
            slot.now.step(&level.pace, reading.at, past, kept);
            let value = in_rule(&desk.rules[level.rule as usize], profile.unit, reading.value);
            let Slot { seat, now, .. } = slot;
            let about = |_| about(devices, device, spot, value);
            desk.settle(seat, level.rule, before, now, reading.at, device.into(), about);
        }
        devices.hot[device as usize].chain = head;
    }

    fn rate(&mut self, device: u32, unit: Unit, window: &RateWindow, place: usize, spot: LonLat) {
        let Self { devices, slots, desk, .. } = self;
        let hot = &devices.hot[device as usize];
        let (newest, mut head) = (hot.newest_at, hot.chain);
        let kept = &devices.windows[hot.windows as usize + place];
        let slope = kept.slope(window.over_ms, newest, window.fewest);
        for rate in &window.rules {
            let (past, kept) = rate.masks(slope);
            let mut walk = Walk::from(head);
            let slot = match slots.seek(&mut walk, rate.rule) {
                Some(slot) => slot,
                None if past == 0 => continue,
                None => slots.insert(&mut walk, &mut head, rate.rule),
            };
            let slot = slots.get(slot);
            let before = slot.now.active;
            slot.now.step(&rate.pace, newest, past, kept);
            let value = in_rule_rate(&desk.rules[rate.rule as usize], unit, slope.unwrap_or(0.0));
            let Slot { seat, now, .. } = slot;
            let about = |_| about(devices, device, spot, value);
            desk.settle(seat, rate.rule, before, now, newest, device.into(), about);
        }
        devices.hot[device as usize].chain = head;
    }

    /// Takes a reading that is not the newest of its device: it finds its place among the newest ones, and what they
    /// say together is worked out anew.
    pub(super) fn late(&mut self, o: &Observation, value: f64) {
        let device = o.device.0;
        let reading = Reading { at: o.at.0, value };
        let profile = self.profiles[self.devices.hot[device as usize].profile as usize].clone();
        let spot = o.position.unwrap_or(self.devices.info[device as usize].at);
        let place = o.place.unwrap_or(self.devices.info[device as usize].place);
        let mut used = self.report(device, &profile, reading, spot, place);
        let hot = &self.devices.hot[device as usize];
        let mut known = (reading.at == hot.newest_at).then_some(hot.newest);
        let mut placed = None;
        if hot.recent != NOWHERE && known.is_none() {
            match self.devices.recent[hot.recent as usize].place(reading) {
                Placed::Taken(old) => known = Some(old),
                Placed::TooLate => {}
                Placed::In { dropped } => {
                    (used, placed) = (true, Some(dropped));
                }
            }
        }
        if let Some(old) = known {
            // Two residents may report through one channel in the same second, from different places.
            if used {
                (self.health.used, self.health.late) = (self.health.used + 1, self.health.late + 1);
                return self.pass_on();
            }
            return self.refuse(if old == value { Unused::Repeated } else { Unused::Contradicted }, o);
        }
        for (n, window) in profile.rates.iter().enumerate() {
            used |= reading.at > hot.newest_at.saturating_sub(window.over_ms);
            self.devices.windows[hot.windows as usize + n].add(window.over_ms, reading.at, value);
        }
        if !used {
            return self.refuse(Unused::TooLate, o);
        }
        (self.health.used, self.health.late) = (self.health.used + 1, self.health.late + 1);
        let (newest, track) = (hot.newest_at, hot.track);
        if let Some(dropped) = placed {
            if track != NOWHERE {
                self.devices.tracks[track as usize].push(reading.at, spot);
            }
            self.replay(device, &profile, Some((reading, dropped)), |_| true);
        }
        let home = Self::spot(&self.devices, device, newest);
        for (n, window) in profile.rates.iter().enumerate() {
            self.rate(device, profile.unit, window, n, home);
        }
        self.tidy(device, newest);
        self.pass_on();
    }

    /// Works out anew what the kept readings say to the level rules that `which` names. With a late reading, the one
    /// that fell out for it becomes part of what came before.
    pub(super) fn replay(
        &mut self,
        device: u32,
        profile: &Profile,
        late: Option<(Reading, Option<Reading>)>,
        which: impl Fn(u32) -> bool,
    ) {
        let Self { devices, slots, desk, .. } = self;
        let hot = &devices.hot[device as usize];
        let newest = Reading { at: hot.newest_at, value: hot.newest };
        let mut head = hot.chain;
        let mut readings = [newest; RECENT_KEPT];
        let mut count = 1;
        if hot.recent != NOWHERE {
            count = 0;
            for reading in devices.recent[hot.recent as usize].iter() {
                readings[count] = reading;
                count += 1;
            }
        }
        let masks = |level: &LevelRule, reading: Reading| {
            level.masks(reading.at, reading.value, || Self::spot(devices, device, reading.at))
        };
        let mut walk = Walk::from(head);
        for level in profile.levels.iter().filter(|level| which(level.rule)) {
            let slot = match slots.seek(&mut walk, level.rule) {
                Some(slot) => {
                    if let Some((_, Some(dropped))) = late {
                        let (past, kept) = masks(level, dropped);
                        slots.get(slot).base.step(&level.pace, dropped.at, past, kept);
                    }
                    slot
                }
                None => {
                    let mut asked =
                        readings[..count].iter().filter(|r| late.is_none_or(|(l, _)| l.at == r.at));
                    if asked.all(|reading| masks(level, *reading).0 == 0) {
                        continue;
                    }
                    slots.insert(&mut walk, &mut head, level.rule)
                }
            };
            let slot = slots.get(slot);
            let before = slot.now.active;
            slot.now = slot.base;
            for reading in &readings[..count] {
                let (past, kept) = masks(level, *reading);
                slot.now.step(&level.pace, reading.at, past, kept);
            }
            slot.rest = 0;
            let value = in_rule(&desk.rules[level.rule as usize], profile.unit, newest.value);
            let spot = Self::spot(devices, device, newest.at);
            let Slot { seat, now, .. } = slot;
            let about = |_| about(devices, device, spot, value);
            desk.settle(seat, level.rule, before, now, newest.at, device.into(), about);
        }
        devices.hot[device as usize].chain = head;
    }

    /// Frees the slots of a device at which nothing has happened for as many readings as are kept.
    fn tidy(&mut self, device: u32, at: i64) {
        let Self { devices, slots, desk, .. } = self;
        let hot = &mut devices.hot[device as usize];
        if hot.chain == NOWHERE {
            return;
        }
        let kept = if hot.recent == NOWHERE { 0 } else { RECENT_KEPT as u8 };
        let (mut next, mut gone) = (hot.chain, false);
        while next != NOWHERE {
            let slot = slots.get(next);
            let empty = slot.now.is_idle()
                && slot.base.is_idle()
                && slot.seat.is_empty(&desk.rules[slot.rule as usize], at);
            slot.rest = if empty { slot.rest.saturating_add(1) } else { 0 };
            gone |= slot.rest > kept;
            next = slot.next();
        }
        if gone {
            slots.sweep(&mut hot.chain, |slot| slot.rest > kept);
        }
    }
}

fn in_rule(rule: &Rule, unit: Unit, value: f64) -> f64 {
    rule.logic.unit.and_then(|own| unit.convert(value, own)).unwrap_or(value)
}

/// A slope of a device's unit a millisecond, in the rule's unit and time.
fn in_rule_rate(rule: &Rule, unit: Unit, slope: f64) -> f64 {
    let crate::rules::Condition::Rate { per_ms, .. } = &rule.logic.condition else { return slope };
    let own = rule.logic.unit.unwrap_or(unit);
    unit.convert_difference(slope, own).unwrap_or(slope) * *per_ms as f64
}
