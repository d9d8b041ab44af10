//! Days of the study counted back from its end, and the strata within which they are permuted.

use super::ground::Ground;
use super::{Case, DAY_MS, Ends, ScanSettings};
use city::CityTime;

/// How many whole days of 24 h `time` lies before `until`; `None` after it.
pub(crate) fn age(time: CityTime, until: CityTime) -> Option<u32> {
    let ms = until.0.checked_sub(time.0).filter(|ms| *ms >= 0)?;
    u32::try_from(ms / DAY_MS).ok()
}

/// A set of cases whose days are permuted among themselves: all of them, or those of one weekday.
#[derive(Clone, Debug, Default)]
pub(super) struct Stratum {
    /// The place of each case, in a fixed order.
    pub places: Vec<u32>,
    /// The ages that matter to the search with the number of cases of each, newest first.
    pub ages: Vec<(u32, u32)>,
}

/// The days of a study.
pub(super) struct Days {
    /// The strata, by age modulo their number.
    pub strata: Vec<Stratum>,
    /// Ages that can lie in a cluster: the longest cluster, or all.
    pub lanes: usize,
    /// Of each age, the share of its stratum's cases.
    pub weights: Vec<f64>,
    with_cases: usize,
}

impl Days {
    pub fn new(held: &[(u32, Case, u32)], ground: &Ground, settings: &ScanSettings) -> Self {
        let strata_count = if settings.within_weekdays { 7 } else { 1 };
        let lanes = match settings.ends {
            Ends::Alive => settings.longest(),
            Ends::Any => settings.days,
        };
        let mut counts = vec![0_u32; settings.days as usize];
        let mut strata = vec![Stratum::default(); strata_count];
        for (i, (_, _, age)) in held.iter().enumerate() {
            counts[*age as usize] += 1;
            strata[*age as usize % strata_count].places.push(ground.place_of(i));
        }
        for (age, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            if age < lanes as usize {
                strata[age % strata_count].ages.push((age as u32, count));
            }
        }
        // The order in which the cases came must not matter.
        strata.iter_mut().for_each(|stratum| stratum.places.sort_unstable());
        let total = |age: usize| strata[age % strata_count].places.len().max(1) as f64;
        let weights = counts.iter().enumerate().map(|(age, &n)| f64::from(n) / total(age)).collect();
        let with_cases = counts.iter().filter(|count| **count > 0).count();
        Self { strata, lanes: lanes as usize, weights, with_cases }
    }

    /// Days on which there are cases.
    pub fn with_cases(&self) -> usize {
        self.with_cases
    }
}
