//! The 17,000 sensing devices of the training city.

use super::sites::Sites;
use crate::seeded::Seeded;
use crate::{Gazetteer, StaticLayers};
use city::{Device, DeviceId, RiskClass};
use terrain::Ground;

/// How many devices watch each class: 17,000 in all, the number of sensing points of the city's
/// space-air-ground network.
const MIX: [(RiskClass, usize); 10] = [
    (RiskClass::Traffic, 4_000),
    (RiskClass::Gas, 3_000),
    (RiskClass::Fire, 3_000),
    (RiskClass::SepticGas, 2_000),
    (RiskClass::Flood, 1_500),
    (RiskClass::Crowd, 1_200),
    (RiskClass::Landslide, 1_000),
    (RiskClass::WaterQuality, 600),
    (RiskClass::Bridge, 500),
    (RiskClass::ForestFire, 200),
];

/// The devices of the training city with `seed`: `D-00001` to `D-17000`, class after class.
pub fn training_devices(
    layers: &StaticLayers,
    gazetteer: &Gazetteer,
    ground: &Ground,
    seed: u64,
) -> Vec<Device> {
    let mut sites = Sites::new(layers, gazetteer, ground);
    let mut devices = Vec::with_capacity(17_000);
    for (class, count) in MIX {
        let mut random = Seeded::new(seed, &format!("devices {class}"));
        let (mut placed, mut tries) = (0, 0);
        while placed < count && tries < count * 4 {
            tries += 1;
            if let Some(site) = sites.find(&class, &mut random) {
                placed += 1;
                let id = DeviceId::from(format!("D-{:05}", devices.len() + 1));
                devices.push(Device { id, at: site.at, place: site.place, class: class.clone() });
            }
        }
    }
    devices
}
