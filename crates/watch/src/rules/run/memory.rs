//! What an engine remembers, so that it can be written down and the next engine goes on from there.
//!
//! Rules are named by their place in the list, devices by theirs; both lists say who they are, so that other rules and
//! other devices can take it up.

use super::areas::AreasKept;
use super::board::Seat;
use super::desk::Desk;
use super::devices::{Devices, NOWHERE};
use super::engine::Engine;
use super::recent::{Reading, Track};
use super::shared_text;
use super::slope::Window;
use super::state::State;
use super::storm::StormsKept;
use crate::rules::rule::rank;
use crate::rules::{Rule, Subject, Warning};
use city::{CityTime, DistrictCode, LonLat, Place, RiskClass, TownshipCode, WarningColour};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// What an engine remembers. Opaque; its form may change with the version of the program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Memory {
    pub(super) at: i64,
    pub(super) rules: Vec<RuleKept>,
    pub(super) classes: Vec<RiskClass>,
    pub(super) devices: Vec<DeviceKept>,
    pub(super) areas: AreasKept,
    pub(super) up: Vec<WarningKept>,
    pub(super) storms: StormsKept,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RuleKept {
    id: String,
    /// What decides when it warns, as text: another text is another rule.
    logic: String,
    pub loaded: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DeviceKept {
    pub id: String,
    pub newest: Option<Reading>,
    pub heard: i64,
    pub silent: bool,
    pub place: Place,
    pub roaming: bool,
    pub recent: Vec<Reading>,
    pub track: Option<Track>,
    pub windows: Vec<(i64, Window)>,
    pub slots: Vec<SlotKept>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SlotKept {
    pub rule: u32,
    pub rest: u8,
    pub now: State,
    pub base: State,
    pub seat: Seat,
}

/// A warning, without what follows from its rule and colour.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct WarningKept {
    #[serde(with = "shared_text")]
    pub id: Arc<str>,
    pub rule: u32,
    pub subject: SubjectKept,
    pub place: Option<Place>,
    pub at: Option<LonLat>,
    pub colour: u8,
    pub since: i64,
    pub value: f64,
    pub level: f64,
    pub seen_at: i64,
    pub seen_since: i64,
    pub with: Vec<String>,
    pub times: u32,
    pub flapping: bool,
    #[serde(with = "shared_text::option")]
    pub group: Option<Arc<str>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum SubjectKept {
    Device(u32),
    Township(TownshipCode),
    District(DistrictCode),
    City,
    Gateway(u16),
    Source(u16),
    Spot(LonLat),
}

impl RuleKept {
    fn of(rule: &Rule, loaded: i64) -> Self {
        Self { id: rule.id.to_string(), logic: format!("{:?}", rule.logic), loaded }
    }

    /// True when what was seen for it still counts for `rule`.
    pub fn is(&self, rule: &Rule) -> bool {
        *rule.id == *self.id && format!("{:?}", rule.logic) == self.logic
    }

    pub fn id(&self) -> &str {
        &self.id
    }
}

impl WarningKept {
    pub fn of(warning: &Warning, places: &HashMap<Arc<str>, u32>) -> Option<Self> {
        let evidence = &warning.evidence;
        Some(Self {
            id: warning.id.clone(),
            rule: *places.get(&warning.rule.id)?,
            subject: match &warning.subject {
                Subject::Device(handle, _) => SubjectKept::Device(handle.0),
                Subject::Township(code) => SubjectKept::Township(*code),
                Subject::District(code) => SubjectKept::District(*code),
                Subject::City => SubjectKept::City,
                Subject::Gateway(n) => SubjectKept::Gateway(*n),
                Subject::Source(n) => SubjectKept::Source(*n),
                Subject::Spot(at) => SubjectKept::Spot(*at),
            },
            place: warning.place,
            at: warning.at,
            colour: rank(warning.colour) as u8,
            since: warning.since.0,
            value: evidence.value,
            level: evidence.level,
            seen_at: evidence.at.0,
            seen_since: evidence.since.0,
            with: evidence.with.iter().map(|id| id.to_string()).collect(),
            times: warning.times,
            flapping: warning.flapping,
            group: warning.group.clone(),
        })
    }

    pub fn colour(&self) -> Option<WarningColour> {
        WarningColour::ALL.get(usize::from(self.colour)).copied()
    }
}

/// The places of rules by their ids.
fn places(desk: &Desk) -> HashMap<Arc<str>, u32> {
    desk.rules.iter().enumerate().map(|(n, rule)| (rule.id.clone(), n as u32)).collect()
}

impl Memory {
    /// The engine's time when it was taken.
    pub fn at(&self) -> CityTime {
        CityTime(self.at)
    }

    /// How many warnings were up.
    pub fn warnings(&self) -> usize {
        self.up.len()
    }
}

impl Engine {
    /// What the engine remembers now. To be taken after a [`Engine::tick`].
    pub fn memory(&self) -> Memory {
        let places = places(&self.desk);
        let rules = self.desk.rules.iter().zip(&self.desk.loaded);
        let up = self.desk.board.warnings().filter_map(|warning| WarningKept::of(warning, &places));
        Memory {
            at: self.desk.board.now,
            rules: rules.map(|(rule, loaded)| RuleKept::of(rule, *loaded)).collect(),
            classes: self.devices.classes().to_vec(),
            devices: (0..self.devices.hot.len() as u32).map(|device| self.device_kept(device)).collect(),
            areas: self.areas.kept(),
            up: up.collect(),
            storms: self.desk.board.storms.kept(&places),
        }
    }

    fn device_kept(&self, device: u32) -> DeviceKept {
        let Devices { hot, info, recent, tracks, windows, roaming, .. } = &self.devices;
        let (hot, info) = (&hot[device as usize], &info[device as usize]);
        let profile = &self.profiles[hot.profile as usize];
        let from = hot.windows as usize;
        let rates = profile.rates.iter().enumerate().filter(|_| hot.windows != NOWHERE);
        let slot = |slot: u32| {
            let slot = self.slots.look(slot);
            let (rule, rest, seat) = (slot.rule, slot.rest, slot.seat.clone());
            SlotKept { rule, rest, now: slot.now, base: slot.base, seat }
        };
        let recent = recent.get(hot.recent as usize);
        DeviceKept {
            id: info.id.to_string(),
            newest: (hot.newest_at > i64::MIN).then_some(Reading { at: hot.newest_at, value: hot.newest }),
            heard: hot.heard,
            silent: hot.silent,
            place: self.devices.place(device),
            roaming: roaming.contains_key(&device),
            recent: recent.into_iter().flat_map(|recent| recent.iter()).collect(),
            track: tracks.get(hot.track as usize).cloned(),
            windows: rates.map(|(n, rate)| (rate.over_ms, windows[from + n].clone())).collect(),
            slots: self.slots.chain(hot.chain).map(slot).collect(),
        }
    }
}
