//! Where single models stand.

use crate::files::{Disk, Fetch, join};
use crate::{ModelError, gltf};
use city::LonLat;
use geo::Geometry;
use overlays::Problems;
use overlays::vector::{Feature, VectorError, read_each};
use std::path::Path;

/// How large a model may be drawn, times its own size.
const SCALES: std::ops::RangeInclusive<f64> = 1e-4..=1e4;
/// How high one may stand, metres.
const HEIGHTS: std::ops::RangeInclusive<f64> = -2_000.0..=20_000.0;

/// How high a model stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Foot {
    /// Metres above the ground.
    AboveGround(f64),
    /// Metres above the sea.
    AboveSea(f64),
}

/// A model that stands somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedModel {
    /// Which of the models.
    pub model: usize,
    /// Where.
    pub at: LonLat,
    /// How high.
    pub foot: Foot,
    /// How far its −z is turned from north, degrees clockwise.
    pub heading_deg: f64,
    /// How many times its size it has.
    pub scale: f64,
}

/// Models and where they stand; one that stands in many places is there once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// Addresses of the models.
    pub models: Vec<String>,
    /// Where they stand.
    pub placed: Vec<PlacedModel>,
    /// What was wrong and left out.
    pub problems: Problems,
}

impl Places {
    /// Reads the places of a GeoJSON or FlatGeobuf file, whose property `model` names the model relative to the file,
    /// and looks whether the models can be read: one that cannot be is left out and told.
    pub fn read(file: &Path) -> Result<Self, VectorError> {
        let mut places = Self::default();
        let mut usable: Vec<bool> = Vec::new();
        let base = file.to_string_lossy().into_owned();
        let problems = read_each(file, None, &mut |feature| places.take(feature, &base, &mut usable))?;
        places.problems.merge(problems);
        Ok(places)
    }

    /// Adds all of another list.
    pub fn add(&mut self, other: Places) {
        let indices: Vec<usize> = other.models.into_iter().map(|model| self.model(model)).collect();
        self.placed.extend(other.placed.into_iter().filter_map(|placed| {
            indices.get(placed.model).map(|model| PlacedModel { model: *model, ..placed })
        }));
        self.problems.merge(other.problems);
    }

    /// The number of a model.
    pub fn model(&mut self, address: String) -> usize {
        self.models.iter().position(|known| *known == address).unwrap_or_else(|| {
            self.models.push(address);
            self.models.len() - 1
        })
    }

    fn take(&mut self, feature: Feature, base: &str, usable: &mut Vec<bool>) {
        let Feature { number, geometry, heights_m, properties } = feature;
        let problems = &mut self.problems;
        let Geometry::Point(place) = geometry else {
            return problems.add("features that are no place", || format!("feature {number}"));
        };
        let Some(model) = properties.text("model") else {
            return problems.add("places without a model", || format!("feature {number}"));
        };
        let mut within = |name: &'static str, usual: f64, range: std::ops::RangeInclusive<f64>| {
            let value = properties.number(name).unwrap_or(usual);
            if range.contains(&value) {
                return value;
            }
            problems
                .add("places with a number that cannot be", || format!("feature {number}: {name} {value}"));
            usual
        };
        let heading_deg = within("heading", 0.0, -360.0..=360.0);
        let scale = within("scale", 1.0, SCALES);
        let own_m = heights_m.and_then(|heights_m| heights_m.first().copied());
        let foot = match properties.text("lie") == Some("absolute") {
            true => Foot::AboveSea(within("height", own_m.unwrap_or(0.0), HEIGHTS)),
            false => Foot::AboveGround(within("height", 0.0, HEIGHTS)),
        };
        let address = match join(base, model) {
            Ok(address) => address,
            Err(why) => return problems.add("models that cannot be read", || format!("{model}: {why}")),
        };
        let model = self.model(address);
        if model == usable.len() {
            let found = check(&self.models[model]);
            usable.push(found.is_ok());
            if let Err(why) = found {
                self.problems.add("models that cannot be read", || why.to_string());
            }
        }
        if usable[model] {
            let at = LonLat::new(place.x(), place.y());
            self.placed.push(PlacedModel { model, at, foot, heading_deg, scale });
        }
    }
}

fn check(address: &str) -> Result<(), ModelError> {
    let disk: &dyn Fetch = &Disk;
    gltf::check(address, disk)
}
