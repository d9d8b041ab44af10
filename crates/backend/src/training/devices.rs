//! What devices measure: a usual value, the rhythm of the day, noise, and excursions past the alarm.
//!
//! A value is a function of the device and the instant alone, so a restart goes on where it stopped.

use super::chance::{About, Chance};
use super::excursions::Excursion;
use city::{CityTime, Measure, RiskClass};
use std::f64::consts::TAU;

/// How often a device reports, seconds.
pub const PERIOD_S: i64 = 10;

/// What all devices of one class have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// The class.
    pub class: RiskClass,
    /// What it measures.
    pub measure: Measure,
}

impl Kind {
    /// The value of the device in row `row` at `at`, when `risen` is its excursion and `rhythm` that of its class.
    pub fn value(
        &self,
        chance: Chance,
        row: usize,
        at: CityTime,
        rhythm: f64,
        risen: Option<&Excursion>,
    ) -> f64 {
        let span = self.measure.alarm - self.measure.usual;
        let own = chance.about(About::Character, row as u64);
        // A river that is calm rises and falls by hours, and by waves of a few centimetres.
        let (slow_ms, waves) = match self.class {
            RiskClass::Flood => (6 * 3_600_000, 0.01),
            _ => (300_000, 0.04),
        };
        let slow = smooth(chance.about(About::Noise, row as u64), at, slow_ms);
        let quick = smooth(chance.about(About::Noise, row as u64).about(About::Noise, 1), at, 20_000);
        let share = 0.16 * (own.share(0) - 0.5) + rhythm + 0.12 * slow + waves * quick;
        // What is usual stays well clear of the alarm: only excursions pass it.
        let usual = self.measure.usual + span * share.clamp(-0.25, 0.6);
        let value = match risen {
            Some(excursion) => {
                usual + (self.measure.alarm + span * excursion.past - usual) * excursion.height(at)
            }
            None => usual,
        };
        let value = if self.is_never_negative() { value.max(0.0) } else { value };
        (value * 1_000.0).round() / 1_000.0
    }

    /// How the time of day moves the class, as a share of the way from usual to alarm.
    pub fn rhythm(&self, at: CityTime) -> f64 {
        let hour = ((at.0 + 8 * 3_600_000).rem_euclid(86_400_000)) as f64 / 3_600_000.0;
        let bump = |centre: f64, width: f64| (-((hour - centre) / width).powi(2)).exp();
        match self.class {
            RiskClass::Traffic => 0.35 * bump(8.3, 1.3) + 0.4 * bump(18.2, 1.6) - 0.1 * bump(3.5, 3.0),
            RiskClass::Crowd => 0.25 * bump(12.5, 2.0) + 0.35 * bump(20.0, 2.2) - 0.15 * bump(4.0, 3.0),
            RiskClass::Gas => 0.1 * bump(7.2, 1.0) + 0.12 * bump(12.0, 1.0) + 0.14 * bump(18.8, 1.2),
            RiskClass::ForestFire => 0.12 * (TAU * (hour - 9.0) / 24.0).sin(),
            RiskClass::WaterQuality => 0.1 * (TAU * (hour - 21.0) / 24.0).sin(),
            RiskClass::Bridge => 0.15 * bump(8.3, 1.5) + 0.15 * bump(18.2, 1.8),
            RiskClass::SepticGas => 0.08 * bump(15.0, 3.0),
            _ => 0.0,
        }
    }

    fn is_never_negative(&self) -> bool {
        !matches!(self.class, RiskClass::Flood | RiskClass::ForestFire)
    }
}

/// Noise from −1 to 1 that is smooth over `step_ms`.
pub(super) fn smooth(chance: Chance, at: CityTime, step_ms: i64) -> f64 {
    let (cell, within) = (at.0.div_euclid(step_ms), at.0.rem_euclid(step_ms) as f64 / step_ms as f64);
    let ease = within * within * (3.0 - 2.0 * within);
    let (a, b) = (chance.share(cell as u64), chance.share(cell as u64 + 1));
    2.0 * (a + (b - a) * ease) - 1.0
}

/// The rows of devices that report in the same second, by that second's place in the period.
pub fn staggered(count: usize, chance: Chance) -> Vec<Vec<usize>> {
    let mut phases = vec![Vec::new(); PERIOD_S as usize];
    for row in 0..count {
        phases[chance.about(About::Character, row as u64).pick(1, PERIOD_S as usize)].push(row);
    }
    phases
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_calm_river_rises_by_less_than_a_warning_asks_for() {
        let measure = Measure::of(&RiskClass::Flood).unwrap();
        let kind = Kind { class: RiskClass::Flood, measure };
        for row in 0..400 {
            let level = |minute: i64| {
                kind.value(Chance::new(1), row, CityTime(1_790_000_000_000 + minute * 60_000), 0.0, None)
            };
            for minute in 0..240 {
                let rise = level(minute + 30) - level(minute);
                assert!(rise.abs() < 0.25, "half a metre an hour is a warning: {rise} m in half an hour");
            }
        }
    }

    #[test]
    fn only_an_excursion_passes_the_alarm_and_every_one_does() {
        for class in RiskClass::KNOWN {
            let Some(measure) = Measure::of(class) else { continue };
            let kind = Kind { class: class.clone(), measure };
            for row in 0..40 {
                for minute in 0..(24 * 60) {
                    let at = CityTime(1_790_000_000_000 + minute * 60_000);
                    let v = kind.value(Chance::new(1), row, at, kind.rhythm(at), None);
                    assert!(!measure.alarms(v), "{class} {v}");
                }
                let began = CityTime(1_790_000_000_000);
                let risen = Excursion { began, rise_s: 60.0, hold_s: 120.0, fall_s: 60.0, past: 0.05 };
                let at = began.plus_s(90.0);
                let v = kind.value(Chance::new(1), row, at, kind.rhythm(at), Some(&risen));
                assert!(measure.alarms(v), "{class} {v}");
            }
        }
    }
}
