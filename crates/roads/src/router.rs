//! One profile on a network, with its closures: asked for routes and for what is reached in a time.

use crate::itinerary::{Leg, Route};
use crate::locate::{Foothold, Stop};
use crate::routing::hierarchy::Hierarchy;
use crate::routing::metric::Metric;
use crate::routing::query::{Found, Scratch, Seed, quickest};
use crate::routing::{NEVER, plain};
use crate::standing::{Standing, standings};
use crate::{Closure, Mode, Profile, RoadError, Size, Streets};
use std::sync::{Arc, Mutex, PoisonError};

/// A stop whose own street is closed is given up when the nearest open one is this much farther, metres.
const CLOSED_OFF_M: f64 = 100.0;
/// From a bit of road that leads nowhere the network is entered at most this much farther off, metres.
const BESIDE_LOOSE_M: f64 = 500.0;

/// Answers for one profile and its closures. Cheap to ask from many threads at once.
#[derive(Debug)]
pub struct Router {
    streets: Arc<Streets>,
    profile: Profile,
    /// The time of each arc without closures, then with them, milliseconds.
    open: Vec<u32>,
    weights: Vec<u32>,
    /// The edges closed, in order.
    closed: Vec<u32>,
    /// How each edge hangs together with the rest.
    standing: Vec<Standing>,
    metric: Option<Metric>,
    scratch: Mutex<Vec<Scratch>>,
}

impl Router {
    /// A router for many questions: making it ready takes seconds on a grid of a million
    /// edges; a route then takes milliseconds.
    pub fn new(streets: Arc<Streets>, profile: Profile) -> Router {
        let mut router = Self::for_one(streets, profile);
        router.metric = Some(Metric::of(router.hierarchy(), &router.weights));
        router
    }

    /// A router for a single question: ready at once, a route takes as long as a plain search. The answers are the same.
    pub fn for_one(streets: Arc<Streets>, profile: Profile) -> Router {
        let open = profile.weights(&streets);
        let standing = standings(&streets, &open);
        let (weights, scratch) = (open.clone(), Mutex::new(Vec::new()));
        Router { streets, profile, open, weights, closed: Vec::new(), standing, metric: None, scratch }
    }

    /// The network.
    pub fn streets(&self) -> &Arc<Streets> {
        &self.streets
    }

    /// Who moves.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The edges closed to this profile, in order.
    pub fn closed(&self) -> &[u32] {
        &self.closed
    }

    fn hierarchy(&self) -> &Hierarchy {
        self.streets.hierarchy.get_or_init(|| Hierarchy::of(&self.streets.columns))
    }

    /// Sets what is closed, in place of what was. A closed road is never used.
    pub fn close(&mut self, closures: &[Closure]) {
        let closed = self.streets.closed(closures, self.profile.mode);
        // What was closed and what will be: of these the weights change.
        let mut changed = Vec::new();
        for (edge, shut) in
            self.closed.iter().map(|edge| (*edge, false)).chain(closed.iter().map(|edge| (*edge, true)))
        {
            for &arc in [false, true].iter().flat_map(|&back| self.streets.arcs_along(edge, back)) {
                self.weights[arc as usize] = if shut { NEVER } else { self.open[arc as usize] };
                changed.push(arc);
            }
        }
        self.closed = closed;
        if let Some(mut metric) = self.metric.take() {
            metric.update(self.hierarchy(), &self.weights, &changed);
            self.metric = Some(metric);
        }
    }

    /// The quickest route. The way is exact: no other that the profile may use is quicker.
    ///
    /// # Errors
    /// No road near an end, no way, a way only over closed roads, or only for something smaller.
    pub fn route(&self, from: impl Into<Stop>, to: impl Into<Stop>) -> Result<Route, RoadError> {
        let (from, to) = (from.into(), to.into());
        let (starts, ends) = (self.open_footholds(from, from, to)?, self.open_footholds(to, from, to)?);
        let shut =
            [(from, &starts), (to, &ends)].into_iter().find(|(stop, found)| self.is_closed_off(*stop, found));
        if let Some((stop, _)) = shut {
            return Err(RoadError::Closed { from: from.at, to: to.at, at: Some(stop.at) });
        }
        match self.best(&starts, &ends, &self.weights) {
            Some((start, end, legs)) => {
                Ok(Route::of(&self.streets, &self.profile, from, to, (start, end), &legs))
            }
            None => Err(self.why_not(from, to)),
        }
    }

