//! Permutations of the days over the places, and the chance that they reach a statistic.
//!
//! Every replicate draws from a seed of its own and gives the highest ratio of its permutation; they are run in parallel
//! and looked at in their order, so that neither the number of threads nor early stopping changes a bit.

use super::ScanSettings;
use super::days::{Days, Stratum};
use super::rows::Rows;
use super::search::Search;
use crate::notices::chance::Chance;
use rayon::prelude::*;

/// Replicates that are run before it is asked whether to stop.
const BATCH: u32 = 32;
/// Euler's constant, the mean of the standard Gumbel distribution.
const EULER: f64 = 0.577_215_664_901_532_9;

/// The highest ratios of the replicates, in their order.
pub(super) struct Replicates {
    ratios: Vec<f64>,
    is_stopped: bool,
}

/// What one thread works with.
struct Desk {
    rows: Rows,
    places: Vec<u32>,
}

impl Replicates {
    /// Runs the replicates of `seed`, until enough have reached `top` where that is asked.
    pub fn run(search: &Search, days: &Days, settings: &ScanSettings, top: f64, seed: u64) -> Self {
        let mut ratios = Vec::new();
        let desk = || Desk { rows: search.empty_rows(), places: Vec::new() };
        let mut first = 0;
        while first < settings.replicates {
            // Without stopping there is nothing to ask between batches.
            let batch = if settings.stop_after.is_some() { BATCH } else { settings.replicates };
            let past = (first + batch).min(settings.replicates);
            let run: Vec<f64> = (first..past)
                .into_par_iter()
                .map_init(desk, |desk, nth| replicate(search, days, desk, Chance::new(seed, u64::from(nth))))
                .collect();
            ratios.extend(run);
            first = past;
            let mut reached = ratios.iter().enumerate().filter(|(_, ratio)| **ratio >= top);
            let enough = settings.stop_after.and_then(|h| reached.nth(h as usize - 1));
            if let Some((last, _)) = enough {
                ratios.truncate(last + 1);
                return Self { ratios, is_stopped: true };
            }
        }
        Self { ratios, is_stopped: false }
    }

    /// Replicates that count.
    pub fn run_count(&self) -> u32 {
        self.ratios.len() as u32
    }

    /// True when they were stopped early.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// The chance of `ratio`, and whether it comes from the Gumbel distribution.
    ///
    /// By rank: those that reach it and the observation itself, over all and itself. Of the first cluster of a stopped
    /// run: those that reach it over all. Where no replicate reaches it, the rank says only `at most 1 / (n + 1)`; then a
    /// Gumbel distribution with the replicates' mean and deviation is asked (Abrams et al. 2010), at most the rank's.
    pub fn p_value(&self, ratio: f64, is_first: bool) -> (f64, bool) {
        let n = self.ratios.len() as f64;
        let reached = self.ratios.iter().filter(|r| **r >= ratio).count() as f64;
        if self.is_stopped && is_first {
            return (reached / n, false);
        }
        let by_rank = (reached + 1.0) / (n + 1.0);
        if reached > 0.0 || n < 99.0 {
            return (by_rank, false);
        }
        let mean = self.ratios.iter().sum::<f64>() / n;
        let variance = self.ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let scale = (6.0 * variance).sqrt() / std::f64::consts::PI;
        if scale <= 0.0 {
            return (by_rank, false);
        }
        let reduced = (ratio - (mean - EULER * scale)) / scale;
        // 1 − exp(−e^−x), without losing digits where it is small; never quite 0.
        let chance = -(-(-reduced).exp()).exp_m1();
        if chance < by_rank { (chance.max(1e-15), true) } else { (by_rank, false) }
    }
}

/// The highest ratio of one permutation.
fn replicate(search: &Search, days: &Days, desk: &mut Desk, mut chance: Chance) -> f64 {
    desk.rows.clear();
    for Stratum { places, ages } in &days.strata {
        desk.places.clear();
        desk.places.extend_from_slice(places);
        // Each age that matters draws its cases from those that are left; the others need no age.
        let mut drawn = 0;
        for &(age, count) in ages {
            for _ in 0..count {
                let left = (desk.places.len() - drawn) as u32;
                let pick = drawn + chance.below(left) as usize;
                desk.places.swap(drawn, pick);
                desk.rows.count(desk.places[drawn], age);
                drawn += 1;
            }
        }
    }
    desk.rows.sum_up();
    search.best(&desk.rows, None).map_or(0.0, |best| best.log_ratio)
}
