//! Emergency shelters (应急避难场所): schematic training data.

use crate::reading::{Reading, position, read_features};
use city::LonLat;

/// An emergency shelter.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelter {
    /// Its identifier, such as `S-500103-02`.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Where it is.
    pub at: LonLat,
    /// How many people it takes.
    pub capacity: u32,
}

#[derive(serde::Deserialize)]
struct Properties {
    id: String,
    zh: String,
    en: String,
    capacity: u32,
}

impl Shelter {
    /// Reads a GeoJSON FeatureCollection of Points with `id`, `zh`, `en`, `capacity`.
    pub fn read(text: &str) -> Reading<Shelter> {
        read_features(text, |p: Properties, [lon, lat]: [f64; 2]| {
            Ok(Shelter { id: p.id, zh: p.zh, en: p.en, at: position(lon, lat)?, capacity: p.capacity })
        })
    }
}
