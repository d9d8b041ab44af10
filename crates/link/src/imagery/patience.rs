//! How long and how often a tile is tried.

use std::time::Duration;

/// How patient a loader is, and how much it keeps. The default is what the program uses; tests are in more of a hurry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageryPatience {
    /// How many tiles are asked for at the same time.
    pub at_once: usize,
    /// The first wait before trying again; it doubles.
    pub first_wait: Duration,
    /// The longest wait that doubling comes to, and the longest that a tile waits for a server that asks for it.
    pub longest_wait: Duration,
    /// A connection on which no byte came for this long is cut.
    pub stalled_after: Duration,
    /// A tile that could not be had in so many tries is left for now.
    pub tries: u32,
    /// After this long a tile that could not be had may be asked for again.
    pub failed_for: Duration,
    /// Memory for unpacked pictures, bytes.
    pub memory_bytes: usize,
    /// Tiles kept on disk, bytes.
    pub disk_bytes: u64,
    /// Tiles that may wait; of more, those asked for longest ago are forgotten.
    pub most_waiting: usize,
}

impl Default for ImageryPatience {
    fn default() -> Self {
        Self {
            at_once: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(5),
            stalled_after: Duration::from_secs(15),
            tries: 4,
            failed_for: Duration::from_secs(15),
            memory_bytes: 128 * 1024 * 1024,
            disk_bytes: 512 * 1024 * 1024,
            most_waiting: 512,
        }
    }
}
