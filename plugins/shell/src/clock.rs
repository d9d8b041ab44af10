//! How the one clock runs: with real time between messages, after the backend's times, never backwards.

use crate::CityClock;
use bevy::prelude::*;
use city::CityTime;

impl CityClock {
    /// Follows a time the backend has told (of a snapshot, an event or a telemetry batch): forward at once; while
    /// the console is ahead it runs at half speed until the backend has caught up. A fixed clock stands.
    pub fn follow(&mut self, told: CityTime) {
        if self.fixed {
            return;
        }
        self.ahead_ms = self.now.0.saturating_sub(told.0).max(0);
        self.now = self.now.max(told);
    }

    /// Stands at an instant, whatever the wall clock does.
    pub fn fix(&mut self, at: CityTime) {
        *self = Self { now: at, fixed: true, ..default() };
    }

    /// Lets `real_ms` of the wall clock pass; returns the part of a city millisecond left over.
    fn pass(&mut self, real_ms: f64, left_over: f64) -> f64 {
        if self.fixed || self.now == CityTime::default() {
            return 0.0;
        }
        let wanted = real_ms * self.speed.max(0.0) + left_over;
        let held_back = (wanted / 2.0).min(self.ahead_ms as f64).floor().max(0.0);
        self.ahead_ms -= held_back as i64;
        let whole = (wanted - held_back).floor();
        self.now = self.now.plus_ms(whole as i64);
        wanted - held_back - whole
    }
}

/// Lets the clock run.
pub(crate) fn run_clock(time: Res<Time<Real>>, mut clock: ResMut<CityClock>, mut left_over: Local<f64>) {
    *left_over = clock.pass(time.delta_secs_f64() * 1000.0, *left_over);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> CityClock {
        CityClock { now: CityTime(ms), speed: 1.0, ..default() }
    }

    #[test]
    fn it_follows_forward_and_never_goes_back() {
        let mut clock = at(10_000);
        clock.follow(CityTime(12_000));
        assert_eq!(clock.now, CityTime(12_000));
        clock.follow(CityTime(11_000));
        assert_eq!(clock.now, CityTime(12_000));
    }

    #[test]
    fn it_runs_by_its_speed_and_slower_while_ahead() {
        let mut clock = at(10_000);
        clock.speed = 10.0;
        assert_eq!(clock.pass(16.0, 0.0), 0.0);
        assert_eq!(clock.now, CityTime(10_160));
        clock.follow(CityTime(10_100));
        clock.pass(10.0, 0.0);
        assert_eq!((clock.now, clock.ahead_ms), (CityTime(10_210), 10));
        clock.pass(10.0, 0.0);
        assert_eq!((clock.now, clock.ahead_ms), (CityTime(10_300), 0));
    }

    #[test]
    fn parts_of_a_millisecond_are_kept() {
        let (mut clock, mut left_over) = (at(1), 0.0);
        for _ in 0..10 {
            left_over = clock.pass(0.26, left_over);
        }
        assert_eq!(clock.now, CityTime(3));
    }

    #[test]
    fn a_fixed_clock_stands() {
        let mut clock = at(10_000);
        clock.fix(CityTime(5_000));
        clock.pass(1000.0, 0.0);
        clock.follow(CityTime(90_000));
        assert_eq!(clock.now, CityTime(5_000));
    }
}
