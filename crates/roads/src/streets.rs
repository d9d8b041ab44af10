//! A network as columns: edges between junctions with their line, tags and limits, and the arcs that lead along them.

use crate::locate::Cells;
use crate::routing::hierarchy::Hierarchy;
use crate::{Limits, Mode, StreetClass};
use city::LonLat;
use layers::Structure;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// What a network was made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreetsInfo {
    /// The names of the files it was imported from.
    pub sources: Vec<String>,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Ways read.
    pub ways: usize,
    /// Turn restrictions that hold.
    pub turn_restrictions: usize,
    /// Records that could not be read.
    pub problems: u64,
}

/// What a road is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreetName {
    /// In Chinese, or as the source names it; may be empty.
    pub zh: String,
    /// In English; may be empty.
    pub en: String,
    /// Its number, such as G50; may be empty.
    pub number: String,
}

/// The columns. Those of edges are as long as there are edges, those of arcs as there are arcs, and so on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Columns {
    /// The junctions an edge begins and ends at.
    pub tail: Vec<u32>,
    pub head: Vec<u32>,
    /// Where the points of an edge begin; one more than there are edges.
    pub first_point: Vec<u32>,
    pub length_m: Vec<f32>,
    pub class: Vec<u8>,
    pub structure: Vec<u8>,
    pub layer: Vec<i8>,
    /// Who may go along (low four bits) and come back (high four).
    pub access: Vec<u8>,
    /// Signed speed, km/h; 0 for none.
    pub speed_kmh: Vec<u8>,
    /// Signed slope, percent; `i8::MIN` for none.
    pub incline_pct: Vec<i8>,
    pub height_cm: Vec<u16>,
    pub width_cm: Vec<u16>,
    pub weight_ct: Vec<u16>,
    pub step_count: Vec<u16>,
    pub name: Vec<u32>,
    /// The way an edge is part of, by the source's number.
    pub way: Vec<i64>,
    /// Points: ten-millionths of a degree, metres above the sea (NaN where unknown).
    pub lon: Vec<i32>,
    pub lat: Vec<i32>,
    pub height_m: Vec<f32>,
    /// Arcs by where they begin: `first_out` is one longer than there are nodes.
    pub first_out: Vec<u32>,
    pub arc_head: Vec<u32>,
    /// Twice the edge, one more for the way back.
    pub arc_edge: Vec<u32>,
    /// Who may not take this turn.
    pub arc_ban: Vec<u8>,
    pub node_lon: Vec<i32>,
    pub node_lat: Vec<i32>,
    /// The nodes, the least important first.
    pub order: Vec<u32>,
}

impl Columns {
    /// The arcs that leave `node`.
    pub fn leaving(&self, node: u32) -> std::ops::Range<usize> {
        let node = node as usize;
        self.first_out[node] as usize..self.first_out[node + 1] as usize
    }
}

/// A road network that was imported: everything vehicles and people move on, with heights.
#[derive(Debug)]
pub struct Streets {
    pub(crate) columns: Columns,
    pub(crate) names: Vec<StreetName>,
    pub(crate) info: StreetsInfo,
    pub(crate) hierarchy: OnceLock<Hierarchy>,
    pub(crate) cells: OnceLock<Cells>,
    /// For each edge and direction the arcs along it.
    arcs_along: OnceLock<(Vec<u32>, Vec<u32>)>,
}

impl Streets {
    pub(crate) fn new(columns: Columns, names: Vec<StreetName>, info: StreetsInfo) -> Self {
        let (hierarchy, cells, arcs_along) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { columns, names, info, hierarchy, cells, arcs_along }
    }

    /// What it was made of.
    pub fn info(&self) -> &StreetsInfo {
        &self.info
    }

    /// How many edges: pieces of road between junctions.
    pub fn edge_count(&self) -> usize {
        self.columns.tail.len()
    }

    /// How many junctions and ends, those twice at which turns are restricted.
    pub fn node_count(&self) -> usize {
        self.columns.node_lon.len()
    }

    /// How many arcs: directions of edges in which someone may move.
    pub fn arc_count(&self) -> usize {
        self.columns.arc_head.len()
    }

    /// The length of all edges, metres.
    pub fn length_m(&self) -> f64 {
        self.columns.length_m.iter().map(|m| f64::from(*m)).sum()
    }

