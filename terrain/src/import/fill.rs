//! Fills voids from their rims: level by level from the coarse to the fine, each void sample begins with what the
//! coarser level has there and is then drawn towards the mean of its neighbours, so that the filling is a smooth skin
//! over the hole (Laplace's equation, relaxed on many grids).
//!
//! A void is filled as far as some 128 samples (of the coarsest source) from what is known; farther, nothing is made
//! up.

use super::{
    build::{at_quarter, below, range},
    journal::{Journal, Record},
    plan::Plan,
    sampling::OUTSIDE,
};
use crate::{
    TerrainError,
    pyramid::{Key, codec::TILE},
};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many levels above the coarsest source the samples are as wide as voids are filled deep: 2⁷.
const REACH: u8 = 7;
/// How often a void sample is drawn to its neighbours; the rim around a tile is as wide, so that neighbouring tiles
/// agree.
const SWEEPS: usize = 40;
/// How slowly the mean of neighbours comes to rest in a hole some 40 samples wide: the part of an error that a plain
/// sweep leaves.
const RADIUS: f32 = 0.997;
const SIDE: usize = TILE + 2 * SWEEPS;

/// Fills the voids of all tiles, the coarsest level first.
pub(super) fn fill(
    plan: &Plan,
    journal: &Journal,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<(), TerrainError> {
    let mut gaps = journal.all_made();
    gaps.retain(|(_, record)| record.has_gaps);
    let (done, count) = (AtomicUsize::new(0), gaps.len().max(1));
    for level in gaps.chunk_by(|a, b| a.0.level == b.0.level) {
        level.par_iter().try_for_each(|(key, record)| {
            if journal.last(*key).is_none_or(|last| !last.is_filled) {
                let (heights_m, left) = filled(plan, journal, *key)?;
                let record = Record { is_filled: true, range_m: range(&heights_m), voids: left, ..*record };
                journal.put(*key, &heights_m, record)?;
            }
            progress(done.fetch_add(1, Ordering::Relaxed) as f64 / count as f64);
            Ok(())
        })?;
    }
    Ok(())
}

/// The heights of a tile with its voids filled, what is outside unknown; and how many of its own voids are left.
fn filled(plan: &Plan, journal: &Journal, key: Key) -> Result<(Vec<f32>, u32), TerrainError> {
    let first =
        (i64::from(key.x) * TILE as i64 - SWEEPS as i64, i64::from(key.y) * TILE as i64 - SWEEPS as i64);
    let mut window = gather(journal, key.level, first, SIDE, |key| journal.made(key))?;
    let voids: Vec<usize> = (0..SIDE * SIDE).filter(|&at| window[at].is_nan()).collect();
    let reach = REACH + plan.coarsest();
    let start = reach.min(plan.shape.levels() - 1);
    if key.level == start {
        grow(&mut window, &voids, 1 << (reach - start));
    } else if key.level < start {
        from_above(journal, key.level, first, &mut window, &voids)?;
    }
    relax(&mut window, &voids);
    let inner = |index: usize| window[(index / TILE + SWEEPS) * SIDE + index % TILE + SWEEPS];
    let mut heights_m: Vec<f32> = (0..TILE * TILE).map(inner).collect();
    // Those over a tile below are counted there.
    let own = (0..4).filter(|&quarter| below(key, quarter).and_then(|key| journal.made(key)).is_none());
    let left = own.flat_map(at_quarter).filter(|&at| heights_m[at].is_nan()).count() as u32;
    heights_m.iter_mut().filter(|h| **h == OUTSIDE).for_each(|h| *h = f32::NAN);
    Ok((heights_m, left))
}

/// A square of samples of a level out of the tiles it lies in; void where a tile is not there.
fn gather(
    journal: &Journal,
    level: u8,
    first: (i64, i64),
    side: usize,
    record: impl Fn(Key) -> Option<Record>,
) -> Result<Vec<f32>, TerrainError> {
    let mut window = vec![f32::NAN; side * side];
    let tiles = |from: i64| from.div_euclid(TILE as i64)..=(from + side as i64 - 1).div_euclid(TILE as i64);
    for (x, y) in tiles(first.1).flat_map(|y| tiles(first.0).map(move |x| (x, y))) {
        let (Ok(column), Ok(row)) = (u32::try_from(x), u32::try_from(y)) else { continue };
        let Some(record) = record(Key { level, x: column, y: row }) else { continue };
        let heights_m = journal.heights_m(&record)?;
        let corner = (x * TILE as i64, y * TILE as i64);
        for row in corner.1.max(first.1)..(corner.1 + TILE as i64).min(first.1 + side as i64) {
            let (from, to) = (corner.0.max(first.0), (corner.0 + TILE as i64).min(first.0 + side as i64));
            let source = ((row - corner.1) * TILE as i64 + from - corner.0) as usize;
            let target = ((row - first.1) * side as i64 + from - first.0) as usize;
            let count = (to - from) as usize;
            window[target..target + count].copy_from_slice(&heights_m[source..source + count]);
        }
    }
    Ok(window)
}

/// Begins each void with what the level above has there.
fn from_above(
    journal: &Journal,
    level: u8,
    first: (i64, i64),
    window: &mut [f32],
    voids: &[usize],
) -> Result<(), TerrainError> {
    if voids.is_empty() {
        return Ok(());
    }
    let corner = (first.0.div_euclid(2) - 1, first.1.div_euclid(2) - 1);
    let side = SIDE / 2 + 3;
    let above = gather(journal, level + 1, corner, side, |key| journal.last(key))?;
    for &at in voids {
        // The middle of a sample, counted in the samples of the level above.
        let place = |at: usize, first: i64, corner: i64| {
            ((first + at as i64) as f64 + 0.5) / 2.0 - 0.5 - corner as f64
        };
        let (x, y) = (place(at % SIDE, first.0, corner.0), place(at / SIDE, first.1, corner.1));
        let (column, row) = (x as usize, y as usize);
        let (u, v) = ((x - column as f64) as f32, (y - row as f64) as f32);
        let parts =
            [(0, (1.0 - u) * (1.0 - v)), (1, u * (1.0 - v)), (side, (1.0 - u) * v), (side + 1, u * v)];
        let known = parts.map(|(step, part)| (above[row * side + column + step], part));
        let known = known.iter().filter(|(height_m, part)| height_m.is_finite() && *part > 0.0);
        let (sum, whole) = known.fold((0.0, 0.0), |(sum, whole), (h, part)| (sum + h * part, whole + part));
        if whole > 0.0 {
            window[at] = sum / whole;
        }
    }
    Ok(())
}

/// Fills voids from their rim, ring by ring.
fn grow(window: &mut [f32], voids: &[usize], rings: usize) {
    let mut open: Vec<usize> = voids.to_vec();
    for _ in 0..rings {
        let ring: Vec<(usize, f32)> =
            open.iter().filter_map(|&at| Some((at, mean_around(window, at)?))).collect();
        if ring.is_empty() {
            return;
        }
        ring.into_iter().for_each(|(at, height_m)| window[at] = height_m);
        open.retain(|&at| window[at].is_nan());
    }
}

/// Draws voids to the mean of their neighbours, all at once in each sweep, so that no order shows, and each sweep past
/// that mean by what Chebyshev's polynomials tell (Golub and Varga 1961), so that wide holes too come to rest.
fn relax(window: &mut [f32], voids: &[usize]) {
    let voids: Vec<usize> = voids.iter().copied().filter(|&at| window[at].is_finite()).collect();
    let mut before: Vec<f32> = voids.iter().map(|&at| window[at]).collect();
    let mut past = 1.0;
    for sweep in 0..SWEEPS {
        let drawn: Vec<Option<f32>> = voids.iter().map(|&at| mean_around(window, at)).collect();
        for ((&at, before), mean) in voids.iter().zip(&mut before).zip(drawn) {
            let now = window[at];
            window[at] = mean.map_or(now, |mean| *before + past * (mean - *before));
            *before = now;
        }
        past = if sweep == 0 {
            1.0 / (1.0 - RADIUS * RADIUS / 2.0)
        } else {
            1.0 / (1.0 - RADIUS * RADIUS * past / 4.0)
        };
    }
}

/// The mean of those of the four neighbours that are known.
fn mean_around(window: &[f32], at: usize) -> Option<f32> {
    let (x, y) = (at % SIDE, at / SIDE);
    let beside = [
        (x > 0).then(|| at - 1),
        (x + 1 < SIDE).then(|| at + 1),
        (y > 0).then(|| at - SIDE),
        (y + 1 < SIDE).then(|| at + SIDE),
    ];
    let known = beside.into_iter().flatten().map(|at| window[at]).filter(|h| h.is_finite());
    let (sum, count) = known.fold((0.0, 0.0), |(sum, count), h| (sum + h, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
