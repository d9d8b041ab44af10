//! The horizon in each direction, as it rises from the observer outwards: what lies below it all along hides nothing,
//! so a sight line need not look at the ground there.
//!
//! The square around the observer has four sides; a direction is a side and a ratio, the way across per way ahead.
//! Directions are gathered into sectors, and a sector takes the steepest of all places that a ray in it may touch: it
//! may claim too much, never too little, and no answer changes by it.

use rayon::prelude::*;

/// Sectors of one side.
const SECTORS: usize = 64;

/// The horizon of each sector.
pub(super) struct Horizon {
    /// Cells from the observer to the edge.
    reach: usize,
    /// For each side and sector, and each distance in cells: the steepest place up to there, metres up per cell.
    steepest: Vec<f32>,
}

impl Horizon {
    /// From heights over the eye (metres) on a square of `side` cells with the observer in the middle, less
    /// `touches_m`.
    pub fn new(over_m: &[f32], side: usize, touches_m: f32) -> Self {
        let reach = side / 2;
        let mut steepest = vec![f32::NEG_INFINITY; 4 * SECTORS * (reach + 1)];
        let quarter = SECTORS * (reach + 1);
        steepest.par_chunks_mut(quarter).enumerate().for_each(|(toward, steepest)| {
            let middle = (reach * side + reach) as isize;
            let (ahead, across) = steps(toward, side as isize);
            for k in 1..=reach as isize {
                for aside in -k..=k {
                    let place = (middle + ahead * k + across * aside) as usize;
                    let steep = (over_m[place] - touches_m) / k as f32;
                    // A ray touches the two places beside it on each line, less than a cell aside.
                    let sector = |aside: isize| (aside as f32 / k as f32 + 1.0) * (SECTORS / 2) as f32;
                    let first = (sector(aside - 1) - 0.01).max(0.0) as usize;
                    let last = ((sector(aside + 1) + 0.01).max(0.0) as usize).min(SECTORS - 1);
                    for sector in first..=last {
                        let so_far = &mut steepest[sector * (reach + 1) + k as usize];
                        *so_far = so_far.max(steep);
                    }
                }
            }
            for sector in steepest.chunks_exact_mut(reach + 1) {
                for k in 1..=reach {
                    sector[k] = sector[k].max(sector[k - 1]);
                }
            }
        });
        Self { reach, steepest }
    }

    /// How many cells ahead, of the longer way to an offset, nothing reaches a ray that rises `rise_m` a cell.
    pub fn free_cells(&self, east: isize, north: isize, rise_m: f32) -> usize {
        let (ahead, aside, toward) = if east.abs() >= north.abs() {
            (east, north, usize::from(east < 0))
        } else {
            (north, east, 2 + usize::from(north < 0))
        };
        let ratio = aside as f32 / ahead.abs() as f32;
        let sector = (((ratio + 1.0) * (SECTORS / 2) as f32) as usize).min(SECTORS - 1);
        let from = (toward * SECTORS + sector) * (self.reach + 1);
        let horizon = &self.steepest[from..from + ahead.unsigned_abs()];
        horizon.partition_point(|&steepest_m| steepest_m <= rise_m).max(1) - 1
    }
}

/// From a place to the next, ahead and across: eastwards, westwards, northwards, southwards.
fn steps(toward: usize, side: isize) -> (isize, isize) {
    [(1, side), (-1, side), (side, 1), (-side, 1)][toward]
}
