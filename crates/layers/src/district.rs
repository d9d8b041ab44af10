//! Districts and counties: code, names, borders, label point and seat.

use crate::reading::{Reading, position, read_features};
use city::{DistrictCode, LonLat};
use geo::{Coord, LineString, MultiPolygon, Polygon};

/// A district or county (区县).
#[derive(Clone, Debug)]
pub struct District {
    /// Its GB/T 2260 code.
    pub code: DistrictCode,
    /// Its Chinese name, such as 渝中区.
    pub zh: String,
    /// Its English name (pinyin), such as Yuzhong.
    pub en: String,
    /// Where its name is written: the middle of the largest circle inside it.
    pub label: LonLat,
    /// Its seat of government, within about 1 km.
    pub seat: LonLat,
    /// Its residents in the seventh national census (2020), to the nearest thousand.
    pub population: u32,
    /// Its borders, longitude and latitude in degrees, generalised to about 50 m.
    pub polygons: MultiPolygon<f64>,
}

#[derive(serde::Deserialize)]
struct Properties {
    code: u32,
    zh: String,
    en: String,
    label: [f64; 2],
    seat: [f64; 2],
    population: u32,
}

impl District {
    /// Reads a GeoJSON FeatureCollection of MultiPolygons with `code`, `zh`, `en`, `label`, `seat`.
    pub fn read(text: &str) -> Reading<District> {
        read_features(text, |p: Properties, polygons: Vec<Vec<Vec<[f64; 2]>>>| {
            if !(100_000..=999_999).contains(&p.code) {
                return Err(format!("code {} has not six digits", p.code));
            }
            let polygons = polygons.into_iter().map(polygon).collect::<Result<Vec<_>, _>>()?;
            Ok(District {
                code: DistrictCode(p.code),
                zh: p.zh,
                en: p.en,
                label: position(p.label[0], p.label[1])?,
                seat: position(p.seat[0], p.seat[1])?,
                population: p.population,
                polygons: MultiPolygon(polygons),
            })
        })
    }
}

fn polygon(rings: Vec<Vec<[f64; 2]>>) -> Result<Polygon<f64>, String> {
    let mut lines = rings.into_iter().map(|ring| {
        if ring.len() < 4 {
            return Err(format!("a ring of {} positions encloses nothing", ring.len()));
        }
        ring.iter()
            .map(|&[x, y]| position(x, y).map(|_| Coord { x, y }))
            .collect::<Result<Vec<_>, _>>()
            .map(LineString)
    });
    let exterior = lines.next().unwrap_or_else(|| Err("a polygon without a ring".to_owned()))?;
    Ok(Polygon::new(exterior, lines.collect::<Result<_, _>>()?))
}
