//! Sets of points at scale, as they are on the map: a million things are columns here, and never entities.

use crate::OnScreenLayers;
use bevy::prelude::*;
use layers::points::{Applied, Bits, Filter, Kind, News, Points};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether points of a kind are switched on: risks by their class, devices all together and by their class.
pub fn is_shown(on: &OnScreenLayers, kind: &Kind) -> bool {
    match kind.grade {
        Some(_) => on.is_on(&format!("risk.{}", kind.class.key())),
        None => on.is_on("devices") && on.is_on(&format!("devices.{}", kind.class.key())),
    }
}

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

/// How a set is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Display {
    /// As points where few are in sight, else gathered.
    #[default]
    Auto,
    /// Each point with its symbol.
    Points,
    /// Gathered, with their number and their worst.
    Clusters,
    /// Gathered in the hexagons of H3.
    Hexagons,
}

impl Display {
    /// All, with their names on the command line and in the words (`display.<name>`).
    pub const ALL: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("points", Self::Points),
        ("clusters", Self::Clusters),
        ("hexagons", Self::Hexagons),
    ];
}

/// Rows with values that are not drawn yet. Nothing grows without bound: when more are waiting than it is worth to tell
/// apart, all are.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The rows, some of them perhaps twice.
    pub rows: Vec<u32>,
    /// True when all rows are meant.
    pub all: bool,
    /// Counts how often values were taken.
    pub told: u64,
}

/// Takes values of a set on whatever thread they arrive. There is one for a set at a time.
#[derive(Clone)]
pub struct Feeder {
    points: Arc<Points>,
    waiting: Arc<Mutex<Waiting>>,
}

impl Feeder {
    /// Takes values; `rows` is room that is used again from call to call.
    pub fn feed(&self, news: &[News], rows: &mut Vec<u32>) -> Applied {
        rows.clear();
        let applied = self.points.apply(news, rows);
        let mut waiting = lock(&self.waiting);
        waiting.told += u64::from(!rows.is_empty());
        if waiting.rows.len() + rows.len() > self.points.len().max(65_536) {
            waiting.all = true;
            waiting.rows.clear();
        } else if !waiting.all {
            waiting.rows.extend_from_slice(rows);
        }
        applied
    }
}

// Nobody holds the lock for longer than it takes to copy what is waiting.
fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A set of points on the map.
pub struct PointSet {
    /// What it is known by: the file it came from, or a name of its own.
    pub key: Arc<str>,
    /// What it is called on screen.
    pub name: String,
    /// Its columns.
    pub points: Arc<Points>,
    /// The rows that are meant by the filter.
    pub mask: Arc<Bits>,
    /// Counts how often the mask was another.
    pub masked: u64,
    waiting: Arc<Mutex<Waiting>>,
    /// Points that moved and are not drawn there yet.
    pub moved: Vec<Moved>,
    /// True for a set that people laid on the map.
    pub is_laid: bool,
    /// How it is to be shown.
    pub display: Display,
    /// Whether each point is drawn now, and not few for many; whoever draws says so.
    pub as_points: bool,
}

impl PointSet {
    /// A set of which all are shown.
    pub fn new(key: impl Into<Arc<str>>, name: impl Into<String>, points: Arc<Points>) -> Self {
        let mask = Arc::new(Bits::all(points.len()));
        let (key, name) = (key.into(), name.into());
        Self {
            key,
            name,
            points,
            mask,
            masked: 0,
            waiting: Arc::default(),
            moved: Vec::new(),
            is_laid: false,
            display: Display::Auto,
            as_points: false,
        }
    }

    /// Whoever brings its values.
    pub fn feeder(&self) -> Feeder {
        Feeder { points: self.points.clone(), waiting: self.waiting.clone() }
    }

    /// Counts how often values changed: another number where what is gathered of them may be another.
    pub fn told(&self) -> u64 {
        lock(&self.waiting).told
    }

    /// Takes at most `most` of the rows whose values are not drawn yet, into `rows`; true when all rows are meant.
    pub fn take_waiting(&self, most: usize, rows: &mut Vec<u32>) -> bool {
        let mut waiting = lock(&self.waiting);
        let keep = waiting.rows.len().saturating_sub(most);
        rows.extend(waiting.rows.drain(keep..));
        std::mem::take(&mut waiting.all)
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
    /// A set by its key.
    pub fn get(&self, key: &str) -> Option<&PointSet> {
        self.all.iter().find(|set| &*set.key == key)
    }

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
        self.all.retain(|set| &*set.key != key);
        self.layout += u64::from(self.all.len() != before);
    }
}
