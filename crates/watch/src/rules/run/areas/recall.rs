//! What areas remember, and how other areas take it up.

use super::seen::Seen;
use super::{AreaKey, Areas};
use crate::rules::Condition;
use crate::rules::Near;
use crate::rules::run::board::Seat;
use crate::rules::run::desk::{Desk, Due, Edge};
use crate::rules::run::near::Sighting;
use crate::rules::run::recall::Places;
use crate::rules::run::state::{NO_COLOUR, State};
use city::{LonLat, Place};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What all areas remember.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::rules::run) struct AreasKept {
    all: Vec<AreaKept>,
    sightings: Vec<(u32, Vec<Sighting>)>,
    next_spot: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct AreaKept {
    number: u32,
    rule: u32,
    key: AreaKey,
    seen: Seen,
    state: State,
    seat: Seat,
    due: i64,
    place: Option<Place>,
    at: Option<LonLat>,
}

/// What is seen of an area, in a world where devices are called otherwise.
fn seen(old: &Seen, places: &Places) -> Seen {
    match old {
        Seen::Reports(reports) => {
            let same = |(at_ms, who, at): &(i64, u32, LonLat)| Some((*at_ms, places.device(*who)?, *at));
            Seen::Reports(reports.iter().filter_map(same).collect())
        }
        Seen::Share { members, .. } => Seen::Share { members: *members, silent: 0 },
        other => other.clone(),
    }
}

impl Areas {
    /// What is remembered.
    pub fn kept(&self) -> AreasKept {
        let mut all: Vec<AreaKept> = self.places.values().map(|area| self.area_kept(*area)).collect();
        all.sort_by_key(|area| area.number);
        let sightings = self.grids.iter().map(|(rule, grid)| (*rule, grid.all().cloned().collect()));
        AreasKept { all, sightings: sightings.collect(), next_spot: self.next_spot }
    }

    fn area_kept(&self, area: u32) -> AreaKept {
        let watched = &self.all[area as usize];
        AreaKept {
            number: area,
            rule: watched.rule,
            key: watched.key,
            seen: watched.seen.clone(),
            state: watched.state,
            seat: watched.seat.clone(),
            due: watched.due,
            place: watched.place,
            at: watched.at,
        }
    }

    /// Takes up what areas remembered, with the warnings that are still `up`; what ended meanwhile goes to `ended`.
    pub fn recall(
        &mut self,
        kept: &AreasKept,
        places: &Places,
        up: &HashSet<Arc<str>>,
        desk: &mut Desk,
        ended: &mut Vec<Edge>,
    ) {
        self.next_spot = self.next_spot.max(kept.next_spot);
        let mut numbers = HashMap::new();
        for old in &kept.all {
            let Some(rule) = places.rule(old.rule) else { continue };
            let area = self.area(rule, old.key, || seen(&old.seen, places));
            numbers.insert(old.number, area);
            if matches!(old.key, AreaKey::Spot(_)) {
                self.spots.entry(rule).or_default().push(area);
            }
            let watched = &mut self.all[area as usize];
            (watched.state, watched.seat, watched.due) = (old.state, old.seat.clone(), old.due);
            (watched.place, watched.at) = (old.place, old.at);
            if watched.seat.up.as_ref().is_some_and(|id| !up.contains(id)) {
                watched.seat.vacate();
                watched.state.active = NO_COLOUR;
                let (at_ms, who) = (desk.board.now, 1 << 32 | u64::from(area));
                let at = watched.at;
                ended.push(Edge { rule, up: false, at_ms, who, place: old.place, at });
            }
        }
        for (old, sightings) in &kept.sightings {
            let Some(rule) = places.rule(*old) else { continue };
            let (Condition::Count { near: Near::Metres(metres), .. }
            | Condition::Together { near: Near::Metres(metres), .. }) =
                desk.rules[rule as usize].logic.condition
            else {
                continue;
            };
            let grid = self.grids.entry(rule).or_default();
            for sighting in sightings {
                let number = sighting.who as u32;
                let who = match sighting.who >> 32 {
                    0 => places.device(number).map(u64::from),
                    _ => numbers.get(&number).map(|area| 1 << 32 | u64::from(*area)),
                };
                if let Some(who) = who {
                    grid.add(metres, Sighting { who, ..sighting.clone() }, |_| true);
                }
            }
        }
    }

    /// One more device of a group is silent; without a look at what follows.
    pub fn count_silent(&mut self, rule: u32, key: AreaKey) {
        let area = self.area(rule, key, || Seen::Share { members: 0, silent: 0 });
        if let Seen::Share { silent, .. } = &mut self.all[area as usize].seen {
            *silent += 1;
        }
    }

    /// Sees to it that areas are looked at when they must be.
    pub fn expect(&self, desk: &mut Desk) {
        for area in self.places.values() {
            let watched = &self.all[*area as usize];
            if watched.due != i64::MAX {
                desk.later(watched.due, Due::Area(*area, watched.given));
            }
        }
    }
}
