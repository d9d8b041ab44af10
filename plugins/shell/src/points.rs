//! Sets of points at scale, as they are on the map: a million things are columns here, and never entities.

mod facets;
mod judged;
mod search;

pub use facets::{Facet, LAYERS, SEGMENTS, filter_of};
pub use judged::judge_by_measures;
pub use search::{Hit, PointSearch};

use crate::{Colour, PointRef, Selected, ToldId, ToldThing};
use bevy::prelude::*;
use city::{CityTime, DistrictCode};
use layers::points::{Applied, Bits, Counts, News, Points};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a set is of. Those that matter more lie above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetOf {
    /// The city's sensing devices.
    Devices,
    /// Devices that other systems of the city told of.
    Sensors,
    /// What people laid on the map.
    #[default]
    Laid,
    /// The risk points of the one-map.
    RiskPoints,
}

impl SetOf {
    /// The key of the city's own sets, which is the layer's where it has one.
    pub fn key(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Sensors => "sources.devices",
            Self::Laid => "",
            Self::RiskPoints => "risk",
        }
    }
}

/// Between a source and its device in the id of a row.
const OF_SOURCE: char = '\n';

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

/// What a colour of what is gathered means.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendLine {
    /// The colour.
    pub colour: Colour,
    /// The key of its words, which have a place `{n}` for a figure.
    pub key: &'static str,
    /// The figure; empty for none.
    pub figure: String,
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
    /// Gathered by district.
    Areas,
    /// Gathered along rivers, roads and bridges.
    Lines,
    /// How dense they are, per square kilometre.
    Heat,
}

