//! Whether positions look like GCJ-02: do they fit what is known better once they are shifted back?
//!
//! Checked are the claimed district and township, sensors of bridges at bridges, gauges at shores, and that what stands
//! on land stands on land. Each place gives one vote, whatever the number of its points, so that one border drawn wrongly
//! counts once; without a shift at most half of the votes speak for it, and a one-sided sign test says how odd more are.

use super::report::Gcj02Suspicion;
use super::whose::Claim;
use crate::plane::{Plane, nearest_on_segment};
use crate::{Bridge, Gazetteer, StaticLayers};
use city::{LonLat, Place, RiskClass, TownshipCode};
use std::collections::HashMap;

/// A sensor within this of a bridge's line is on it, metres.
const ON_BRIDGE_M: f64 = 100.0;
/// A gauge stands at the shore from this far in the water to this far from it, metres.
const AT_SHORE_M: std::ops::RangeInclusive<f64> = -10.0..=60.0;
/// This far in the water is not land, however roughly the shore is drawn, metres.
const IN_WATER_M: f64 = -30.0;
/// Points that are all looked at; of those after them one in sixteen.
const ALL_OF: u64 = 50_000;
/// The side of the squares that have one vote each, degrees.
const SQUARE_DEG: f64 = 0.02;
/// At least so many votes, such a share of them for a shift, and so small a chance make a suspicion.
const ENOUGH: (u64, f64, f64) = (12, 0.7, 1e-4);

/// What has one vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Voter {
    Border(i32, i32),
    Township(TownshipCode),
    Bridge(usize),
    Shore(i32, i32),
    Land(i32, i32),
}

/// The checks of a file's points.
#[derive(Debug)]
pub(super) struct Shift<'a> {
    layers: &'a StaticLayers,
    gazetteer: &'a Gazetteer,
    seen: u64,
    checks: u64,
    fit_before: u64,
    fit_after: u64,
    votes: HashMap<Voter, i64>,
}

impl<'a> Shift<'a> {
    /// No checks yet.
    pub fn new(layers: &'a StaticLayers, gazetteer: &'a Gazetteer) -> Self {
        let votes = HashMap::new();
        Self { layers, gazetteer, seen: 0, checks: 0, fit_before: 0, fit_after: 0, votes }
    }

    /// Checks a point at `at`, which the gazetteer finds `here`, as it stands and shifted back.
    pub fn look(&mut self, at: LonLat, here: Option<Place>, claim: Claim, class: &RiskClass) {
        self.seen += 1;
        if self.seen > ALL_OF && !self.seen.is_multiple_of(16) {
            return;
        }
        let back = geodesy::gcj02_to_wgs84(at);
        let square = |degrees: f64| (degrees / SQUARE_DEG).floor() as i32;
        let (x, y) = (square(at.lon), square(at.lat));
        if let Some(district) = claim.district {
            let there = self.gazetteer.place(back);
            let is_in = |place: Option<Place>| place.is_some_and(|place| place.district == district);
            self.vote(Voter::Border(x, y), is_in(here), is_in(there));
            if let Some(township) = claim.township.filter(|_| is_in(here) && is_in(there)) {
                let is_in = |place: Option<Place>| place.is_some_and(|place| place.township == township);
                self.vote(Voter::Township(township), is_in(here), is_in(there));
            }
        }
        match class {
            RiskClass::Bridge => self.bridge(at, back),
            RiskClass::Flood | RiskClass::WaterQuality => {
                let [before, after] = self.shores(at, back).map(|shore_m| AT_SHORE_M.contains(&shore_m));
                if before || after {
                    self.vote(Voter::Shore(x, y), before, after);
                }
            }
            RiskClass::Traffic | RiskClass::MuckTruck | RiskClass::Other(_) => {}
            _ => {
                let [before, after] = self.shores(at, back).map(|shore_m| shore_m > IN_WATER_M);
                if !(before && after) {
                    self.vote(Voter::Land(x, y), before, after);
                }
            }
        }
    }

    fn shores(&self, at: LonLat, back: LonLat) -> [f64; 2] {
        [at, back].map(|at| self.layers.waters.nearest(at).map_or(f64::MAX, |near| near.shore_m))
    }

    fn bridge(&mut self, at: LonLat, back: LonLat) {
        let near = |at: LonLat, bridge: &Bridge| {
            let plane = Plane::at(at);
            let [a, b] = bridge.ends.map(|end| plane.metres(end));
            nearest_on_segment([0.0, 0.0], a, b).1 <= ON_BRIDGE_M
        };
        let on = |at| self.layers.bridges.iter().position(|bridge| near(at, bridge));
        let (before, after) = (on(at), on(back));
        if let Some(bridge) = before.or(after) {
            self.vote(Voter::Bridge(bridge), before.is_some(), after.is_some());
        }
    }

    fn vote(&mut self, voter: Voter, before: bool, after: bool) {
        self.checks += 1;
        self.fit_before += u64::from(before);
        self.fit_after += u64::from(after);
        if before != after {
            *self.votes.entry(voter).or_default() += if after { 1 } else { -1 };
        }
    }

    /// What they say together.
    pub fn suspicion(&self) -> Option<Gcj02Suspicion> {
        let n = self.votes.values().filter(|vote| **vote != 0).count() as u64;
        let shifted = self.votes.values().filter(|vote| **vote > 0).count() as u64;
        let p = at_least(shifted, n);
        let share = |count: u64| count as f64 / self.checks.max(1) as f64;
        let is_odd = n >= ENOUGH.0 && shifted as f64 >= ENOUGH.1 * n as f64 && p <= ENOUGH.2;
        let (share_before, share_after) = (share(self.fit_before), share(self.fit_after));
        is_odd.then_some(Gcj02Suspicion { share_before, share_after, n, p })
    }
}

/// The chance of `k` heads or more in `n` throws.
fn at_least(k: u64, n: u64) -> f64 {
    // From the logarithm of the first term on: the powers of a half would be lost in a float.
    let ln_choose: f64 = (0..k).map(|i| ((n - i) as f64 / (i + 1) as f64).ln()).sum();
    let mut term = (ln_choose - n as f64 * std::f64::consts::LN_2).exp();
    let mut sum = 0.0;
    for i in k..=n {
        sum += term;
        term *= (n - i) as f64 / (i + 1) as f64;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_is_that_of_throwing_coins() {
        for (k, n, p) in [(0, 5, 1.0), (5, 5, 1.0 / 32.0), (8, 10, 56.0 / 1024.0), (0, 0, 1.0)] {
            assert!((at_least(k, n) - p).abs() < 1e-12, "{k} of {n}");
        }
        assert!(at_least(1600, 3000) < 3e-4 && at_least(1500, 3000) > 0.5);
    }
}
