//! How much an area rule has seen: shares, numbers of reports, rules that are up.

use super::Areas;
use crate::rules::{Condition, Near, Rule, Steps};
use city::LonLat;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// What is counted of an area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Seen {
    Share { members: u32, silent: u32 },
    Reports(VecDeque<(i64, u32, LonLat)>),
    Members { live: Vec<u32>, ended: Vec<i64> },
    Around(LonLat),
}

impl Areas {
    /// How much there is now, when the first of it will no longer count, and which rules it is of.
    pub(super) fn count(&self, rule: u32, own: &Rule, seen: &Seen, at_ms: i64) -> (f64, i64, Vec<Arc<str>>) {
        let mut first_gone = i64::MAX;
        match (seen, &own.logic.condition) {
            (Seen::Share { members, silent }, Condition::Silence { of: Some(of), .. }) => {
                let share = f64::from(*silent) / f64::from((*members).max(1));
                (if *members >= of.at_least { share } else { 0.0 }, first_gone, Vec::new())
            }
            (Seen::Reports(reports), Condition::Count { within_ms, .. }) => {
                let counted = reports.iter().filter(|(at, ..)| at.saturating_add(*within_ms) > at_ms);
                let gone = counted.clone().map(|(at, ..)| at.saturating_add(*within_ms)).min();
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
}

/// The bits of the colours that `count` is past, and of those it is not yet back from.
pub(super) fn masks(condition: &Condition, count: f64) -> (u8, u8) {
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
