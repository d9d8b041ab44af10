//! Recorded days: what devices told and what was true, on which rules are tried and algorithms evaluated.
//!
//! A record is four texts: `record.toml` says what it is, `devices.csv` who told, `truth.csv` what was true, and
//! `observations.csv` what was told, in the order it came. Deliberately absent: files; the caller opens them.

mod about;
mod devices;
mod observations;
mod replay;
mod table;
mod truths;

pub use about::About;
pub use observations::{Came, Observations};
pub use replay::{Replayed, replay};

use crate::register::{FileFault, Judged, Register, Truth, evaluate};
use crate::rules::DeviceInfo;
use city::{AlgorithmId, CityTime, Evaluation};
use std::io::Read;

/// What a record is, but for its observations.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it says of itself.
    pub about: About,
    /// Who told. A device's handle is its place here.
    pub devices: Vec<DeviceInfo>,
    /// What was true.
    pub truths: Vec<Truth>,
}

/// The names of the files of a record.
pub mod files {
    /// What the record is.
    pub const ABOUT: &str = "record.toml";
    /// Who told.
    pub const DEVICES: &str = "devices.csv";
    /// What was true.
    pub const TRUTH: &str = "truth.csv";
    /// What was told.
    pub const OBSERVATIONS: &str = "observations.csv";
}

impl Record {
    /// Reads what the record is; a fault names file, line and column.
    pub fn read(about: &str, devices: impl Read, truth: impl Read) -> Result<Self, FileFault> {
        let about = About::read(files::ABOUT, about)?;
        let devices = devices::read(files::DEVICES, devices)?;
        let truths = truths::read(files::TRUTH, truth, &about, &devices)?;
        Ok(Self { about, devices, truths })
    }

    /// How well each algorithm did that the record can judge, in the version of `register`, evaluated at `at`. Those that
    /// the register does not know are passed over.
    pub fn evaluate(
        &self,
        replayed: &Replayed,
        register: &Register,
        at: CityTime,
    ) -> Vec<(AlgorithmId, Evaluation)> {
        let About { name, from, until, made_up, judges } = &self.about;
        let judged = Judged { data: name, from: *from, until: *until, at, made_up: *made_up };
        let entries = judges.iter().filter_map(|id| register.get(id));
        let one = |entry: &city::Algorithm| {
            evaluate(&entry.id, &entry.version, &judged, &replayed.said, &self.truths)
        };
        entries.map(|entry| (entry.id.clone(), one(entry))).collect()
    }
}

#[cfg(test)]
mod tests;
