//! Sets of points at scale, as they are on the map: a million things are columns here, and never entities.

use bevy::prelude::*;
use layers::points::{Bits, Filter, Points};
use std::sync::Arc;

/// Where a point of a set moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Its row.
    pub row: u32,
    /// East and north of the city frame, centimetres.
    pub at_cm: [i32; 2],
    /// Height of the ground there, metres.
    pub height_m: f32,
}

/// A set of points on the map.
pub struct PointSet {
    /// What it is known by: the file it came from, or a name of its own.
    pub key: String,
    /// What it is called on screen.
    pub name: String,
    /// Its columns.
    pub points: Arc<Points>,
    /// The rows that are meant by the filter.
    pub mask: Arc<Bits>,
    /// Counts how often the mask was another.
    pub masked: u64,
    /// Rows with values that are not drawn yet; whoever draws takes them.
    pub changed: Vec<u32>,
    /// Points that moved and are not drawn there yet.
    pub moved: Vec<Moved>,
    /// True for a set that people laid on the map.
    pub is_laid: bool,
}

impl PointSet {
    /// A set of which all are shown.
    pub fn new(key: impl Into<String>, name: impl Into<String>, points: Arc<Points>) -> Self {
        let mask = Arc::new(Bits::all(points.len()));
        let (key, name) = (key.into(), name.into());
        Self { key, name, points, mask, masked: 0, changed: Vec::new(), moved: Vec::new(), is_laid: false }
    }

    /// Shows only what passes `filter`.
    pub fn filter(&mut self, filter: &Filter) {
        self.mask = Arc::new(self.points.mask(filter, 0..self.points.len()));
        self.masked += 1;
    }
}

/// All sets of points on the map, what is drawn on top last.
#[derive(Resource, Default)]
pub struct PointSets {
    /// The sets.
    pub all: Vec<PointSet>,
    /// Counts how often a set came or went.
    pub layout: u64,
}

impl PointSets {
    /// Puts a set on the map, in the place of the one of its key.
    pub fn put(&mut self, set: PointSet) {
        self.layout += 1;
        match self.all.iter_mut().find(|held| held.key == set.key) {
            Some(held) => *held = set,
            None => self.all.push(set),
        }
    }

    /// Takes a set from the map.
    pub fn remove(&mut self, key: &str) {
        let before = self.all.len();
        self.all.retain(|set| set.key != key);
        self.layout += u64::from(self.all.len() != before);
    }
}
