//! The city's vital signs (城市体征) and the quality of its data (数据质量): fed with what devices tell, asked by HTTP.
//!
//! The engines are pure and stand in `watch`; here are which devices there are, the made-up past of the training city,
//! and the two files beside the journal that keep what was. Deliberately absent: warnings and incidents.

mod answers;
mod beginning;
mod feeder;
mod keeper;
mod kept;
mod roster;
mod sources;

pub use answers::Asked;
pub use sources::Heard;

use crate::telemetry::{Reading, Told};
use crate::training::chance::Chance;
use crate::{BackendError, Surroundings};
use city::CityTime;
use feeder::Feeder;
use keeper::Keeper;
use roster::Roster;
use sources::Sources;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use watch::rules::DeviceHandle;
use watch::vital::VitalSigns;

/// What the training city is made from, as far as its past follows from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// What all chance comes from.
    pub seed: u64,
    /// When the city began.
    pub began: CityTime,
    /// Seconds of city time a second of real time.
    pub speed: f64,
    /// How many incidents arise a minute, where a scenario says it.
    pub incidents_per_minute: Option<f64>,
}

/// Vital signs and data quality of a city that lives. Dropping it takes in what was handed over, writes all down and ends
/// its threads.
pub struct Vitals {
    shared: Arc<Shared>,
    // Before the keeper, which writes down what this one took in last.
    feeder: Feeder,
    keeper: Keeper,
}

/// What the thread that keeps and fills the past has in common with those who feed and ask.
struct Shared {
    surroundings: Arc<Surroundings>,
    training: Training,
    chance: Chance,
    roster: Roster,
    signs: Mutex<VitalSigns>,
    sources: Mutex<Sources>,
    folder: PathBuf,
    past_is_ready: AtomicBool,
}

impl Shared {
    fn signs(&self) -> MutexGuard<'_, VitalSigns> {
        self.signs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sources(&self) -> MutexGuard<'_, Sources> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what devices of the training city measured, and what the gauges beside them measure then; `now` is the
    /// city's time. A tick shows it.
    fn take(&self, readings: &[Reading], now: CityTime) {
        let mut signs = self.signs();
        signs.reach(now);
        for Reading { device, value, at } in readings {
            let mut observe = |row: usize, value| {
                let row = u32::try_from(row).unwrap_or(u32::MAX);
                // What is refused is counted by the engine, and judged by the quality of its source.
                let _ = signs.observe(DeviceHandle(row), value, *at);
            };
            observe(*device, *value);
            for (row, gauge) in self.roster.beside(*device) {
                observe(row, gauge.value(self.chance, *at, *value));
            }
        }
        drop(signs);
        self.sources().take(&self.surroundings, readings, now);
    }

    /// Takes in the newest of what devices' own publishers measured, in the city's time. How good their reports are is told
    /// by [`Vitals::heard`], which knows those that were superseded too.
    fn published(&self, readings: &[Reading], now: CityTime) {
        let mut signs = self.signs();
        signs.reach(now);
        for Reading { device, value, at } in readings {
            let row = u32::try_from(*device).unwrap_or(u32::MAX);
            let _ = signs.observe(DeviceHandle(row), *value, *at);
        }
    }

    /// Brings the signs to `now`, the city's time, and ends weeks of quality that are over.
    fn tick(&self, now: CityTime) {
        self.signs().tick(now);
        self.sources().tick(&self.surroundings, now, crate::clock::wall_clock());
    }
}

impl Vitals {
    /// Takes in what was told, soon: nobody who tells waits for those who read.
    pub fn feel(&self, told: Told) {
        self.feeder.told(told);
    }

    /// Brings the signs to the city's time `now`, soon.
    pub fn reach(&self, now: CityTime) {
        self.feeder.time(now);
    }

    /// Judges reports of devices' own publishers, by the clocks of the world: those too that are not taken in, for their
    /// clock is hours off or they tell no number.
    pub fn heard(&self, reports: &[Heard]) {
        if !reports.is_empty() {
            self.shared.sources().heard(&self.shared.surroundings, reports);
        }
    }

    /// True once the past stands.
    fn past_is_ready(&self) -> bool {
        self.shared.past_is_ready.load(Ordering::Acquire)
    }
}

/// Why the engines cannot run.
fn unfit(what: impl std::fmt::Display) -> BackendError {
    BackendError::Vitals { why: what.to_string() }
}

#[cfg(test)]
mod tests;
