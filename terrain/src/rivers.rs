//! The rivers that ship: centrelines with width and low-water level, each falling towards its mouth.

use crate::{TerrainError, table};
use city::LonLat;
use std::sync::LazyLock;

/// One point of a river's centreline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RiverPoint {
    /// Where.
    pub at: LonLat,
    /// Width of the water at low level, metres.
    pub width_m: f64,
    /// Height of the water's surface at low level, metres above sea level (1985 Yellow Sea).
    pub level_m: f64,
}

/// A river, from upstream to its mouth.
#[derive(Clone, Debug, PartialEq)]
pub struct River {
    /// Its name, Chinese.
    pub name_zh: String,
    /// Its name, English.
    pub name_en: String,
    /// Its centreline in the direction of flow; the level never rises along it.
    pub centreline: Vec<RiverPoint>,
}

/// The table of centrelines, `river,lon,lat,width_m,level_m`.
const TABLE: &str = include_str!("../data/rivers.csv");

/// The rivers that ship, the Yangtze first. Empty only if their table was damaged before the build, which
/// [`Ground::shipped`](crate::Ground::shipped) reports.
pub fn rivers() -> &'static [River] {
    static RIVERS: LazyLock<Vec<River>> = LazyLock::new(|| read(TABLE).unwrap_or_default());
    &RIVERS
}

/// The rivers, or what is wrong with their table.
pub(crate) fn shipped() -> Result<&'static [River], TerrainError> {
    if rivers().is_empty() {
        read(TABLE)?;
    }
    Ok(rivers())
}

/// Reads the table of centrelines; rows of one river follow each other from upstream to the mouth.
fn read(text: &str) -> Result<Vec<River>, TerrainError> {
    const FILE: &str = "terrain/data/rivers.csv";
    let mut rivers: Vec<River> = Vec::new();
    for row in table::rows(FILE, text, 5) {
        let (line, fields) = row?;
        let wrong = |problem: String| TerrainError::Table { file: FILE, line, problem };
        let (zh, en) =
            fields[0].split_once('/').ok_or_else(|| wrong(format!("`{}` has no English name", fields[0])))?;
        if rivers.last().is_none_or(|river| river.name_zh != zh) {
            rivers.push(River { name_zh: zh.to_owned(), name_en: en.to_owned(), centreline: Vec::new() });
        }
        let value = |column: usize| table::number(FILE, line, fields[column]);
        let point =
            RiverPoint { at: LonLat::new(value(1)?, value(2)?), width_m: value(3)?, level_m: value(4)? };
        if let Some(river) = rivers.last_mut() {
            if river.centreline.last().is_some_and(|above| above.level_m < point.level_m) {
                return Err(wrong(format!("{en} would rise downstream to {} m", point.level_m)));
            }
            river.centreline.push(point);
        }
    }
    Ok(rivers)
}
