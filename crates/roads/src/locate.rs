//! The edges by where they lie, to find those near a place or within a closure.

use crate::Streets;
use crate::streets::{Edge, position};
use city::LonLat;
use layers::Structure;
use rayon::prelude::*;
use std::collections::HashMap;

/// The side of a cell, ten-millionths of a degree: some 200 m.
const CELL: i32 = 20_000;
/// How far a road is looked for, cells; about 20 km.
const REACH: i32 = 100;

/// A place to go from or to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Where.
    pub at: LonLat,
    /// How high above the sea, metres, where roads lie over one another and it matters which.
    pub height_m: Option<f64>,
}

impl From<LonLat> for Stop {
    fn from(at: LonLat) -> Self {
        Self { at, height_m: None }
    }
}

/// A place on an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Foothold {
    pub edge: u32,
    /// Share 0–1 of the edge's length, from its beginning.
    pub share: f64,
    pub at: LonLat,
    pub height_m: f64,
    /// How far from the place asked for, metres.
    pub beside_m: f64,
    /// The same, with what speaks against stopping there.
    pub cost_m: f64,
}

/// The edges by the cells they touch.
#[derive(Debug)]
pub(crate) struct Cells {
    runs: HashMap<(i32, i32), (u32, u32)>,
    edges: Vec<u32>,
}

fn cell(lon: i32, lat: i32) -> (i32, i32) {
    (lon.div_euclid(CELL), lat.div_euclid(CELL))
}

impl Cells {
    fn of(streets: &Streets) -> Cells {
        let mut pairs: Vec<((i32, i32), u32)> = (0..streets.edge_count() as u32)
            .into_par_iter()
            .with_min_len(1_024)
            .flat_map_iter(|edge| {
                touched(streets.edge(edge), streets).into_iter().map(move |cell| (cell, edge))
            })
            .collect();
        pairs.par_sort_unstable();
        let mut runs: HashMap<(i32, i32), (u32, u32)> = HashMap::new();
        for (index, pair) in pairs.iter().enumerate() {
            runs.entry(pair.0).or_insert((index as u32, index as u32)).1 = index as u32 + 1;
        }
        Cells { runs, edges: pairs.into_iter().map(|pair| pair.1).collect() }
    }

    fn edges_in(&self, cell: (i32, i32)) -> &[u32] {
        self.runs.get(&cell).map_or(&[][..], |run| &self.edges[run.0 as usize..run.1 as usize])
    }
}

/// The cells an edge touches, each once. Long straights are followed step by step.
fn touched(edge: Edge, streets: &Streets) -> Vec<(i32, i32)> {
    let (columns, points) = (&streets.columns, edge.points());
    let mut cells = Vec::new();
    for i in points.start..points.end - 1 {
        let (ax, ay) = (i64::from(columns.lon[i]), i64::from(columns.lat[i]));
        let (dx, dy) = (i64::from(columns.lon[i + 1]) - ax, i64::from(columns.lat[i + 1]) - ay);
        let steps = (dx.abs().max(dy.abs()) / i64::from(CELL) + 1).max(1);
        let at = |step: i64| cell((ax + dx * step / steps) as i32, (ay + dy * step / steps) as i32);
        for step in 0..steps {
            let ((x0, y0), (x1, y1)) = (at(step), at(step + 1));
            for y in y0.min(y1)..=y0.max(y1) {
                cells.extend((x0.min(x1)..=x0.max(x1)).map(|x| (x, y)));
            }
        }
    }
    cells.sort_unstable();
    cells.dedup();
    cells
}

impl Streets {
    pub(crate) fn cells(&self) -> &Cells {
        self.cells.get_or_init(|| Cells::of(self))
    }

