//! What every part of the engine needs at hand: the rules as they run, the board, what is due, and who listens to whom.

use super::board::{About, Board, Seat};
use super::cause::Trait;
use super::state::{NO_COLOUR, Pace, State};
use crate::rules::{Condition, Rule};
use city::{LonLat, Place, WarningColour};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

/// For how long after a reload its rules are suspected of a storm, milliseconds.
const RELOAD_MS: i64 = 600_000;

/// What is due at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A device may have become silent.
    Device(u32),
    /// An area must be looked at, by its number and how often its number was given.
    Area(u32, u32),
}

/// A rule began or ceased to see what it looks for; other rules may depend on it.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub rule: u32,
    pub up: bool,
    pub at_ms: i64,
    pub who: u64,
    pub place: Option<Place>,
    pub at: Option<LonLat>,
}

/// The desk.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub rules: Vec<Arc<Rule>>,
    pub paces: Vec<Pace>,
    pub stopped: Vec<bool>,
    /// When each rule was loaded anew; `i64::MIN` for those that always were there.
    pub loaded: Vec<i64>,
    /// For each rule those that look at it, with its place in their lists.
    pub listeners: Vec<Vec<(u32, u32)>>,
    drivers: Vec<Vec<u32>>,
    drives: Vec<bool>,
    driving: HashMap<(u32, u32), u32>,
    pub board: Board,
    pub edges: VecDeque<Edge>,
    timers: BinaryHeap<Reverse<(i64, Due)>>,
}

impl Desk {
    /// Takes other rules; what was due and who drove whom is forgotten, the board stays.
    pub fn set_rules(&mut self, rules: Vec<Arc<Rule>>, stopped: Vec<bool>, loaded: Vec<i64>) {
        let places: HashMap<Arc<str>, u32> =
            rules.iter().enumerate().map(|(n, rule)| (rule.id.clone(), n as u32)).collect();
        self.listeners = vec![Vec::new(); rules.len()];
        self.drivers = vec![Vec::new(); rules.len()];
        self.drives = vec![false; rules.len()];
        for (n, rule) in rules.iter().enumerate() {
            if let Condition::Together { of, .. } = &rule.logic.condition {
                for (place, id) in of.iter().enumerate() {
                    if let Some(member) = places.get(id) {
                        self.listeners[*member as usize].push((n as u32, place as u32));
                    }
                }
            }
            for driver in rule.drivers.iter().filter_map(|id| places.get(id)) {
                self.drivers[n].push(*driver);
                self.drives[*driver as usize] = true;
            }
        }
        self.paces = rules.iter().map(|rule| Pace::of(rule.logic.condition.steps())).collect();
        (self.rules, self.stopped, self.loaded) = (rules, stopped, loaded);
        self.driving.clear();
        self.timers.clear();
        self.edges.clear();
    }

    /// Settles a seat after its state changed from active colour `before`, and tells who listens.
    #[allow(clippy::too_many_arguments)] // The parts of one sentence.
    pub fn settle(
        &mut self,
        seat: &mut Seat,
        rule: u32,
        before: u8,
        state: &State,
        at_ms: i64,
        who: u64,
        about: impl Fn(WarningColour) -> About,
    ) {
        let (was, is) = (before != NO_COLOUR, state.active != NO_COLOUR);
        if was != is {
            self.tell(rule, is, at_ms, who, || about(WarningColour::Blue));
        }
        if !is && seat.up.is_none() {
            return;
        }
        let own = self.rules[rule as usize].clone();
        let (drivers, driving) = (&self.drivers[rule as usize], &self.driving);
        let fresh = self.board.now.saturating_sub(self.loaded[rule as usize]) <= RELOAD_MS;
        let all = |colour| {
            let mut about = about(colour);
            let district = about.place.map_or(0, |place| place.district.0);
            let up = |driver: &&u32| {
                [district, 0].iter().any(|place| driving.get(&(**driver, *place)).is_some_and(|n| *n > 0))
            };
            about.traits.of.extend(drivers.iter().find(up).map(|driver| Trait::Driver(*driver)));
            about.traits.of.extend(fresh.then_some(Trait::Reload(rule)));
            about
        };
        self.board.settle(seat, &own, &self.rules, state, at_ms, all);
    }

    /// Tells whoever depends on a rule that it began or ceased to see what it looks for.
    pub fn tell(&mut self, rule: u32, up: bool, at_ms: i64, who: u64, about: impl Fn() -> About) {
        let drives = self.drives[rule as usize];
        if !drives && self.listeners[rule as usize].is_empty() {
            return;
        }
        let about = about();
        let (place, at) = (about.place, about.at);
        let edge = Edge { rule, up, at_ms, who, place, at };
        self.drive(&edge);
        self.edges.push_back(edge);
    }

    /// Counts where a rule that drives others is up.
    pub fn drive(&mut self, edge: &Edge) {
        if self.drives[edge.rule as usize] {
            let district = edge.place.map_or(0, |place| place.district.0);
            let count = self.driving.entry((edge.rule, district)).or_default();
            *count = if edge.up { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    /// Forgets what was due.
    pub fn forget_due(&mut self) {
        self.timers.clear();
    }

    pub fn later(&mut self, at_ms: i64, due: Due) {
        self.timers.push(Reverse((at_ms, due)));
    }

    /// What is due at `now`, the earliest first.
    pub fn next_due(&mut self, now: i64) -> Option<(i64, Due)> {
        let Reverse((at, _)) = self.timers.peek()?;
        if *at > now {
            return None;
        }
        self.timers.pop().map(|Reverse(due)| due)
    }
}
