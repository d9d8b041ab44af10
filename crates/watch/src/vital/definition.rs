//! What a vital sign is: its words, its devices, how they are gathered, where it is grave.

use super::gather::{Gather, Side};
use super::level::{Reference, Station};
use crate::rules::{AlgorithmName, RuleError, Unit};
use city::{Jurisdiction, RiskClass, WarningColour};
use std::sync::Arc;

/// Devices that measure the same: one class, one property, one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceKind {
    /// Its identifier.
    pub id: Arc<str>,
    /// The class of the devices.
    pub class: RiskClass,
    /// What they measure, where that is not what their class measures.
    pub property: Option<Arc<str>>,
    /// The unit of their values, unless a device says another.
    pub unit: Unit,
    /// The least valid value.
    pub min: f64,
    /// The greatest valid value.
    pub max: f64,
    /// How old the newest value may be and still count, milliseconds.
    pub stale_ms: i64,
}

/// How many devices must report before an area of each level has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Least {
    /// In the city.
    pub city: u32,
    /// In a district.
    pub district: u32,
    /// In a township.
    pub township: u32,
}

impl Least {
    /// Of an area.
    pub fn of(self, area: Jurisdiction) -> u32 {
        match area {
            Jurisdiction::City => self.city,
            Jurisdiction::District(_) => self.district,
            Jurisdiction::Township(_) => self.township,
        }
    }
}

/// From where on a sign has which colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grades {
    /// Which values are worse.
    pub side: Side,
    /// The level of each colour, in the order of [`WarningColour::ALL`]; `None` for a colour not used.
    pub levels: [Option<f64>; 4],
}

impl Grades {
    /// The gravest colour whose level `value` has reached.
    pub fn colour(&self, value: f64) -> Option<WarningColour> {
        let past = |level: f64| self.side.badness(value) >= self.side.badness(level);
        let found = self.levels.iter().position(|level| level.is_some_and(past))?;
        Some(WarningColour::ALL[found])
    }
}

/// A comparison a sign is shown with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The same hour yesterday.
    Yesterday,
    /// The same hour of the same weekday in the last four weeks.
    Weeks,
    /// The same month of last year.
    LastYear,
}

/// A known figure of the whole city, for context.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The figure, in the sign's unit.
    pub value: f64,
    /// Where it comes from.
    pub source: Arc<str>,
}

/// A vital sign (体征指标).
#[derive(Clone, Debug, PartialEq)]
pub struct VitalSign {
    /// Its identifier.
    pub id: Arc<str>,
    /// Its Chinese name.
    pub zh: Arc<str>,
    /// Its English name.
    pub en: Arc<str>,
    /// What it is, Chinese.
    pub definition_zh: Arc<str>,
    /// What it is, English.
    pub definition_en: Arc<str>,
    /// The unit of its value.
    pub unit: Unit,
    /// Where definition and levels come from: a standard, a document, or `training value`.
    pub source: Arc<str>,
    /// The kinds of devices it is made of, by their place in [`Definitions::kinds`].
    pub kinds: Vec<u16>,
    /// How they are gathered.
    pub gather: Gather,
    /// What its levels are told against, for levels of rivers.
    pub reference: Option<Reference>,
    /// How many devices must report.
    pub least: Least,
    /// Where it is grave.
    pub grades: Grades,
    /// Least and greatest value of the histogram, for quantiles.
    pub scale: Option<(f64, f64)>,
    /// How often it is computed, milliseconds.
    pub refresh_ms: i64,
    /// What it is compared with.
    pub compare: Vec<Compare>,
    /// A known figure of the city.
    pub baseline: Option<Baseline>,
    /// The entry of the register of algorithms that answers for it.
    pub algorithm: AlgorithmName,
    /// The line of the file it stands in.
    pub line: u32,
}

/// Kinds of devices, stations and signs of one file, all checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definitions {
    pub(super) kinds: Vec<DeviceKind>,
    pub(super) stations: Vec<Station>,
    pub(super) signs: Vec<VitalSign>,
}

impl Definitions {
    /// Reads a file, or tells every fault it has, in the order of lines.
    pub fn read(file: &str, text: &str) -> Result<Definitions, Vec<RuleError>> {
        super::read::read(file, text)
    }

    /// The definitions that ship. A test reads them, so that this does not fail with a program that passed it.
    pub fn shipped() -> Result<Definitions, Vec<RuleError>> {
        Self::read("vital-signs.toml", include_str!("../../../../assets/watch/vital-signs.toml"))
    }

    /// The kinds of devices.
    pub fn kinds(&self) -> &[DeviceKind] {
        &self.kinds
    }

    /// The gauging stations.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// The signs, in the order of the file.
    pub fn signs(&self) -> &[VitalSign] {
        &self.signs
    }

    /// The station `id`.
    pub fn station(&self, id: &str) -> Option<&Station> {
        self.stations.iter().find(|station| &*station.id == id)
    }
}
