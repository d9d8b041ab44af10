//! Footprints, from files.

use super::heights::{self, DEFAULT_HEIGHT_M, Told};
use crate::Problems;
use crate::vector::{Bounds, Feature, VectorError, read_each};
use geo::{Geometry, Polygon};
use std::path::Path;

/// What a building covers, and how high it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// Its outline with its courtyards, degrees.
    pub polygon: Polygon<f64>,
    /// Its roof, metres above the ground.
    pub height_m: f64,
    /// Where it begins, metres above the ground.
    pub base_m: f64,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buildings {
    /// The footprints, a building of several parts being several.
    pub footprints: Vec<Footprint>,
    /// How many of them have the default height, because none was told.
    pub defaulted: u64,
    /// What was wrong.
    pub problems: Problems,
}

impl Buildings {
    /// Takes a feature.
    pub fn add(&mut self, feature: Feature) {
        let Feature { number, geometry, properties, .. } = feature;
        let mut areas = Vec::new();
        areas_of(geometry, &mut areas);
        if areas.is_empty() {
            return self.problems.add("features that are no area", || format!("feature {number}"));
        }
        let height_m = match heights::height(&properties) {
            Told::Metres(height_m) => height_m,
            told => {
                self.defaulted += areas.len() as u64;
                if let Told::Absurd(height_m) = told {
                    let sample = || format!("feature {number}: {height_m} m");
                    self.problems.add("buildings whose height cannot be", sample);
                }
                DEFAULT_HEIGHT_M
            }
        };
        let mut base_m = heights::base(&properties);
        if !(0.0..height_m).contains(&base_m) {
            let sample = || format!("feature {number}: from {base_m} to {height_m} m");
            self.problems.add("buildings that end before they begin", sample);
            base_m = 0.0;
        }
        self.footprints.extend(areas.into_iter().map(|polygon| Footprint { polygon, height_m, base_m }));
    }
}

fn areas_of(geometry: Geometry<f64>, out: &mut Vec<Polygon<f64>>) {
    match geometry {
        Geometry::Polygon(area) => out.push(area),
        Geometry::MultiPolygon(areas) => out.extend(areas),
        Geometry::GeometryCollection(parts) => parts.into_iter().for_each(|part| areas_of(part, out)),
        _ => {}
    }
}

/// Reads the footprints of a file, of all of it or of those whose box touches `bounds`.
pub fn read(file: &Path, bounds: Option<Bounds>) -> Result<Buildings, VectorError> {
    let mut buildings = Buildings::default();
    let problems = read_each(file, bounds, &mut |feature| buildings.add(feature))?;
    buildings.problems.merge(problems);
    Ok(buildings)
}
