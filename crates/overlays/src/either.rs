//! A file of features that nobody says more of: buildings, places of models, or shapes.

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
    /// Places that name models, which somebody else reads.
    Models,
    /// Shapes to be drawn, and what was wrong with others.
    Shapes(Vec<Shape>, Problems),
}

/// What simplestyle says of colours: whoever wrote it meant a drawing, whatever its heights.
const COLOURS: [&str; 4] = ["fill", "stroke", "fill-opacity", "marker-color"];

/// The property of a place that names its model, and how the name of a model's file ends.
const MODEL: &str = "model";
const MODELS: [&str; 2] = [".glb", ".gltf"];

/// Reads a file. It holds buildings where most of its features are areas that tell a height or floors, and models where
/// most are places that name a file of glTF.
pub fn read(file: &Path) -> Result<Either, VectorError> {
    let (features, mut problems) = vector::read(file, None)?;
    let named = features.iter().filter(|feature| is_model(feature)).count();
    if named * 2 > features.len() {
        return Ok(Either::Models);
    }
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

fn is_model(feature: &Feature) -> bool {
    let name = feature.properties.text(MODEL).unwrap_or_default();
    let name = name.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    matches!(feature.geometry, Geometry::Point(_)) && MODELS.iter().any(|ending| name.ends_with(ending))
}
