//! Space-time clusters by the permutation scan statistic (Kulldorff et al. 2005, PLoS Med 2:e59).
//!
//! Cylinders of a circle on the ground and an interval of days are compared with what place and time by themselves let
//! expect: cases only, no population. Significance comes from permuting the cases' days over their places, within
//! weekdays where asked, with a seed a replicate: the same bits whatever the number of threads. [`scan`] is the whole;
//! `ground` holds places and circles, `days` days and strata, `search` finds the best cylinder, `replicates` permutes.
//! Deliberately absent: what a cluster means, and several scans at once, which `notices` judges together.

mod days;
mod dispersion;
mod ground;
mod replicates;
mod rows;
mod search;

use super::tails;
use city::{CityTime, Interval};
use days::Days;
pub(crate) use days::age;
use geodesy::EastNorth;
use ground::Ground;
use replicates::Replicates;
use search::Search;

/// The milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// The most cases of one scan: half of them, the most a circle holds, count in 16 bits.
pub const MOST_CASES: u32 = 131_070;

/// One case: where on the city frame, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Its place, finite metres.
    pub at: EastNorth,
    /// Its time.
    pub time: CityTime,
}

/// Which intervals a cluster may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Only those that reach to the end of the study: clusters that are alive (prospective). Has a recurrence interval.
    Alive,
    /// Any of them (retrospective); costs as many times more as there are days.
    Any,
}

/// How to scan.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanSettings {
    /// The length of the study, days of 24 h back from its end.
    pub days: u32,
    /// The longest cluster, days; at most half of the study is used.
    pub longest_days: u32,
    /// The largest circle, metres.
    pub max_radius_m: f64,
    /// The radii that are looked at, metres, rising; empty: every distance between two places, as SaTScan does.
    pub radii_m: Vec<f64>,
    /// The largest share of the cases in a circle; at most 0.5.
    pub max_share: f64,
    /// The fewest cases that make a cluster.
    pub min_cases: u32,
    /// Which intervals.
    pub ends: Ends,
    /// Permute within the days of the week, so that places whose weekdays differ make no clusters.
    pub within_weekdays: bool,
    /// Permutations.
    pub replicates: u32,
    /// Stop when so many replicates have reached the observed statistic (Besag, Clifford 1991); `None` runs all.
    pub stop_after: Option<u32>,
    /// Divide the statistic by how much more than independent cases these vary, see [`Scan::overdispersion`].
    pub dispersion: bool,
    /// The most clusters that are given.
    pub most_clusters: usize,
    /// Pairs of neighbouring places that are held; beyond, places are brought together on a grid.
    pub most_pairs: usize,
    /// The width of that grid, metres: `None` as fine as `most_pairs` allows, `Some(0.0)` none.
    pub grid_m: Option<f64>,
}

impl Default for ScanSettings {
    /// Ninety days, clusters alive, to 14 days and 2 km, within weekdays, 999 permutations stopped at 20.
    fn default() -> Self {
        Self {
            days: 90,
            longest_days: 14,
            max_radius_m: 2_000.0,
            radii_m: vec![0.0, 100.0, 150.0, 220.0, 330.0, 470.0, 680.0, 1_000.0, 1_400.0, 2_000.0],
            max_share: 0.5,
            min_cases: 4,
            ends: Ends::Alive,
            within_weekdays: true,
            replicates: 999,
            stop_after: Some(20),
            dispersion: true,
            most_clusters: 5,
            most_pairs: 2_000_000,
            grid_m: None,
        }
    }
}

/// A cylinder with more cases than expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The middle of its circle.
    pub centre: EastNorth,
    /// Metres from there to its farthest case.
    pub radius_m: f64,
    /// Its beginning; cases after it belong to it.
    pub from: CityTime,
    /// Its end, included.
    pub until: CityTime,
    /// Its cases: indices of those that were given, newest first.
    pub cases: Vec<u32>,
    /// How many were to be expected.
    pub expected: f64,
    /// The interval in which 95 % of such counts lie, overdispersion counted in.
    pub expected95: Interval,
    /// The log generalised likelihood ratio.
    pub log_ratio: f64,
    /// The chance of a cluster like it anywhere when place and time do not interact.
    pub p_value: f64,
    /// True when every replicate stayed below it and the chance is read off a Gumbel distribution fitted to them.
    pub is_gumbel: bool,
    /// In how many days chance gives one like it when the scan runs daily: 1 / `p_value`. Only of [`Ends::Alive`].
    pub recurrence_days: Option<f64>,
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The most likely cluster first; each further one shares no place with those before it.
    pub clusters: Vec<Cluster>,
    /// Cases in the study.
    pub cases: u32,
    /// Places they stand on.
    pub places: u32,
    /// The width of the grid that brought places together, metres; 0 when none did.
    pub grid_m: f64,
    /// Circles that were looked at, each at every interval.
    pub circles: u32,
    /// Replicates that were run.
    pub replicates: u32,
    /// True when they were stopped early: the p-value is the count of those that reached the statistic over all run.
    pub is_stopped: bool,
    /// The variance of counts in blocks of ground and days over that of independent cases, at least 1.
    pub overdispersion: f64,
}

