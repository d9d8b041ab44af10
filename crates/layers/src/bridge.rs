//! Named bridges over the great rivers.

use crate::reading::{Reading, position, read_features};
use city::LonLat;

/// A named bridge.
#[derive(Clone, Debug, PartialEq)]
pub struct Bridge {
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// The Chinese name of the river it crosses.
    pub river: String,
    /// The middle of the crossing.
    pub at: LonLat,
    /// The longest span in metres, where published.
    pub span_m: Option<f64>,
    /// The two bank ends of the crossing.
    pub ends: [LonLat; 2],
}

#[derive(serde::Deserialize)]
struct Properties {
    zh: String,
    en: String,
    river: String,
    span_m: Option<f64>,
}

impl Bridge {
    /// Reads a GeoJSON FeatureCollection of LineStrings from bank to bank with `zh`, `en`, `river`, `span_m`.
    pub fn read(text: &str) -> Reading<Bridge> {
        read_features(text, |p: Properties, line: Vec<[f64; 2]>| {
            let [first, .., last] = line[..] else {
                return Err("a bridge needs two ends".to_owned());
            };
            let (a, b) = (position(first[0], first[1])?, position(last[0], last[1])?);
            let at = LonLat::new((a.lon + b.lon) / 2.0, (a.lat + b.lat) / 2.0);
            Ok(Bridge { zh: p.zh, en: p.en, river: p.river, at, span_m: p.span_m, ends: [a, b] })
        })
    }
}
