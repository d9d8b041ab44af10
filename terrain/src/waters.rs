//! How far a place is from the nearest shore, and how high the water lies there.
//!
//! Centrelines are rounded by a Catmull–Rom spline into short chords; a grid of cells names the chords that
//! can be the nearest in each cell, so that a question looks at a few of them and never at a whole river.

use crate::rivers::River;
use geodesy::{EastNorth, to_city_frame};

/// Width of a grid cell, metres.
const CELL_M: f64 = 512.0;
/// Cells along one side of the blocks from which cells are refined.
const CELLS_A_BLOCK: usize = 8;
/// Width of a block, metres.
const BLOCK_M: f64 = CELL_M * CELLS_A_BLOCK as f64;
/// How far from the shore water is felt, metres: beyond the kilometre within which nothing lies below the Yangtze.
pub(crate) const REACH_M: f64 = 1800.0;
/// How many places of a row are asked for together, and how far apart they may be for that, metres.
const CLOSE_TOGETHER: usize = 8;
const CLOSE_M: f64 = 40.0;
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
    /// West and south edge of the grid, metres in the city frame.
    south_west: EastNorth,
    /// Cells from west to east.
    columns: usize,
    /// For each cell where its chords begin in `members` and how many they are, row by row from the south.
    cells: Vec<(u32, u32)>,
    /// Chords by cell.
    members: Vec<u32>,
}

impl Chord {
    /// The water of this chord nearest to a place, if it is nearer than a shore `than_m` away (negative on land).
    /// The root is drawn only of what is nearer: of a cell's chords most are not.
    fn nearer(&self, at: EastNorth, than_m: f64) -> Option<NearWater> {
        let (dx, dy) = (at.east_m - self.from.east_m, at.north_m - self.from.north_m);
        let t = ((dx * self.along.east_m + dy * self.along.north_m) * self.inverse_length2).clamp(0.0, 1.0);
        let (ox, oy) = (dx - t * self.along.east_m, dy - t * self.along.north_m);
        let mix = |pair: (f64, f64)| pair.0 + (pair.1 - pair.0) * t;
        let (distance2, half_width_m) = (ox * ox + oy * oy, mix(self.half_width_m));
        let within_m = half_width_m - than_m;
        (within_m > 0.0 && distance2 < within_m * within_m)
            .then(|| NearWater { shore_m: half_width_m - distance2.sqrt(), level_m: mix(self.level_m) })
    }
}

impl Waters {
    /// Prepares rivers.
    pub fn new(rivers: &[River]) -> Self {
        let chords: Vec<Chord> = rivers.iter().flat_map(chords_of).collect();
        let bound =
            |pick: fn(f64, f64) -> f64, of: fn(&Chord) -> f64| chords.iter().map(of).fold(f64::NAN, pick);
        let margin_m = REACH_M + 1000.0;
        let south_west = EastNorth::new(
            bound(f64::min, |c| c.from.east_m) - margin_m,
            bound(f64::min, |c| c.from.north_m) - margin_m,
        );
        let blocks = |span_m: f64| ((span_m + margin_m) / BLOCK_M).ceil().max(1.0) as usize;
        let across = blocks(bound(f64::max, |c| c.from.east_m) - south_west.east_m);
        let up = blocks(bound(f64::max, |c| c.from.north_m) - south_west.north_m);
        let columns = across * CELLS_A_BLOCK;
        let cells = vec![(0, 0); columns * up * CELLS_A_BLOCK];
        let mut waters = Self { chords, south_west, columns, cells, members: Vec::new() };
        let mut by_block = vec![Vec::new(); across * up];
        for (index, chord) in waters.chords.iter().enumerate() {
            let (x, y) = (chord.from.east_m - south_west.east_m, chord.from.north_m - south_west.north_m);
            let range = |v: f64, last: usize| {
                let block = |v: f64| ((v / BLOCK_M).max(0.0) as usize).min(last - 1);
                block(v - margin_m)..=block(v + margin_m)
            };
            for row in range(y, up) {
                range(x, across).for_each(|column| by_block[row * across + column].push(index as u32));
            }
        }
        for (block, chords) in by_block.iter().enumerate() {
            let corner = (block % across * CELLS_A_BLOCK, block / across * CELLS_A_BLOCK);
            waters.refine(corner, CELLS_A_BLOCK, chords);
        }
        waters
    }

    /// Keeps of `candidates` those that can be the nearest somewhere in a square of cells, then quarters the square.
    fn refine(&mut self, corner: (usize, usize), cells: usize, candidates: &[u32]) {
        let width_m = cells as f64 * CELL_M;
        let middle = EastNorth::new(
            self.south_west.east_m + corner.0 as f64 * CELL_M + width_m / 2.0,
            self.south_west.north_m + corner.1 as f64 * CELL_M + width_m / 2.0,
        );
        let radius_m = width_m * std::f64::consts::FRAC_1_SQRT_2;
        let mut kept = Vec::new();
        self.winners(candidates, middle, radius_m, &mut kept);
        let kept: Vec<u32> = kept.into_iter().map(|(index, _)| index).collect();
        if kept.is_empty() {
            return;
        }
        if cells == 1 {
            self.cells[corner.1 * self.columns + corner.0] = (self.members.len() as u32, kept.len() as u32);
            self.members.extend(kept);
            return;
        }
        let half = cells / 2;
        for (x, y) in [(0, 0), (half, 0), (0, half), (half, half)] {
            self.refine((corner.0 + x, corner.1 + y), half, &kept);
        }
    }

