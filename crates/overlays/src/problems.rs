//! What was wrong in a file that could be read all the same.

use std::collections::BTreeMap;
use std::fmt;

/// How long a sample may be, characters.
const LONGEST_SAMPLE: usize = 160;

/// One kind of problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, as a plural: "features without a geometry".
    pub what: String,
    /// How often.
    pub count: u64,
    /// The first of them: the number of the feature, and what was found there.
    pub sample: String,
}

/// Problems, counted by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(BTreeMap<&'static str, (u64, String)>);

impl Problems {
    /// Counts one; the sample is asked for the first of its kind only.
    pub fn add(&mut self, what: &'static str, sample: impl FnOnce() -> String) {
        self.0.entry(what).or_insert_with(|| (0, on_one_line(&sample()))).0 += 1;
    }

    /// Counts all of another list too.
    pub fn merge(&mut self, other: Problems) {
        for (what, (count, sample)) in other.0 {
            self.0.entry(what).or_insert((0, sample)).0 += count;
        }
    }

    /// How many there were of all kinds.
    pub fn count(&self) -> u64 {
        self.0.values().map(|(count, _)| count).sum()
    }

    /// True when there was none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every kind with its count and sample.
    pub fn list(&self) -> Vec<Problem> {
        let one = |(what, (count, sample)): (&&'static str, &(u64, String))| Problem {
            what: (*what).to_owned(),
            count: *count,
            sample: sample.clone(),
        };
        self.0.iter().map(one).collect()
    }
}

impl fmt::Display for Problems {
    /// All kinds on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (what, (count, sample))) in self.0.iter().enumerate() {
            write!(f, "{}{count} {what} ({sample})", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// The beginning of a text: control characters would spoil a terminal.
fn on_one_line(text: &str) -> String {
    let mut short: String =
        text.chars().take(LONGEST_SAMPLE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST_SAMPLE).is_some() {
        short.push('…');
    }
    short
}