impl Display {
    /// All, with their names on the command line and in the words (`display.<name>`).
    pub const ALL: [(&'static str, Self); 7] = [
        ("auto", Self::Auto),
        ("points", Self::Points),
        ("clusters", Self::Clusters),
        ("hexagons", Self::Hexagons),
        ("areas", Self::Areas),
        ("lines", Self::Lines),
        ("heat", Self::Heat),
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
    /// Whether a value is another than the one held.
    pub fn is_other(&self, row: u32, value: f32, measured: CityTime) -> bool {
        let held = (self.points.value(row as usize), self.points.measured_s(row as usize));
        held != (value, u32::try_from(measured.0.div_euclid(1_000)).unwrap_or(0))
    }

    /// Takes it that points were heard of whose values may not be known.
    pub fn hear(&self, heard: impl Iterator<Item = (u32, CityTime)>, rows: &mut Vec<u32>) {
        rows.clear();
        self.points.hear(heard, rows);
        self.tell(rows);
    }

    /// Takes values; `rows` is room that is used again from call to call.
    pub fn feed(&self, news: &[News], rows: &mut Vec<u32>) -> Applied {
        rows.clear();
        let applied = self.points.apply(news, rows);
        self.tell(rows);
        applied
    }

    fn tell(&self, rows: &[u32]) {
        let mut waiting = lock(&self.waiting);
        waiting.told += u64::from(!rows.is_empty());
        if waiting.rows.len() + rows.len() > self.points.len().max(65_536) {
            waiting.all = true;
            waiting.rows.clear();
        } else if !waiting.all {
            waiting.rows.extend_from_slice(rows);
        }
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
    /// The rows that are switched on.
    pub mask: Arc<Bits>,
    /// Counts how often the mask was another.
    pub masked: u64,
    /// How many there are of each value of each facet; `None` until they are counted.
    pub counts: Option<Arc<Counts>>,
    waiting: Arc<Mutex<Waiting>>,
    /// Points that moved and are not drawn there yet.
    pub moved: Vec<Moved>,
    /// What it is of.
    pub of: SetOf,
    /// How it is to be shown.
    pub display: Display,
    /// What the colours of what is gathered mean; whoever draws says so.
    pub legend: Vec<LegendLine>,
    /// Whether each point is drawn now, and not few for many; whoever draws says so.
    pub as_points: bool,
}

impl PointSet {
    /// A set of which all are shown.
    pub fn new(of: SetOf, key: impl Into<Arc<str>>, name: impl Into<String>, points: Arc<Points>) -> Self {
        let mask = Arc::new(Bits::all(points.len()));
        let (key, name) = (key.into(), name.into());
        Self {
            key,
            name,
            points,
            mask,
            masked: 0,
            counts: None,
            waiting: Arc::default(),
            moved: Vec::new(),
            of,
            display: Display::Auto,
            legend: Vec::new(),
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

    /// The districts some of its points belong to, each once.
    pub fn districts(&self) -> Vec<DistrictCode> {
        let mut districts: Vec<_> = self.points.places().iter().flatten().map(|p| p.district).collect();
        districts.sort_unstable();
        districts.dedup();
        districts
    }

    /// What it means to select the point of `row`: what is known by its own id is known by that everywhere.
    pub fn selected(&self, row: usize) -> Selected {
        let block = self.points.texts().at_hand(row);
        let id = block.as_ref().map_or("", |block| block.id(row));
        match (self.of, id.split_once(OF_SOURCE)) {
            (SetOf::Devices, _) => Selected::Device(id.into()),
            (SetOf::RiskPoints, _) => Selected::RiskPoint(id.into()),
            (SetOf::Sensors, Some((source, id))) => {
                Selected::Told(ToldThing { source: source.to_owned(), id: ToldId::Device(id.to_owned()) })
            }
            (SetOf::Sensors | SetOf::Laid, _) => Selected::Point(PointRef { set: self.key.clone(), row }),
        }
    }
}

/// The id of a row for a device of a source.
pub fn id_of_sensor(source: &str, id: &str) -> String {
    format!("{source}{OF_SOURCE}{id}")
}

/// The id of a row as people know it.
pub fn known_id(id: &str) -> &str {
    id.split_once(OF_SOURCE).map_or(id, |(_, id)| id)
}

/// What a row is called: its name, else its id as people know it.
pub fn name_or_id<'a>(name: &'a str, id: &'a str) -> &'a str {
    if name.is_empty() { known_id(id) } else { name }
}

/// All sets of points on the map, what is drawn on top last.
#[derive(Resource, Default)]
pub struct PointSets {
    /// The sets.
    pub all: Vec<PointSet>,
    /// Counts how often a set came or went.
    pub layout: u64,
    /// Counts how often the points of a set were counted anew.
    pub counted: u64,
}

impl PointSets {
    /// A set by its key.
    pub fn get(&self, key: &str) -> Option<&PointSet> {
        self.all.iter().find(|set| &*set.key == key)
    }

    /// One of the city's own sets.
    pub fn of(&self, of: SetOf) -> Option<&PointSet> {
        self.all.iter().find(|set| set.of == of)
    }

    /// The row of what is selected, where it is a point of a set.
    pub fn row_of(&self, selected: &Selected) -> Option<(&PointSet, usize)> {
        let (of, id) = match selected {
            Selected::Point(point) => {
                let set = self.get(&point.set).filter(|set| point.row < set.points.len())?;
                return Some((set, point.row));
            }
            Selected::Device(id) => (SetOf::Devices, id.to_string()),
            Selected::RiskPoint(id) => (SetOf::RiskPoints, id.to_string()),
            Selected::Told(ToldThing { source, id: ToldId::Device(id) }) => {
                (SetOf::Sensors, id_of_sensor(source, id))
            }
            _ => return None,
        };
        let set = self.of(of)?;
        Some((set, set.points.row(&id)?))
    }

    /// Puts a set on the map, in the place of the one of its key, which is shown as that was.
    pub fn put(&mut self, mut set: PointSet) {
        self.layout += 1;
        match self.all.iter_mut().find(|held| held.key == set.key) {
            Some(held) => {
                set.display = held.display;
                *held = set;
            }
            None => self.all.push(set),
        }
        self.all.sort_by_key(|set| set.of);
    }

    /// Takes a set from the map.
    pub fn remove(&mut self, key: &str) {
        let before = self.all.len();
        self.all.retain(|set| &*set.key != key);
        self.layout += u64::from(self.all.len() != before);
    }
}