    /// Where the network may be entered at `stop`: the nearest usable edge; where that belongs to a bit of road that
    /// leads nowhere, also the nearest from which one can go everywhere.
    pub(crate) fn footholds(&self, stop: Stop, weights: &[u32]) -> Result<Vec<Foothold>, RoadError> {
        if !stop.at.is_valid() {
            return Err(RoadError::NoPosition { at: stop.at });
        }
        let usable = |edge: u32| {
            [false, true]
                .iter()
                .flat_map(|&back| self.streets.arcs_along(edge, back))
                .any(|&arc| weights[arc as usize] < NEVER)
        };
        let nearest =
            self.streets.foothold(stop, usable).ok_or(RoadError::NoRoad { at: stop.at, within_km: 20.0 })?;
        let mut found = vec![nearest];
        if self.standing[nearest.edge as usize] == Standing::Loose {
            let main = |edge: u32| self.standing[edge as usize] == Standing::Main && usable(edge);
            let main = self.streets.foothold(stop, main);
            found.extend(main.filter(|main| main.beside_m < nearest.beside_m + BESIDE_LOOSE_M));
        }
        Ok(found)
    }

    /// As [`Self::footholds`], with what is closed; says so where nothing else is near.
    fn open_footholds(&self, stop: Stop, from: Stop, to: Stop) -> Result<Vec<Foothold>, RoadError> {
        let found = self.footholds(stop, &self.weights);
        match found {
            Err(RoadError::NoRoad { .. }) if self.footholds(stop, &self.open).is_ok() => {
                Err(RoadError::Closed { from: from.at, to: to.at, at: Some(stop.at) })
            }
            found => found,
        }
    }

    /// True when the street at a stop is closed and the nearest open one lies elsewhere.
    fn is_closed_off(&self, stop: Stop, found: &[Foothold]) -> bool {
        if self.closed.is_empty() {
            return false;
        }
        let own = self.footholds(stop, &self.open).ok().and_then(|open| open.first().copied());
        own.zip(found.first()).is_some_and(|(own, open)| {
            self.closed.binary_search(&own.edge).is_ok() && open.beside_m > own.beside_m + CLOSED_OFF_M
        })
    }

    /// The first pair of footholds, the nearer ones first, that a way joins.
    fn best(
        &self,
        starts: &[Foothold],
        ends: &[Foothold],
        weights: &[u32],
    ) -> Option<(Foothold, Foothold, Vec<Leg>)> {
        let mut pairs: Vec<_> = starts.iter().flat_map(|s| ends.iter().map(move |e| (*s, *e))).collect();
        pairs.sort_by(|a, b| (a.0.cost_m + a.1.cost_m).total_cmp(&(b.0.cost_m + b.1.cost_m)));
        pairs.into_iter().find_map(|(start, end)| Some((start, end, self.legs(&start, &end, weights)?)))
    }

    /// The legs of the quickest way between two places of the network.
    fn legs(&self, start: &Foothold, end: &Foothold, weights: &[u32]) -> Option<Vec<Leg>> {
        let columns = &self.streets.columns;
        let (from, to) = (self.seeds_from(start, weights), self.seeds_to(end, weights));
        let found = match &self.metric {
            Some(metric) if std::ptr::eq(weights, self.weights.as_slice()) => {
                let taken = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let mut scratch = taken.unwrap_or_default();
                let found =
                    quickest(self.hierarchy(), metric, weights, &seeds(&from), &seeds(&to), &mut scratch);
                self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
                found
            }
            _ => plain::quickest(columns, weights, &seeds(&from), &seeds(&to)),
        };
        let direct = self.direct(start, end, weights);
        let Some(found) = found.filter(|found| direct.is_none_or(|leg| found.time < leg.time_ms)) else {
            return direct.map(|leg| vec![leg]);
        };
        let Found { first, arcs, .. } = found;
        let last = arcs.last().map_or(first, |&arc| columns.arc_head[arc as usize]);
        let of = |ends: &[(Seed, Leg)], node: u32| {
            ends.iter().filter(|end| end.0.0 == node).min_by_key(|end| end.0.1).map(|end| end.1)
        };
        let middle = arcs.iter().map(|&arc| {
            let edge = columns.arc_edge[arc as usize];
            Leg { edge: edge / 2, back: edge & 1 == 1, from: 0.0, to: 1.0, time_ms: weights[arc as usize] }
        });
        Some(of(&from, first).into_iter().chain(middle).chain(of(&to, last)).collect())
    }

