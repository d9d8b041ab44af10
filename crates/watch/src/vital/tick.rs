//! Time passes: the old falls out, areas are added up, readings are made, a minute is remembered.

use super::calendar::{MINUTE_MS, index};
use super::engine::VitalSigns;
use super::gather::Gather;
use super::wheel::NOBODY;
use crate::rules::DeviceHandle;
use city::CityTime;
use std::cmp::Reverse;

impl VitalSigns {
    /// Brings the readings to `now`; a time before the newest tick's is taken as that. What did not change costs nothing.
    pub fn tick(&mut self, now: CityTime) {
        self.now = self.now.max(now);
        self.drop_old();
        for sign in 0..self.cells.len() {
            if self.now.0 >= self.due[sign] {
                self.due[sign] = self.now.0.saturating_add(self.definitions.signs[sign].refresh_ms);
                self.add_up(sign);
            }
        }
        if index(self.now, MINUTE_MS) > self.history.newest_minute() {
            self.history.record(self.now, &self.readings, &self.places);
        }
    }

    /// It is `now`: what was measured until then is no longer of the future, and may be told before the tick that shows
    /// it. Where a tick is minutes after the one before, values told after it would be old before they are shown.
    pub fn reach(&mut self, now: CityTime) {
        self.now = self.now.max(now);
    }

    /// A moment of a past that nobody followed: what devices told at `at`, added up and remembered as one sample. Moments
    /// come in their order; this is for signs of their own, whose history others then recall.
    pub fn relive(&mut self, at: CityTime, told: impl IntoIterator<Item = (DeviceHandle, f64)>) {
        self.now = self.now.max(at);
        for (device, value) in told {
            // What a device cannot have told is no part of the past either.
            let _ = self.take(device.0, value, at.0);
        }
        self.drop_old();
        (0..self.cells.len()).for_each(|sign| self.add_up(sign));
        self.history.record(self.now, &self.readings, &self.places);
    }

    fn drop_old(&mut self) {
        let now = self.now.0;
        let mut heads = Vec::new();
        self.wheel.take(now, &mut heads);
        for head in heads {
            let mut device = head;
            while device != NOBODY {
                let hot = &mut self.hot[device as usize];
                let next = hot.next;
                hot.waits = false;
                self.look_at(device);
                device = next;
            }
        }
        while let Some(Reverse((due, device))) = self.early.peek().copied()
            && due <= now
        {
            self.early.pop();
            self.hot[device as usize].early = false;
            self.look_at(device);
        }
    }

    /// Drops what is too old of a device, and sees to it that the rest is looked at again.
    fn look_at(&mut self, device: u32) {
        let hot = &self.hot[device as usize];
        if !hot.enrolled {
            return;
        }
        let stale = self.profiles.all[usize::from(hot.profile)].stale_ms;
        let young = |at: i64| self.now.0.saturating_sub(at) <= stale;
        let online = hot.online && young(hot.heard);
        let value = hot.counted().filter(|_| young(hot.newest_at));
        if (online, value.is_some()) != (hot.online, hot.reporting) {
            self.turn(device, online, value);
        }
        self.wait(device, stale);
    }

    fn add_up(&mut self, sign: usize) {
        let definition = &self.definitions.signs[sign];
        let cells = &mut self.cells[sign];
        let mut city_changed = false;
        for district in self.places.below(0) {
            let district = *district as usize;
            let townships = self.places.below(district);
            if !townships.iter().any(|township| cells[*township as usize].dirty) {
                continue;
            }
            city_changed = true;
            let mut whole = std::mem::replace(&mut cells[district], super::cell::Cell::new());
            whole.clear();
            for township in townships {
                let township = *township as usize;
                let cell = &mut cells[township];
                if cell.lost_extreme && matches!(definition.gather, Gather::Max | Gather::Min) {
                    let (hot, profiles) = (&self.hot, &self.profiles.all);
                    let members = std::mem::take(&mut cell.members);
                    let values = members.iter().filter_map(|device| {
                        let hot = &hot[*device as usize];
                        let profile = &profiles[usize::from(hot.profile)];
                        let member = profile.members.iter().find(|m| usize::from(m.sign) == sign)?;
                        profile.share(member, hot.online, hot.counted()).value
                    });
                    cell.find_extreme(definition.gather, values);
                    cell.members = members;
                }
                if cell.dirty {
                    cell.dirty = false;
                    self.readings[sign][township] = cell.reading(definition, self.places.area(township));
                }
                whole.absorb(&cells[township], definition.gather);
            }
            self.readings[sign][district] = whole.reading(definition, self.places.area(district));
            cells[district] = whole;
        }
        if city_changed {
            let mut whole = std::mem::replace(&mut cells[0], super::cell::Cell::new());
            whole.clear();
            for district in self.places.below(0) {
                whole.absorb(&cells[*district as usize], definition.gather);
            }
            self.readings[sign][0] = whole.reading(definition, self.places.area(0));
            cells[0] = whole;
        }
    }
}
