//! Which devices the signs are made of: the city's, row for row, then the gauges beside them.

use crate::Surroundings;
use crate::training::chance::Chance;
use crate::training::gauges::{Gauge, gauges};
use city::{CityTime, DeviceId, LonLat, World};
use std::collections::HashMap;
use watch::rules::DeviceHandle;
use watch::vital::{self, Definitions, Enrolment, Places, Station, VitalSigns};

/// The gauges, and beside which device each stands.
pub struct Roster {
    gauges: Vec<Gauge>,
    /// The row of the first gauge.
    first: usize,
    by_host: HashMap<usize, Vec<usize>>,
}

impl Roster {
    /// The gauges of a city.
    pub fn of(surroundings: &Surroundings, stations: &[Station], chance: Chance) -> Self {
        let gauges = gauges(&surroundings.devices, stations, chance, |at| surroundings.place(at));
        let mut by_host: HashMap<usize, Vec<usize>> = HashMap::new();
        for (number, gauge) in gauges.iter().enumerate() {
            by_host.entry(gauge.host).or_default().push(number);
        }
        Self { gauges, first: surroundings.devices.len(), by_host }
    }

    /// The gauges beside the device in a row, each with its own row.
    pub fn beside(&self, device: usize) -> impl Iterator<Item = (usize, &Gauge)> {
        let here = self.by_host.get(&device).into_iter().flatten();
        here.filter_map(|number| Some((self.first + number, self.gauges.get(*number)?)))
    }

    /// How many gauges there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.gauges.len()
    }

    /// Identifier and position of what stands in a row.
    pub fn known<'a>(&'a self, surroundings: &'a Surroundings, row: usize) -> Option<(&'a DeviceId, LonLat)> {
        match row.checked_sub(self.first) {
            None => surroundings.devices.get(row).map(|device| (&device.id, device.at)),
            Some(number) => self.gauges.get(number).map(|gauge| (&gauge.id, gauge.at)),
        }
    }

    /// Signs with all devices and gauges enrolled, of which none has told anything.
    pub fn enrolled(
        &self,
        surroundings: &Surroundings,
        definitions: Definitions,
        places: Places,
        now: CityTime,
    ) -> VitalSigns {
        let gauges: Vec<Enrolment> = self.gauges.iter().map(|gauge| enrolment(gauge, &definitions)).collect();
        let mut signs = VitalSigns::new(definitions, places, now);
        let devices = surroundings.devices.iter();
        let devices = devices.map(|device| Enrolment::new(device.class.clone(), device.place));
        let mut left_out = None;
        for (row, device) in devices.chain(gauges).enumerate() {
            let handle = DeviceHandle(u32::try_from(row).unwrap_or(u32::MAX));
            if let Err(why) = signs.enrol(handle, &device) {
                let (count, _) =
                    left_out.get_or_insert((0_usize, format!("the first, {:?}: {why}", device.class)));
                *count += 1;
            }
        }
        if let Some((count, why)) = left_out {
            tracing::warn!("{count} devices are part of no vital sign; {why}");
        }
        signs
    }
}

fn enrolment(gauge: &Gauge, definitions: &Definitions) -> Enrolment {
    let (class, property) = gauge.measured.named();
    let station = gauge.station.as_deref().and_then(|id| definitions.station(id));
    Enrolment {
        property: property.map(Into::into),
        weight: gauge.weight,
        gauge: station.map(|station| vital::Gauge { station: station.id.clone(), datum: station.datum }),
        ..Enrolment::new(class, gauge.place)
    }
}
