//! How long and how often a fetch tries.

use std::time::Duration;

/// How patient a fetch is. The default is what the command uses; tests are in more of a hurry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// How many files come at the same time.
    pub at_once: usize,
    /// The first wait before trying again; it doubles.
    pub first_wait: Duration,
    /// The longest wait that doubling comes to.
    pub longest_wait: Duration,
    /// The longest wait a source may ask for (Retry-After); one that asks for more is given up.
    pub longest_asked: Duration,
    /// A connection on which no byte came for this long is cut.
    pub stalled_after: Duration,
    /// A file that did not come further in so many tries in a row is given up.
    pub tries: u32,
    /// A file that came whole but damaged so often is given up.
    pub damaged: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            at_once: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(15),
            longest_asked: Duration::from_secs(120),
            stalled_after: Duration::from_secs(30),
            tries: 8,
            damaged: 3,
        }
    }
}
