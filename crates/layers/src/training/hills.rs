//! Slopes that slide and ridges that burn: the search in the hills.
//!
//! Half are looked for where the ground is wildest, half near where people live. In town the relief is too
//! coarse for the cut slopes and walls that slide there, so the steepest of some looks stands for them.

use crate::StaticLayers;
use crate::plane::Plane;
use crate::seeded::Seeded;
use city::LonLat;
use terrain::Ground;

/// Slopes from here on slide by themselves, degrees.
const SLIDE_DEG: f64 = 20.0;
/// Slopes that slide where they were cut for a street or a house, degrees.
const CUT_DEG: f64 = 7.0;
/// A wild ridge stands this far above the ground 500 m around, metres.
const RIDGE_M: f64 = 45.0;
/// A wooded hill near a town likewise.
const HILL_M: f64 = 15.0;
/// How far around a township is looked, metres (deviation).
const AROUND_M: f64 = 1_500.0;
/// Looks near a town, of which the best is taken.
const LOOKS: usize = 8;

/// A place in the hills and how grave it is, 0–1.
pub(crate) type Find = (LonLat, f64);

/// The hills around the townships.
pub(crate) struct Hills<'a> {
    layers: &'a StaticLayers,
    ground: &'a Ground,
    /// Running sums of the townships' hilliness, once somebody asks.
    by_relief: Vec<f64>,
    slopes: Cluster,
    ridges: Cluster,
}

/// Slides and forests come in clusters, and looking beside one again is quick.
#[derive(Default)]
struct Cluster {
    middle: Option<LonLat>,
    looks_left: u32,
}

impl Cluster {
    fn next(&mut self) -> Option<LonLat> {
        self.looks_left = self.looks_left.checked_sub(1)?;
        self.middle
    }
}

impl<'a> Hills<'a> {
    pub fn new(layers: &'a StaticLayers, ground: &'a Ground) -> Self {
        let (slopes, ridges) = (Cluster::default(), Cluster::default());
        Self { layers, ground, by_relief: Vec::new(), slopes, ridges }
    }

    /// A slope near `town`, or a wild one.
    pub fn slope(&mut self, town: LonLat, random: &mut Seeded) -> Option<Find> {
        let (at, slope_deg) = if random.share() < 0.5 {
            self.best_near(town, CUT_DEG, Self::slope_deg, random)?
        } else {
            let mut cluster = std::mem::take(&mut self.slopes);
            let found = self.wild(&mut cluster, SLIDE_DEG, Self::slope_deg, random);
            self.slopes = cluster;
            found?
        };
        Some((at, (slope_deg / 40.0).min(1.0)))
    }

    /// A ridge near `town`, or a wild one.
    pub fn ridge(&mut self, town: LonLat, random: &mut Seeded) -> Option<Find> {
        let (at, above_m) = if random.share() < 0.5 {
            self.best_near(town, HILL_M, Self::above_m, random)?
        } else {
            let mut cluster = std::mem::take(&mut self.ridges);
            let found = self.wild(&mut cluster, RIDGE_M, Self::above_m, random);
            self.ridges = cluster;
            found?
        };
        Some((at, (above_m / 120.0).min(1.0)))
    }

    /// The place with the highest `measure` of some near `town`, if it is at least `least`.
    fn best_near(
        &self,
        town: LonLat,
        least: f64,
        measure: impl Fn(&Self, LonLat) -> Option<f64>,
        random: &mut Seeded,
    ) -> Option<Find> {
        let looks =
            (0..LOOKS).map(|_| Plane::at(town).lon_lat([random.bell() * AROUND_M, random.bell() * AROUND_M]));
        let dry = looks.filter(|&at| !self.layers.waters.is_wet(at));
        let best = dry.filter_map(|at| Some((at, measure(self, at)?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 >= least).then_some(best)
    }

    /// A place with at least `least` of `measure`, beside the last one found or where the ground is wild.
    fn wild(
        &mut self,
        cluster: &mut Cluster,
        least: f64,
        measure: impl Fn(&Self, LonLat) -> Option<f64>,
        random: &mut Seeded,
    ) -> Option<Find> {
        for _ in 0..40 {
            let beside = cluster.next();
            let (middle, spread_m) = match beside {
                Some(middle) => (middle, 400.0),
                None => (self.hilly_town(random)?, AROUND_M),
            };
            let at = Plane::at(middle).lon_lat([random.bell() * spread_m, random.bell() * spread_m]);
            let Some(value) = measure(self, at) else { continue };
            if value >= least && !self.layers.waters.is_wet(at) {
                if beside.is_none() {
                    *cluster = Cluster { middle: Some(at), looks_left: 5 };
                }
                return Some((at, value));
            }
        }
        None
    }

    fn hilly_town(&mut self, random: &mut Seeded) -> Option<LonLat> {
        let towns = &self.layers.townships;
        if self.by_relief.is_empty() {
            let mut sum = 0.0;
            for town in towns {
                sum += self.relief_m(town.at).powi(2);
                self.by_relief.push(sum);
            }
        }
        towns.get(random.weighted(&self.by_relief)).map(|town| town.at)
    }

    /// Highest less lowest of four places around, metres; never 0, so that flat towns are not left out.
    fn relief_m(&self, at: LonLat) -> f64 {
        let around = [[AROUND_M, 0.0], [-AROUND_M, 0.0], [0.0, AROUND_M], [0.0, -AROUND_M]];
        let heights = around.iter().filter_map(|&step| self.ground.height_m(Plane::at(at).lon_lat(step)));
        let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), h| (low.min(h), high.max(h)));
        (high - low).max(20.0)
    }

    /// The steepest descent over 80 m, degrees.
    fn slope_deg(&self, at: LonLat) -> Option<f64> {
        let height = |east, north| self.ground.height_m(Plane::at(at).lon_lat([east, north]));
        let east = (height(40.0, 0.0)? - height(-40.0, 0.0)?) / 80.0;
        let north = (height(0.0, 40.0)? - height(0.0, -40.0)?) / 80.0;
        Some(east.hypot(north).atan().to_degrees())
    }

    /// How far `at` stands above the mean of the ground 500 m around, metres.
    fn above_m(&self, at: LonLat) -> Option<f64> {
        let height = |east, north| self.ground.height_m(Plane::at(at).lon_lat([east, north]));
        let around = height(500.0, 0.0)? + height(-500.0, 0.0)? + height(0.0, 500.0)? + height(0.0, -500.0)?;
        Some(height(0.0, 0.0)? - around / 4.0)
    }
}
