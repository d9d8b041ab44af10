//! Points gathered along lines: rivers, roads, bridges, each cut into pieces.

mod pieces;

pub use pieces::Pieces;

use super::{Bits, FixedBox, Points, Standing};
use std::collections::BTreeMap;

/// The points of one piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Along {
    /// The piece, a number of [`Pieces`].
    pub piece: usize,
    /// How many points.
    pub count: usize,
    /// How the worst of them stands.
    pub worst: Standing,
}

/// Runs of neighbours with more segments around them than this ask one by one.
const FEW: usize = 48;

/// The points of `mask` in `bounds`, each on the piece that is nearest to it within `within_m` metres, by piece. Points
/// farther from every line are left out; of pieces equally near the first counts.
pub fn along(points: &Points, mask: &Bits, bounds: FixedBox, pieces: &Pieces, within_m: f64) -> Vec<Along> {
    let mut found: BTreeMap<usize, (usize, Standing)> = BTreeMap::new();
    // Not a number is no reach either.
    if pieces.is_empty() || within_m.is_nan() || within_m < 0.0 {
        return Vec::new();
    }
    for (page, whole) in points.pages_in(bounds) {
        let rows = points.page_rows(page);
        // Sixty-four neighbours mostly have the same few segments around them, or none.
        for from in rows.clone().step_by(64) {
            let run = mask.rows(from..(from + 64).min(rows.end)).map(|row| (row, points.fixed(row)));
            let run: Vec<_> =
                run.filter(|(_, at)| at.is_somewhere() && (whole || bounds.contains(*at))).collect();
            let mut held = FixedBox::EMPTY;
            run.iter().for_each(|(_, at)| held.hold(*at));
            let around = if held.is_empty() { Some(Vec::new()) } else { pieces.around(held, within_m, FEW) };
            for (row, at) in run {
                let nearest = match &around {
                    Some(around) => pieces.nearest_of(around.iter().copied(), at.lon_lat(), within_m),
                    None => pieces.nearest(at.lon_lat(), within_m),
                };
                if let Some(piece) = nearest {
                    let (count, worst) = found.entry(piece).or_default();
                    *count += 1;
                    *worst = points.rank(row).max(*worst);
                }
            }
        }
    }
    found.into_iter().map(|(piece, (count, worst))| Along { piece, count, worst }).collect()
}
