//! The nearest piece of road to a position.

use super::Schematic;
use super::network::Piece;
use crate::RoadError;
use city::LonLat;
use layers::{RoadClass, Structure};
use std::collections::HashMap;

const CELL_DEG: f64 = 0.02;

/// How far a road is looked for, in cells; about 20 km.
const REACH_CELLS: i32 = 10;

/// The pieces by the cells their bounding box touches.
#[derive(Clone, Debug, Default)]
pub(crate) struct PieceGrid {
    cells: HashMap<(i32, i32), Vec<u32>>,
}

/// Where the network is entered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub piece: u32,
    /// Share 0–1 along the piece, from its first end.
    pub share: f64,
    pub at: LonLat,
    /// Straight distance from the position to the road, metres.
    pub beside_m: f64,
}

impl PieceGrid {
    pub fn of(corners: &[LonLat], pieces: &[Piece], reached: &[bool]) -> Self {
        let mut cells: HashMap<_, Vec<u32>> = HashMap::new();
        for (index, piece) in pieces.iter().enumerate() {
            // One cannot turn off an expressway, a bridge or a tunnel wherever one likes.
            let shut = piece.class == RoadClass::Expressway || piece.structure != Structure::Ground;
            if shut || !reached[piece.ends[0] as usize] {
                continue;
            }
            let [(ax, ay), (bx, by)] = piece.ends.map(|end| cell(corners[end as usize]));
            for y in ay.min(by)..=ay.max(by) {
                for x in ax.min(bx)..=ax.max(bx) {
                    cells.entry((x, y)).or_default().push(index as u32);
                }
            }
        }
        Self { cells }
    }
}

fn cell(at: LonLat) -> (i32, i32) {
    ((at.lon / CELL_DEG).floor() as i32, (at.lat / CELL_DEG).floor() as i32)
}

impl Schematic {
    /// Where the network is entered from `at`: the nearest piece of road one can stop on.
    pub(crate) fn entry(&self, at: LonLat) -> Result<Entry, RoadError> {
        if !at.is_valid() {
            return Err(RoadError::NoPosition { at });
        }
        let (cx, cy) = cell(at);
        let east_per_degree = 111_195.0 * at.lat.to_radians().cos();
        let metres = |p: LonLat| [(p.lon - at.lon) * east_per_degree, (p.lat - at.lat) * 111_195.0];
        let mut best: Option<Entry> = None;
        for ring in 0..=REACH_CELLS {
            // Nothing in this ring is nearer than its inner edge.
            let inner_m = f64::from(ring - 1).max(0.0) * CELL_DEG * east_per_degree.min(111_195.0);
            if best.is_some_and(|entry| entry.beside_m < inner_m) {
                break;
            }
            for (x, y) in ring_cells(cx, cy, ring) {
                for &piece in self.grid.cells.get(&(x, y)).map_or(&[][..], Vec::as_slice) {
                    let [a, b] = self.pieces[piece as usize].ends.map(|end| self.corners[end as usize]);
                    let (share, beside_m) = nearest(metres(a), metres(b));
                    if best.is_none_or(|entry| beside_m < entry.beside_m) {
                        let at =
                            LonLat::new(a.lon + (b.lon - a.lon) * share, a.lat + (b.lat - a.lat) * share);
                        best = Some(Entry { piece, share, at, beside_m });
                    }
                }
            }
        }
        best.ok_or(RoadError::NoRoad { at, within_km: f64::from(REACH_CELLS) * CELL_DEG * 111.2 })
    }
}

/// The share along `a`–`b` nearest to the origin, and its distance.
fn nearest(a: [f64; 2], b: [f64; 2]) -> (f64, f64) {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let share = (-(a[0] * dx + a[1] * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
    (share, (a[0] + dx * share).hypot(a[1] + dy * share))
}

/// The cells exactly `ring` steps from the middle one.
fn ring_cells(cx: i32, cy: i32, ring: i32) -> impl Iterator<Item = (i32, i32)> {
    (-ring..=ring).flat_map(move |dy| {
        let step = if dy.abs() == ring { 1 } else { (2 * ring).max(1) };
        (-ring..=ring).step_by(step as usize).map(move |dx| (cx + dx, cy + dy))
    })
}
