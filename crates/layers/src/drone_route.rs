//! Routes that drones fly, and the key areas they watch.

use crate::reading::{Reading, position, read_features};
use city::LonLat;

/// A closed loop a drone flies.
#[derive(Clone, Debug, PartialEq)]
pub struct DroneRoute {
    /// Its identifier, such as `DR-01`.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// The key area it watches.
    pub area: KeyArea,
    /// The loop; the last position is the first again.
    pub path: Vec<LonLat>,
    /// Height above ground in metres.
    pub above_ground_m: f64,
    /// Speed over ground in metres a second.
    pub speed_mps: f64,
}

/// A key area of the low-altitude scene (重点区域).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
pub struct KeyArea {
    /// Its Chinese name, such as 礼嘉天街.
    pub zh: String,
    /// Its English name.
    pub en: String,
}

#[derive(serde::Deserialize)]
struct Properties {
    id: String,
    zh: String,
    en: String,
    area: KeyArea,
    above_ground_m: f64,
    speed_mps: f64,
}

impl DroneRoute {
    /// Reads a GeoJSON FeatureCollection of closed LineStrings with `id`, `zh`, `en`, `area`,
    /// `above_ground_m`, `speed_mps`.
    pub fn read(text: &str) -> Reading<DroneRoute> {
        read_features(text, |p: Properties, line: Vec<[f64; 2]>| {
            let path = line.into_iter().map(|[x, y]| position(x, y)).collect::<Result<Vec<_>, _>>()?;
            if path.len() < 4 || path.first() != path.last() {
                return Err(format!("route {} is not a closed loop of four positions at least", p.id));
            }
            if !(1.0..=500.0).contains(&p.above_ground_m) || !(0.5..=50.0).contains(&p.speed_mps) {
                return Err(format!("route {}: height or speed is not what a drone flies", p.id));
            }
            let (above_ground_m, speed_mps) = (p.above_ground_m, p.speed_mps);
            Ok(DroneRoute { id: p.id, zh: p.zh, en: p.en, area: p.area, path, above_ground_m, speed_mps })
        })
    }
}
