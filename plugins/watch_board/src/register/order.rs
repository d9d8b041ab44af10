//! The entries in their order, and how many warnings in force and open notices name each: worked out anew only when the
//! city changed.

use crate::view::WatchView;
use city::{AlgorithmId, AlgorithmState};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What names an algorithm now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Warnings in force.
    pub warnings: usize,
    /// Notices nobody has settled.
    pub notices: usize,
}

/// The rows of the list.
#[derive(Debug, Default)]
pub struct RegisterRows {
    rows: Arc<[AlgorithmId]>,
    named: BTreeMap<AlgorithmId, Named>,
    of: Option<(u64, usize)>,
}

impl RegisterRows {
    /// The entries: in use, on trial, withdrawn; by their identifier.
    pub fn rows(&self) -> &Arc<[AlgorithmId]> {
        &self.rows
    }

    /// What names an algorithm now.
    pub fn named(&self, id: &AlgorithmId) -> Named {
        self.named.get(id).copied().unwrap_or_default()
    }

    /// Sorts and counts anew where the city is another.
    pub fn refresh(&mut self, view: &WatchView) {
        let city = view.city;
        let of = Some((city.sequence, city.algorithms.len()));
        if self.of == of {
            return;
        }
        self.of = of;
        let mut all: Vec<_> = city.algorithms.values().collect();
        all.sort_by(|a, b| (standing(a.state), &a.id).cmp(&(standing(b.state), &b.id)));
        self.rows = all.into_iter().map(|entry| entry.id.clone()).collect();
        self.named.clear();
        for warning in city.warnings.values().filter(|warning| warning.is_in_force()) {
            self.named.entry(warning.algorithm.clone()).or_default().warnings += 1;
        }
        for notice in city.notices.values().filter(|notice| notice.is_open()) {
            self.named.entry(notice.algorithm.clone()).or_default().notices += 1;
        }
    }
}

fn standing(state: AlgorithmState) -> u8 {
    match state {
        AlgorithmState::InUse => 0,
        AlgorithmState::Trial => 1,
        AlgorithmState::Withdrawn => 2,
    }
}
