//! Devices come and change; which rules concern them is found once for all that are alike.

use super::areas::shared_key;
use super::devices::NOWHERE;
use super::engine::Engine;
use super::profile::{Profile, quantity_of};
use super::recent::{Reading, Recent, Track};
use super::slope::Window;
use crate::rules::{Change, Condition, DeviceHandle, DeviceInfo, Ended, EnrolError, Fault, Rule, Unit};
use city::{CityTime, Place, RiskClass, RiskGrade};
use std::sync::Arc;

/// Devices that are equal in this are concerned by the same rules, unless a rule names them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Alike {
    class: RiskClass,
    property: Option<Arc<str>>,
    place: Place,
    grade: Option<u8>,
    unit: Option<Unit>,
}

/// Devices that share a profile: the rules that watch them, their unit, the bits of their least and greatest value.
pub(super) type Same = (Vec<u32>, Unit, u64, u64);

impl Engine {
    /// Enrols a device. One that is enrolled already with the same particulars keeps its handle; an id that is taken by
    /// a device with others is refused, see [`Engine::amend`].
    pub fn enrol(&mut self, info: DeviceInfo) -> Result<DeviceHandle, EnrolError> {
        let (handle, new) = self.devices.add(info, self.desk.board.now)?;
        if new {
            self.devices.count(handle.0, &mut self.desk.board.storms.population, true);
            self.assign(handle.0, None, &[]);
        }
        Ok(handle)
    }

    /// Changes the particulars of a device, but not its id. What was seen of it is forgotten, and its warnings end.
    pub fn amend(
        &mut self,
        device: DeviceHandle,
        info: DeviceInfo,
        now: CityTime,
    ) -> Result<Vec<Change>, EnrolError> {
        self.forward(now);
        if !info.at.is_valid() {
            return Err(EnrolError::Position);
        }
        let differs = match self.devices.info.get(device.0 as usize) {
            Some(old) if old.id == info.id => crate::rules::observation::difference(old, &info),
            _ => return Err(EnrolError::Taken { by: device, differs: "id" }),
        };
        if differs.is_some() {
            self.drop_slots(device.0, |_| Some(Ended::DeviceChanged));
            let profile = self.profiles[self.devices.hot[device.0 as usize].profile as usize].clone();
            for rule in &profile.silences {
                if let Some(by) = rule.shared {
                    let key = shared_key(by, &self.devices.info[device.0 as usize]);
                    self.areas.enrol(rule.rule, key, false);
                }
            }
            self.devices.count(device.0, &mut self.desk.board.storms.population, false);
            self.devices.info[device.0 as usize] = info;
            self.devices.count(device.0, &mut self.desk.board.storms.population, true);
            let hot = &mut self.devices.hot[device.0 as usize];
            (hot.newest_at, hot.newest, hot.heard) = (i64::MIN, f64::NAN, self.desk.board.now);
            (hot.recent, hot.track, hot.windows) = (NOWHERE, NOWHERE, NOWHERE);
            (hot.timed, hot.silent) = (false, false);
            self.devices.roaming.remove(&device.0);
            self.assign(device.0, None, &[]);
            self.pass_on();
        }
        Ok(std::mem::take(&mut self.desk.board.out))
    }

    /// Finds anew which rules concern each device.
    pub(super) fn assign_all(&mut self) {
        let old = std::mem::take(&mut self.profiles);
        self.alike.clear();
        self.same.clear();
        let recent = std::mem::take(&mut self.devices.recent);
        let tracks = std::mem::take(&mut self.devices.tracks);
        let windows = std::mem::take(&mut self.devices.windows);
        for device in 0..self.devices.hot.len() as u32 {
            let hot = &mut self.devices.hot[device as usize];
            let before = old.get(hot.profile as usize).cloned();
            let mine = recent.get(hot.recent as usize).cloned();
            let track = tracks.get(hot.track as usize).cloned();
            let from = hot.windows as usize;
            (hot.recent, hot.track, hot.windows, hot.timed) = (NOWHERE, NOWHERE, NOWHERE, false);
            let kept = before.map(|profile| {
                let of = |n: usize| windows.get(from.saturating_add(n)).cloned();
                let all = profile.rates.iter().enumerate();
                all.filter_map(|(n, rate)| Some((rate.over_ms, of(n)?))).collect::<Vec<_>>()
            });
            self.assign(device, Some((mine, track)), &kept.unwrap_or_default());
        }
    }

    /// Finds which rules concern a device, and gives it room for what they must remember.
    fn assign(
        &mut self,
        device: u32,
        kept: Option<(Option<Recent>, Option<Track>)>,
        windows: &[(i64, Window)],
    ) {
        let place = self.profile(device);
        let profile = self.profiles[place as usize].clone();
        let Self { devices, areas, .. } = self;
        let hot = &mut devices.hot[device as usize];
        hot.profile = place;
        let (mine, track) = kept.unwrap_or_default();
        if profile.keeps_recent {
            hot.recent = devices.recent.len() as u32;
            devices.recent.push(mine.unwrap_or_else(|| {
                let mut recent = Recent::EMPTY;
                if hot.newest_at > i64::MIN {
                    recent.push(Reading { at: hot.newest_at, value: hot.newest });
                }
                recent
            }));
        }
        if profile.keeps_track {
            hot.track = devices.tracks.len() as u32;
            devices.tracks.push(track.unwrap_or(Track::EMPTY));
        }
        if !profile.rates.is_empty() {
            hot.windows = devices.windows.len() as u32;
            for rate in &profile.rates {
                let same = windows.iter().find(|(over, _)| *over == rate.over_ms);
                devices.windows.push(same.map_or(Window::EMPTY, |(_, window)| window.clone()));
            }
        }
        for rule in &profile.silences {
            if let Some(by) = rule.shared {
                areas.enrol(rule.rule, shared_key(by, &devices.info[device as usize]), true);
            }
        }
        self.expect(device);
    }

    fn profile(&mut self, device: u32) -> u32 {
        let info = &self.devices.info[device as usize];
        let alike = Alike {
            class: info.class.clone(),
            property: info.property.clone(),
            place: info.place,
            grade: info.grade.map(|grade: RiskGrade| grade as u8),
            unit: info.unit,
        };
        let named = self.named.contains(&*info.id.0);
        if let (Some(place), false) = (self.alike.get(&alike), named) {
            return *place;
        }
        let all = &self.desk.rules;
        let concerns = |rule: &Rule| {
            !matches!(rule.logic.condition, Condition::Together { .. }) && rule.logic.watches(info)
        };
        let mine = (0..all.len()).filter(|n| !self.desk.stopped[*n] && concerns(&all[*n]));
        let mine: Vec<u32> = mine.map(|n| n as u32).collect();
        let said = mine.iter().find_map(|n| all[*n as usize].logic.unit);
        let (unit, possible) = quantity_of(info, &self.set.quantities, said);
        let key = (mine, unit, possible.0.to_bits(), possible.1.to_bits());
        let place = match self.same.get(&key) {
            Some(place) => *place,
            None => {
                let profile = Profile::new(&key.0, all, unit, possible);
                for rule in &profile.misfits {
                    let (device, rule) = (DeviceHandle(device), all[*rule as usize].id.clone());
                    if self.misfits.insert((rule.clone(), unit)) {
                        self.health.faults.push(Fault::UnitMisfit { device, unit, rule });
                    }
                }
                self.profiles.push(Arc::new(profile));
                self.same.insert(key, self.profiles.len() as u32 - 1);
                self.profiles.len() as u32 - 1
            }
        };
        if !named {
            self.alike.insert(alike, place);
        }
        place
    }
}
