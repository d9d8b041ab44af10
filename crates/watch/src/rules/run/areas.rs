//! Rules that look at more than one device: shares that are silent, reports that are many, warnings that come together.
//! Each has a state for each township, district, gateway … it looks at, and for each spot it found.

mod keep;
mod key;
mod recall;
mod seen;

pub(super) use key::{AreaKey, shared_key};
pub(super) use recall::AreasKept;

use super::board::{About, Seat};
use super::cause::Traits;
use super::desk::{Desk, Due, Edge};
use super::near::{Grid, Sighting};
use super::state::State;
use crate::rules::{Condition, Near};
use city::{LonLat, Place};
use key::{looks_at, near_key, subject, traits};
use seen::{Seen, masks};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// So many reports of a place are kept at least, so that the evidence says how many there really were.
const REPORTS_KEPT: usize = 1_024;

#[derive(Debug)]
struct Watched {
    rule: u32,
    key: AreaKey,
    seen: Seen,
    state: State,
    seat: Seat,
    /// When it will be looked at again; what is due at another time was put off.
    due: i64,
    given: u32,
    place: Option<Place>,
    at: Option<LonLat>,
}

/// All areas that rules look at.
#[derive(Debug, Default)]
pub(super) struct Areas {
    all: Vec<Watched>,
    places: HashMap<(u32, AreaKey), u32>,
    grids: HashMap<u32, Grid>,
    spots: BTreeMap<u32, Vec<u32>>,
    free: Vec<u32>,
    next_spot: u32,
    given: u32,
}

impl Areas {
    /// A device belongs to a group now, or no longer.
    pub fn enrol(&mut self, rule: u32, key: AreaKey, there: bool) {
        let area = self.area(rule, key, || Seen::Share { members: 0, silent: 0 });
        if let Seen::Share { members, .. } = &mut self.all[area as usize].seen {
            *members = if there { *members + 1 } else { members.saturating_sub(1) };
        }
    }

    /// A device of a group fell silent, or was heard again.
    pub fn silence(&mut self, rule: u32, key: AreaKey, fell: bool, at_ms: i64, desk: &mut Desk) {
        let area = self.area(rule, key, || Seen::Share { members: 0, silent: 0 });
        if let Seen::Share { silent, .. } = &mut self.all[area as usize].seen {
            *silent = if fell { *silent + 1 } else { silent.saturating_sub(1) };
        }
        self.look(area, at_ms, desk);
    }

    /// A report came from `device` at `at`. False when just this was reported before.
    pub fn report(
        &mut self,
        rule: u32,
        device: u32,
        place: Place,
        at: LonLat,
        at_ms: i64,
        desk: &mut Desk,
    ) -> bool {
        let own = desk.rules[rule as usize].clone();
        let Condition::Count { near, within_ms, distinct, steps, .. } = &own.logic.condition else {
            return false;
        };
        if let Near::Metres(metres) = near {
            let who = u64::from(device);
            if self.grids.get(&rule).is_some_and(|grid| grid.holds(*metres, at, who, at_ms)) {
                return false;
            }
            let sighting = Sighting { at, at_ms, who, member: 0, live: false };
            let oldest = at_ms.saturating_sub(*within_ms);
            self.grids.entry(rule).or_default().add(*metres, sighting, |old| old.at_ms > oldest);
            self.look_around(rule, *metres, at, Some(place), at_ms, desk);
            return true;
        }
        let Some(key) = near_key(*near, Some(place)) else { return false };
        let area = self.area(rule, key, || Seen::Reports(VecDeque::new()));
        let most = steps.used().map(|(_, step)| step.level as usize).max().unwrap_or(0);
        let watched = &mut self.all[area as usize];
        (watched.place, watched.at) = (Some(place), Some(at));
        if let Seen::Reports(reports) = &mut watched.seen {
            if reports.contains(&(at_ms, device, at)) {
                return false;
            }
            if *distinct {
                reports.retain(|(old, who, _)| *who != device || *old > at_ms);
                if reports.iter().any(|(_, who, _)| *who == device) {
                    return true;
                }
            }
            while reports.front().is_some_and(|(old, ..)| old.saturating_add(*within_ms) <= at_ms) {
                reports.pop_front();
            }
            let after = reports.partition_point(|(old, ..)| *old <= at_ms);
            reports.insert(after, (at_ms, device, at));
            if reports.len() > REPORTS_KEPT.max(2 * most) {
                reports.pop_front();
            }
        }
        self.look(area, at_ms, desk);
        true
    }

    /// A rule that others look at began or ceased to see what it looks for.
    pub fn hear(&mut self, edge: &Edge, listener: u32, member: u32, desk: &mut Desk) {
        let own = desk.rules[listener as usize].clone();
        let Condition::Together { of, near, lingers_ms, .. } = &own.logic.condition else { return };
        if desk.stopped[listener as usize] || !looks_at(&own.logic.watch, edge.place) {
            return;
        }
        if let (Near::Metres(metres), Some(at)) = (near, edge.at) {
            let grid = self.grids.entry(listener).or_default();
            let mut spot = at;
            if edge.up {
                let oldest = edge.at_ms.saturating_sub(*lingers_ms);
                let (at_ms, who) = (edge.at_ms, edge.who);
                let sighting = Sighting { at, at_ms, who, member, live: true };
                grid.add(*metres, sighting, |old| old.live || old.at_ms >= oldest);
            } else {
                spot = grid.end(*metres, edge.who, member, edge.at_ms).unwrap_or(at);
            }
            self.look_around(listener, *metres, spot, edge.place, edge.at_ms, desk);
            return;
        }
        let Some(key) = near_key(*near, edge.place) else { return };
        let area = self.area(listener, key, || Seen::Members {
            live: vec![0; of.len()],
            ended: vec![i64::MIN; of.len()],
        });
        let watched = &mut self.all[area as usize];
        watched.place = watched.place.or(edge.place);
        watched.at = edge.at.or(watched.at);
        if let Seen::Members { live, ended } = &mut watched.seen {
            let member = member as usize;
            if edge.up {
                live[member] += 1;
            } else {
                live[member] = live[member].saturating_sub(1);
                ended[member] = ended[member].max(edge.at_ms);
            }
        }
        self.look(area, edge.at_ms, desk);
    }

