//! The geometries of FlatGeobuf: flat lists of numbers, and where their parts end.

use super::super::geometry::{Maker, Numbers, polygon};
use flatgeobuf::GeometryType;
use geo::{
    Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

/// All numbers of a geometry, and the parts they are cut into.
fn parts(geometry: &flatgeobuf::Geometry) -> Result<Vec<Vec<Result<Numbers, String>>>, String> {
    let xy: Vec<f64> = geometry.xy().map(|xy| xy.iter().collect()).unwrap_or_default();
    let z: Vec<f64> = geometry.z().map(|z| z.iter().collect()).unwrap_or_default();
    let all: Vec<_> =
        xy.chunks_exact(2).enumerate().map(|(i, xy)| Ok((xy[0], xy[1], z.get(i).copied()))).collect();
    let ends: Vec<usize> =
        geometry.ends().map(|e| e.iter().map(|e| e as usize).collect()).unwrap_or_default();
    if ends.len() < 2 {
        return Ok(vec![all]);
    }
    let mut from = 0;
    let mut part = |end: usize| {
        let part = all.get(from..end).map(<[_]>::to_vec);
        from = end;
        part.ok_or_else(|| format!("a part that ends at place {end} of {}", all.len()))
    };
    ends.into_iter().map(&mut part).collect()
}

fn lines(geometry: &flatgeobuf::Geometry, maker: &mut Maker) -> Result<Vec<LineString<f64>>, String> {
    parts(geometry)?.into_iter().map(|part| maker.line(part)).collect()
}

fn area(geometry: &flatgeobuf::Geometry, maker: &mut Maker) -> Result<Polygon<f64>, String> {
    parts(geometry)?.into_iter().map(|part| maker.ring(part)).collect::<Result<_, _>>().and_then(polygon)
}

pub(super) fn read_geometry(
    geometry: &flatgeobuf::Geometry,
    kind: GeometryType,
    maker: &mut Maker,
) -> Result<Geometry<f64>, String> {
    let children = || geometry.parts().iter().flat_map(|list| list.iter()).collect::<Vec<_>>();
    let first = |mut lines: Vec<LineString<f64>>| lines.pop().ok_or("a line without places".to_owned());
    Ok(match kind {
        GeometryType::Point | GeometryType::MultiPoint => {
            let places = parts(geometry)?.into_iter().flatten().map(|n| maker.place(n?).map(Point));
            let places = places.collect::<Result<Vec<_>, String>>()?;
            match (kind, places.first()) {
                (_, None) => return Err("a point without a place".to_owned()),
                (GeometryType::Point, Some(place)) => (*place).into(),
                _ => MultiPoint(places).into(),
            }
        }
        GeometryType::LineString => first(lines(geometry, maker)?)?.into(),
        GeometryType::MultiLineString => MultiLineString(lines(geometry, maker)?).into(),
        GeometryType::Polygon => area(geometry, maker)?.into(),
        GeometryType::MultiPolygon => match children() {
            // A single area may be written without parts.
            none if none.is_empty() => MultiPolygon(vec![area(geometry, maker)?]).into(),
            some => MultiPolygon(some.iter().map(|part| area(part, maker)).collect::<Result<_, _>>()?).into(),
        },
        GeometryType::GeometryCollection => {
            let parts = children();
            let parts = parts.iter().map(|part| read_geometry(part, part.type_(), maker));
            Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
        }
        other => return Err(format!("a geometry of the kind {}", other.variant_name().unwrap_or("unknown"))),
    })
}
