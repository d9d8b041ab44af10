//! Features of other servers, as they lie; a collection of many is shown as far as it is drawn in time.

use super::{Told, ToldShape, area, line, place, plain, rgba, ring, thing};
use city::LonLat;
use feeds::ogc_features::{Geometry, Vertex};
use geo::Polygon;
use overlays::shapes::{Lie, Shape, Style};
use shell::told_look::feature_name;
use shell::{Colour, ToldId};

/// More shapes than this are not laid for one collection.
const MOST: usize = 5_000;

pub(crate) fn features(told: Told) -> Vec<ToldShape> {
    let colour = told.theme.map.device;
    let mut shapes = Vec::new();
    let all = told.read().flat_map(|source| source.held.collections.values().map(move |set| (source, set)));
    for (source, set) in all {
        let before = shapes.len();
        for (row, feature) in set.features.iter().enumerate() {
            if shapes.len() - before >= MOST {
                break;
            }
            let Some(geometry) = &feature.geometry else { continue };
            let mut pieces = Vec::new();
            add(geometry, colour, &mut feature_name(feature).map(str::to_owned), &mut pieces);
            let (collection, id) = (set.id.clone(), feature.id.clone());
            let of = thing(source, ToldId::Feature { collection, row, id });
            shapes.extend(pieces.into_iter().map(|piece| (piece, of.clone())));
        }
    }
    shapes
}

/// Positions of a feature that was read are longitude and latitude in WGS-84.
fn lon_lat(vertex: &Vertex) -> LonLat {
    LonLat::new(vertex.first, vertex.second)
}

/// The name stands at the first piece.
fn add(geometry: &Geometry, colour: Colour, name: &mut Option<String>, shapes: &mut Vec<Shape>) {
    let stroke = plain(colour, 1.6, None);
    let polygon = |rings: &Vec<Vec<Vertex>>| {
        let (outer, holes) = rings.split_first()?;
        let holes = holes.iter().map(|hole| ring(hole.iter().map(lon_lat))).collect();
        Some(Polygon::new(ring(outer.iter().map(lon_lat)), holes))
    };
    let style = || Style { stroke: Some(stroke), fill: Some(rgba(colour.with_alpha(0.14))) };
    let path =
        |points: &Vec<Vertex>| line(points.iter().map(lon_lat).collect(), Lie::AboveGround(0.0), stroke);
    match geometry {
        Geometry::Point(at) => shapes.push(place(lon_lat(at), Some(colour), name.take())),
        Geometry::MultiPoint(all) => {
            shapes.extend(all.iter().map(|at| place(lon_lat(at), Some(colour), name.take())));
        }
        Geometry::LineString(points) => {
            shapes.extend(path(points).map(|shape| Shape { name: name.take(), ..shape }));
        }
        Geometry::MultiLineString(lines) => {
            shapes.extend(lines.iter().filter_map(path).map(|shape| Shape { name: name.take(), ..shape }));
        }
        Geometry::Polygon(rings) => {
            shapes.extend(area(polygon(rings).into_iter().collect(), style(), name.take()));
        }
        Geometry::MultiPolygon(all) => {
            shapes.extend(area(all.iter().filter_map(polygon).collect(), style(), name.take()));
        }
        Geometry::Collection(all) => all.iter().for_each(|each| add(each, colour, name, shapes)),
    }
}
