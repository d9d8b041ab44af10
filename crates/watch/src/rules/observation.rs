//! What the engine is told: devices once, then their readings.

use super::Unit;
use city::{CityTime, DeviceId, LonLat, Place, RiskClass, RiskGrade};
use std::fmt;
use std::sync::Arc;

/// A device of the engine, by the number it was given when it was enrolled; numbers count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceHandle(pub u32);

/// What never changes of a device, or of a moving thing. A device that measures two properties is enrolled as two.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceInfo {
    /// Its identifier.
    pub id: DeviceId,
    /// The class of risk it watches.
    pub class: RiskClass,
    /// Whose it is.
    pub place: Place,
    /// Where it stands; of a moving thing, where it is at home.
    pub at: LonLat,
    /// The source it comes from, such as one company's platform.
    pub source: u16,
    /// The gateway it speaks through.
    pub gateway: u16,
    /// What it measures, where that is not what its class measures.
    pub property: Option<Arc<str>>,
    /// The unit of its values; `None` for the unit of its class or property.
    pub unit: Option<Unit>,
    /// The grade of the risk point it belongs to.
    pub grade: Option<RiskGrade>,
}

impl DeviceInfo {
    /// A device of source and gateway 0 that measures what its class measures, in its unit.
    pub fn new(id: impl Into<DeviceId>, class: RiskClass, place: Place, at: LonLat) -> Self {
        Self {
            id: id.into(),
            class,
            place,
            at,
            source: 0,
            gateway: 0,
            property: None,
            unit: None,
            grade: None,
        }
    }
}

/// One reading of a device, one report of a resident, or one position of a moving thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Whose.
    pub device: DeviceHandle,
    /// When it was measured, by the device's own clock.
    pub at: CityTime,
    /// The value; 0 where only the position or the report counts.
    pub value: f64,
    /// The unit of the value, where the message says one.
    pub unit: Option<Unit>,
    /// Where the thing is, where it moves.
    pub position: Option<LonLat>,
    /// Whose that place is, such as `layers::Gazetteer::place` finds; `None` for the device's own.
    pub place: Option<Place>,
}

impl Observation {
    /// A value in the device's own unit, at its own place.
    pub fn new(device: DeviceHandle, at: CityTime, value: f64) -> Self {
        Self { device, at, value, unit: None, position: None, place: None }
    }

    /// The same in a unit of its own.
    pub fn in_unit(self, unit: Unit) -> Self {
        Self { unit: Some(unit), ..self }
    }

    /// The same somewhere else.
    pub fn at_position(self, position: LonLat) -> Self {
        Self { position: Some(position), ..self }
    }

    /// The same in a township that is not the device's own.
    pub fn in_place(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }
}

/// Why a device was not enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolError {
    /// Its id is enrolled with other particulars; the old ones stay.
    Taken {
        /// The device that has the id.
        by: DeviceHandle,
        /// What differs.
        differs: &'static str,
    },
    /// Its position is not on the globe.
    Position,
}

impl fmt::Display for EnrolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { by, differs } => {
                write!(f, "the id is taken by device {} with another {differs}; amend that one", by.0)
            }
            Self::Position => f.write_str("the position is not on the globe; give degrees, longitude first"),
        }
    }
}

impl std::error::Error for EnrolError {}

/// The first particular in which `a` and `b` differ.
pub(super) fn difference(a: &DeviceInfo, b: &DeviceInfo) -> Option<&'static str> {
    let checks = [
        (a.class == b.class, "class"),
        (a.place == b.place, "place"),
        (a.at == b.at, "position"),
        (a.source == b.source, "source"),
        (a.gateway == b.gateway, "gateway"),
        (a.property == b.property, "property"),
        (a.unit == b.unit, "unit"),
        (a.grade == b.grade, "grade"),
    ];
    checks.iter().find(|(same, _)| !same).map(|(_, name)| *name)
}
