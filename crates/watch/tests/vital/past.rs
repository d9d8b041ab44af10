//! Trends and comparisons.

use crate::city_of_tests::*;
use city::{CityTime, Jurisdiction, RiskClass};
use watch::vital::{Enrolment, SignHandle, VitalSigns};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn one_device() -> (VitalSigns, SignHandle) {
    let text = GAS.to_owned() + &sign("mean", "gas", "%LEL", &format!("gather = \"mean\"\n{ABOVE}"));
    let mut signs = run(&text, places(1, 1));
    signs.enrol(device(0), &Enrolment::new(RiskClass::Gas, place(1, 1))).expect("a device that fits");
    let sign = signs.sign("mean").expect("a sign of the file");
    (signs, sign)
}

#[test]
fn an_hour_is_the_mean_of_its_minutes_however_often_the_clock_ticks() {
    let (mut signs, sign) = one_device();
    // Twice as many ticks and observations in the first half of each hour must not weigh twice.
    let mut at = START;
    while at < START.plus_ms(3 * HOUR) {
        let first_half = (at.0 - START.0) % HOUR < HOUR / 2;
        signs.tick(at);
        signs.observe(device(0), if first_half { 10.0 } else { 30.0 }, at).unwrap();
        signs.tick(at.plus_ms(1));
        at = at.plus_ms(if first_half { 10_000 } else { 20_000 });
    }
    let hours = signs.history(sign, Jurisdiction::City, START.plus_ms(-2 * DAY), at);
    assert_eq!(hours.len(), 3);
    assert!(hours.iter().all(|hour| hour.span_ms == HOUR));
    // Each minute's sample is the newest value at its first tick, so one minute in an hour still shows the half before.
    assert!((hours[1].value - 20.0).abs() <= 20.0 / 60.0 + 1e-5, "{hours:?}");
    assert_eq!((hours[1].low, hours[1].high), (10.0, 30.0));
    let minutes = signs.history(sign, district(1), START.plus_ms(HOUR), START.plus_ms(2 * HOUR - 1));
    assert_eq!((minutes.len(), minutes[0].span_ms), (60, 60_000));
    let mean = minutes.iter().map(|minute| minute.value).sum::<f32>() / 60.0;
    assert!((mean - hours[1].value).abs() < 1e-4, "{mean} {hours:?}");
    // A township keeps hours only.
    let hours = signs.history(sign, township(1, 1), START, at);
    assert_eq!((hours.len(), hours[0].span_ms), (3, HOUR));
}

#[test]
fn minutes_in_which_nothing_was_known_are_left_out() {
    let (mut signs, sign) = one_device();
    signs.observe(device(0), 10.0, START).unwrap();
    for minute in 0..30 {
        signs.tick(START.plus_ms(minute * 60_000));
    }
    signs.observe(device(0), 20.0, START.plus_ms(29 * 60_000 + 1)).unwrap();
    signs.tick(START.plus_ms(30 * 60_000));
    let points = signs.history(sign, Jurisdiction::City, START, START.plus_ms(HOUR));
    // Ten minutes of age: 0 to 10, then nothing, then minute 30.
    assert_eq!(points.len(), 12);
    assert_eq!((points[10].value, points[11].value), (10.0, 20.0));
    assert_eq!(points[11].at, START.plus_ms(30 * 60_000));
}

/// Five weeks of a daily course with a little chance, an hour a sample.
fn five_weeks(signs: &mut VitalSigns, sign: SignHandle) -> CityTime {
    let mut chance = Chance(5);
    let now = START.plus_ms(35 * DAY);
    for hour in 0..35 * 24 {
        let course = 30.0 + 10.0 * (f64::from(hour % 24) / 24.0 * std::f64::consts::TAU).sin();
        let at = START.plus_ms(i64::from(hour) * HOUR);
        assert!(signs.remember(sign, Jurisdiction::City, at, course + chance.unit() - 0.5));
    }
    now
}

#[test]
fn a_planted_rise_is_unusual_and_the_daily_course_is_not() {
    for (rise, unusual) in [(0.0, false), (15.0, true)] {
        let (mut signs, sign) = one_device();
        let now = five_weeks(&mut signs, sign);
        signs.tick(now);
        signs.observe(device(0), 30.0 + rise, now).unwrap();
        signs.tick(now.plus_ms(1_000));
        let found = signs.compare(sign, Jurisdiction::City).unwrap();
        let usual = found.usual.unwrap();
        assert_eq!(usual.weeks, 4);
        assert!((usual.median - 30.0).abs() < 0.6, "{usual:?}");
        assert!((found.since_weeks().unwrap() - rise).abs() < 0.6);
        assert!((found.since_yesterday().unwrap() - rise).abs() < 0.6);
        let z = usual.z.unwrap();
        assert_eq!(z > 10.0, unusual, "{z} {usual:?}");
        assert!(unusual || z.abs() < 3.0, "{z} {usual:?}");
    }
}

#[test]
fn with_two_weeks_nothing_is_called_usual_and_last_year_needs_ten_days() {
    let (mut signs, sign) = one_device();
    let now = START.plus_ms(366 * DAY);
    for day in 0..12 {
        assert!(signs.remember(sign, Jurisdiction::City, START.plus_ms(day * DAY), 40.0));
    }
    for week in [2, 1] {
        assert!(signs.remember(sign, Jurisdiction::City, now.plus_ms(-week * 7 * DAY), 30.0));
    }
    signs.tick(now);
    signs.observe(device(0), 50.0, now).unwrap();
    signs.tick(now.plus_ms(60_000));
    let found = signs.compare(sign, Jurisdiction::City).unwrap();
    assert_eq!((found.yesterday, found.usual.unwrap().z), (None, None));
    assert_eq!(found.usual.unwrap().weeks, 2);
    let year = found.last_year.unwrap();
    assert_eq!((year.this_month, year.that_month, year.days), (50.0, 40.0, 12));
}
