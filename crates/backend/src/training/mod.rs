//! The training city: a seeded, living city, advanced second by second of city time.
//!
//! Incidents come only from what the rules warn of, by what devices show in the telemetry, and from what people report;
//! crews and the duty officers of district centres act through the same rules as everybody. Everything is an exercise.
//! Pure: no clock, no socket, no file but the scenario that is read before the start.

mod act;
pub(crate) mod chance;
mod course;
mod crews;
pub(crate) mod devices;
mod drones;
mod excursions;
mod fleet;
pub(crate) mod gauges;
mod officers;
pub(crate) mod past;
mod perception;
pub mod record;
mod reports;
mod scenario;
mod words;

use crate::{BackendError, Surroundings};
use act::Act;
use chance::Chance;
use city::{Actor, City, CityTime, Command, DistrictCode, Event, Source, Status, UnitId, UnitState};
use drones::Drones;
use excursions::Excursions;
use fleet::Fleet;
use officers::Officers;
use perception::Perception;
use reports::Reporters;
use std::collections::BTreeMap;
use std::sync::Arc;
use watch::register::Register;
use words::Words;

pub use crate::telemetry::{Changes, Fix, Reading};
pub use reports::PastReports;
pub use scenario::{Scenario, ScenarioDevice, ScenarioReport};

/// How many incidents a minute arise in the city: 7.79 million in some 20 months.
pub(crate) const INCIDENTS_PER_MINUTE: f64 = 9.0;
/// The part of them that devices see; people report the rest.
pub(crate) const SEEN_BY_DEVICES: f64 = 0.6;
/// The part of what devices show past its level that leads to an incident under the rules that ship; the rest is warned
/// of, and that is all: measured over an hour.
pub(crate) const LEADS_TO_INCIDENT: f64 = 0.6;
/// When nothing happened for so long, a unit on patrol checks in, seconds: looked at once a second, so that a stream is
/// never silent for three.
const QUIET_S: f64 = 1.5;
/// How often the duty officers look at their lists, steps.
const OFFICERS_EVERY: i64 = 5;

/// The training city beside its state, which is a [`City`].
pub struct TrainingCity {
    surroundings: Arc<Surroundings>,
    chance: Chance,
    words: Words,
    perception: Perception,
    reporters: Reporters,
    fleet: Fleet,
    drones: Drones,
    officers: Officers,
    scenario: Scenario,
    began: CityTime,
    speed: f64,
    /// The last second that was stepped.
    stepped: CityTime,
    fixes: BTreeMap<UnitId, Fix>,
    measured: Vec<Reading>,
    checked_in: Option<UnitId>,
}

impl TrainingCity {
    /// The state of a city at its very beginning: every unit at home, watched by so many `rules` that answer to `register`.
    pub fn first(surroundings: &Surroundings, register: &Register, rules: usize, at: CityTime) -> City {
        let routes = &surroundings.layers.drone_routes;
        let units = fleet::units(&surroundings.stations, at);
        City {
            now: at,
            status: Status::Exercise,
            algorithms: register.entries().map(|entry| (entry.id.clone(), entry.clone())).collect(),
            rules: rules as u32,
            units: units.chain(Drones::units(routes, at, surroundings)).collect(),
            ..City::default()
        }
    }

    /// The living part of `city` of `seed`, that began at `began` and goes on at `now`, run at `speed`.
    pub fn new(
        surroundings: Arc<Surroundings>,
        seed: u64,
        speed: f64,
        scenario: Scenario,
        began: CityTime,
        city: &City,
        now: CityTime,
    ) -> Result<Self, BackendError> {
        let chance = Chance::new(seed);
        let directed = scenario.silent.iter().filter(|_| city.sequence == 0);
        let silent = directed.chain(&city.silent).cloned().collect();
        let stepped = CityTime(now.0.div_euclid(1_000) * 1_000);
        let layers = &surroundings.layers;
        let per_s = scenario.incidents_per_minute.unwrap_or(INCIDENTS_PER_MINUTE) / 60.0;
        let seen = per_s * SEEN_BY_DEVICES;
        let mut excursions = Excursions::new(
            chance,
            seen / LEADS_TO_INCIDENT,
            &surroundings.devices,
            &residents(&surroundings),
        );
        excursions.catch_up(began, stepped);
        let mut perception = Perception::new(chance, excursions, &surroundings.devices);
        perception.force(&scenario, began, &surroundings.devices);
        perception.look(stepped, &silent);
        let reporters = reporters(&surroundings, chance, &scenario);
        Ok(Self {
            chance,
            words: Words::shipped()?,
            perception,
            reporters,
            fleet: Fleet::new(chance, &surroundings.stations, stepped),
            drones: Drones::new(chance, &layers.drone_routes, stepped),
            officers: Officers::new(chance, speed),
            scenario,
            began,
            speed,
            stepped,
            fixes: BTreeMap::new(),
            measured: Vec::new(),
            checked_in: None,
            surroundings,
        })
    }

    /// When the next step is due: the next whole second of city time.
    pub fn next_step(&self) -> CityTime {
        self.stepped.plus_ms(1_000)
    }

