//! What devices measure: a usual value, the rhythm of the day, noise, and excursions past the alarm.
//!
//! A value is a function of the device and the instant alone, so a restart goes on where it stopped.

use super::chance::{About, Chance};
use super::excursions::Excursion;
use city::{CityTime, Device, Measure, RiskClass};
use std::f64::consts::TAU;

/// How often a device reports, seconds.
pub const PERIOD_S: i64 = 10;

/// The value of `device` (row `row`) at `at`; `None` for a class that no device measures.
pub fn value(
    chance: Chance,
    device: &Device,
    row: usize,
    at: CityTime,
    risen: Option<&Excursion>,
) -> Option<f64> {
    let measure = Measure::of(&device.class)?;
    let span = measure.alarm - measure.usual;
    let own = chance.about(About::Character, row as u64);
    let slow = smooth(chance.about(About::Noise, row as u64), at, 300_000);
    let quick = smooth(chance.about(About::Noise, row as u64).about(About::Noise, 1), at, 20_000);
    let share = 0.16 * (own.share(0) - 0.5) + rhythm(&device.class, at) + 0.12 * slow + 0.04 * quick;
    // What is usual stays well clear of the alarm: only excursions pass it.
    let usual = measure.usual + span * share.clamp(-0.25, 0.6);
    let value = match risen {
        Some(excursion) => usual + (measure.alarm + span * excursion.past - usual) * excursion.height(at),
        None => usual,
    };
    let value = if never_negative(&device.class) { value.max(0.0) } else { value };
    Some((value * 1_000.0).round() / 1_000.0)
}

/// How the time of day moves a class, as a share of the way from usual to alarm.
fn rhythm(class: &RiskClass, at: CityTime) -> f64 {
    let hour = ((at.0 + 8 * 3_600_000).rem_euclid(86_400_000)) as f64 / 3_600_000.0;
    let bump = |centre: f64, width: f64| (-((hour - centre) / width).powi(2)).exp();
    match class {
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

/// Noise from −1 to 1 that is smooth over `step_ms`.
fn smooth(chance: Chance, at: CityTime, step_ms: i64) -> f64 {
    let (cell, within) = (at.0.div_euclid(step_ms), at.0.rem_euclid(step_ms) as f64 / step_ms as f64);
    let ease = within * within * (3.0 - 2.0 * within);
    let (a, b) = (chance.share(cell as u64), chance.share(cell as u64 + 1));
    2.0 * (a + (b - a) * ease) - 1.0
}

fn never_negative(class: &RiskClass) -> bool {
    !matches!(class, RiskClass::Flood | RiskClass::ForestFire)
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
    use city::{DistrictCode, LonLat, Place, TownshipCode};

    fn device(class: &RiskClass) -> Device {
        Device {
            id: "D-1".into(),
            at: LonLat::new(106.5, 29.5),
            place: Place { district: DistrictCode(500103), township: TownshipCode(500103001) },
            class: class.clone(),
        }
    }

    #[test]
    fn only_an_excursion_passes_the_alarm_and_every_one_does() {
        for class in RiskClass::KNOWN {
            let Some(measure) = Measure::of(class) else { continue };
            let device = device(class);
            for row in 0..40 {
                for minute in 0..(24 * 60) {
                    let at = CityTime(1_790_000_000_000 + minute * 60_000);
                    let v = value(Chance::new(1), &device, row, at, None).unwrap();
                    assert!(!measure.alarms(v), "{class} {v}");
                }
                let began = CityTime(1_790_000_000_000);
                let risen = Excursion { began, rise_s: 60.0, hold_s: 120.0, fall_s: 60.0, past: 0.05 };
                let v = value(Chance::new(1), &device, row, began.plus_s(90.0), Some(&risen)).unwrap();
                assert!(measure.alarms(v), "{class} {v}");
            }
        }
    }
}
