//! What could not be read: counted, with one sample, so that a feed's health can show it.

/// The longest sample kept, in characters.
pub const LONGEST_SAMPLE: usize = 200;

/// How many records could not be read, and the newest of them with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// How many.
    pub count: u64,
    /// Why, and the beginning of the newest bad record.
    pub sample: Option<String>,
}

impl Problems {
    /// Counts one bad record: why it is bad, and its text as it came.
    pub fn add(&mut self, why: impl std::fmt::Display, record: &str) {
        self.count += 1;
        self.sample = Some(format!("{why}: {}", beginning(record)));
    }

    /// Counts all of `other` too.
    pub fn merge(&mut self, other: Problems) {
        self.count += other.count;
        if other.sample.is_some() {
            self.sample = other.sample;
        }
    }

    /// True when there was none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// The beginning of `text` on one line; control characters would spoil a terminal or a panel.
pub(crate) fn beginning(text: &str) -> String {
    let mut short: String =
        text.chars().take(LONGEST_SAMPLE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST_SAMPLE).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_newest_sample_short_and_on_one_line() {
        let mut problems = Problems::default();
        problems.add("no number", "a\nb");
        assert_eq!(problems.sample.as_deref(), Some("no number: a b"));
        let mut more = Problems::default();
        more.add("too long", &"山".repeat(1000));
        problems.merge(more);
        assert_eq!(problems.count, 2);
        assert!(problems.sample.is_some_and(|s| s.ends_with('…') && s.chars().count() < 230));
    }
}
