//! Runs of neighbouring rows, with the box they lie in.

use super::fixed::{Fixed, FixedBox};
use std::ops::Range;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// Rows a page; the last of a set has fewer.
pub const PAGE: usize = 4096;

/// The box of a page's rows; it grows when one of them moves out of it.
#[derive(Debug)]
pub struct PageBounds([AtomicI32; 4]);

impl PageBounds {
    /// The bounds of what lies in `held`.
    pub fn new(held: FixedBox) -> Self {
        Self([held.low.lon, held.low.lat, held.high.lon, held.high.lat].map(AtomicI32::new))
    }

    /// The box.
    pub fn get(&self) -> FixedBox {
        let [west, south, east, north] = &self.0;
        FixedBox {
            low: Fixed { lon: west.load(Relaxed), lat: south.load(Relaxed) },
            high: Fixed { lon: east.load(Relaxed), lat: north.load(Relaxed) },
        }
    }

    /// Grows it so that `at` lies inside.
    pub fn hold(&self, at: Fixed) {
        if at.is_somewhere() {
            let [west, south, east, north] = &self.0;
            west.fetch_min(at.lon, Relaxed);
            south.fetch_min(at.lat, Relaxed);
            east.fetch_max(at.lon, Relaxed);
            north.fetch_max(at.lat, Relaxed);
        }
    }
}

/// The rows of page `n` of a set of `len`.
pub fn rows_of_page(n: usize, len: usize) -> Range<usize> {
    (n * PAGE).min(len)..((n + 1) * PAGE).min(len)
}
