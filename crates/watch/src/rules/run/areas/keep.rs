//! Areas while rules stop or are read anew.

use super::seen::Seen;
use super::{AreaKey, Areas, Watched, subject};
use crate::rules::Ended;
use crate::rules::run::board::About;
use crate::rules::run::desk::{Desk, Due, Edge};
use crate::rules::run::state::{NO_COLOUR, State};
use std::collections::BTreeMap;

impl Areas {
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
