//! Devices of which nothing is heard. Each has one time at which it will be looked at, however many rules mind.

use super::areas::shared_key;
use super::desk::Due;
use super::devices::NOWHERE;
use super::engine::Engine;
use super::profile::Profile;
use super::slots::{Slot, Walk};
use super::state::NO_COLOUR;
use super::work::about;

impl Engine {
    /// Sees to it that a device is looked at when it may have become silent.
    pub(super) fn expect(&mut self, device: u32) {
        let hot = &mut self.devices.hot[device as usize];
        if let (Some(first), false) = (self.profiles[hot.profile as usize].next_silence(0), hot.timed) {
            hot.timed = true;
            let due = hot.heard.saturating_add(first).max(self.desk.board.now);
            self.desk.later(due, Due::Device(device));
        }
    }

    /// Looks at a device that may have become silent at `due`.
    pub(super) fn wake(&mut self, device: u32, due: i64) {
        let Self { devices, profiles, slots, desk, areas, .. } = self;
        let profile = profiles[devices.hot[device as usize].profile as usize].clone();
        let heard = devices.hot[device as usize].heard;
        let silent = due.saturating_sub(heard);
        let mut head = devices.hot[device as usize].chain;
        for rule in &profile.silences {
            let reached = rule.after.iter().position(|after| *after <= silent);
            let Some(colour) = reached else { continue };
            let mut walk = Walk::from(head);
            let slot = match slots.seek(&mut walk, rule.rule) {
                Some(slot) => slot,
                None => slots.insert(&mut walk, &mut head, rule.rule),
            };
            devices.hot[device as usize].silent = true;
            let Slot { seat, now, .. } = slots.get(slot);
            let before = now.active;
            if before as usize <= colour {
                continue;
            }
            now.set(colour as u8, due, heard);
            match rule.shared {
                Some(by) if before == NO_COLOUR => {
                    let key = shared_key(by, &devices.info[device as usize]);
                    areas.silence(rule.rule, key, true, due, desk);
                }
                Some(_) => {}
                None => {
                    let spot = devices.info[device as usize].at;
                    let about = |colour: city::WarningColour| {
                        let seconds = |ms: i64| ms as f64 / 1_000.0;
                        let mut about = about(devices, device, spot, seconds(silent));
                        about.level = seconds(rule.after[crate::rules::rule::rank(colour)]);
                        about
                    };
                    desk.settle(seat, rule.rule, before, now, due, device.into(), about);
                }
            }
        }
        let hot = &mut devices.hot[device as usize];
        hot.chain = head;
        hot.timed = false;
        if let Some(next) = profile.next_silence(silent) {
            hot.timed = true;
            desk.later(heard.saturating_add(next), Due::Device(device));
        }
    }

    /// A device was heard: what was silent no longer is.
    pub(super) fn heard(&mut self, device: u32, profile: &Profile) {
        let Self { devices, slots, desk, areas, .. } = self;
        let hot = &devices.hot[device as usize];
        let (at, head) = (desk.board.now, hot.chain);
        if head != NOWHERE {
            let spot = devices.info[device as usize].at;
            for rule in &profile.silences {
                let Some(slot) = slots.seek(&mut Walk::from(head), rule.rule) else { continue };
                let Slot { seat, now, .. } = slots.get(slot);
                let before = now.active;
                now.set(NO_COLOUR, at, at);
                match rule.shared {
                    Some(by) if before != NO_COLOUR => {
                        let key = shared_key(by, &devices.info[device as usize]);
                        areas.silence(rule.rule, key, false, at, desk);
                    }
                    Some(_) => {}
                    None => {
                        let about = |_| about(devices, device, spot, 0.0);
                        desk.settle(seat, rule.rule, before, now, at, device.into(), about);
                    }
                }
            }
        }
        self.devices.hot[device as usize].silent = false;
        self.expect(device);
    }
}
