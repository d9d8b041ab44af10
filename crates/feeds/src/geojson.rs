//! Positions in GeoJSON (RFC 7946), for protocols that carry it.

use serde_json::Value;

/// The first position of a geometry, or of a feature: its numbers as they stand, two or more. Some services write them
/// in quotes.
pub(crate) fn first_position(shape: &Value) -> Option<Vec<f64>> {
    let mut shape = shape;
    loop {
        if let Some(geometry) = shape.get("geometry") {
            shape = geometry;
        } else if let Some(first) = shape.get("geometries").or_else(|| shape.get("features")) {
            shape = first.get(0)?;
        } else {
            break;
        }
    }
    let mut place = shape.get("coordinates")?;
    while let Some(inner) = place.get(0).filter(|inner| inner.is_array()) {
        place = inner;
    }
    let numbers: Option<Vec<f64>> = place.as_array()?.iter().take(3).map(number).collect();
    numbers.filter(|numbers| numbers.len() >= 2)
}

fn number(value: &Value) -> Option<f64> {
    let quoted = || value.as_str()?.trim().parse().ok();
    value.as_f64().or_else(quoted).filter(|number| number.is_finite())
}
