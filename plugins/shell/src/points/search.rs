//! What a search by name found among the points, shared by the tree of layers, the table and the map.

use crate::Selected;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::LonLat;
use layers::points::Bits;
use std::sync::Arc;

/// Something a search found, by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it is called.
    pub name: String,
    /// Where it is, in words.
    pub place: String,
    /// Where it is.
    pub at: LonLat,
    /// From how far it is looked at, metres.
    pub distance_m: f64,
    /// What a press on it selects.
    pub selects: Selected,
}

/// What is searched, and what was found.
#[derive(Resource, Default)]
pub struct PointSearch {
    /// What was typed.
    pub text: String,
    /// True where the map shows only what was found.
    pub only: bool,
    /// The rows found of each set, by its key; empty while nothing is searched.
    pub found: HashMap<Arc<str>, Arc<Bits>>,
    /// The first of what was found, places before points.
    pub hits: Vec<Hit>,
    /// How much of the points was looked through, 0 to 1, while the search is at work.
    pub share: Option<f32>,
}

impl PointSearch {
    /// The rows of a set that the map shows alone; `None` where the search leaves all.
    pub fn found_in(&self, key: &str) -> Option<Arc<Bits>> {
        self.found.get(key).filter(|_| self.only).cloned()
    }

    /// How many were found.
    pub fn count(&self) -> usize {
        self.found.values().map(|bits| bits.count(0..bits.len())).sum()
    }
}
