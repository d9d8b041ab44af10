//! A tile kept on disk, and how long it need not be asked for.

use std::time::{SystemTime, UNIX_EPOCH};

/// A tile as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeptTile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) fetched_ms: i64,
    pub(crate) fresh_ms: i64,
}

impl KeptTile {
    /// Whether it need not be asked for; a clock that was put back makes nothing fresh.
    pub(crate) fn is_fresh(&self) -> bool {
        (self.fetched_ms..self.fetched_ms.saturating_add(self.fresh_ms)).contains(&now_ms())
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
