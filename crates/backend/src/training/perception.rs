//! What the devices show, and the incidents that follow from it.
//!
//! An alarm is raised only on a value that was told in the telemetry; a device raises one incident an
//! excursion, and none while one of its incidents is open.

use super::act::Act;
use super::chance::Chance;
use super::devices::{self, PERIOD_S};
use super::excursions::Excursions;
use super::scenario::Scenario;
use super::words::Words;
use crate::telemetry::Reading;
use city::{City, CityTime, Command, Device, DeviceId, DistrictCode, Measure, Source};
use std::collections::{BTreeMap, BTreeSet, HashSet};

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
    /// Measured and not yet told, the newest of each device.
    untold: BTreeMap<usize, Reading>,
    /// Told, past the alarm, and not yet looked at.
    alarming: Vec<Reading>,
    /// Whose alarm has led to an incident in this excursion.
    raised: BTreeSet<usize>,
    measures: Vec<Option<Measure>>,
}

impl Perception {
    /// Devices of a city that began at `began` and stands at `now`; each shows a value already.
    pub fn new(
        chance: Chance,
        per_s: f64,
        devices: &[Device],
        residents: &[(DistrictCode, f64)],
        scenario: &Scenario,
        began: CityTime,
        now: CityTime,
    ) -> Self {
        let forced = scenario.devices.iter().filter_map(|d| {
            let from = began.plus_s(d.after_s);
            Some(Forced { row: d.row(devices)?, from, to: from.plus_s(d.for_s), value: d.value })
        });
        let mut excursions = Excursions::new(chance, per_s, devices, residents);
        excursions.catch_up(now);
        let mut perception = Self {
            chance,
            excursions,
            forced: forced.collect(),
            phases: devices::staggered(devices.len(), chance),
            untold: BTreeMap::new(),
            alarming: Vec::new(),
            raised: BTreeSet::new(),
            measures: devices.iter().map(|d| Measure::of(&d.class)).collect(),
        };
        for back in (0..PERIOD_S).rev() {
            perception.measure(now.plus_s(-(back as f64)), devices, |_| false);
        }
        perception
    }

    /// One second: the devices whose turn it is measure; what was told and alarms becomes a report.
    pub fn step(&mut self, city: &City, at: CityTime, devices: &[Device], words: &Words) -> Vec<Act> {
        self.excursions.step(at);
        self.measure(at, devices, |device| city.silent.contains(&device.class));
        if self.alarming.is_empty() {
            return Vec::new();
        }
        let open: HashSet<DeviceId> =
            city.incidents.values().filter(|i| i.is_open()).filter_map(source).collect();
        let told = std::mem::take(&mut self.alarming);
        told.into_iter().filter_map(|reading| self.report(reading, &open, city, devices, words)).collect()
    }

    /// What was measured since it was last told. Told values may lead to incidents from the next step on.
    pub fn tell(&mut self) -> Vec<Reading> {
        let told: Vec<Reading> = std::mem::take(&mut self.untold).into_values().collect();
        for reading in &told {
            let alarms = self
                .measures
                .get(reading.device)
                .and_then(Option::as_ref)
                .is_some_and(|m| m.alarms(reading.value));
            if alarms {
                self.alarming.push(*reading);
            } else {
                self.raised.remove(&reading.device);
            }
        }
        told
    }

    fn measure(&mut self, at: CityTime, devices: &[Device], is_silent: impl Fn(&Device) -> bool) {
        let phase = (at.0.div_euclid(1_000)).rem_euclid(PERIOD_S) as usize;
        for &row in &self.phases[phase] {
            let Some(device) = devices.get(row).filter(|device| !is_silent(device)) else { continue };
            let forced = self.forced.iter().find(|f| f.row == row && f.from <= at && at < f.to);
            let value = match forced {
                Some(forced) => Some(forced.value),
                None => devices::value(self.chance, device, row, at, self.excursions.of(row)),
            };
            if let Some(value) = value {
                self.untold.insert(row, Reading { device: row, value, at });
            }
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
