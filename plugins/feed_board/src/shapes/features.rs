//! Features of other servers, as they lie; a collection of many is shown as far as it is drawn in time.

use super::{Told, area, line, place, plain, rgba, ring};
use city::LonLat;
use feeds::ogc_features::{Feature, Geometry, Vertex};
use geo::Polygon;
use overlays::shapes::{Lie, Shape, Style};
use shell::Colour;

/// More shapes than this are not laid for one collection.
const MOST: usize = 5_000;
/// Names of what a feature is called, in the order in which they are looked for.
const NAMES: [&str; 6] = ["name", "名称", "title", "NAME", "Name", "label"];

pub(crate) fn features(told: Told) -> Vec<Shape> {
    let colour = told.theme.map.device;
    let mut shapes = Vec::new();
    for set in told.read().flat_map(|source| source.held.collections.values()) {
        let before = shapes.len();
        for feature in &set.features {
            if shapes.len() - before >= MOST {
                break;
            }
            let name = name(feature);
            if let Some(geometry) = &feature.geometry {
                add(geometry, colour, &mut name.clone(), &mut shapes);
            }
        }
    }
    shapes
}

fn name(feature: &Feature) -> Option<String> {
    let text = NAMES.iter().find_map(|name| feature.properties.get(*name)?.as_str())?;
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
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
