//! Models that stand on the map, and whom to thank for what is seen.

use bevy::prelude::*;
use models::Places;
use models::tiles::Opened;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Models that were given.
#[derive(Resource, Clone, Default)]
pub struct GivenModels {
    /// Single models and their places.
    pub places: Arc<Places>,
    /// Tilesets.
    pub tilesets: Vec<Arc<Opened>>,
    /// Whom to thank for them, where the command line says.
    pub thanks: Vec<String>,
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
