//! What the devices show, what was told of it, and all that was measured on the way, which the watch looks at.

use super::chance::Chance;
use super::devices::{self, Kind, PERIOD_S};
use super::excursions::Excursions;
use super::scenario::Scenario;
use crate::telemetry::Reading;
use city::{CityTime, Device, Measure, RiskClass};
use std::collections::BTreeSet;

/// How much of what was measured waits to be told; in a city that runs so fast only the newest is looked at.
const MOST_MEASURED: usize = 500_000;

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
    /// All that was measured since it was last told.
    measured: Vec<Reading>,
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
            measured: Vec::new(),
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

    /// One second: the devices whose turn it is measure, but for the `silent`.
    pub fn step(&mut self, at: CityTime, silent: &BTreeSet<RiskClass>) {
        self.excursions.step(at);
        self.measure(at, silent);
    }

    /// The excursions that began at `at`: rows, and when each is over.
    pub fn planted(&self, at: CityTime) -> impl Iterator<Item = (usize, CityTime)> + '_ {
        self.excursions.begun(at)
    }

    /// The newest of what was measured since it was last told, and all of it, but for the rows that `is_left_out`.
    pub fn tell(&mut self, is_left_out: impl Fn(usize) -> bool) -> (Vec<Reading>, Vec<Reading>) {
        let mut rows = std::mem::take(&mut self.untold);
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| !is_left_out(*row));
        let newest: Vec<Reading> = rows.into_iter().filter_map(|row| self.newest[row]).collect();
        let mut measured = std::mem::take(&mut self.measured);
        if measured.len() >= MOST_MEASURED {
            return (newest.clone(), newest);
        }
        measured.retain(|reading| !is_left_out(reading.device));
        (newest, measured)
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
            let reading = Reading { device: row, value, at };
            self.newest[row] = Some(reading);
            if self.measured.len() < MOST_MEASURED {
                self.measured.push(reading);
            }
            self.untold.push(row);
        }
    }
}