/// Why there is nothing to scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoScan {
    /// Fewer cases in the study than make two clusters.
    #[error("too few events: {0} in the study")]
    TooFew(u32),
    /// More cases than one scan holds.
    #[error("{0} events are more than the 131,070 of one scan: scan by district or in a shorter study")]
    TooMany(u32),
    /// Every case stands on one place.
    #[error("all {0} events stand at one place, so that no place can be compared with another")]
    OnePlace(u32),
    /// Every case is of one day.
    #[error("all {0} events are of one day, so that no day can be compared with another")]
    OneDay(u32),
    /// A setting that cannot be.
    #[error("{0}")]
    Setting(&'static str),
}

/// Scans `cases` in the study that ends at `until`. Cases outside the study or without finite place are left out: count
/// them before. The order of the cases does not matter, but for the indices in [`Cluster::cases`].
pub fn scan(cases: &[Case], until: CityTime, settings: &ScanSettings, seed: u64) -> Result<Scan, NoScan> {
    settings.check()?;
    let mut held: Vec<(u32, Case, u32)> = Vec::with_capacity(cases.len());
    for (index, case) in cases.iter().enumerate() {
        let age = days::age(case.time, until).filter(|age| *age < settings.days);
        if let Some(age) = age.filter(|_| case.at.east_m.is_finite() && case.at.north_m.is_finite()) {
            held.push((index as u32, *case, age));
        }
    }
    let count = held.len() as u32;
    if count < 2 * settings.min_cases.max(2) {
        return Err(NoScan::TooFew(count));
    }
    if count > MOST_CASES {
        return Err(NoScan::TooMany(count));
    }
    let ground = Ground::new(&held, settings);
    if ground.len() < 2 {
        return Err(NoScan::OnePlace(count));
    }
    let days = Days::new(&held, &ground, settings);
    if days.with_cases() < 2 {
        return Err(NoScan::OneDay(count));
    }
    let overdispersion = if settings.dispersion { dispersion::estimate(&held, settings) } else { 1.0 };
    let search = Search::new(&ground, &days, settings);
    let observed = search.rows_of(held.iter().enumerate().map(|(i, h)| (ground.place_of(i), h.2)));
    let mut blocked = vec![false; ground.len()];
    let mut found = Vec::new();
    while found.len() < settings.most_clusters {
        let Some(best) = search.best(&observed, Some(&blocked)) else { break };
        search.places(&best).iter().for_each(|&place| blocked[place as usize] = true);
        found.push(best);
    }
    let top = found.first().map_or(f64::INFINITY, |best| best.log_ratio / overdispersion);
    let replicates = Replicates::run(&search, &days, settings, top, seed);
    let clusters = found.iter().map(|best| {
        let (p_value, is_gumbel) =
            replicates.p_value(best.log_ratio / overdispersion, best.log_ratio / overdispersion >= top);
        let place_in = search.places(best);
        let mut inside = vec![false; ground.len()];
        place_in.iter().for_each(|&place| inside[place as usize] = true);
        let within = |i: usize, age: u32| inside[ground.place_of(i) as usize] && best.holds(age);
        let mut members: Vec<(u32, Case)> =
            held.iter().enumerate().filter(|(i, h)| within(*i, h.2)).map(|(_, h)| (h.0, h.1)).collect();
        members.sort_by_key(|(index, case)| (std::cmp::Reverse(case.time), *index));
        let centre = ground.at(best.centre);
        let radius_m = members.iter().map(|(_, case)| case.at.distance_m(centre)).fold(0.0, f64::max);
        Cluster {
            centre,
            radius_m,
            from: until.plus_ms(-i64::from(best.oldest + 1) * DAY_MS),
            until: until.plus_ms(-i64::from(best.newest) * DAY_MS),
            cases: members.into_iter().map(|(index, _)| index).collect(),
            expected: best.expected,
            expected95: tails::expected95(best.expected, overdispersion),
            log_ratio: best.log_ratio,
            p_value,
            is_gumbel,
            recurrence_days: (settings.ends == Ends::Alive).then(|| 1.0 / p_value),
        }
    });
    Ok(Scan {
        clusters: clusters.collect(),
        cases: count,
        places: ground.len() as u32,
        grid_m: ground.grid_m(),
        circles: search.circles() as u32,
        replicates: replicates.run_count(),
        is_stopped: replicates.is_stopped(),
        overdispersion,
    })
}

impl ScanSettings {
    fn check(&self) -> Result<(), NoScan> {
        let wrong = |what| Err(NoScan::Setting(what));
        if !(2..=3_660).contains(&self.days) {
            return wrong("a study has 2 to 3,660 days");
        }
        if self.longest_days == 0 {
            return wrong("a cluster lasts at least one day");
        }
        if !(self.max_radius_m > 0.0 && self.max_radius_m.is_finite()) {
            return wrong("the largest radius is above 0 metres");
        }
        if !(self.max_share > 0.0 && self.max_share <= 0.5) {
            return wrong("the largest share of the cases is above 0 and at most 0.5");
        }
        if self.replicates == 0 || self.stop_after == Some(0) {
            return wrong("there is at least one replicate, and it stops after at least one");
        }
        let rising = self.radii_m.windows(2).all(|pair| pair[0] < pair[1]);
        if !rising || self.radii_m.iter().any(|r| !(*r >= 0.0 && r.is_finite())) {
            return wrong("radii rise from 0 metres on");
        }
        if self.grid_m.is_some_and(|grid| !(grid >= 0.0 && grid.is_finite())) {
            return wrong("the grid is 0 metres or wider");
        }
        Ok(())
    }

    /// The longest cluster in days: at most half of the study.
    fn longest(&self) -> u32 {
        self.longest_days.min(self.days / 2).max(1)
    }
}

#[cfg(test)]
mod tests;
