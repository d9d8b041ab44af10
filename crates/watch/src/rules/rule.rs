//! A rule as its file says it: what it watches, when it warns, and what follows.

use super::{Condition, DeviceInfo, Unit};
use city::{DistrictCode, IncidentLevel, Level, Measure, RiskClass, RiskGrade, TownshipCode, WarningColour};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The entry of the register of algorithms (算法备案) that answers for a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlgorithmName {
    /// Its id in the register.
    pub id: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
}

/// What a warning of one colour raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Raise {
    /// An incident of this level.
    Incident(IncidentLevel),
    /// A notice.
    Notice,
    /// Nothing: a sign (苗头) that only other rules look at.
    Nothing,
}

/// Which devices a rule watches; an empty list means all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watch {
    /// Of this class.
    pub class: Option<RiskClass>,
    /// Measuring this property.
    pub property: Option<Arc<str>>,
    /// In these districts.
    pub districts: BTreeSet<DistrictCode>,
    /// In these townships.
    pub townships: BTreeSet<TownshipCode>,
    /// These devices by id.
    pub devices: BTreeSet<Arc<str>>,
    /// At risk points of this grade.
    pub grade: Option<RiskGrade>,
}

impl Logic {
    /// True when a device is watched. A rule that compares values and names neither a property nor devices watches what
    /// the class itself measures, not the other properties of its devices.
    pub fn watches(&self, device: &DeviceInfo) -> bool {
        let watch = &self.watch;
        let named = watch.devices.contains(&*device.id.0);
        let property = match &watch.property {
            Some(wanted) => device.property.as_ref() == Some(wanted),
            None => device.property.is_none() || self.unit.is_none() || named,
        };
        property
            && watch.class.as_ref().is_none_or(|wanted| *wanted == device.class)
            && (watch.districts.is_empty() && watch.townships.is_empty()
                || watch.districts.contains(&device.place.district)
                || watch.townships.contains(&device.place.township))
            && watch.grade.is_none_or(|wanted| Some(wanted) == device.grade)
            && (watch.devices.is_empty() || named)
    }
}

/// More raises than `raises` within `within_ms` are flapping: one warning, which stays until `calm_ms` passed without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flap {
    /// How many raises are still no flapping.
    pub raises: u32,
    /// Within how long, milliseconds.
    pub within_ms: i64,
    /// How long nothing may be past its level before the warning ends, milliseconds.
    pub calm_ms: i64,
}

/// What decides when a rule warns; as long as it is equal, a reload keeps what the rule has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Logic {
    /// What it watches.
    pub watch: Watch,
    /// The unit of its levels; `None` where it compares no values.
    pub unit: Option<Unit>,
    /// When it warns.
    pub condition: Condition,
    /// When its coming and going is flapping.
    pub flap: Option<Flap>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name among all rules.
    pub id: Arc<str>,
    /// Its Chinese name.
    pub zh: Arc<str>,
    /// Its English name.
    pub en: Arc<str>,
    /// The system of the city it belongs to, such as `flood`.
    pub system: Arc<str>,
    /// The entry of the register of algorithms that answers for it.
    pub algorithm: AlgorithmName,
    /// Where its values come from: a standard, or `training value`.
    pub source: Arc<str>,
    /// When it warns.
    pub logic: Logic,
    /// What each colour raises, in the order of [`WarningColour::ALL`].
    pub raise: [Raise; 4],
    /// Which level's centre each colour goes to, in the order of [`WarningColour::ALL`].
    pub centre: [Level; 4],
    /// The departments to be told.
    pub departments: Vec<Arc<str>>,
    /// What to do, Chinese.
    pub advice_zh: Arc<str>,
    /// What to do, English.
    pub advice_en: Arc<str>,
    /// Warnings with this key become one when they are many; the system's, unless the rule says another.
    pub group: Arc<str>,
    /// Rules whose warning in the same district would explain this one.
    pub drivers: Vec<Arc<str>>,
    /// How many warnings within how long still stand alone.
    pub storm: StormLimit,
    /// Where it stands: file and line.
    pub stands: (Arc<str>, u32),
}

/// More than `more_than` warnings of one group within `within_ms` become one grouped warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StormLimit {
    /// How many still stand alone.
    pub more_than: u32,
    /// Within how long, milliseconds.
    pub within_ms: i64,
}

impl Default for StormLimit {
    fn default() -> Self {
        Self { more_than: 20, within_ms: 60_000 }
    }
}

/// The possible values of a quantity, where a file narrows or widens what its unit allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The class of the devices.
    pub class: RiskClass,
    /// The property; `None` for the class's own.
    pub property: Option<Arc<str>>,
    /// The unit of the limits, and of devices that declare none.
    pub unit: Unit,
    /// The least possible value.
    pub min: f64,
    /// The greatest possible value.
    pub max: f64,
}

/// The quantity of a class and property: declared, else the class's own [`Measure`].
pub(super) fn quantity(declared: &[Quantity], class: &RiskClass, property: Option<&str>) -> Option<Quantity> {
    let said = declared.iter().find(|q| q.class == *class && q.property.as_deref() == property);
    said.cloned().or_else(|| {
        let measure = Measure::of(class).filter(|_| property.is_none())?;
        let unit = Unit::read(measure.unit)?;
        let (min, max) = unit.possible();
        Some(Quantity { class: class.clone(), property: None, unit, min, max })
    })
}

/// The place of a colour in [`WarningColour::ALL`]: 0 is red, the gravest.
pub(super) fn rank(colour: WarningColour) -> usize {
    usize::from(colour.level()) - 1
}
