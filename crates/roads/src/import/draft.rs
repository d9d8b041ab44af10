//! What the readers gather: positions, ways, rules of nodes and turns, before it becomes a network.

use super::problems::Problems;
use super::tags::{NameTags, NodeRule, WayTags};
use std::collections::{HashMap, HashSet};

/// Ten-millionths of a degree, as OpenStreetMap counts.
pub(crate) const UNITS_A_DEGREE: f64 = 1e7;

/// A position, and its height where the source gives one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DraftNode {
    /// Ten-millionths of a degree.
    pub lon: i32,
    pub lat: i32,
    /// Metres above the sea; NaN where the ground decides.
    pub height_m: f32,
}

/// A way as it was read: a run of nodes with the same tags.
#[derive(Clone, Debug)]
pub(crate) struct DraftWay {
    pub id: i64,
    pub nodes: Vec<u32>,
    pub tags: WayTags,
    pub name: u32,
}

/// A turn that is forbidden, or the only one allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DraftTurn {
    pub from_way: i64,
    pub via: u32,
    pub to_way: i64,
    pub only: bool,
}

/// Everything read so far.
#[derive(Default)]
pub(crate) struct Draft {
    pub nodes: Vec<DraftNode>,
    pub ways: Vec<DraftWay>,
    pub rules: HashMap<u32, NodeRule>,
    pub turns: Vec<DraftTurn>,
    pub names: Vec<NameTags>,
    pub problems: Problems,
    known_names: HashMap<NameTags, u32>,
    /// The OpenStreetMap ways there are already: extracts that overlap bring them twice.
    pub known_ways: HashSet<i64>,
}

impl Draft {
    /// The number of `name`, which is kept once.
    pub fn name(&mut self, name: NameTags) -> u32 {
        if self.names.is_empty() {
            self.names.push(NameTags::default());
            self.known_names.insert(NameTags::default(), 0);
        }
        *self.known_names.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            (self.names.len() - 1) as u32
        })
    }
}

/// Degrees in ten-millionths; `None` off the globe.
pub(crate) fn units(lon: f64, lat: f64) -> Option<(i32, i32)> {
    let fits = lon.is_finite() && lat.is_finite() && lon.abs() <= 180.0 && lat.abs() <= 90.0;
    fits.then(|| ((lon * UNITS_A_DEGREE).round() as i32, (lat * UNITS_A_DEGREE).round() as i32))
}
