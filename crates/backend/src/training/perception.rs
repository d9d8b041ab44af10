//! What the devices show, and the incidents that follow from it.
//!
//! An alarm is raised only on a value that was told in the telemetry; a device raises one incident an
//! excursion, and none while one of its incidents is open.

use super::act::Act;
use super::chance::Chance;
use super::devices::{self, Kind, PERIOD_S};
use super::excursions::Excursions;
use super::scenario::Scenario;
use super::words::Words;
use crate::telemetry::Reading;
use city::{City, CityTime, Command, Device, DeviceId, Measure, RiskClass, Source};
use std::collections::{BTreeSet, HashSet};

/// A value that a scenario forces on a device.
struct Forced {
    row: usize,
    from: CityTime,
    to: CityTime,
    value: f64,
}

/// All devices, what they show, and what was told of it.
pub struct Perception {
    chance: Chance,
    excursions: Excursions,
    forced: Vec<Forced>,
    phases: Vec<Vec<usize>>,
    /// The newest of each device.
    newest: Vec<Option<Reading>>,
    /// Whose newest is not yet told, in the order of measuring; a device may stand here twice.
    untold: Vec<usize>,
    /// Told, past the alarm, and not yet looked at.
    alarming: Vec<Reading>,
    /// Whose alarm has led to an incident in this excursion.
    raised: BTreeSet<usize>,
    kinds: Vec<Kind>,
    /// The kind of each device, as a place in `kinds`.
    kind_of: Vec<Option<usize>>,
}

impl Perception {
    /// Devices that have not measured anything yet.
    pub fn new(chance: Chance, excursions: Excursions, devices: &[Device]) -> Self {
        let known = RiskClass::KNOWN.iter();
        let kinds: Vec<Kind> = known
            .filter_map(|class| Some(Kind { class: class.clone(), measure: Measure::of(class)? }))
            .collect();
        let kind_of = |device: &Device| kinds.iter().position(|kind| kind.class == device.class);
        Self {
            chance,
            excursions,
            forced: Vec::new(),
            phases: devices::staggered(devices.len(), chance),
            newest: vec![None; devices.len()],
            untold: Vec::new(),
            alarming: Vec::new(),
            raised: BTreeSet::new(),
            kind_of: devices.iter().map(kind_of).collect(),
            kinds,
        }
    }

    /// Forces what `scenario` asks for, in a city that began at `began`.
    pub fn force(&mut self, scenario: &Scenario, began: CityTime, devices: &[Device]) {
        let forced = scenario.devices.iter().filter_map(|d| {
            let from = began.plus_s(d.after_s);
            Some(Forced { row: d.row(devices)?, from, to: from.plus_s(d.for_s), value: d.value })
        });
        self.forced.extend(forced);
    }

    /// The last period up to `now`: every device that is not `silent` shows a value.
    pub fn look(&mut self, now: CityTime, silent: &BTreeSet<RiskClass>) {
        for back in (0..PERIOD_S).rev() {
            self.measure(now.plus_s(-(back as f64)), silent);
        }
    }

    /// One second: the devices whose turn it is measure; what was told and alarms becomes a report.
    pub fn step(&mut self, city: &City, at: CityTime, devices: &[Device], words: &Words) -> Vec<Act> {
        self.excursions.step(at);
        self.measure(at, &city.silent);
        if self.alarming.is_empty() {
            return Vec::new();
        }
        let open: HashSet<DeviceId> =
            city.incidents.values().filter(|i| i.is_open()).filter_map(source).collect();
        let told = std::mem::take(&mut self.alarming);
        told.into_iter().filter_map(|reading| self.report(reading, &open, city, devices, words)).collect()
    }

    /// What was measured since it was last told, but for the rows that `is_left_out`. Told values may lead to incidents
    /// from the next step on.
    pub fn tell(&mut self, is_left_out: impl Fn(usize) -> bool) -> Vec<Reading> {
        let mut rows = std::mem::take(&mut self.untold);
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| !is_left_out(*row));
        let told: Vec<Reading> = rows.into_iter().filter_map(|row| self.newest[row]).collect();
        for reading in &told {
            if self.kind(reading.device).is_some_and(|kind| kind.measure.alarms(reading.value)) {
                self.alarming.push(*reading);
            } else {
                self.raised.remove(&reading.device);
            }
        }
        told
    }

    fn kind(&self, row: usize) -> Option<&Kind> {
        self.kinds.get((*self.kind_of.get(row)?)?)
    }

    fn measure(&mut self, at: CityTime, silent: &BTreeSet<RiskClass>) {
        // What holds for a whole class is worked out once a second, not once a device.
        let day: Vec<Option<f64>> =
            self.kinds.iter().map(|k| (!silent.contains(&k.class)).then(|| k.rhythm(at))).collect();
        let phase = (at.0.div_euclid(1_000)).rem_euclid(PERIOD_S) as usize;
        for &row in &self.phases[phase] {
            let Some(place) = self.kind_of[row] else { continue };
            let Some(rhythm) = day[place] else { continue };
            let forced = self.forced.iter().find(|f| f.row == row && f.from <= at && at < f.to);
            let value = match forced {
                Some(forced) => forced.value,
                None => self.kinds[place].value(self.chance, row, at, rhythm, self.excursions.of(row)),
            };
            self.newest[row] = Some(Reading { device: row, value, at });
            self.untold.push(row);
        }
    }

    fn report(
        &mut self,
        reading: Reading,
        open: &HashSet<DeviceId>,
        city: &City,
        devices: &[Device],
        words: &Words,
    ) -> Option<Act> {
        let device = devices.get(reading.device)?;
        if open.contains(&device.id) {
            self.raised.insert(reading.device);
            return None;
        }
        if self.raised.contains(&reading.device) || city.silent.contains(&device.class) {
            return None;
        }
        let unit = Measure::of(&device.class)?.unit;
        let text = words.alarm(&device.class, reading.value, unit);
        let source = Source::Device { device_id: device.id.clone(), value: reading.value };
        let (risk_class, lon, lat) = (device.class.clone(), device.at.lon, device.at.lat);
        let command = Command::Report { risk_class, lon, lat, text };
        Some(Act::report(&format!("device:{}", device.id), source, command))
    }
}

fn source(incident: &city::Incident) -> Option<DeviceId> {
    match &incident.source {
        Source::Device { device_id, .. } => Some(device_id.clone()),
        _ => None,
    }
}
