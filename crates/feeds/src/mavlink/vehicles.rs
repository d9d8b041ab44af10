//! All vehicles and other components that were heard, and how well the link to each system does.

use super::frame::Frame;
use super::link_quality::LinkQuality;
use super::message::{Message, read_message};
use super::texts::StatusText;
use super::vehicle::{Vehicle, VehicleId};
use crate::problems::Problems;
use city::CityTime;
use std::collections::BTreeMap;

/// How many components are kept; more on one link is a flood and refused.
pub const MOST_VEHICLES: usize = 1_024;

/// What a frame brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Whose.
    pub id: VehicleId,
    /// What it said; `None` for a message that does not tell of a vehicle.
    pub message: Option<Message>,
    /// Texts that are complete with it.
    pub texts: Vec<StatusText>,
    /// True when nothing was heard of it before.
    pub is_new: bool,
    /// True where the very same came before, or something newer of its kind: it changed nothing.
    pub is_old: bool,
}

/// The register.
#[derive(Clone, Debug, Default)]
pub struct Vehicles {
    by_id: BTreeMap<VehicleId, Vehicle>,
    problems: Problems,
}

impl Vehicles {
    /// Takes a frame that came at `arrived`; `None` where there is no room for another component.
    pub fn take(&mut self, frame: &Frame, arrived: CityTime) -> Option<Heard> {
        let id = VehicleId { system: frame.system, component: frame.component };
        let is_new = !self.by_id.contains_key(&id);
        if is_new && self.by_id.len() >= MOST_VEHICLES {
            self.problems.add("more MAVLink components than can be", &format!("{id:?}"));
            return None;
        }
        let vehicle = self.by_id.entry(id).or_insert_with(|| Vehicle::new(id, arrived));
        vehicle.heard = arrived;
        let place = vehicle.sequence.take(frame.sequence, frame.checksum);
        let message = read_message(frame);
        let (is_taken, texts) =
            message.as_ref().map(|said| vehicle.take(said, place, arrived)).unwrap_or_default();
        Some(Heard { id, message, texts, is_new, is_old: !is_taken })
    }

    /// Those that move, by id; parts of them and ground stations are left out.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.by_id.values().filter(|vehicle| vehicle.is_vehicle())
    }

    /// All components, by id.
    pub fn components(&self) -> impl Iterator<Item = &Vehicle> {
        self.by_id.values()
    }

    /// One component.
    pub fn get(&self, id: VehicleId) -> Option<&Vehicle> {
        self.by_id.get(&id)
    }

    /// How well the link to a system does: all its components together.
    pub fn link_quality(&self, system: u8) -> LinkQuality {
        let (first, last) = (VehicleId { system, component: 0 }, VehicleId { system, component: 255 });
        self.by_id
            .range(first..=last)
            .fold(LinkQuality::default(), |sum, (_, v)| sum.plus(v.sequence.quality))
    }

    /// Forgets what was not heard for `kept_s` seconds; returns which.
    pub fn forget_silent(&mut self, now: CityTime, kept_s: f64) -> Vec<VehicleId> {
        let is_silent = |vehicle: &Vehicle| now.seconds_since(vehicle.heard) > kept_s;
        let silent: Vec<_> = self.by_id.values().filter(|v| is_silent(v)).map(|v| v.id).collect();
        self.by_id.retain(|_, vehicle| !is_silent(vehicle));
        silent
    }

    /// What could not be taken since this was last asked.
    pub fn take_problems(&mut self) -> Problems {
        std::mem::take(&mut self.problems)
    }
}