    /// The nearest water within reach of a place.
    pub fn near(&self, at: EastNorth) -> Option<NearWater> {
        self.nearest_of(self.of_cell(self.cell(at)?).iter().copied(), at)
    }

    /// The same for places in a row from west to east, each `spacing_m` from the next. Those that lie close together
    /// share a look at the chords that can win at any of them, which are few.
    pub fn near_row(&self, row: &[EastNorth], spacing_m: f64, out: &mut [Option<NearWater>]) {
        let mut kept = Vec::new();
        for (places, found) in row.chunks(CLOSE_TOGETHER).zip(out.chunks_mut(CLOSE_TOGETHER)) {
            let (first, last) = (places[0], places[places.len() - 1]);
            let radius_m = 0.5 * (last.east_m - first.east_m);
            let cell = self.cell(first);
            if spacing_m > CLOSE_M || cell != self.cell(last) {
                places.iter().zip(found).for_each(|(at, found)| *found = self.near(*at));
                continue;
            }
            let Some(cell) = cell else {
                found.fill(None);
                continue;
            };
            let middle = EastNorth { east_m: first.east_m + radius_m, ..first };
            self.winners(self.of_cell(cell), middle, radius_m, &mut kept);
            places
                .iter()
                .zip(found)
                .for_each(|(at, found)| *found = self.nearest_of(kept.iter().map(|(index, _)| *index), *at));
        }
    }

    /// The number of a place's cell; none off the grid.
    fn cell(&self, at: EastNorth) -> Option<usize> {
        let x = (at.east_m - self.south_west.east_m) / CELL_M;
        let y = (at.north_m - self.south_west.north_m) / CELL_M;
        let inside = x >= 0.0 && x < self.columns as f64 && y >= 0.0;
        inside.then(|| y as usize * self.columns + x as usize).filter(|cell| *cell < self.cells.len())
    }

    fn of_cell(&self, cell: usize) -> &[u32] {
        let (first, count) = self.cells[cell];
        &self.members[first as usize..(first + count) as usize]
    }

    fn nearest_of(&self, chords: impl Iterator<Item = u32>, at: EastNorth) -> Option<NearWater> {
        let mut best = NearWater { shore_m: -REACH_M, level_m: f64::NAN };
        for index in chords {
            best = self.chords[index as usize].nearer(at, best.shore_m).unwrap_or(best);
        }
        (best.shore_m > -REACH_M).then_some(best)
    }

    /// Leaves of `candidates` those that can be the nearest somewhere within `radius_m` of `middle`, in their order.
    fn winners(&self, candidates: &[u32], middle: EastNorth, radius_m: f64, kept: &mut Vec<(u32, f64)>) {
        let shore_m = |&index: &u32| {
            let near = self.chords[index as usize].nearer(middle, f64::NEG_INFINITY);
            (index, near.map_or(f64::NEG_INFINITY, |near| near.shore_m))
        };
        kept.clear();
        kept.extend(candidates.iter().map(shore_m));
        // The distance to a shore changes by little more than a metre in a metre: what is farther than the nearest
        // by more than twice the radius cannot win anywhere in the circle.
        let best_m = kept.iter().map(|(_, shore_m)| *shore_m).fold(-REACH_M + 1.1 * radius_m, f64::max);
        kept.retain(|(_, shore_m)| *shore_m >= best_m - 2.2 * radius_m);
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_row_is_told_the_same_as_each_of_its_places() {
        let waters = Waters::new(crate::rivers::shipped().unwrap());
        let (mut in_water, mut near_it) = (0, 0);
        for (spacing_m, north_m) in
            (0..600).map(|n| ([4.0, 16.0, 40.0, 41.0][n % 4], n as f64 * 37.0 - 9_000.0))
        {
            let row: Vec<_> = (0..61)
                .map(|k| EastNorth::new(north_m * 1.7 % 9_000.0 + f64::from(k) * spacing_m, north_m))
                .collect();
            let mut told = vec![None; row.len()];
            waters.near_row(&row, spacing_m, &mut told);
            for (at, told) in row.iter().zip(told) {
                assert_eq!(told, waters.near(*at), "{at:?}");
                near_it += usize::from(told.is_some());
                in_water += usize::from(told.is_some_and(|water| water.shore_m > 0.0));
            }
        }
        assert!(in_water > 500 && near_it > 2 * in_water, "{in_water} {near_it}");
    }
}
