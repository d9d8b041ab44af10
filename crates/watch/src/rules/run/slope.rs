//! How fast a value changes: the median of the slopes between all pairs of readings (Theil 1950, Sen 1968).
//!
//! The window is cut into twelve parts and the newest reading of each is kept, so that a device that speaks every second
//! costs no more than one that speaks every minute, and the order in which readings arrive does not matter.
//! One spike among five readings spoils four of the ten pairs; the median does not see it.

use serde::{Deserialize, Serialize};

/// Into how many parts a window is cut.
pub(super) const PARTS: usize = 12;
const PAIRS: usize = PARTS * (PARTS - 1) / 2;

/// The readings of one device that a window keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Window {
    points: [(i64, f64); PARTS],
}

impl Window {
    pub const EMPTY: Window = Window { points: [(i64::MIN, 0.0); PARTS] };

    /// Adds a reading to a window of `over_ms`.
    pub fn add(&mut self, over_ms: i64, at: i64, value: f64) {
        let size = (over_ms / PARTS as i64).max(1);
        let part = at.div_euclid(size);
        let point = &mut self.points[part.rem_euclid(PARTS as i64) as usize];
        if at > point.0 {
            *point = (at, value);
        }
    }

    /// The change in one millisecond over the `over_ms` before `newest`; `None` with fewer than `fewest` readings, or
    /// when they cover less than half the window.
    pub fn slope(&self, over_ms: i64, newest: i64, fewest: usize) -> Option<f64> {
        let mut points = [(0, 0.0); PARTS];
        let mut count = 0;
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for point in self.points.iter().filter(|p| p.0 <= newest && p.0 > newest.saturating_sub(over_ms)) {
            points[count] = *point;
            count += 1;
            (first, last) = (first.min(point.0), last.max(point.0));
        }
        if count < fewest.max(2) || last - first < over_ms / 2 {
            return None;
        }
        let mut slopes = [0.0; PAIRS];
        let mut pairs = 0;
        for (n, a) in points[..count].iter().enumerate() {
            for b in &points[n + 1..count] {
                slopes[pairs] = (b.1 - a.1) / (b.0 - a.0) as f64;
                pairs += 1;
            }
        }
        Some(median(&mut slopes[..pairs]))
    }
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, at, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *at;
    if !even {
        return upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (lower + upper) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_rise_is_seen_and_a_spike_is_not() {
        let (mut rise, mut spike, mut shuffled) = (Window::EMPTY, Window::EMPTY, Window::EMPTY);
        for n in 0..12 {
            rise.add(1_200, n * 100, n as f64);
            spike.add(1_200, n * 100, if n == 11 { 1_000.0 } else { 3.0 });
            let m = (n * 7) % 12;
            shuffled.add(1_200, m * 100, m as f64);
        }
        assert!((rise.slope(1_200, 1_100, 5).unwrap() - 0.01).abs() < 1e-12);
        assert_eq!(spike.slope(1_200, 1_100, 5), Some(0.0));
        assert_eq!(shuffled.slope(1_200, 1_100, 5), rise.slope(1_200, 1_100, 5));
        assert_eq!(rise.slope(1_200, 9_999, 5), None);
        for spiked in 0..5 {
            let mut five = Window::EMPTY;
            for n in 0..5 {
                five.add(1_200, n * 200, if n == spiked { 1_000.0 } else { 3.0 });
            }
            assert_eq!(five.slope(1_200, 800, 5), Some(0.0), "{spiked}");
        }
    }
}
