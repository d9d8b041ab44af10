//! Rules that look at more than one device: shares that are silent, reports that are many, warnings that come together.
//! Each has a state for each township, district, gateway … it looks at, and for each spot it found.

use super::board::{About, Seat};
use super::cause::{Trait, Traits};
use super::condition::{Condition, Near, Shared, Steps};
use super::desk::{Desk, Due, Edge};
use super::near::{Grid, Sighting};
use super::rule::{Rule, Watch};
use super::state::{NO_COLOUR, State};
use super::{DeviceInfo, Ended, Subject};
use city::{DistrictCode, LonLat, Place, TownshipCode};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// So many reports of a place are kept at least, so that the evidence says how many there really were.
const REPORTS_KEPT: usize = 1_024;

/// What an area rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum AreaKey {
    City,
    District(u32),
    Township(u32),
    Gateway(u16),
    Source(u16),
    /// A spot a rule found, by its number.
    Spot(u32),
}

#[derive(Debug)]
enum Seen {
    Share { members: u32, silent: u32 },
    Reports(VecDeque<(i64, u32)>),
    Members { live: Vec<u32>, ended: Vec<i64> },
    Around(LonLat),
}

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

/// The group of a device for a rule that looks at shares.
pub(super) fn shared_key(by: Shared, info: &DeviceInfo) -> AreaKey {
    match by {
        Shared::Gateway => AreaKey::Gateway(info.gateway),
        Shared::Source => AreaKey::Source(info.source),
        Shared::District => AreaKey::District(info.place.district.0),
        Shared::Township => AreaKey::Township(info.place.township.0),
    }
}

fn near_key(near: Near, place: Option<Place>) -> Option<AreaKey> {
    match near {
        Near::City => Some(AreaKey::City),
        Near::District => place.map(|place| AreaKey::District(place.district.0)),
        Near::Township => place.map(|place| AreaKey::Township(place.township.0)),
        Near::Metres(_) => None,
    }
}

