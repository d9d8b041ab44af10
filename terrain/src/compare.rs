//! How well two grounds agree over a box: what a reconstruction is measured with against a model.

use crate::Ground;
use city::LonLat;
use rayon::prelude::*;
use serde::Serialize;

/// The agreement of two grounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Pearson's correlation of the heights.
    pub correlation: f64,
    /// Root mean square of the differences, metres.
    #[serde(rename = "rmse_m")]
    pub rmse_m: f64,
    /// Mean of the first less the second, metres.
    #[serde(rename = "bias_m")]
    pub bias_m: f64,
    /// Places compared.
    pub samples: usize,
}

/// Compares two grounds over a box (west, south, east, north in degrees) on a grid of 15″; places that either does
/// not cover are left out. None if fewer than two are left.
pub fn compare(ground: &Ground, reference: &Ground, bounds: [f64; 4]) -> Option<Comparison> {
    const STEPS_A_DEGREE: f64 = 240.0;
    let [west, south, east, north] = bounds;
    let steps = |span: f64| (span * STEPS_A_DEGREE).round().max(0.0) as usize;
    // Rows are summed side by side and added in their order, so that the result does not depend on the threads.
    let row_sums = |row: usize| {
        let mut sums = [0.0; 6];
        for column in 0..=steps(east - west) {
            let step = |index: usize| index as f64 / STEPS_A_DEGREE;
            let at = LonLat::new(west + step(column), south + step(row));
            if let (Some(one), Some(two)) = (ground.height_m(at), reference.height_m(at)) {
                let terms = [1.0, one, two, one * one, two * two, one * two];
                sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            }
        }
        sums
    };
    let rows: Vec<[f64; 6]> = (0..=steps(north - south)).into_par_iter().map(row_sums).collect();
    let [n, a, b, aa, bb, ab] = rows.iter().fold([0.0; 6], |mut all, row| {
        all.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
        all
    });
    let (mean_a, mean_b) = (a / n, b / n);
    let covariance = ab / n - mean_a * mean_b;
    let spread = ((aa / n - mean_a * mean_a) * (bb / n - mean_b * mean_b)).sqrt();
    (n >= 2.0).then(|| Comparison {
        correlation: covariance / spread,
        rmse_m: ((aa + bb - 2.0 * ab) / n).max(0.0).sqrt(),
        bias_m: mean_a - mean_b,
        samples: n as usize,
    })
}
