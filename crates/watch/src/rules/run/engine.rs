//! Running rules over observations: what is told goes in, changes of warnings come out.
//!
//! A reading that is past no level of a device at which nothing is up costs one look at the device's profile, however
//! many rules there are; only what differs from that costs more.

use super::areas::Areas;
use super::desk::{Desk, Due};
use super::devices::{Devices, NOWHERE};
use super::enrol::{Alike, Same};
use super::profile::Profile;
use super::recent::Reading;
use super::slots::Slots;
use crate::rules::health::FUTURE_MS;
use crate::rules::{Change, DeviceHandle, Group, Health, Observation, RuleSet, Sample, Unused, Warning};
use city::{CityTime, DeviceId, LonLat};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Observations this much older than the engine's time are looked at for a clock eight hours off, milliseconds.
const OLD_MS: i64 = 7 * 3_600_000;

/// Rules as they run.
#[derive(Debug)]
pub struct Engine {
    pub(super) set: RuleSet,
    pub(super) devices: Devices,
    pub(super) profiles: Vec<Arc<Profile>>,
    pub(super) alike: HashMap<Alike, u32>,
    pub(super) same: HashMap<Same, u32>,
    pub(super) named: HashSet<Arc<str>>,
    pub(super) misfits: HashSet<(Arc<str>, crate::rules::Unit)>,
    pub(super) slots: Slots,
    pub(super) areas: Areas,
    pub(super) desk: Desk,
    pub(super) health: Health,
    pub(super) withdrawn: BTreeSet<(Arc<str>, Option<Arc<str>>)>,
}

impl Engine {
    /// An engine of these rules at the city's time `now`.
    pub fn new(rules: RuleSet, now: CityTime) -> Self {
        let mut engine = Self {
            set: RuleSet::default(),
            devices: Devices::default(),
            profiles: Vec::new(),
            alike: HashMap::new(),
            same: HashMap::new(),
            named: HashSet::new(),
            misfits: HashSet::new(),
            slots: Slots::default(),
            areas: Areas::default(),
            desk: Desk::default(),
            health: Health::default(),
            withdrawn: BTreeSet::new(),
        };
        engine.desk.board.now = now.0;
        engine.begin(rules);
        engine
    }

    /// Takes observations that came at the city's time `now`, in the order they came, and tells what changed. Time
    /// only moves forward: an earlier `now` counts as the newest one. Silences and what else comes with time alone are
    /// found by [`Engine::tick`], so that it does not matter how observations are put into batches.
    pub fn observe(&mut self, batch: &[Observation], now: CityTime) -> Vec<Change> {
        self.forward(now);
        for observation in batch {
            self.apply(observation);
        }
        std::mem::take(&mut self.desk.board.out)
    }

    /// Finds what comes with time alone up to `now`, tells of groups that changed, and ends those that are over. To be
    /// called at least once a second.
    pub fn tick(&mut self, now: CityTime) -> Vec<Change> {
        self.forward(now);
        while let Some((at, due)) = self.desk.next_due(self.desk.board.now) {
            match due {
                Due::Device(device) => self.wake(device, at),
                Due::Area(area, given) => self.areas.wake(area, given, at, &mut self.desk),
            }
            self.pass_on();
        }
        let Desk { board, rules, .. } = &mut self.desk;
        board.storms.tick(board.now, rules, &mut board.out);
        std::mem::take(&mut self.desk.board.out)
    }

    /// The engine's time.
    pub fn now(&self) -> CityTime {
        CityTime(self.desk.board.now)
    }

    /// The rules as they were read.
    pub fn rules(&self) -> &RuleSet {
        &self.set
    }

    /// The warnings that are up, in the order of their ids.
    pub fn warnings(&self) -> impl Iterator<Item = &Arc<Warning>> {
        self.desk.board.warnings()
    }

    /// The warning `id`, while it is up.
    pub fn warning(&self, id: &str) -> Option<&Arc<Warning>> {
        self.desk.board.warning(id)
    }

