//! Points and polygons in well-known text (OGC 06-103r4), longitude first.

use super::Value;
use city::LonLat;
use std::borrow::Cow;

/// A polygon: its outline and its holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// The rings; a place lies inside when it lies in an odd number of them.
    pub rings: Vec<Vec<LonLat>>,
}

impl Area {
    /// True when the place lies inside. A place on an edge may be told either way.
    pub fn contains(&self, place: LonLat) -> bool {
        self.rings.iter().filter(|ring| is_inside(ring, place)).count() % 2 == 1
    }
}

/// Counts how often a line to the east crosses the ring.
fn is_inside(ring: &[LonLat], place: LonLat) -> bool {
    let mut inside = false;
    let Some(mut last) = ring.last().copied() else { return false };
    for &corner in ring {
        if (corner.lat > place.lat) != (last.lat > place.lat) {
            let part = (place.lat - corner.lat) / (last.lat - corner.lat);
            if place.lon < corner.lon + part * (last.lon - corner.lon) {
                inside = !inside;
            }
        }
        last = corner;
    }
    inside
}

/// Reads `POINT (106.5 29.5)` or `POLYGON ((…), (…))`, perhaps behind `SRID=4326;`.
pub(super) fn read(text: &str) -> Result<Value<'static>, &'static str> {
    let text = text.trim();
    let text = match text.split_once(';') {
        Some((srid, rest)) if srid.eq_ignore_ascii_case("SRID=4326") => rest.trim(),
        Some(_) => return Err("only SRID=4326 is known"),
        None => text,
    };
    let (name, rest) = text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()));
    let rest = rest.trim().trim_start_matches(['Z', 'z']).trim();
    let inside =
        rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or("brackets are missing")?;
    if name.eq_ignore_ascii_case("POINT") {
        return place(inside).map(Value::Place);
    }
    if !name.eq_ignore_ascii_case("POLYGON") {
        return Err("only POINT and POLYGON are known");
    }
    let mut rings = Vec::new();
    for ring in inside.split(')') {
        let ring = ring.trim().trim_start_matches(',').trim();
        if ring.is_empty() {
            continue;
        }
        let ring = ring.strip_prefix('(').ok_or("brackets are missing")?;
        let ring: Vec<LonLat> = ring.split(',').map(place).collect::<Result<_, _>>()?;
        if ring.len() < 4 || ring.first() != ring.last() {
            return Err("a ring has four places or more and ends where it begins");
        }
        rings.push(ring);
    }
    if rings.is_empty() {
        Err("a polygon without a ring")
    } else {
        Ok(Value::Area(Cow::Owned(Area { rings })))
    }
}

fn place(text: &str) -> Result<LonLat, &'static str> {
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let (Some(Ok(lon)), Some(Ok(lat))) = (numbers.next(), numbers.next()) else {
        return Err("a place is a longitude and a latitude with a space between");
    };
    let place = LonLat::new(lon, lat);
    if place.is_valid() {
        Ok(place)
    } else {
        Err("a place is a longitude from -180 to 180 and a latitude from -90 to 90")
    }
}
