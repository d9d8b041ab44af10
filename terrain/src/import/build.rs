//! Makes all tiles, four of a level before the one above them, on all cores. What an earlier run had done is taken
//! from the journal.

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
use std::sync::atomic::{AtomicUsize, Ordering};

/// Samples along a side of what a tile gives to the one above it.
const HALF: usize = TILE / 2;

/// What is the same for all tiles.
struct Work<'a> {
    plan: &'a Plan,
    journal: &'a Journal,
    done: AtomicUsize,
    count: usize,
    progress: &'a (dyn Fn(f64) + Sync),
}

/// What a tile gives to the one above it: its heights at half its fineness, and whether any are unknown.
struct Half {
    heights_m: Vec<f32>,
    has_gaps: bool,
}

/// Makes all tiles.
pub(super) fn build(
    plan: &Plan,
    journal: &Journal,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<(), TerrainError> {
    let work = Work { plan, journal, done: AtomicUsize::new(0), count: plan.count().max(1), progress };
    work.tile(Key { level: plan.shape.levels() - 1, x: 0, y: 0 }).map(|_| ())
}

impl Work<'_> {
    /// Makes a tile with all below it; none where the pyramid has no tile.
    fn tile(&self, key: Key) -> Result<Option<Half>, TerrainError> {
        if !self.plan.has(key) {
            return Ok(None);
        }
        if let Some(record) = self.journal.made(key)
            && let Some(heights_m) = self.journal.heights_m(&record)
        {
            // It was written after all below it, so they are done too.
            return Ok(Some(Half { heights_m: halved(&heights_m), has_gaps: record.has_gaps }));
        }
        let below = if key.level > 0 { self.below(key)? } else { [const { None }; 4] };
        let mut heights_m = vec![OUTSIDE; SAMPLES];
        let mut has_gaps = false;
        for (quarter, half) in below.iter().enumerate() {
            if let Some(half) = half {
                has_gaps |= half.has_gaps;
                put_quarter(&mut heights_m, quarter, |i| half.heights_m[i]);
            }
        }
        let mut voids = 0;
        if below.iter().any(Option::is_none) {
            let composed = compose(self.plan, key)?;
            for quarter in (0..4).filter(|&quarter| below[quarter].is_none()) {
                let corner = (quarter % 2 * HALF, quarter / 2 * HALF);
                put_quarter(&mut heights_m, quarter, |i| {
                    let height_m = composed[(corner.1 + i / HALF) * TILE + corner.0 + i % HALF];
                    voids += u32::from(height_m.is_nan());
                    height_m
                });
            }
        }
        // As they are kept, so that a run that goes on from the journal makes the same.
        heights_m.iter_mut().for_each(|h| *h = kept(*h));
        has_gaps |= heights_m.iter().any(|h| !h.is_finite());
        let range_m = range(&heights_m);
        let record =
            Record { span: Span::default(), checksum: 0, has_gaps, is_filled: false, voids, range_m };
        self.journal.put(key, &heights_m, record)?;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1 + self.journal.resumed;
        (self.progress)((done as f64 / self.count as f64).min(1.0));
        Ok(Some(Half { heights_m: halved(&heights_m), has_gaps }))
    }

    fn below(&self, key: Key) -> Result<[Option<Half>; 4], TerrainError> {
        let [nw, ne, sw, se] = key.children();
        let pair = |a, b| rayon::join(|| self.tile(a), || self.tile(b));
        let ((nw, ne), (sw, se)) = rayon::join(|| pair(nw, ne), || pair(sw, se));
        Ok([nw?, ne?, sw?, se?])
    }
}

/// Lowest and highest of what is known.
pub(super) fn range(heights_m: &[f32]) -> (f32, f32) {
    let known = heights_m.iter().copied().filter(|h| h.is_finite());
    known.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), h| (low.min(h), high.max(h)))
}

fn put_quarter(heights_m: &mut [f32], quarter: usize, mut value: impl FnMut(usize) -> f32) {
    let corner = (quarter % 2 * HALF, quarter / 2 * HALF);
    for i in 0..HALF * HALF {
        heights_m[(corner.1 + i / HALF) * TILE + corner.0 + i % HALF] = value(i);
    }
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
