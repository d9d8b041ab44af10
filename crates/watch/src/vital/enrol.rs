//! Which devices there are.

use super::cell::Share;
use super::devices::Hot;
use super::engine::VitalSigns;
use super::level::Datum;
use crate::rules::{DeviceHandle, Unit};
use city::{Place, RiskClass};
use std::fmt;
use std::sync::Arc;

/// Handles at or above this are refused: they are numbers from 0 on, and a column as long as the greatest is kept.
const HANDLES: u32 = 1 << 26;

/// A water gauge's station and the datum its values are told in.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// The id of its station.
    pub station: Arc<str>,
    /// The datum of its values.
    pub datum: Datum,
}

/// What never changes of a device. A device that measures two properties is enrolled as two.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    /// The class of risk it watches.
    pub class: RiskClass,
    /// What it measures, where that is not what its class measures.
    pub property: Option<Arc<str>>,
    /// Whose it is.
    pub place: Place,
    /// The unit of its values; `None` for the unit of its kind.
    pub unit: Option<Unit>,
    /// Its weight in weighted means, more than 0: kilometres of road, places of a car park.
    pub weight: f32,
    /// Where it tells levels above a datum, its station; `None` where it tells metres above the warning level.
    pub gauge: Option<Gauge>,
}

impl Enrolment {
    /// A device of weight 1 that measures what its class measures, in the unit of its kind.
    pub fn new(class: RiskClass, place: Place) -> Self {
        Self { class, property: None, place, unit: None, weight: 1.0, gauge: None }
    }

    /// The same for another property.
    pub fn measuring(self, property: &str) -> Self {
        Self { property: Some(property.into()), ..self }
    }
}

/// Why a device was not enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolError {
    /// No kind of devices has its class and property.
    Kind,
    /// Its township is not in the place table, or in another district.
    Place,
    /// Its unit cannot be turned into that of its kind.
    Unit,
    /// Its weight is not finite, not above 0, or above a million.
    Weight,
    /// Its station is not declared, or the difference of the two datums is not known there.
    Gauge,
    /// Its handle is greater than any column here grows, or there are too many kinds of devices.
    TooMany,
}

impl fmt::Display for EnrolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind => "no [[devices]] has its class and property; declare one",
            Self::Place => "its township is not in the place table, or lies in another district",
            Self::Unit => "its unit cannot be turned into that of its kind",
            Self::Weight => "its weight is not from above 0 to 1000000",
            Self::Gauge => {
                "its station is not declared, or does not say how its datum and the gauge's differ"
            }
            Self::TooMany => "its handle is too great; count handles from 0",
        })
    }
}

impl std::error::Error for EnrolError {}

impl VitalSigns {
    /// Enrols a device under a handle of the caller's, or enrols it anew: what it told before is forgotten then.
    pub fn enrol(&mut self, device: DeviceHandle, info: &Enrolment) -> Result<(), EnrolError> {
        let wanted = |kind: &super::DeviceKind| kind.class == info.class && kind.property == info.property;
        let kind = self.definitions.kinds.iter().position(wanted).ok_or(EnrolError::Kind)?;
        let own = self.definitions.kinds[kind].unit;
        let unit = info.unit.unwrap_or(own);
        if !unit.fits(own) {
            return Err(EnrolError::Unit);
        }
        if !(info.weight > 0.0 && info.weight <= 1e6) {
            return Err(EnrolError::Weight);
        }
        let township = self.places.township(info.place).ok_or(EnrolError::Place)?;
        let station = match &info.gauge {
            Some(gauge) => {
                let stations = &self.definitions.stations;
                let found = stations.iter().position(|station| station.id == gauge.station);
                let found = found.ok_or(EnrolError::Gauge)?;
                stations[found].standing(0.0, gauge.datum).ok_or(EnrolError::Gauge)?;
                Some((found as u16, gauge.datum))
            }
            None => None,
        };
        if device.0 >= HANDLES {
            return Err(EnrolError::TooMany);
        }
        let key = (kind as u16, unit, station);
        let profile = self.profiles.of(key, &self.definitions).ok_or(EnrolError::TooMany)?;
        self.withdraw(device);
        let place = device.0 as usize;
        if self.hot.len() <= place {
            self.hot.resize(place + 1, Hot::VACANT);
        }
        // A device that was withdrawn may still stand in the wheel; its link is left alone.
        let Hot { next, waits, due_s, .. } = self.hot[place];
        let weight = info.weight;
        self.hot[place] =
            Hot { township, weight, profile, next, waits, due_s, enrolled: true, ..Hot::VACANT };
        self.enrolled += 1;
        for member in &self.profiles.all[usize::from(profile)].members {
            let cell = &mut self.cells[usize::from(member.sign)][township as usize];
            cell.devices += 1;
            cell.members.push(device.0);
            cell.dirty = true;
        }
        Ok(())
    }

    /// Takes a device out; false when it was not enrolled. Costs a walk along the devices of its township.
    pub fn withdraw(&mut self, device: DeviceHandle) -> bool {
        let Some(hot) = self.hot.get(device.0 as usize).copied().filter(|hot| hot.enrolled) else {
            return false;
        };
        self.turn(device.0, false, None);
        for member in &self.profiles.all[usize::from(hot.profile)].members {
            let cell = &mut self.cells[usize::from(member.sign)][hot.township as usize];
            cell.devices -= 1;
            cell.dirty = true;
            if let Some(at) = cell.members.iter().position(|other| *other == device.0) {
                cell.members.swap_remove(at);
            }
        }
        let Hot { next, waits, due_s, .. } = hot;
        self.hot[device.0 as usize] = Hot { next, waits, due_s, ..Hot::VACANT };
        self.enrolled -= 1;
        true
    }

    /// A device's share of its signs becomes another.
    pub(super) fn turn(&mut self, device: u32, online: bool, value: Option<f64>) {
        let hot = &mut self.hot[device as usize];
        let profile = &self.profiles.all[usize::from(hot.profile)];
        let (was_online, was) = (hot.online, hot.counted());
        for member in &profile.members {
            let sign = usize::from(member.sign);
            let before: Share = profile.share(member, was_online, was);
            let after = profile.share(member, online, value);
            let cell = &mut self.cells[sign][hot.township as usize];
            cell.turn(&self.definitions.signs[sign], hot.weight, before, after, hot.newest_at);
        }
        hot.online = online;
        hot.reporting = value.is_some();
        if let Some(value) = value {
            hot.value = value;
        }
    }
}