    /// Edge `edge`; the number of an edge holds for this network file only.
    pub fn edge(&self, edge: u32) -> Edge<'_> {
        Edge { streets: self, index: edge }
    }

    /// The arcs that leave `node`.
    pub(crate) fn leaving(&self, node: u32) -> std::ops::Range<usize> {
        self.columns.leaving(node)
    }

    /// The arcs along `edge`, back along it where `back`; several where turns onto it are restricted.
    pub(crate) fn arcs_along(&self, edge: u32, back: bool) -> &[u32] {
        let (first, arcs) = self.arcs_along.get_or_init(|| {
            let mut first = vec![0_u32; self.edge_count() * 2 + 1];
            for &edge in &self.columns.arc_edge {
                first[edge as usize + 1] += 1;
            }
            for index in 1..first.len() {
                first[index] += first[index - 1];
            }
            let (mut next, mut arcs) = (first.clone(), vec![0_u32; self.arc_count()]);
            for (arc, &edge) in self.columns.arc_edge.iter().enumerate() {
                arcs[next[edge as usize] as usize] = arc as u32;
                next[edge as usize] += 1;
            }
            (first, arcs)
        });
        let key = (edge * 2 + u32::from(back)) as usize;
        &arcs[first[key] as usize..first[key + 1] as usize]
    }

    /// The node an arc begins at.
    pub(crate) fn arc_tail(&self, arc: u32) -> u32 {
        (self.columns.first_out.partition_point(|&first| first <= arc) - 1) as u32
    }
}

/// One edge of a network.
#[derive(Clone, Copy)]
pub struct Edge<'a> {
    streets: &'a Streets,
    index: u32,
}

impl<'a> Edge<'a> {
    fn at(&self) -> usize {
        self.index as usize
    }

    fn columns(&self) -> &'a Columns {
        &self.streets.columns
    }

    /// Its number in this network file.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The number of the way it is part of, as the source has it.
    pub fn way(&self) -> i64 {
        self.columns().way[self.at()]
    }

    /// Its class.
    pub fn class(&self) -> StreetClass {
        StreetClass::from_byte(self.columns().class[self.at()]).unwrap_or(StreetClass::Service)
    }

    /// What carries it.
    pub fn structure(&self) -> Structure {
        match self.columns().structure[self.at()] {
            1 => Structure::Bridge,
            2 => Structure::Tunnel,
            _ => Structure::Ground,
        }
    }

    /// Its place among roads over one another; 0 is the ground's.
    pub fn layer(&self) -> i8 {
        self.columns().layer[self.at()]
    }

    /// What it is called.
    pub fn name(&self) -> &'a StreetName {
        &self.streets.names[self.columns().name[self.at()] as usize]
    }

    /// Its length over the ground, metres.
    pub fn length_m(&self) -> f64 {
        f64::from(self.columns().length_m[self.at()])
    }

    /// Who may go along, or come back: bits of [`Mode`].
    pub(crate) fn access(&self, back: bool) -> u8 {
        let both = self.columns().access[self.at()];
        if back { both >> 4 } else { both & 15 }
    }

    /// True when `mode` may go along it, or come back.
    pub fn admits(&self, mode: Mode, back: bool) -> bool {
        self.access(back) & mode.bit() != 0
    }

    pub(crate) fn limits(&self) -> Limits {
        let (columns, at) = (self.columns(), self.at());
        Limits {
            height_cm: columns.height_cm[at],
            width_cm: columns.width_cm[at],
            weight_ct: columns.weight_ct[at],
        }
    }

    /// The speed of flowing traffic: signed, else usual for the class, metres a second.
    pub fn flowing_mps(&self) -> f64 {
        match self.columns().speed_kmh[self.at()] {
            0 => self.class().flowing_mps(),
            signed => f64::from(signed) / 3.6,
        }
    }

    /// The slope signed, rise over run along the edge.
    pub(crate) fn incline(&self) -> Option<f64> {
        let percent = self.columns().incline_pct[self.at()];
        (percent != i8::MIN).then(|| f64::from(percent) / 100.0)
    }

    /// How many steps a stair has; 0 where its source does not say.
    pub fn step_count(&self) -> u16 {
        self.columns().step_count[self.at()]
    }

    pub(crate) fn points(&self) -> std::ops::Range<usize> {
        let columns = self.columns();
        columns.first_point[self.at()] as usize..columns.first_point[self.at() + 1] as usize
    }

    /// Its line: position and height above the sea in metres (NaN where unknown).
    pub fn line(&self) -> impl DoubleEndedIterator<Item = (LonLat, f64)> + ExactSizeIterator + use<'a> {
        let columns = self.columns();
        self.points().map(move |i| (position(columns.lon[i], columns.lat[i]), f64::from(columns.height_m[i])))
    }
}

/// A position of ten-millionths of a degree.
pub(crate) fn position(lon: i32, lat: i32) -> LonLat {
    LonLat::new(f64::from(lon) / 1e7, f64::from(lat) / 1e7)
}