    /// Advances the city by one second: everybody moves and acts. The events are applied to `city` already.
    pub fn step(&mut self, city: &mut City) -> Vec<Event> {
        let at = self.next_step();
        let before = self.stepped;
        self.stepped = at;
        let surroundings = self.surroundings.clone();
        // The director first: what is switched off from the start raises nothing in the first second either.
        let mut events = perform(city, at, self.directed(before, at, city), &surroundings);
        let (fixes, mut acts) = self.fleet.step(city, at, &*surroundings);
        let (flown, said) = self.drones.step(city, at);
        acts.extend(said);
        self.fixes.extend(fixes.into_iter().chain(flown).map(|fix| (fix.unit.clone(), fix)));
        self.perception.step(at, &city.silent);
        acts.extend(self.reporters.step(at, &self.words, &*surroundings));
        acts.extend(crews::speak(city, at, self.chance, &self.words));
        if (at.0 / 1_000) % OFFICERS_EVERY == 0 {
            acts.extend(self.officers.step(city, at, &self.words));
        }
        events.extend(perform(city, at, acts, &surroundings));
        if at.seconds_since(city.now) >= QUIET_S * self.speed.max(1.0) {
            let checked_in = self.check_in(city);
            events.extend(perform(city, at, checked_in.into_iter().collect(), &surroundings));
        }
        events
    }

    /// What changed since it was last asked for. The watch looks at what was told here, and at that alone.
    pub fn changes(&mut self) -> Changes {
        self.changes_without(|_| false)
    }

    /// The same without the devices, by their rows, whose values somebody else tells.
    pub fn changes_without(&mut self, is_told: impl Fn(usize) -> bool) -> Changes {
        let (readings, measured) = self.perception.tell(is_told);
        self.measured = measured;
        let fixes = std::mem::take(&mut self.fixes).into_values().collect();
        Changes { at: self.stepped, readings, fixes }
    }

    /// All that was measured until [`TrainingCity::changes`] was last asked for: what the watch looks at.
    pub fn measured(&mut self) -> Vec<Reading> {
        std::mem::take(&mut self.measured)
    }

    /// The last second that was lived.
    pub fn lived(&self) -> CityTime {
        self.stepped
    }

    /// What the scenario has for the seconds after `before` up to `at`.
    fn directed(&self, before: CityTime, at: CityTime, city: &City) -> Vec<Act> {
        let mut acts = Vec::new();
        if city.sequence == 0 {
            for risk_class in self.scenario.silent.iter().cloned() {
                let actor = Actor::city_commander("training:director");
                let command = Command::SwitchDevices { risk_class, reporting: false };
                acts.push(Act { actor, command, source: None });
            }
        }
        for report in &self.scenario.reports {
            let due = self.began.plus_s(report.after_s);
            if due > before && due <= at {
                let ScenarioReport { risk_class, lon, lat, text, .. } = report.clone();
                let source = Source::Resident { name: "市民(演练)".to_owned() };
                acts.push(Act::report(
                    "resident:exercise",
                    source,
                    Command::Report { risk_class, lon, lat, text },
                ));
            }
        }
        acts
    }

    /// The next unit on patrol, in the order of their identifiers, says where it is.
    fn check_in(&mut self, city: &City) -> Option<Act> {
        let after = self.checked_in.take();
        let on_patrol = |id: &&UnitId| city.units.get(*id).is_some_and(|u| u.state == UnitState::Patrol);
        let later = city.units.keys().filter(|id| after.as_ref().is_none_or(|a| *id > a)).find(on_patrol);
        let id = later.or_else(|| city.units.keys().find(on_patrol))?;
        self.checked_in = Some(id.clone());
        let at = city.units.get(id)?.at;
        Some(Act::crew(id, Command::CheckIn { unit_id: id.clone(), lon: at.lon, lat: at.lat }))
    }
}

/// Who reports in the city, and how often.
fn reporters(surroundings: &Surroundings, chance: Chance, scenario: &Scenario) -> Reporters {
    let layers = &surroundings.layers;
    let per_s = scenario.incidents_per_minute.unwrap_or(INCIDENTS_PER_MINUTE) / 60.0;
    Reporters::new(chance, per_s * (1.0 - SEEN_BY_DEVICES), &layers.townships, &residents(surroundings))
}

/// How many live in each district.
fn residents(surroundings: &Surroundings) -> Vec<(DistrictCode, f64)> {
    surroundings.layers.districts.iter().map(|d| (d.code, f64::from(d.population))).collect()
}

/// Puts `acts` to the rules, one after the other. What they refuse does not happen: the actor looks again
/// at the next step.
fn perform(city: &mut City, at: CityTime, acts: Vec<Act>, surroundings: &Surroundings) -> Vec<Event> {
    let mut events = Vec::new();
    for Act { actor, command, source } in acts {
        if let Ok(bodies) = city.decide(&actor, &command, source, surroundings) {
            events.extend(city.happen(at, bodies));
        }
    }
    events
}
