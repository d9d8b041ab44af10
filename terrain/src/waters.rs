//! How far a place is from the nearest shore, and how high the water lies there.
//!
//! Centrelines are rounded by a Catmull–Rom spline into short chords; a grid of cells names the chords near each
//! cell, so that a question looks at a few of them and never at a whole river.

use crate::rivers::River;
use geodesy::{EastNorth, to_city_frame};
use std::collections::HashMap;

/// Width of a grid cell, metres.
const CELL_M: f64 = 1024.0;
/// How far from the shore water is felt, metres: beyond the kilometre within which nothing lies below the Yangtze.
pub(crate) const REACH_M: f64 = 1800.0;
/// Length of a chord, metres, at most.
const CHORD_M: f64 = 150.0;

/// A straight piece of a river.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chord {
    from: EastNorth,
    along: EastNorth,
    inverse_length2: f64,
    half_width_m: (f64, f64),
    level_m: (f64, f64),
}

/// The water nearest to a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NearWater {
    /// Distance to the shore, metres, positive in the water.
    pub shore_m: f64,
    /// Height of the water's surface there, metres above sea level.
    pub level_m: f64,
}

/// All rivers, ready to be asked.
#[derive(Debug)]
pub(crate) struct Waters {
    chords: Vec<Chord>,
    cells: HashMap<(i32, i32), Vec<u32>>,
}

impl Chord {
    fn near(&self, at: EastNorth) -> NearWater {
        let (dx, dy) = (at.east_m - self.from.east_m, at.north_m - self.from.north_m);
        let t = ((dx * self.along.east_m + dy * self.along.north_m) * self.inverse_length2).clamp(0.0, 1.0);
        let (ox, oy) = (dx - t * self.along.east_m, dy - t * self.along.north_m);
        let mix = |pair: (f64, f64)| pair.0 + (pair.1 - pair.0) * t;
        NearWater { shore_m: mix(self.half_width_m) - (ox * ox + oy * oy).sqrt(), level_m: mix(self.level_m) }
    }
}

impl Waters {
    /// Prepares rivers.
    pub fn new(rivers: &[River]) -> Self {
        let chords: Vec<Chord> = rivers.iter().flat_map(chords_of).collect();
        let mut cells: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
        for (index, chord) in chords.iter().enumerate() {
            let margin = REACH_M + chord.half_width_m.0.max(chord.half_width_m.1);
            let to = EastNorth::new(
                chord.from.east_m + chord.along.east_m,
                chord.from.north_m + chord.along.north_m,
            );
            let range = |a: f64, b: f64| {
                let low = ((a.min(b) - margin) / CELL_M).floor() as i32;
                low..=((a.max(b) + margin) / CELL_M).floor() as i32
            };
            for x in range(chord.from.east_m, to.east_m) {
                for y in range(chord.from.north_m, to.north_m) {
                    cells.entry((x, y)).or_default().push(index as u32);
                }
            }
        }
        Self { chords, cells }
    }

    /// The chords that may be the nearest anywhere within `radius_m` of `at`, into `found`.
    pub fn gather(&self, at: EastNorth, radius_m: f64, found: &mut Vec<Chord>) {
        found.clear();
        let cell = |v: f64| (v / CELL_M).floor() as i32;
        let mut best_m = -REACH_M - radius_m;
        for x in cell(at.east_m - radius_m)..=cell(at.east_m + radius_m) {
            for y in cell(at.north_m - radius_m)..=cell(at.north_m + radius_m) {
                for &index in self.cells.get(&(x, y)).into_iter().flatten() {
                    let chord = self.chords[index as usize];
                    best_m = best_m.max(chord.near(at).shore_m);
                    found.push(chord);
                }
            }
        }
        // The distance to the shore changes by little more than one metre a metre, so no other can win within the radius.
        found.retain(|chord| chord.near(at).shore_m >= best_m - 2.2 * radius_m);
    }

    /// The nearest water within reach of a place.
    pub fn near(&self, at: EastNorth) -> Option<NearWater> {
        let key = ((at.east_m / CELL_M).floor() as i32, (at.north_m / CELL_M).floor() as i32);
        let cell = self.cells.get(&key)?;
        nearest(cell.iter().map(|&index| &self.chords[index as usize]), at)
    }
}

/// The nearest water among `chords`, if within reach.
pub(crate) fn nearest<'a>(chords: impl Iterator<Item = &'a Chord>, at: EastNorth) -> Option<NearWater> {
    let mut best = NearWater { shore_m: -REACH_M, level_m: f64::NAN };
    for chord in chords {
        let near = chord.near(at);
        if near.shore_m > best.shore_m {
            best = near;
        }
    }
    (best.shore_m > -REACH_M).then_some(best)
}

/// A river's centreline in the city frame, rounded and cut into chords.
fn chords_of(river: &River) -> Vec<Chord> {
    let line: Vec<(EastNorth, f64, f64)> =
        river.centreline.iter().map(|p| (to_city_frame(p.at), p.width_m / 2.0, p.level_m)).collect();
    let mut chords = Vec::new();
    for i in 1..line.len() {
        let (a, b) = (line[i - 1], line[i]);
        let before = if i >= 2 { line[i - 2].0 } else { a.0 };
        let after = if i + 1 < line.len() { line[i + 1].0 } else { b.0 };
        let count = (a.0.distance_m(b.0) / CHORD_M).ceil().max(1.0) as usize;
        let at = |t: f64| EastNorth {
            east_m: catmull_rom([before.east_m, a.0.east_m, b.0.east_m, after.east_m], t),
            north_m: catmull_rom([before.north_m, a.0.north_m, b.0.north_m, after.north_m], t),
        };
        for k in 0..count {
            let (t0, t1) = (k as f64 / count as f64, (k + 1) as f64 / count as f64);
            let (from, to) = (at(t0), at(t1));
            let along = EastNorth::new(to.east_m - from.east_m, to.north_m - from.north_m);
            let length2 = along.east_m * along.east_m + along.north_m * along.north_m;
            if length2 > 0.0 {
                let mix = |p: f64, q: f64| (p + (q - p) * t0, p + (q - p) * t1);
                let (half_width_m, level_m) = (mix(a.1, b.1), mix(a.2, b.2));
                chords.push(Chord { from, along, inverse_length2: 1.0 / length2, half_width_m, level_m });
            }
        }
    }
    chords
}

/// The Catmull–Rom curve through the two middle values, at `t` from 0 to 1 between them.
fn catmull_rom(p: [f64; 4], t: f64) -> f64 {
    let a = -0.5 * p[0] + 1.5 * p[1] - 1.5 * p[2] + 0.5 * p[3];
    let b = p[0] - 2.5 * p[1] + 2.0 * p[2] - 0.5 * p[3];
    let c = 0.5 * (p[2] - p[0]);
    ((a * t + b) * t + c) * t + p[1]
}
