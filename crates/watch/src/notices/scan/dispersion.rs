//! How much more the cases vary in blocks of ground and days than independent ones would.
//!
//! One resident who complains five times makes a cluster that nobody needs to see. The permutation takes cases for
//! independent, so the statistic is divided by this factor first, as quasi-likelihood does.

use super::{Case, ScanSettings};
use std::collections::HashMap;

/// The sum of squared differences from what place and day let expect, over its expectation when cases are independent
/// (hypergeometric, within each stratum), at least 1. Blocks are as wide as the largest radius. The newest days, in
/// which a cluster would be alive, are left out where at least as many older ones are there, so that a cluster does not
/// explain itself away.
pub(super) fn estimate(held: &[(u32, Case, u32)], settings: &ScanSettings) -> f64 {
    let newest = settings.longest();
    let from = if settings.days >= 2 * newest && settings.ends == super::Ends::Alive { newest } else { 0 };
    let strata = if settings.within_weekdays { 7 } else { 1 };
    let width_m = settings.max_radius_m;
    let block =
        |case: &Case| ((case.at.east_m / width_m).floor() as i64, (case.at.north_m / width_m).floor() as i64);
    let mut cells: HashMap<((i64, i64), u32), f64> = HashMap::new();
    let mut by_block: HashMap<((i64, i64), u32), f64> = HashMap::new();
    let mut by_day = vec![0.0_f64; settings.days as usize];
    let mut by_stratum = vec![0.0_f64; strata as usize];
    for (_, case, age) in held.iter().filter(|(_, _, age)| *age >= from) {
        let stratum = age % strata;
        *cells.entry((block(case), *age)).or_default() += 1.0;
        *by_block.entry((block(case), stratum)).or_default() += 1.0;
        by_day[*age as usize] += 1.0;
        by_stratum[stratum as usize] += 1.0;
    }
    // Sums over blocks × days come apart: Σ (o − e)² = Σ o² − 2 Σ o e + Σ e². All addends of the first two are counts;
    // the sums are gathered by stratum in a fixed order, for maps have none.
    let mut blocks: Vec<_> = by_block.into_iter().collect();
    blocks.sort_unstable_by_key(|(key, _)| *key);
    let (mut squares, mut variance) = (0.0, 0.0);
    for ((at, stratum), in_block) in blocks {
        let all = by_stratum[stratum as usize];
        if all < 2.0 {
            continue;
        }
        let share = in_block / all;
        for age in (from..settings.days).filter(|age| age % strata == stratum) {
            let day = by_day[age as usize];
            let expected = share * day;
            let observed = cells.get(&(at, age)).copied().unwrap_or(0.0);
            squares += (observed - expected).powi(2);
            variance += expected * (1.0 - share) * (1.0 - day / all) * all / (all - 1.0);
        }
    }
    if variance > 0.0 { (squares / variance).max(1.0) } else { 1.0 }
}