/// Whether a combination looks at warnings of this place.
fn looks_at(watch: &Watch, place: Option<Place>) -> bool {
    watch.districts.is_empty() && watch.townships.is_empty()
        || place.is_some_and(|place| {
            watch.districts.contains(&place.district) || watch.townships.contains(&place.township)
        })
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

    /// A report came from `device` at `at`.
    pub fn report(&mut self, rule: u32, device: u32, place: Place, at: LonLat, at_ms: i64, desk: &mut Desk) {
        let own = desk.rules[rule as usize].clone();
        let Condition::Count { near, within_ms, distinct, steps, .. } = &own.logic.condition else { return };
        if let Near::Metres(metres) = near {
            let who = if *distinct { u64::from(device) } else { u64::MAX };
            let sighting = Sighting { at, at_ms, who, member: 0, live: false };
            let oldest = at_ms.saturating_sub(*within_ms);
            self.grids.entry(rule).or_default().add(*metres, sighting, |old| old.at_ms > oldest);
            self.look_around(rule, *metres, at, Some(place), at_ms, desk);
            return;
        }
        let Some(key) = near_key(*near, Some(place)) else { return };
        let area = self.area(rule, key, || Seen::Reports(VecDeque::new()));
        let most = steps.used().map(|(_, step)| step.level as usize).max().unwrap_or(0);
        let watched = &mut self.all[area as usize];
        (watched.place, watched.at) = (Some(place), Some(at));
        if let Seen::Reports(reports) = &mut watched.seen {
            if *distinct {
                reports.retain(|(old, who)| *who != device || *old > at_ms);
                if reports.iter().any(|(_, who)| *who == device) {
                    return;
                }
            }
            while reports.front().is_some_and(|(old, _)| old.saturating_add(*within_ms) <= at_ms) {
                reports.pop_front();
            }
            let after = reports.partition_point(|(old, _)| *old <= at_ms);
            reports.insert(after, (at_ms, device));
            if reports.len() > REPORTS_KEPT.max(2 * most) {
                reports.pop_front();
            }
        }
        self.look(area, at_ms, desk);
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
            if edge.up {
                let oldest = edge.at_ms.saturating_sub(*lingers_ms);
                let (at_ms, who) = (edge.at_ms, edge.who);
                let sighting = Sighting { at, at_ms, who, member, live: true };
                grid.add(*metres, sighting, |old| old.live || old.at_ms >= oldest);
            } else {
                grid.end(*metres, at, edge.who, member, edge.at_ms);
            }
            self.look_around(listener, *metres, at, edge.place, edge.at_ms, desk);
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

    /// How much there is now, when the first of it will no longer count, and which rules it is of.
    fn count(&self, rule: u32, own: &Rule, seen: &Seen, at_ms: i64) -> (f64, i64, Vec<Arc<str>>) {
        let mut first_gone = i64::MAX;
        match (seen, &own.logic.condition) {
            (Seen::Share { members, silent }, Condition::Silence { of: Some(of), .. }) => {
                let share = f64::from(*silent) / f64::from((*members).max(1));
                (if *members >= of.at_least { share } else { 0.0 }, first_gone, Vec::new())
            }
            (Seen::Reports(reports), Condition::Count { within_ms, .. }) => {
                let counted = reports.iter().filter(|(at, _)| at.saturating_add(*within_ms) > at_ms);
                let gone = counted.clone().map(|(at, _)| at.saturating_add(*within_ms)).min();
                (counted.count() as f64, gone.unwrap_or(i64::MAX), Vec::new())
            }
            (Seen::Around(at), Condition::Count { near: Near::Metres(metres), within_ms, distinct, .. }) => {
                let (mut count, mut whose) = (0_usize, BTreeSet::new());
                for sighting in self.grids.get(&rule).into_iter().flat_map(|grid| grid.near(*metres, *at)) {
                    let gone = sighting.at_ms.saturating_add(*within_ms);
                    if gone > at_ms && (!*distinct || whose.insert(sighting.who)) {
                        count += 1;
                        first_gone = first_gone.min(gone);
                    }
                }
                (count as f64, first_gone, Vec::new())
            }
            (seen, Condition::Together { of, near, lingers_ms, .. }) => {
                let mut up = vec![false; of.len()];
                let mut mark = |member: usize, live: bool, ended: i64| {
                    let gone = ended.saturating_add(*lingers_ms).saturating_add(1);
                    if live || *lingers_ms > 0 && gone > at_ms && ended > i64::MIN {
                        up[member] = true;
                        first_gone = if live { first_gone } else { first_gone.min(gone) };
                    }
                };
                match (seen, near) {
                    (Seen::Members { live, ended }, _) => {
                        (0..of.len()).for_each(|n| mark(n, live[n] > 0, ended[n]));
                    }
                    (Seen::Around(at), Near::Metres(metres)) => {
                        let grid = self.grids.get(&rule).into_iter();
                        grid.flat_map(|grid| grid.near(*metres, *at))
                            .for_each(|s| mark(s.member as usize, s.live, s.at_ms));
                    }
                    _ => {}
                }
                let with: Vec<Arc<str>> =
                    of.iter().zip(&up).filter(|(_, up)| **up).map(|(id, _)| id.clone()).collect();
                (with.len() as f64, first_gone, with)
            }
            _ => (0.0, first_gone, Vec::new()),
        }
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

    /// Ends the warnings of the rules that `gone` names and forgets what they saw; shares stay counted.
    pub fn stop(&mut self, gone: impl Fn(u32) -> Option<Ended>, desk: &mut Desk) {
        let mut live: Vec<((u32, AreaKey), u32)> = self.places.iter().map(|(k, v)| (*k, *v)).collect();
        live.sort_unstable();
        for ((rule, key), area) in live {
            let Some(why) = gone(rule) else { continue };
            let watched = &mut self.all[area as usize];
            desk.board.end(&mut watched.seat, why);
            let (place, at) = (watched.place, watched.at);
            if watched.state.active != NO_COLOUR {
                let who = 1 << 32 | u64::from(area);
                desk.tell(rule, false, desk.board.now, who, || About::of(subject(key, at), place, at));
            }
            watched.state = State::IDLE;
            match &mut watched.seen {
                Seen::Share { silent, .. } => *silent = 0,
                _ => self.release(area),
            }
            self.grids.remove(&rule);
        }
    }

    /// Takes over what is known under other places of the rules; `None` for a rule that starts anew.
    pub fn renumber(&mut self, new_place: impl Fn(u32) -> Option<u32>, desk: &mut Desk) {
        let places: BTreeMap<(u32, AreaKey), u32> = self.places.drain().collect();
        for ((old, key), area) in places {
            let Some(rule) = new_place(old) else {
                self.free.push(area);
                continue;
            };
            self.places.insert((rule, key), area);
            let watched = &mut self.all[area as usize];
            watched.rule = rule;
            if watched.due != i64::MAX {
                desk.later(watched.due, Due::Area(area, watched.given));
            }
            desk.board.reword(&watched.seat, &desk.rules[rule as usize]);
        }
        let spots = std::mem::take(&mut self.spots);
        self.spots = spots.into_iter().filter_map(|(old, spots)| Some((new_place(old)?, spots))).collect();
        let grids = std::mem::take(&mut self.grids);
        self.grids = grids.into_iter().filter_map(|(old, grid)| Some((new_place(old)?, grid))).collect();
        // Members of groups are counted again as devices find their rules.
        for area in self.places.values() {
            if let Seen::Share { members, .. } = &mut self.all[*area as usize].seen {
                *members = 0;
            }
        }
    }

    /// Every area whose rule sees what it looks for, for those that listen.
    pub fn edges(&self) -> Vec<Edge> {
        let mut up: Vec<&Watched> = self.places.values().map(|area| &self.all[*area as usize]).collect();
        up.retain(|watched| watched.state.active != NO_COLOUR);
        up.sort_by_key(|watched| (watched.rule, watched.key));
        let edge = |watched: &Watched| Edge {
            rule: watched.rule,
            up: true,
            at_ms: watched.state.last(),
            who: 1 << 32 | u64::from(self.places[&(watched.rule, watched.key)]),
            place: watched.place,
            at: watched.at,
        };
        up.into_iter().map(edge).collect()
    }
}

/// The bits of the colours that `count` is past, and of those it is not yet back from.
fn masks(condition: &Condition, count: f64) -> (u8, u8) {
    let bits = |steps: &Steps, is: &dyn Fn(f64) -> bool| {
        steps.levels.iter().enumerate().fold(0_u8, |mask, (colour, step)| {
            mask | u8::from(step.is_some_and(|step| is(step.level))) << colour
        })
    };
    let steps = condition.steps();
    if let Condition::Together { need, .. } = condition {
        let past = bits(steps, &|_| count >= *need as f64);
        return (past, past);
    }
    let past = bits(steps, &|level| count >= level);
    let nearly = |level: f64| (level + steps.margin) * 1e-12;
    (past, past | bits(steps, &|level| count > level - steps.margin + nearly(level)))
}

fn subject(key: AreaKey, at: Option<LonLat>) -> Subject {
    match key {
        AreaKey::City => Subject::City,
        AreaKey::District(code) => Subject::District(DistrictCode(code)),
        AreaKey::Township(code) => Subject::Township(TownshipCode(code)),
        AreaKey::Gateway(n) => Subject::Gateway(n),
        AreaKey::Source(n) => Subject::Source(n),
        AreaKey::Spot(_) => Subject::Spot(at.unwrap_or_default()),
    }
}

fn traits(key: AreaKey, place: Option<Place>) -> Vec<Trait> {
    match (key, place) {
        (AreaKey::Gateway(n), _) => vec![Trait::Gateway(n)],
        (AreaKey::Source(n), _) => vec![Trait::Source(n)],
        (AreaKey::District(code), _) => vec![Trait::District(code)],
        (AreaKey::Township(_) | AreaKey::Spot(_), Some(place)) => {
            vec![Trait::Township(place.township.0), Trait::District(place.district.0)]
        }
        _ => Vec::new(),
    }
}