    /// From a place on an edge: along it to its end, and back to its beginning.
    pub(crate) fn seeds_from(&self, at: &Foothold, weights: &[u32]) -> Vec<(Seed, Leg)> {
        let columns = &self.streets.columns;
        let mut found = Vec::new();
        for back in [false, true] {
            let arcs = self.streets.arcs_along(at.edge, back).iter();
            if let Some(&arc) =
                arcs.min_by_key(|&&arc| weights[arc as usize]).filter(|&&a| weights[a as usize] < NEVER)
            {
                let done = if back { 1.0 - at.share } else { at.share };
                let leg = Leg::part(at.edge, back, done, 1.0, weights[arc as usize]);
                found.push(((columns.arc_head[arc as usize], leg.time_ms), leg));
            }
        }
        found
    }

    /// To a place on an edge: from its beginning, and back from its end.
    fn seeds_to(&self, at: &Foothold, weights: &[u32]) -> Vec<(Seed, Leg)> {
        let mut found = Vec::new();
        for back in [false, true] {
            for &arc in self.streets.arcs_along(at.edge, back) {
                if weights[arc as usize] < NEVER {
                    let done = if back { 1.0 - at.share } else { at.share };
                    let leg = Leg::part(at.edge, back, 0.0, done, weights[arc as usize]);
                    found.push(((self.streets.arc_tail(arc), leg.time_ms), leg));
                }
            }
        }
        found
    }

    /// The way along one edge, where both places lie on it in this order.
    fn direct(&self, start: &Foothold, end: &Foothold, weights: &[u32]) -> Option<Leg> {
        if start.edge != end.edge {
            return None;
        }
        let back = start.share > end.share;
        let arcs = self.streets.arcs_along(start.edge, back).iter();
        let weight = arcs.map(|&arc| weights[arc as usize]).min().filter(|&weight| weight < NEVER)?;
        let share = |share: f64| if back { 1.0 - share } else { share };
        Some(Leg::part(start.edge, back, share(start.share), share(end.share), weight))
    }

    /// Why there is no way: closures, size, or the network itself.
    fn why_not(&self, from: Stop, to: Stop) -> RoadError {
        let joined = |weights: &[u32]| {
            let starts = self.footholds(from, weights).unwrap_or_default();
            let ends = self.footholds(to, weights).unwrap_or_default();
            self.best(&starts, &ends, weights).is_some()
        };
        if !self.closed.is_empty() && joined(&self.open) {
            return RoadError::Closed { from: from.at, to: to.at, at: None };
        }
        if self.profile.size != Size::NONE && self.profile.mode != Mode::Foot {
            let mut weights = Profile { size: Size::NONE, ..self.profile }.weights(&self.streets);
            for &edge in &self.closed {
                for &arc in [false, true].iter().flat_map(|&back| self.streets.arcs_along(edge, back)) {
                    weights[arc as usize] = NEVER;
                }
            }
            if joined(&weights) {
                return RoadError::TooBig { from: from.at, to: to.at };
            }
        }
        RoadError::NoWay { from: from.at, to: to.at }
    }

    pub(crate) fn weights(&self) -> &[u32] {
        &self.weights
    }
}

impl Clone for Router {
    fn clone(&self) -> Self {
        Router {
            streets: self.streets.clone(),
            profile: self.profile,
            open: self.open.clone(),
            weights: self.weights.clone(),
            closed: self.closed.clone(),
            standing: self.standing.clone(),
            metric: self.metric.clone(),
            scratch: Mutex::new(Vec::new()),
        }
    }
}

fn seeds(ends: &[(Seed, Leg)]) -> Vec<Seed> {
    ends.iter().map(|end| end.0).collect()
}
