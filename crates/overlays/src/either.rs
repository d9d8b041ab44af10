//! A file of features that nobody says more of: buildings, or shapes.

use crate::Problems;
use crate::buildings::{Buildings, tells_height};
use crate::shapes::{self, Shape};
use crate::vector::{self, Feature, VectorError};
use geo::Geometry;
use std::path::Path;

/// What a file turned out to hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Either {
    /// Buildings to be raised.
    Buildings(Buildings),
    /// Shapes to be drawn, and what was wrong with others.
    Shapes(Vec<Shape>, Problems),
}

/// What simplestyle says of colours: whoever wrote it meant a drawing, whatever its heights.
const COLOURS: [&str; 4] = ["fill", "stroke", "fill-opacity", "marker-color"];

/// Reads a file. It holds buildings where most of its features are areas that tell a height or floors.
pub fn read(file: &Path) -> Result<Either, VectorError> {
    let (features, mut problems) = vector::read(file, None)?;
    let high = features.iter().filter(|feature| is_building(feature)).count();
    if high * 2 <= features.len() {
        let drawn = shapes::of_features(features, &mut problems);
        return Ok(Either::Shapes(drawn, problems));
    }
    let mut buildings = Buildings { problems, ..Buildings::default() };
    features.into_iter().for_each(|feature| buildings.add(feature));
    Ok(Either::Buildings(buildings))
}

fn is_building(feature: &Feature) -> bool {
    let is_area = matches!(feature.geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
    let coloured = COLOURS.iter().any(|name| feature.properties.get(name).is_some());
    is_area && !coloured && tells_height(&feature.properties)
}
