//! Makes all tiles from the finest level to the coarsest, those of a level row by row, so that a source's strips are
//! unpacked once; on all cores. What an earlier run had done is taken from the journal.

use super::{
    compose::compose,
    journal::{Journal, Record},
    plan::Plan,
    sampling::OUTSIDE,
};
use crate::{
    TerrainError,
    pyramid::{
        Key,
        codec::{SAMPLES, TILE, kept},
        cog::Span,
    },
};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Samples along a side of what a tile gives to the one above it.
const HALF: usize = TILE / 2;

/// Makes all tiles.
pub(super) fn build(
    plan: &Plan,
    journal: &Journal,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<(), TerrainError> {
    let levels = plan.tiles();
    let count = levels.iter().map(Vec::len).sum::<usize>().max(1);
    let done = AtomicUsize::new(journal.resumed);
    for level in &levels {
        // A bridge hands the tiles out in their order; a parallel slice would begin in several places at once.
        level.iter().filter(|key| journal.made(**key).is_none()).par_bridge().try_for_each(|key| {
            make(plan, journal, *key)?;
            progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / count as f64);
            Ok(())
        })?;
    }
    Ok(())
}

/// Makes a tile: of the tiles below it, and where there are none, of the sources.
fn make(plan: &Plan, journal: &Journal, key: Key) -> Result<(), TerrainError> {
    let mut heights_m = vec![OUTSIDE; SAMPLES];
    let (mut has_gaps, mut voids) = (false, 0);
    let mut composed = None;
    for quarter in 0..4 {
        let below = below(key, quarter).and_then(|key| journal.made(key));
        if let Some(record) = below {
            has_gaps |= record.has_gaps;
            let half = halved(&journal.heights_m(&record)?);
            at_quarter(quarter).zip(half).for_each(|(at, height_m)| heights_m[at] = height_m);
        } else {
            let composed = match &mut composed {
                Some(composed) => composed,
                none => none.insert(compose(plan, key)?),
            };
            for at in at_quarter(quarter) {
                heights_m[at] = composed[at];
                voids += u32::from(composed[at].is_nan());
            }
        }
    }
    // As they are kept, so that a run that goes on from the journal makes the same.
    heights_m.iter_mut().for_each(|h| *h = kept(*h));
    has_gaps |= heights_m.iter().any(|h| !h.is_finite());
    let range_m = range(&heights_m);
    let record = Record { span: Span::default(), checksum: 0, has_gaps, is_filled: false, voids, range_m };
    journal.put(key, &heights_m, record)
}

/// The tile below a quarter of a tile: north-west, north-east, south-west, south-east.
pub(super) fn below(key: Key, quarter: usize) -> Option<Key> {
    (key.level > 0).then(|| key.children()[quarter])
}

/// Where the samples of a quarter lie in a tile.
pub(super) fn at_quarter(quarter: usize) -> impl Iterator<Item = usize> {
    let corner = (quarter % 2 * HALF, quarter / 2 * HALF);
    (0..HALF * HALF).map(move |i| (corner.1 + i / HALF) * TILE + corner.0 + i % HALF)
}

/// Lowest and highest of what is known.
pub(super) fn range(heights_m: &[f32]) -> (f32, f32) {
    let known = heights_m.iter().copied().filter(|h| h.is_finite());
    known.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), h| (low.min(h), high.max(h)))
}

/// The mean of each four samples; of those known where some are not.
fn halved(heights_m: &[f32]) -> Vec<f32> {
    let four = |i: usize| {
        let first = i / HALF * 2 * TILE + i % HALF * 2;
        [first, first + 1, first + TILE, first + TILE + 1].map(|at| heights_m[at])
    };
    let mean = |four: [f32; 4]| {
        let known = four.iter().filter(|h| h.is_finite());
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), h| (sum + h, count + 1.0));
        if count > 0.0 {
            sum / count
        } else if four.iter().any(|h| h.is_nan()) {
            f32::NAN
        } else {
            OUTSIDE
        }
    };
    (0..HALF * HALF).map(|i| mean(four(i))).collect()
}
