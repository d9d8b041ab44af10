//! What could not be read: counted by kind, each with one sample.

use serde::Serialize;
use std::collections::BTreeMap;

/// One kind of bad record: how many, and one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong with them.
    pub what: String,
    /// How many records.
    pub count: u64,
    /// The first of them: where it stands, and how it begins.
    pub sample: String,
}

/// The kinds so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems(BTreeMap<&'static str, (u64, String)>);

impl Problems {
    pub fn add(&mut self, what: &'static str, sample: impl FnOnce() -> String) {
        self.0.entry(what).or_insert_with(|| (0, short(&sample()))).0 += 1;
    }

    pub fn merge(&mut self, other: Problems) {
        for (what, (count, sample)) in other.0 {
            self.0.entry(what).or_insert((0, sample)).0 += count;
        }
    }

    pub fn list(self) -> Vec<Problem> {
        let one =
            |(what, (count, sample)): (&str, (u64, String))| Problem { what: what.to_owned(), count, sample };
        self.0.into_iter().map(one).collect()
    }
}

/// The beginning on one line: control characters would spoil a terminal.
fn short(text: &str) -> String {
    text.chars().take(160).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