    /// Something is due at an area.
    pub fn wake(&mut self, area: u32, given: u32, due: i64, desk: &mut Desk) {
        let watched = &self.all[area as usize];
        if watched.given == given && watched.due == due {
            self.all[area as usize].due = i64::MAX;
            self.look(area, due, desk);
        }
    }

    fn area(&mut self, rule: u32, key: AreaKey, seen: impl Fn() -> Seen) -> u32 {
        if let Some(area) = self.places.get(&(rule, key)) {
            return *area;
        }
        self.given += 1;
        let watched = Watched {
            rule,
            key,
            seen: seen(),
            state: State::IDLE,
            seat: Seat::default(),
            due: i64::MAX,
            given: self.given,
            place: None,
            at: None,
        };
        let area = match self.free.pop() {
            Some(area) => {
                self.all[area as usize] = watched;
                area
            }
            None => {
                self.all.push(watched);
                self.all.len() as u32 - 1
            }
        };
        self.places.insert((rule, key), area);
        area
    }

    /// Looks at the spots of a rule that reach to `at`, and makes one there when it is needed.
    fn look_around(
        &mut self,
        rule: u32,
        metres: f64,
        at: LonLat,
        place: Option<Place>,
        at_ms: i64,
        desk: &mut Desk,
    ) {
        let spots: Vec<u32> = self.spots.get(&rule).into_iter().flatten().copied().collect();
        let mut held = false;
        for spot in spots {
            let middle = self.all[spot as usize].at.unwrap_or(at);
            if middle.distance_m(at) <= metres {
                self.look(spot, at_ms, desk);
                held |= self.places.get(&(rule, self.all[spot as usize].key)) == Some(&spot);
            }
        }
        let own = desk.rules[rule as usize].clone();
        let seen = Seen::Around(at);
        let (count, _, _) = self.count(rule, &own, &seen, at_ms);
        if held || masks(&own.logic.condition, count).0 == 0 {
            return;
        }
        self.next_spot += 1;
        let spot = self.area(rule, AreaKey::Spot(self.next_spot), || Seen::Around(at));
        (self.all[spot as usize].place, self.all[spot as usize].at) = (place, Some(at));
        self.spots.entry(rule).or_default().push(spot);
        self.look(spot, at_ms, desk);
    }

    /// Looks at an area at `at_ms`, settles its warning, and says when to look again.
    fn look(&mut self, area: u32, at_ms: i64, desk: &mut Desk) {
        let watched = &self.all[area as usize];
        let (rule, at_ms) = (watched.rule, at_ms.max(watched.state.last()));
        if desk.stopped[rule as usize] {
            return;
        }
        let own = desk.rules[rule as usize].clone();
        let (count, first_gone, with) = self.count(rule, &own, &watched.seen, at_ms);
        let (past, kept) = masks(&own.logic.condition, count);
        let watched = &mut self.all[area as usize];
        let before = watched.state.active;
        watched.state.step(&desk.paces[rule as usize], at_ms, past, kept);
        let (key, place, at) = (watched.key, watched.place, watched.at);
        let about = |_| About {
            subject: subject(key, at),
            place: if matches!(key, AreaKey::Township(_) | AreaKey::Spot(_)) { place } else { None },
            at: if matches!(key, AreaKey::Gateway(_) | AreaKey::Source(_)) { None } else { at },
            traits: Traits { of: traits(key, place), class: None },
            value: count,
            level: if let Condition::Together { need, .. } = &own.logic.condition {
                *need as f64
            } else {
                f64::NAN
            },
            with: with.clone(),
        };
        let who = 1 << 32 | u64::from(area);
        desk.settle(&mut watched.seat, rule, before, &watched.state, at_ms, who, about);
        if watched.state.is_idle() {
            watched.due = i64::MAX;
            if matches!(key, AreaKey::Spot(_)) && watched.seat.is_empty(&own, at_ms) {
                self.release(area);
            }
            return;
        }
        let due = watched.state.due(&desk.paces[rule as usize]).unwrap_or(i64::MAX).min(first_gone);
        if due != i64::MAX && due != watched.due {
            watched.due = due;
            desk.later(due, Due::Area(area, watched.given));
        }
    }

    fn release(&mut self, area: u32) {
        let (rule, key) = (self.all[area as usize].rule, self.all[area as usize].key);
        self.places.remove(&(rule, key));
        if let Some(spots) = self.spots.get_mut(&rule) {
            spots.retain(|spot| *spot != area);
        }
        self.given += 1;
        self.all[area as usize].given = self.given;
        self.free.push(area);
    }
}
