//! The city's clock: city time runs from an anchor at a speed, by the machine's monotonic clock.

use city::CityTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock that never goes backwards, whatever happens to the wall clock. Its clones are the same clock.
#[derive(Clone, Debug)]
pub struct CityClock {
    anchor: Instant,
    from: CityTime,
    /// How far it was moved forward since, milliseconds.
    ahead_ms: Arc<AtomicI64>,
    /// Seconds of city time a second of real time.
    pub speed: f64,
}

impl CityClock {
    /// A clock that shows `from` now and runs at `speed`.
    pub fn start(from: CityTime, speed: f64) -> Self {
        Self { anchor: Instant::now(), from, ahead_ms: Arc::default(), speed }
    }

    /// The city's time.
    pub fn now(&self) -> CityTime {
        let run = self.from.plus_s(self.anchor.elapsed().as_secs_f64() * self.speed);
        run.plus_ms(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves it forward to `at`, where it is not that late yet: clocks of several machines drift apart, and the fastest
    /// is right.
    pub fn not_before(&self, at: CityTime) {
        let behind = at.0.saturating_sub(self.now().0);
        if behind > 0 {
            self.ahead_ms.fetch_add(behind, Ordering::Relaxed);
        }
    }
}

/// What the wall clock shows: a city's time at its very first start.
pub fn wall_clock() -> CityTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    CityTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
