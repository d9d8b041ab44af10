//! The city's watch: what devices tell goes through the rules, and what they warn of is said to the city.
//!
//! It keeps no state of the city: `City::warn` decides what is news and what follows. Without a thread or a clock, so
//! that a training city without a backend warns of the same.

mod carried;
mod files;
mod health;
mod memory;
mod told;

pub use files::{RuleFiles, RulesFault};
pub use health::{Looked, Rate, RulesHealth};
pub use memory::{Keeper, Kept};

use crate::Surroundings;
use crate::telemetry::Reading;
use carried::Carried;
use city::{
    AlgorithmId, AlgorithmState, City, CityTime, Event, Jurisdiction, LonLat, Said, WarningId, World,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use watch::register::Register;
use watch::rules::{Change, DeviceHandle, DeviceInfo, Engine, Observation, Raise, RuleSet, What};

/// How often the engine looks at what comes with time alone, milliseconds of city time.
const TICK_MS: i64 = 1_000;

/// The rules as they run over the devices of a city.
pub struct Watching {
    engine: Engine,
    surroundings: Arc<Surroundings>,
    /// The warnings that were said and are not over, by the engine's identifiers.
    told: HashSet<Arc<str>>,
    /// Warnings that were in force when this watch began, and which of them it has seen since.
    carried: Carried,
    ticked: CityTime,
    /// The state of each algorithm, as the city had it last.
    states: HashMap<AlgorithmId, AlgorithmState>,
    batch: Vec<Observation>,
}

impl Watching {
    /// A watch over the devices of `surroundings`, that begins at the city's time `now`.
    pub fn new(surroundings: Arc<Surroundings>, rules: RuleSet, now: CityTime) -> Self {
        let mut engine = Engine::new(rules, now);
        let townships = &surroundings.layers.townships;
        for device in &surroundings.devices {
            let mut info = DeviceInfo::new(device.id.clone(), device.class.clone(), device.place, device.at);
            // In the training city each class is a department's platform, and each township has a gateway.
            let source = city::RiskClass::KNOWN.iter().position(|class| *class == device.class);
            let gateway = townships.binary_search_by_key(&device.place.township, |township| township.code);
            info.source = source.map_or(0, |n| n as u16 + 1);
            info.gateway = gateway.map_or(0, |n| n as u16 + 1);
            // A handle is the device's row, so that each is enrolled, whatever is the matter with it.
            if let Err(error) = engine.enrol(info) {
                tracing::error!("device {}: {error}; no rule watches it", device.id);
            }
        }
        Self {
            engine,
            surroundings,
            told: HashSet::new(),
            carried: Carried::default(),
            ticked: now,
            states: HashMap::new(),
            batch: Vec::new(),
        }
    }

    /// What a watch says that takes up `city`: the register, the rules it goes by and the `faults` of newer files. Warnings that are in force are
    /// carried on: a rule that still warns takes its own up again, and what no rule warns of any more ends in time.
    ///
    /// With what the watch before remembered, rules go on as if nobody had stopped, and only what that does not know is
    /// carried.
    pub fn take_up(
        &mut self,
        city: &City,
        register: &Register,
        faults: Vec<String>,
        kept: Option<Kept>,
    ) -> Vec<Said> {
        let mut changes = Vec::new();
        let mut names = HashMap::new();
        if let Some(kept) = kept {
            names = kept.names.into_iter().map(|(ours, theirs)| (Arc::from(ours), theirs)).collect();
            let in_force = |ours: &str| {
                let name = names.get(ours).cloned().unwrap_or_else(|| WarningId(ours.into()));
                city.warnings.get(&name).is_some_and(city::Warning::is_in_force)
            };
            changes = self.engine.recall(&kept.memory, in_force);
        }
        let alone = self.engine.warnings().filter(|w| w.group.is_none() && w.raises != Raise::Nothing);
        self.told = alone.map(|warning| warning.id.clone()).collect();
        let known: HashSet<Arc<str>> =
            self.told.iter().cloned().chain(self.engine.groups().map(|group| group.id)).collect();
        self.carried = Carried::of(city, self.engine.rules(), self.engine.now(), &known, names);
        let mut said: Vec<Said> = register.entries().map(|a| Said::Registers(Box::new(a.clone()))).collect();
        said.push(self.rules_said(faults));
        said.extend(self.said(changes));
        said
    }

    /// What it remembers, to be written down.
    pub fn memory(&self) -> Kept {
        Kept { names: self.carried.names(), memory: self.engine.memory() }
    }

    /// Follows the register: what was withdrawn stops, what was restored runs on.
    pub fn follow(&mut self, city: &City) -> Vec<Said> {
        let now = self.engine.now();
        let mut changes = Vec::new();
        for (id, entry) in &city.algorithms {
            let before = self.states.insert(id.clone(), entry.state);
            let (was, is) =
                (before == Some(AlgorithmState::Withdrawn), entry.state == AlgorithmState::Withdrawn);
            if is && !was {
                changes.extend(self.engine.withdraw(id.as_str(), now));
            } else if was && !is {
                changes.extend(self.engine.restore(id.as_str(), now));
            }
        }
        self.said(changes)
    }

    /// Takes what devices told by the city's time `now`, in the order it came. Readings of no device are passed over.
    pub fn observe(&mut self, readings: &[Reading], now: CityTime) -> Vec<Said> {
        let mut batch = std::mem::take(&mut self.batch);
        batch.clear();
        batch.extend(readings.iter().filter_map(|reading| {
            let device = DeviceHandle(u32::try_from(reading.device).ok()?);
            Some(Observation::new(device, reading.at, reading.value))
        }));
        let changes = self.engine.observe(&batch, now);
        self.batch = batch;
        let mut said = self.said(changes);
        if now.0 - self.ticked.0 >= TICK_MS {
            self.ticked = now;
            let changes = self.engine.tick(now);
            said.extend(self.said(changes));
            said.extend(self.carried.overdue(now));
        }
        said
    }

    /// Takes other rules, or tells what is wrong with them; then those before stay.
    pub fn reload(&mut self, read: Result<RuleSet, Vec<String>>, now: CityTime) -> Vec<Said> {
        match read {
            Ok(rules) => {
                let changes = self.engine.replace(rules, now);
                let mut said = self.said(changes);
                said.push(self.rules_said(Vec::new()));
                said
            }
            Err(faults) => vec![self.rules_said(faults)],
        }
    }

    fn rules_said(&self, faults: Vec<String>) -> Said {
        Said::Rules(self.engine.rules().rules().len() as u32, faults)
    }

    /// What could not be used so far, and what is wrong with devices and sources.
    pub fn health(&self) -> &watch::rules::Health {
        self.engine.health()
    }

    fn said(&mut self, changes: Vec<Change>) -> Vec<Said> {
        let mut said = Vec::new();
        for change in changes {
            match &change.what {
                What::Raised(warning) | What::Flapping(warning) | What::Recoloured(warning, _) => {
                    // A member of a grouped one is told with it, and a sign that leads to nothing is no warning.
                    if warning.group.is_none() && warning.raises != Raise::Nothing {
                        self.told.insert(warning.id.clone());
                        said.push(self.warns(told::warning(warning, |area| self.middle(area))));
                    } else if self.told.remove(&warning.id) {
                        said.push(self.ended(&warning.id, city::WhyEnded::Over));
                    }
                }
                What::Joined(warning, _) => {
                    if self.told.remove(&warning.id) {
                        said.push(self.ended(&warning.id, city::WhyEnded::Grouped));
                    }
                }
                What::Cleared(warning, why) => {
                    if self.told.remove(&warning.id) {
                        said.push(self.ended(&warning.id, told::why(*why)));
                    }
                }
                What::Grouped(group) | What::GroupChanged(group) => {
                    let runs = |id: &str| {
                        self.engine.rules().rule(id).filter(|rule| !self.engine.is_withdrawn(rule))
                    };
                    let told = told::group(group, runs, &self.surroundings.layers);
                    said.extend(told.map(|warning| self.warns(warning)));
                }
                What::GroupCleared(group) => said.push(self.ended(&group.id, city::WhyEnded::Over)),
            }
        }
        said
    }

    fn warns(&mut self, mut warning: city::Warning) -> Said {
        self.carried.name(&mut warning);
        Said::Warns(Box::new(warning))
    }

    fn ended(&mut self, id: &Arc<str>, why: city::WhyEnded) -> Said {
        Said::Ended(self.carried.name_of(id), why)
    }

    fn middle(&self, area: Jurisdiction) -> Option<LonLat> {
        self.surroundings.middle(area)
    }
}

/// What follows in `city` from what a watch says at `at`: its events, already applied.
pub fn hear(city: &mut City, said: Vec<Said>, at: CityTime, world: &dyn World) -> Vec<Event> {
    let mut events = Vec::new();
    for one in said {
        let bodies = city.warn(one, at, world);
        events.extend(city.happen(at, bodies));
    }
    events
}
