//! The geometries of GeoJSON.

use super::super::geometry::{Maker, Numbers, polygon};
use geo::{Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Point};
use serde_json::Value as Json;

/// How deep collections may lie in one another.
const DEEPEST: usize = 8;

fn array(value: &Json) -> Result<&Vec<Json>, String> {
    value.as_array().ok_or_else(|| "coordinates that are no list".to_owned())
}

fn numbers(value: &Json) -> Result<Numbers, String> {
    let number = |i: usize| value.get(i).and_then(Json::as_f64);
    match (number(0), number(1)) {
        (Some(x), Some(y)) => Ok((x, y, number(2))),
        _ => Err(format!("{value} is no place")),
    }
}

pub(super) fn read_geometry(value: &Json, maker: &mut Maker, depth: usize) -> Result<Geometry<f64>, String> {
    let within = &value["coordinates"];
    let rings = |maker: &mut Maker, rings: &Json| {
        let ring = |ring| maker.ring(array(ring)?.iter().map(numbers));
        array(rings)?.iter().map(ring).collect::<Result<Vec<_>, _>>().and_then(polygon)
    };
    Ok(match value["type"].as_str() {
        Some("Point") => Point(maker.place(numbers(within)?)?).into(),
        Some("LineString") => maker.line(array(within)?.iter().map(numbers))?.into(),
        Some("Polygon") => rings(maker, within)?.into(),
        Some("MultiPoint") => {
            let places = array(within)?.iter().map(|place| Ok(Point(maker.place(numbers(place)?)?)));
            MultiPoint(places.collect::<Result<_, String>>()?).into()
        }
        Some("MultiLineString") => {
            let lines = array(within)?.iter().map(|line| maker.line(array(line)?.iter().map(numbers)));
            MultiLineString(lines.collect::<Result<_, _>>()?).into()
        }
        Some("MultiPolygon") => {
            let areas = array(within)?.iter().map(|area| rings(maker, area));
            MultiPolygon(areas.collect::<Result<_, _>>()?).into()
        }
        Some("GeometryCollection") if depth < DEEPEST => {
            let parts = array(&value["geometries"])?.iter().map(|part| read_geometry(part, maker, depth + 1));
            Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
        }
        Some(kind) => return Err(format!("`{kind}` is no geometry")),
        None => return Err("no type of geometry".to_owned()),
    })
}
