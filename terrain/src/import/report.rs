//! What an import did.

use super::{journal::Journal, plan::Plan};
use serde::Serialize;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Files that were read.
    pub sources: usize,
    /// Samples of the finest level from west to east.
    pub columns: usize,
    /// Samples of the finest level from north to south.
    pub rows: usize,
    /// Levels of the pyramid.
    pub levels: u8,
    /// West, south, east, north of the samples, degrees.
    pub bounds: [f64; 4],
    /// Distance of the samples from north to south, metres.
    #[serde(rename = "resolution_m")]
    pub resolution_m: f64,
    /// Samples without a height, filled from their neighbours.
    pub voids_filled: u64,
    /// Samples without a height, too far from any to be filled: unknown.
    pub voids_left: u64,
    /// The lowest height, metres.
    #[serde(rename = "min_m")]
    pub min_m: f32,
    /// The highest height, metres.
    #[serde(rename = "max_m")]
    pub max_m: f32,
    /// Tiles that an earlier, interrupted run had done already.
    pub tiles_resumed: usize,
    /// Tiles in all.
    pub tiles: usize,
}

impl ImportReport {
    pub(super) fn of(plan: &Plan, journal: &Journal) -> Self {
        let made = journal.all_made();
        let last = || made.iter().filter_map(|(key, _)| journal.last(*key));
        let voids: u64 = made.iter().map(|(_, record)| u64::from(record.voids)).sum();
        let voids_left = last().filter(|record| record.is_filled).map(|record| u64::from(record.voids)).sum();
        let (min_m, max_m) = last()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), r| (a.min(r.range_m.0), b.max(r.range_m.1)));
        Self {
            sources: plan.sources.len(),
            columns: plan.shape.columns,
            rows: plan.shape.rows,
            levels: plan.shape.levels(),
            bounds: plan.shape.bounds(),
            resolution_m: plan.shape.resolution_m(),
            voids_filled: voids - voids_left,
            voids_left,
            min_m,
            max_m,
            tiles_resumed: journal.resumed,
            tiles: made.len(),
        }
    }
}
