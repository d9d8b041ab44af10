//! One tile of the pyramid from the sources that lie there: the one named first on top, each passing into the one
//! below it along its edges.

use super::{
    feather,
    plan::Plan,
    sampling::{OUTSIDE, sample},
};
use crate::{
    TerrainError,
    pyramid::{
        Key,
        codec::{SAMPLES, TILE},
    },
};

/// The heights of a tile, metres: not a number in a void, [`OUTSIDE`] where no source reaches.
pub(super) fn compose(plan: &Plan, key: Key) -> Result<Vec<f32>, TerrainError> {
    let sources: Vec<_> = plan.of_tile(key).collect();
    // Alone, a source needs no rim to measure its edges by.
    let rim = if sources.len() > 1 { plan.feather } else { 0 };
    let side = TILE + 2 * rim;
    let inner = move |index: usize| (index / TILE + rim) * side + index % TILE + rim;
    let mut tile = vec![OUTSIDE; SAMPLES];
    for source in sources {
        let heights_m = sample(plan, key, source, rim)?;
        let is_first = tile.iter().all(|h| !h.is_finite());
        let weights = if is_first || rim == 0 { None } else { Some(feather::weights(&heights_m, side, rim)) };
        for (index, below) in tile.iter_mut().enumerate() {
            let height_m = heights_m[inner(index)];
            if height_m.is_finite() {
                let part = weights.as_ref().filter(|_| below.is_finite()).map_or(1.0, |w| w[inner(index)]);
                *below = if part < 1.0 { *below + (height_m - *below) * part } else { height_m };
            } else if *below == OUTSIDE {
                *below = height_m;
            }
        }
    }
    Ok(tile)
}
