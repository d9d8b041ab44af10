//! Townships and streets by code and name, with a point for each.
//!
//! The published list has no positions: most points are schematic, spread inside their district.

use crate::reading::{Reading, number, position, read_lines};
use city::{LonLat, TownshipCode};

/// A township, town or street (镇街).
#[derive(Clone, Debug, PartialEq)]
pub struct Township {
    /// Its nine-digit code.
    pub code: TownshipCode,
    /// Its Chinese name, such as 解放碑街道.
    pub zh: String,
    /// Its English name, such as Jiefangbei Subdistrict.
    pub en: String,
    /// A point in it; schematic unless [`Township::is_known`].
    pub at: LonLat,
    /// True when the point was placed by hand, false when it is schematic.
    pub is_known: bool,
}

impl Township {
    /// True for a street of a built-up area (街道), false for a town or township (镇、乡).
    pub fn is_street(&self) -> bool {
        self.zh.ends_with("街道")
    }

    /// Reads comma-separated text with the columns `code,zh,en,lon,lat,position`.
    pub fn read(text: &str) -> Reading<Township> {
        read_lines(text, ["code", "zh", "en", "lon", "lat", "position"], |[code, zh, en, lon, lat, kind]| {
            let code = match code.parse::<u32>() {
                Ok(code) if (100_000_000..=999_999_999).contains(&code) => TownshipCode(code),
                _ => return Err(format!("code `{code}` has not nine digits")),
            };
            let is_known = match kind {
                "known" => true,
                "schematic" => false,
                _ => return Err(format!("position `{kind}` is neither known nor schematic")),
            };
            let at = position(number("lon", lon)?, number("lat", lat)?)?;
            Ok(Township { code, zh: zh.to_owned(), en: en.to_owned(), at, is_known })
        })
    }
}
