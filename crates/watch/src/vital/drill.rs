//! Districts in order, and the way down from the city to the device.

use super::engine::{SignHandle, VitalSigns};
use super::gather::{Gather, Side};
use super::reading::Reading;
use crate::rules::DeviceHandle;
use city::{DistrictCode, Jurisdiction, WarningColour};

/// A district and its reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The district.
    pub district: DistrictCode,
    /// What the sign says of it.
    pub reading: Reading,
}

/// A part of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A district or township.
    Area(Jurisdiction),
    /// A device.
    Device(DeviceHandle),
}

/// A part of an area and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Child {
    /// Which part.
    pub part: Part,
    /// Its value in the sign's unit. A device's own value; where the sign counts devices, 100 for one that is counted, else 0.
    pub value: Option<f64>,
    /// Its colour. Of a device only where its value can be put beside the sign's levels.
    pub colour: Option<WarningColour>,
    /// How many devices it has.
    pub devices: u32,
    /// How many of them have a valid value within their age.
    pub reporting: u32,
}

impl VitalSigns {
    /// All districts, worst first, those whose value is unknown last; the like in the order of their codes.
    pub fn ranking(&self, sign: SignHandle) -> Vec<Ranked> {
        let Some(definition) = self.definition(sign) else { return Vec::new() };
        let reading = |district| self.value(sign, Jurisdiction::District(district));
        let districts = self.places.districts();
        let mut ranked: Vec<Ranked> =
            districts.map(|district| Ranked { district, reading: reading(district) }).collect();
        worst_first(&mut ranked, definition.grades.side, |ranked| ranked.reading.value);
        ranked
    }

    /// The parts of an area that have devices, worst first, those whose value is unknown last: the districts of the city,
    /// the townships of a district, the devices of a township.
    pub fn drill(&self, sign: SignHandle, area: Jurisdiction) -> Vec<Child> {
        if let Jurisdiction::Township(_) = area {
            return self.devices(sign, area, usize::MAX);
        }
        let Some((number, above)) = self.find(sign, area) else { return Vec::new() };
        let child = |area: &u32| {
            let reading = self.readings[number][*area as usize];
            Child {
                part: Part::Area(self.places.area(*area as usize)),
                value: reading.value,
                colour: reading.colour,
                devices: reading.devices,
                reporting: reading.reporting,
            }
        };
        let parts = self.places.below(above).iter().map(child);
        let mut children: Vec<Child> = parts.filter(|child| child.devices > 0).collect();
        worst_first(&mut children, self.definitions.signs[number].grades.side, |child| child.value);
        children
    }

    /// The worst devices of an area, at most `most`: from a district straight to its devices. Silent ones come last,
    /// except where silence is what the sign counts.
    pub fn devices(&self, sign: SignHandle, area: Jurisdiction, most: usize) -> Vec<Child> {
        let Some((number, area)) = self.find(sign, area) else { return Vec::new() };
        let mut handles = Vec::new();
        let mut open = vec![area as u32];
        while let Some(area) = open.pop() {
            handles.extend(&self.cells[number][area as usize].members);
            open.extend(self.places.below(area as usize));
        }
        handles.sort_unstable();
        let mut children: Vec<Child> =
            handles.into_iter().map(|device| self.device_child(number, device)).collect();
        let sign = &self.definitions.signs[number];
        let side = if let Gather::Share(side, _) = sign.gather { side } else { sign.grades.side };
        worst_first(&mut children, side, |child| child.value);
        children.truncate(most);
        children
    }

    fn device_child(&self, number: usize, device: u32) -> Child {
        let hot = &self.hot[device as usize];
        let sign = &self.definitions.signs[number];
        let profile = &self.profiles.all[usize::from(hot.profile)];
        let member = profile.members.iter().find(|member| usize::from(member.sign) == number);
        let yes = |counted: bool| Some(if counted { 100.0 } else { 0.0 });
        let value = match sign.gather {
            Gather::Online => yes(hot.online),
            Gather::Reporting | Gather::Count => yes(hot.reporting),
            _ => member.and_then(|member| profile.share(member, hot.online, hot.counted()).value),
        };
        let like = sign.gather.is_like_its_devices();
        let colour = value.filter(|_| like).and_then(|value| sign.grades.colour(value));
        let reporting = u32::from(hot.reporting);
        Child { part: Part::Device(DeviceHandle(device)), value, colour, devices: 1, reporting }
    }
}

/// Sorts so that the worst comes first and the unknown last; the like stay in their order.
fn worst_first<T>(parts: &mut [T], side: Side, value: impl Fn(&T) -> Option<f64>) {
    let badness = |part: &T| value(part).map_or(f64::NEG_INFINITY, |value| side.badness(value));
    parts.sort_by(|a, b| badness(b).total_cmp(&badness(a)));
}
