//! What readers of telemetry are told of observations, and what of the training city.

#![allow(clippy::unwrap_used)]

use super::*;
use city::{LonLat, Place, RiskClass, TownshipCode};
use std::time::Duration;

const WALL: CityTime = CityTime(1_800_000_000_000);
const CITY: CityTime = CityTime(1_700_000_000_000);
const YUZHONG: DistrictCode = DistrictCode(500_103);

/// Three devices, the last in another district.
fn telemetry() -> Telemetry {
    let device = |n: u32| Device {
        id: format!("D-{n}").into(),
        class: RiskClass::Gas,
        at: LonLat::new(106.5, 29.5),
        place: Place {
            district: DistrictCode(500_103 + n / 2),
            township: TownshipCode(500_103_001 + 1_000 * (n / 2)),
        },
    };
    Telemetry::new((0..3).map(device).collect())
}

fn arrival() -> Arrival {
    Arrival { when: Instant::now(), wall: WALL, city: CITY }
}

fn observe(telemetry: &Telemetry, device: usize, ms_ago: i64, value: f64) {
    let reading = Reading { device, value, at: WALL.plus_ms(-ms_ago) };
    telemetry.observed().take(reading, &arrival()).unwrap();
}

/// The training city steps to `at`, and says so of each device.
fn made_up(telemetry: &Telemetry, at: CityTime) {
    let readings = (0..3).map(|device| Reading { device, value: -1.0, at }).collect();
    telemetry.publish(Changes { at, readings, fixes: Vec::new() }, &City::default());
}

fn next(telemetry: &Telemetry, sight: Sight, seen: &mut Seen) -> TelemetryBatch {
    let (now, text) = telemetry.since(sight, *seen).unwrap();
    *seen = now;
    serde_json::from_str(&text).unwrap()
}

fn values(batch: &TelemetryBatch) -> Vec<(&str, f64)> {
    batch.devices.id.iter().map(city::DeviceId::as_str).zip(batch.devices.value.iter().copied()).collect()
}

#[test]
fn whoever_keeps_step_gets_every_observation_or_hears_that_it_was_superseded() {
    let telemetry = telemetry();
    made_up(&telemetry, CITY.plus_ms(-5_000));
    let (mut seen, mut slow) = (Seen::default(), Seen::default());
    assert_eq!(next(&telemetry, Sight::WHOLE, &mut seen).superseded, 0);
    next(&telemetry, Sight::WHOLE, &mut slow);
    let (mut applied, mut superseded, mut sent) = (0, 0, 0);
    for round in 0..40 {
        for n in 0..(round % 7) {
            observe(&telemetry, n % 3, 4_000 - 50 * i64::from(round as u32) - n as i64, n as f64);
            sent += 1;
        }
        telemetry.publish(Changes { at: CITY, ..Changes::default() }, &City::default());
        if round == 20 {
            made_up(&telemetry, CITY);
        }
        let batch = next(&telemetry, Sight::WHOLE, &mut seen);
        (applied, superseded) = (applied + batch.devices.id.len() as u64, superseded + batch.superseded);
        assert!(batch.devices.risk_class.is_empty());
    }
    assert_eq!(applied + superseded, sent);
    assert_eq!(superseded, telemetry.observed().superseded());
    let late = next(&telemetry, Sight::WHOLE, &mut slow);
    assert_eq!(late.devices.id.len() as u64 + late.superseded, sent);
    // Whoever comes now has missed nothing, and whoever sees a district hears nothing of the rest.
    assert_eq!(next(&telemetry, Sight::WHOLE, &mut Seen::default()).superseded, 0);
}

#[test]
fn a_device_that_is_fed_is_not_made_up_and_each_reader_gets_its_part() {
    let telemetry = telemetry();
    made_up(&telemetry, CITY.plus_ms(-2_000));
    let yuzhong = Sight { jurisdiction: city::Jurisdiction::District(YUZHONG), ..Sight::WHOLE };
    let (mut all, mut part) = (Seen::default(), Seen::default());
    assert_eq!(next(&telemetry, Sight::WHOLE, &mut all).devices.id.len(), 3);
    assert_eq!(next(&telemetry, yuzhong, &mut part).devices.id.len(), 2);
    observe(&telemetry, 1, 1_000, 7.0);
    observe(&telemetry, 2, 1_500, 8.0);
    observe(&telemetry, 2, 1_000, 9.0);
    made_up(&telemetry, CITY.plus_ms(-500));
    let batch = next(&telemetry, Sight::WHOLE, &mut all);
    assert_eq!((values(&batch), batch.superseded), (vec![("D-0", -1.0), ("D-1", 7.0), ("D-2", 9.0)], 1));
    assert_eq!(batch.devices.age_ms, [0, 500, 500]);
    let batch = next(&telemetry, yuzhong, &mut part);
    assert_eq!((values(&batch), batch.superseded), (vec![("D-0", -1.0), ("D-1", 7.0)], 0));
    // The service tells the time of the device's own clock, and that of the city where nobody measured.
    let newest = telemetry.newest();
    assert_eq!(newest[0], Some((-1.0, CITY.plus_ms(-500))));
    assert_eq!(newest[1], Some((7.0, WALL.plus_ms(-1_000))));
}

#[test]
fn what_follows_a_made_up_value_is_told_as_no_older_and_later_ones_as_they_are() {
    let telemetry = telemetry();
    let mut seen = Seen::default();
    made_up(&telemetry, CITY);
    next(&telemetry, Sight::WHOLE, &mut seen);
    let told = |value: f64, ms_ago: i64, at: CityTime, seen: &mut Seen| {
        observe(&telemetry, 0, ms_ago, value);
        telemetry.publish(Changes { at, ..Changes::default() }, &City::default());
        next(&telemetry, Sight::WHOLE, seen).devices.age_ms[0]
    };
    assert_eq!(told(1.0, 60_000, CITY.plus_ms(100), &mut seen), 100);
    assert_eq!(told(2.0, 30_000, CITY.plus_ms(200), &mut seen), 200);
    assert_eq!(told(3.0, 0, CITY.plus_ms(200), &mut seen), 200);
    // Between two steps of the city its time stands.
    let mut later = arrival();
    later.city = CITY.plus_ms(600);
    let reading = Reading { device: 0, value: 4.0, at: WALL.plus_ms(10) };
    telemetry.observed().take(reading, &later).unwrap();
    telemetry.publish(Changes { at: CITY.plus_ms(200), ..Changes::default() }, &City::default());
    assert_eq!(next(&telemetry, Sight::WHOLE, &mut seen).devices.age_ms, [-400]);
}

#[test]
fn a_device_that_nobody_knew_comes_with_all_others() {
    let telemetry = telemetry();
    let mut seen = Seen::default();
    observe(&telemetry, 2, 0, 1.0);
    telemetry.publish(Changes { at: CITY, ..Changes::default() }, &City::default());
    assert_eq!(values(&next(&telemetry, Sight::WHOLE, &mut seen)), [("D-2", 1.0)]);
    observe(&telemetry, 0, 0, 2.0);
    telemetry.publish(Changes { at: CITY, ..Changes::default() }, &City::default());
    let batch = next(&telemetry, Sight::WHOLE, &mut seen);
    // A console takes a batch with what never changes for everything there is.
    assert_eq!((values(&batch), batch.superseded), (vec![("D-0", 2.0), ("D-2", 1.0)], 0));
    assert_eq!(batch.devices.risk_class.len(), 2);
    assert!(!telemetry.observed().is_fed(1, Instant::now() + Duration::from_secs(1)));
}
