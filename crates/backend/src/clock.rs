//! The city's clock: city time runs from an anchor at a speed, by the machine's monotonic clock.

use city::CityTime;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock that never goes backwards, whatever happens to the wall clock.
#[derive(Clone, Copy, Debug)]
pub struct CityClock {
    anchor: Instant,
    from: CityTime,
    /// Seconds of city time a second of real time.
    pub speed: f64,
}

impl CityClock {
    /// A clock that shows `from` now and runs at `speed`.
    pub fn start(from: CityTime, speed: f64) -> Self {
        Self { anchor: Instant::now(), from, speed }
    }

    /// The city's time.
    pub fn now(&self) -> CityTime {
        self.from.plus_s(self.anchor.elapsed().as_secs_f64() * self.speed)
    }
}

/// What the wall clock shows: a city's time at its very first start.
pub fn wall_clock() -> CityTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    CityTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