    /// The grouped warnings that are not over, in the order of their ids.
    pub fn groups(&self) -> impl Iterator<Item = Group> + '_ {
        self.desk.board.storms.all()
    }

    /// What could not be used so far, and what is wrong with devices and sources.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// How many devices there are.
    pub fn device_count(&self) -> usize {
        self.devices.hot.len()
    }

    /// The device with this id.
    pub fn device(&self, id: &DeviceId) -> Option<DeviceHandle> {
        self.devices.find(id)
    }

    /// The newest reading of a device that was used, in the unit of its own values; `None` before the first.
    pub fn newest(&self, device: DeviceHandle) -> Option<(CityTime, f64, crate::rules::Unit)> {
        let hot = self.devices.hot.get(device.0 as usize).filter(|hot| hot.newest_at > i64::MIN)?;
        Some((CityTime(hot.newest_at), hot.newest, self.profiles[hot.profile as usize].unit))
    }

    /// How many rules concern a device, not counting those that look at warnings of others.
    pub fn rules_of(&self, device: DeviceHandle) -> usize {
        let hot = self.devices.hot.get(device.0 as usize);
        hot.map_or(0, |hot| self.profiles[hot.profile as usize].rules.len())
    }

    /// How many pairs of a rule and a device are remembered because something happened.
    pub fn remembered(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn forward(&mut self, now: CityTime) {
        self.desk.board.now = self.desk.board.now.max(now.0);
    }

    /// Lets rules hear of the rules they look at.
    pub(super) fn pass_on(&mut self) {
        while let Some(edge) = self.desk.edges.pop_front() {
            for n in 0..self.desk.listeners[edge.rule as usize].len() {
                let (listener, member) = self.desk.listeners[edge.rule as usize][n];
                self.areas.hear(&edge, listener, member, &mut self.desk);
            }
        }
    }

    fn apply(&mut self, o: &Observation) {
        let now = self.desk.board.now;
        let Some(hot) = self.devices.hot.get_mut(o.device.0 as usize) else {
            return self.refuse(Unused::UnknownDevice, o);
        };
        let profile = &self.profiles[hot.profile as usize];
        let mut value = o.value;
        if let Some(unit) = o.unit.filter(|unit| *unit != profile.unit) {
            match unit.convert(value, profile.unit) {
                Some(converted) => value = converted,
                None => return self.refuse(Unused::Unit, o),
            }
        }
        if !value.is_finite() {
            return self.refuse(Unused::NotFinite, o);
        }
        if value < profile.possible.0 || value > profile.possible.1 {
            return self.refuse(Unused::Impossible, o);
        }
        if o.position.is_some_and(|at| !at.is_valid()) {
            return self.refuse(Unused::Position, o);
        }
        let (at, ahead) = (o.at.0, o.at.0.saturating_sub(now));
        let mut heard = at.min(now);
        if !(-OLD_MS..=FUTURE_MS).contains(&ahead) || !self.health.clocks_are_fine() {
            let source = self.devices.info[o.device.0 as usize].source;
            self.health.look_at_clock(o.device.0, source, at, now);
            if ahead > FUTURE_MS {
                return self.refuse(Unused::Future, o);
            }
            if self.health.clock_is_off(o.device) {
                heard = now;
            }
        }
        if at <= hot.newest_at {
            return self.late(o, value);
        }
        self.health.used += 1;
        if let Some(place) = o.place {
            self.devices.roaming.insert(o.device.0, place);
        } else if o.position.is_some() && !self.devices.roaming.is_empty() {
            self.devices.roaming.remove(&o.device.0);
        }
        (hot.newest_at, hot.newest, hot.heard) = (at, value, hot.heard.max(heard));
        let mut evicted = None;
        if hot.recent != NOWHERE {
            evicted = self.devices.recent[hot.recent as usize].push(Reading { at, value });
            if hot.track != NOWHERE {
                let spot = o.position.unwrap_or(self.devices.info[o.device.0 as usize].at);
                self.devices.tracks[hot.track as usize].push(at, spot);
            }
        }
        let quiet = value > profile.quiet.0 && value < profile.quiet.1 && !profile.fenced;
        if quiet
            && hot.chain == NOWHERE
            && !hot.silent
            && profile.rates.is_empty()
            && profile.counts.is_empty()
        {
            return;
        }
        let mut steady = true;
        for (n, window) in profile.rates.iter().enumerate() {
            let kept = &mut self.devices.windows[hot.windows as usize + n];
            kept.add(window.over_ms, at, value);
            if hot.chain == NOWHERE && steady {
                let slope = kept.slope(window.over_ms, at, window.fewest);
                steady = slope.is_none_or(|slope| slope > window.quiet.0 && slope < window.quiet.1);
            }
        }
        if !quiet || !steady || hot.chain != NOWHERE || hot.silent || !profile.counts.is_empty() {
            let profile = profile.clone();
            let reading = Reading { at, value };
            self.work(o.device.0, &profile, reading, o.position, evicted);
        }
    }

    pub(super) fn refuse(&mut self, why: Unused, o: &Observation) {
        let hot = self.devices.hot.get(o.device.0 as usize);
        let profile = hot.map(|hot| &self.profiles[hot.profile as usize]);
        let sample = Sample {
            observation: *o,
            now: self.now(),
            unit: profile.map(|profile| profile.unit),
            possible: profile.map_or((f64::NEG_INFINITY, f64::INFINITY), |profile| profile.possible),
        };
        self.health.refuse(why, sample);
    }

    /// Where a device is, or was at a reading of time `at`.
    pub(super) fn spot(devices: &Devices, device: u32, at: i64) -> LonLat {
        let track = devices.hot[device as usize].track;
        let told = devices.tracks.get(track as usize).and_then(|track| track.spot(at));
        told.unwrap_or(devices.info[device as usize].at)
    }
}