    /// The edges in or near a box (west, south, east, north in degrees), each once, in order.
    pub fn edges_in(&self, [west, south, east, north]: [f64; 4]) -> Vec<u32> {
        let at = |lon: f64, lat: f64| cell((lon * 1e7).round() as i32, (lat * 1e7).round() as i32);
        let ((x0, y0), (x1, y1)) = (at(west, south), at(east, north));
        let cells = self.cells();
        let many = i64::from(x1 - x0 + 1) * i64::from(y1 - y0 + 1) > cells.runs.len() as i64;
        let mut edges: Vec<u32> = if many {
            let inside = |c: &(i32, i32)| (x0..=x1).contains(&c.0) && (y0..=y1).contains(&c.1);
            cells.runs.keys().filter(|c| inside(c)).flat_map(|c| cells.edges_in(*c)).copied().collect()
        } else {
            (y0..=y1)
                .flat_map(|y| (x0..=x1).map(move |x| (x, y)))
                .flat_map(|c| cells.edges_in(c))
                .copied()
                .collect()
        };
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// The place on the network nearest to `stop` among the edges that `usable` admits.
    pub(crate) fn foothold(&self, stop: Stop, usable: impl Fn(u32) -> bool) -> Option<Foothold> {
        let cells = self.cells();
        let (cx, cy) = cell((stop.at.lon * 1e7).round() as i32, (stop.at.lat * 1e7).round() as i32);
        let east = 111_195.0 * stop.at.lat.to_radians().cos();
        let side_m = f64::from(CELL) / 1e7 * east.min(111_195.0);
        let mut best: Option<Foothold> = None;
        for ring in 0..=REACH {
            // Nothing in this ring is nearer than its inner edge.
            if best.is_some_and(|found| found.cost_m < f64::from(ring - 1).max(0.0) * side_m) {
                break;
            }
            for (x, y) in ring_cells(cx, cy, ring) {
                for &edge in cells.edges_in((x, y)) {
                    if usable(edge) {
                        let found = self.nearest_on(edge, stop, east);
                        if best.is_none_or(|known| (found.cost_m, found.edge) < (known.cost_m, known.edge)) {
                            best = Some(found);
                        }
                    }
                }
            }
        }
        best
    }

    fn nearest_on(&self, edge: u32, stop: Stop, east: f64) -> Foothold {
        let (columns, points) = (&self.columns, self.edge(edge).points());
        let metres = |i: usize| {
            let p = position(columns.lon[i], columns.lat[i]);
            [(p.lon - stop.at.lon) * east, (p.lat - stop.at.lat) * 111_195.0]
        };
        let (mut far_m, mut best) = (0.0, (f64::MAX, 0.0, points.start, 0.0));
        for i in points.start..points.end - 1 {
            let (a, b) = (metres(i), metres(i + 1));
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length_m = dx.hypot(dy);
            let share = (-(a[0] * dx + a[1] * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
            let beside_m = (a[0] + dx * share).hypot(a[1] + dy * share);
            if beside_m < best.0 {
                best = (beside_m, far_m + share * length_m, i, share);
            }
            far_m += length_m;
        }
        let (beside_m, along_m, i, share) = best;
        let mid = |a: f64, b: f64| a + (b - a) * share;
        let (a, b) =
            (position(columns.lon[i], columns.lat[i]), position(columns.lon[i + 1], columns.lat[i + 1]));
        let height_m = mid(f64::from(columns.height_m[i]), f64::from(columns.height_m[i + 1]));
        let off_m = stop.height_m.map_or(0.0, |height| height_m - height);
        let cost_m = match stop.height_m {
            // Who says how high they are means the deck or the tunnel itself.
            Some(_) if off_m.is_finite() => beside_m.hypot(off_m),
            _ => beside_m + against_m(self.edge(edge)),
        };
        let share = if far_m > 0.0 { (along_m / far_m).clamp(0.0, 1.0) } else { 0.0 };
        Foothold {
            edge,
            share,
            at: LonLat::new(mid(a.lon, b.lon), mid(a.lat, b.lat)),
            height_m,
            beside_m,
            cost_m,
        }
    }
}

/// What speaks against stopping on an edge, metres: one cannot turn off a motorway, a bridge or a tunnel wherever one
/// likes, so another road is taken unless it is this much farther.
fn against_m(edge: Edge) -> f64 {
    use crate::StreetClass::{Barrier, Elevator, Motorway, MotorwayLink, TrunkLink};
    let class_m = match edge.class() {
        Motorway => 60.0,
        MotorwayLink | TrunkLink => 30.0,
        Elevator | Barrier => 20.0,
        _ => 0.0,
    };
    class_m
        + match edge.structure() {
            Structure::Ground => 0.0,
            Structure::Bridge => 15.0,
            Structure::Tunnel => 60.0,
        }
}

/// The cells exactly `ring` steps from the middle one.
fn ring_cells(cx: i32, cy: i32, ring: i32) -> impl Iterator<Item = (i32, i32)> {
    (-ring..=ring).flat_map(move |dy| {
        let step = if dy.abs() == ring { 1 } else { (2 * ring).max(1) };
        (-ring..=ring).step_by(step as usize).map(move |dx| (cx + dx, cy + dy))
    })
}
