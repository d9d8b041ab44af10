//! Models that stand on the map, and whom to thank for what is seen.

use bevy::prelude::*;
use models::Places;
use models::tiles::Opened;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The models of one source.
#[derive(Clone, Debug)]
pub enum ModelSet {
    /// Single models and their places.
    Places(Arc<GivenPlaces>),
    /// 3D Tiles.
    Tileset(Arc<Opened>),
}

/// Single models of one source.
#[derive(Clone, Debug, Default)]
pub struct GivenPlaces {
    /// Which, and where they stand.
    pub places: Places,
    /// Whom to thank for them, where their source says.
    pub thanks: Option<String>,
}

/// Models that are shown, source by source: one that is the same `Arc` as before has not changed.
#[derive(Resource, Clone, Debug, Default)]
pub struct GivenModels {
    /// Single models.
    pub places: Vec<Arc<GivenPlaces>>,
    /// Tilesets.
    pub tilesets: Vec<Arc<Opened>>,
}

impl GivenModels {
    /// Adds those of one more source.
    pub fn add(&mut self, set: &ModelSet) {
        match set {
            ModelSet::Places(places) => self.places.push(places.clone()),
            ModelSet::Tileset(opened) => self.tilesets.push(opened.clone()),
        }
    }

    /// Whether the same sources are shown in the same order.
    pub fn is_same(&self, other: &Self) -> bool {
        let pointers = |given: &Self| {
            let places: Vec<_> = given.places.iter().map(Arc::as_ptr).collect();
            (places, given.tilesets.iter().map(Arc::as_ptr).collect::<Vec<_>>())
        };
        pointers(self) == pointers(other)
    }

    /// How many there are: places and tilesets.
    pub fn count(&self) -> usize {
        self.places.iter().map(|given| given.places.placed.len()).sum::<usize>() + self.tilesets.len()
    }
}

/// Whom to thank for what is drawn, a line each, written in the corner of the map. A drawer sets its own lines.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Credits {
    lines: BTreeMap<&'static str, Vec<String>>,
}

impl Credits {
    /// Sets the lines of `drawer`.
    pub fn set(&mut self, drawer: &'static str, lines: Vec<String>) {
        self.lines.insert(drawer, lines);
    }

    /// All lines, each once.
    pub fn lines(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for line in self.lines.values().flatten().filter(|line| !line.is_empty()) {
            if !all.contains(&line.as_str()) {
                all.push(line);
            }
        }
        all
    }
}
