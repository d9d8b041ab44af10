//! Sight lines over a grid, one to each cell, with the crossings of the grid's lines along them.
//!
//! Heights are first taken relative to the eye and lowered by the fall of the level surface: sight lines are then
//! straight, and at the k-th of n lines crossed the ray to a target `t` metres over the eye is `t · k / n` high.

use super::{Aim, View, horizon::Horizon};
use crate::{Patch, ask::Cell};

/// Ground that stands no more than this above the line (metres) touches it: what rounding to f32 may leave.
const TOUCHES_M: f32 = 1e-4;
/// What counts as the height of a place without one: no line is hidden by it.
const NOTHING_M: f32 = -1e30;
/// Crossings are counted in steps of 2⁻³² cells.
const ONE: i64 = 1 << 32;

/// The heights around an observer.
pub(super) struct Field {
    aim: Aim,
    side: usize,
    /// Heights over the eye less the fall of the level surface, metres; a row more, so that a line along the edge finds
    /// the neighbour it gives no weight.
    over_m: Vec<f32>,
    horizon: Horizon,
}

/// One of the two families of grid lines that a ray crosses.
#[derive(Clone, Copy)]
struct Family {
    /// From one crossed line to the next.
    step: isize,
    /// From a place on the line to its neighbour on the line.
    beside: isize,
    /// Lines from the observer to the target.
    lines: usize,
    /// How far the ray shifts along the line from one to the next, in 2⁻³² cells.
    shift: i64,
}

impl Field {
    pub fn new(patch: &Patch, view: &View, eye_m: f64) -> Self {
        let aim = Aim::new(&patch.grid, view);
        let side = patch.grid.columns;
        let centre = (side / 2) as f64;
        let over = |index: usize| {
            let (east, north) = ((index % side) as f64 - centre, (index / side) as f64 - centre);
            let over_m = f64::from(patch.heights_m[index]) - eye_m - aim.fall_m(east, north);
            if over_m.is_finite() { over_m as f32 } else { NOTHING_M }
        };
        let over_m: Vec<f32> =
            (0..side * side).map(over).chain(std::iter::repeat_n(NOTHING_M, side + 1)).collect();
        let horizon = Horizon::new(&over_m, side, TOUCHES_M);
        Self { aim, side, over_m, horizon }
    }

    /// Judges the cells of one row.
    pub fn row(&self, row: usize, cells: &mut [u8]) {
        let mut hint = 0.5;
        for (column, cell) in cells.iter_mut().enumerate() {
            if let Some((east, north, target_m)) = self.target(column, row) {
                let hidden = self.is_hidden(east, north, target_m, &mut hint);
                *cell = if hidden { Cell::No } else { Cell::Yes } as u8;
            }
        }
    }

    /// Judges the cells of one row, and finds how high something there must reach to be seen.
    pub fn needed_row(&self, row: usize, cells: &mut [u8], needed_m: &mut [f32]) {
        for (column, (cell, needed_m)) in cells.iter_mut().zip(needed_m).enumerate() {
            if let Some((east, north, target_m)) = self.target(column, row) {
                let ground_m = target_m - self.aim.target_m as f32;
                let lowest_m = self.lowest_seen_m(east, north);
                *needed_m = (lowest_m - ground_m).max(0.0);
                *cell = if lowest_m > target_m { Cell::No } else { Cell::Yes } as u8;
            }
        }
    }

    /// Offset of a cell from the observer and the height of its target over the eye; none if it is not looked at.
    fn target(&self, column: usize, row: usize) -> Option<(isize, isize, f32)> {
        let centre = (self.side / 2) as isize;
        let (east, north) = (column as isize - centre, row as isize - centre);
        let over_m = self.over_m[row * self.side + column];
        let target_m = over_m + self.aim.target_m as f32;
        let looked_at =
            over_m > NOTHING_M && self.aim.looks_at(east as f64, north as f64, f64::from(target_m));
        looked_at.then_some((east, north, target_m))
    }

    /// The two families of lines that the ray to a cell crosses, the one it crosses more often first.
    fn families(&self, east: isize, north: isize) -> [Family; 2] {
        let side = self.side as isize;
        let family = |ahead: isize, aside: isize, step: isize, beside: isize| Family {
            step: step * ahead.signum(),
            beside,
            lines: ahead.unsigned_abs(),
            shift: if ahead == 0 { 0 } else { aside as i64 * ONE / ahead.unsigned_abs() as i64 },
        };
        let (columns, rows) = (family(east, north, 1, side), family(north, east, side, 1));
        if columns.lines >= rows.lines { [columns, rows] } else { [rows, columns] }
    }

    /// The height of the ground where a ray crosses the line `k` of a family.
    #[inline(always)]
    fn crossing_m(&self, family: &Family, k: usize, shifted: i64) -> f32 {
        let centre = (self.side * self.side / 2) as isize;
        let place = centre + family.step * k as isize + family.beside * (shifted >> 32) as isize;
        // 31 bits of the fraction, so that the processor converts it as a signed number.
        let part = ((shifted as u32) >> 1) as i32 as f32 * (1.0 / 2_147_483_648.0);
        let here_m = self.over_m[place as usize];
        here_m + part * (self.over_m[(place + family.beside) as usize] - here_m)
    }

    /// Whether anything between hides a target. `hint` is the share of the way at which the last target was hidden:
    /// the next is likely hidden there too, and is asked first.
    fn is_hidden(&self, east: isize, north: isize, target_m: f32, hint: &mut f32) -> bool {
        let families = self.families(east, north);
        let hides = |family: &Family, k: usize, shifted: i64| {
            let line_m = target_m / family.lines as f32 * k as f32;
            self.crossing_m(family, k, shifted) > line_m + TOUCHES_M
        };
        let crossed = families.iter().filter(|family| family.lines > 1);
        for family in crossed.clone() {
            let likely = (*hint * family.lines as f32) as usize;
            let near = likely.saturating_sub(1).max(1)..=(likely + 1).min(family.lines - 1);
            if near.into_iter().any(|k| hides(family, k, family.shift * k as i64)) {
                return true;
            }
        }
        // Cells from the observer, of the longer way, over which nothing reaches the ray; the last but one of them is
        // the last whose crossings lie between places that do not reach it.
        let longer = families[0].lines;
        let free = self.horizon.free_cells(east, north, target_m / longer.max(1) as f32).saturating_sub(1);
        for family in crossed {
            let first = (free * family.lines / longer).max(1);
            let mut shifted = family.shift * first as i64;
            for k in first..family.lines {
                if hides(family, k, shifted) {
                    *hint = k as f32 / family.lines as f32;
                    return true;
                }
                shifted += family.shift;
            }
        }
        false
    }

    /// The lowest height over the eye at a cell that is not hidden by what lies between, metres.
    fn lowest_seen_m(&self, east: isize, north: isize) -> f32 {
        let mut lowest_m = f32::NEG_INFINITY;
        for family in self.families(east, north) {
            let (mut shifted, mut steepest_m) = (0, f32::NEG_INFINITY);
            for k in 1..family.lines {
                shifted += family.shift;
                let over_m = self.crossing_m(&family, k, shifted) - TOUCHES_M;
                // The division waits until the line is known to rise.
                if over_m > steepest_m * k as f32 {
                    steepest_m = over_m / k as f32;
                }
            }
            lowest_m = lowest_m.max(steepest_m * family.lines as f32);
        }
        lowest_m
    }
}
