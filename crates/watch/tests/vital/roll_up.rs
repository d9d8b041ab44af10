//! From device to city and back: weights, staleness, refusals, ranking, levels of rivers.

use crate::city_of_tests::*;
use city::{Jurisdiction, RiskClass, WarningColour};
use watch::rules::Unit;
use watch::vital::{Datum, Definitions, EnrolError, Enrolment, Gauge, Part, Refused, Validity};

fn mean() -> String {
    GAS.to_owned() + &sign("mean", "gas", "%LEL", &format!("gather = \"mean\"\n{ABOVE}"))
}

#[test]
fn the_city_is_made_of_its_devices_not_of_its_districts() {
    let mut signs = run(&mean(), places(2, 2));
    for n in 0..10 {
        let place = if n == 9 { place(2, 1) } else { place(1, 1 + n % 2) };
        signs.enrol(device(n), &Enrolment::new(RiskClass::Gas, place)).unwrap();
        signs.observe(device(n), if n == 9 { 100.0 } else { 10.0 }, START).unwrap();
    }
    signs.tick(START);
    let of = |area| value(&signs, "mean", area).value;
    assert_eq!((of(district(1)), of(district(2))), (Some(10.0), Some(100.0)));
    // The mean of the two districts would be 55.
    assert_eq!(of(Jurisdiction::City), Some(19.0));
    assert_eq!(value(&signs, "mean", district(2)).colour, Some(WarningColour::Red));
    assert_eq!(value(&signs, "mean", township(2, 2)).validity, Validity::NoDevices);
    assert_eq!(value(&signs, "mean", township(9, 2)).validity, Validity::NoSuchArea);
    // City, district, township, device; and from the district straight to the device.
    let sign = signs.sign("mean").unwrap();
    let city = signs.drill(sign, Jurisdiction::City);
    assert_eq!(city[0].part, Part::Area(district(2)));
    assert_eq!(signs.drill(sign, district(2))[0].part, Part::Area(township(1, 2)));
    assert_eq!(signs.drill(sign, township(1, 2))[0].part, Part::Device(device(9)));
    assert_eq!(signs.devices(sign, district(2), 1)[0].part, Part::Device(device(9)));
}

#[test]
fn a_silent_device_falls_out_one_millisecond_after_its_age_and_too_few_are_unknown() {
    let text = mean().replace("city = 1", "city = 2");
    let mut signs = run(&text, places(1, 1));
    for n in 0..3 {
        signs.enrol(device(n), &Enrolment::new(RiskClass::Gas, place(1, 1))).unwrap();
        signs.observe(device(n), f64::from(n), START.plus_ms(i64::from(n) * 1_000)).unwrap();
    }
    let at = |ms| START.plus_ms(ms);
    for (ms, reporting, mean) in
        [(600_000, 3, Some(1.0)), (600_001, 2, Some(1.5)), (602_000, 1, None), (700_000, 0, None)]
    {
        signs.tick(at(ms));
        let reading = value(&signs, "mean", Jurisdiction::City);
        assert_eq!((reading.reporting, reading.value), (reporting, mean), "{ms}");
        assert_eq!(reading.devices, 3);
        assert_eq!(reading.as_of, Some(at(2_000)));
        if mean.is_none() {
            assert_eq!(reading.validity, Validity::TooFew { least: 2 });
        }
    }
    // A broken sensor is online, and does not report.
    assert_eq!(signs.observe(device(0), f64::NAN, at(700_000)), Err(Refused::NotFinite));
    signs.tick(at(701_000));
    let reading = value(&signs, "mean", Jurisdiction::City);
    assert_eq!((reading.online, reading.reporting), (1, 0));
}

#[test]
fn what_cannot_be_used_is_counted_by_reason() {
    let mut signs = run(&mean(), places(1, 1));
    let gas = Enrolment::new(RiskClass::Gas, place(1, 1));
    signs.enrol(device(0), &gas).unwrap();
    for (n, value, ms, why) in [
        (7, 1.0, 0, Refused::UnknownDevice),
        (0, f64::INFINITY, 0, Refused::NotFinite),
        (0, 100.5, 0, Refused::OutOfRange),
        (0, 1.0, 120_001, Refused::Future),
    ] {
        assert_eq!(signs.observe(device(n), value, START.plus_ms(ms)), Err(why));
    }
    signs.observe(device(0), 5.0, START).unwrap();
    assert_eq!(signs.observe(device(0), 6.0, START), Err(Refused::Repeated));
    assert_eq!(signs.observe(device(0), 6.0, START.plus_ms(-1)), Err(Refused::Older));
    assert_eq!(signs.taken(), 1);
    assert!(Refused::ALL.iter().all(|why| signs.refused(*why) == 1));
    for (wrong, why) in [
        (Enrolment { class: RiskClass::Fire, ..gas.clone() }, EnrolError::Kind),
        (Enrolment { place: place(2, 1), ..gas.clone() }, EnrolError::Place),
        (Enrolment { unit: Unit::read("mg/L"), ..gas.clone() }, EnrolError::Unit),
        (Enrolment { weight: f32::NAN, ..gas.clone() }, EnrolError::Weight),
        (
            Enrolment { gauge: Some(Gauge { station: "x".into(), datum: Datum::Wusong }), ..gas },
            EnrolError::Gauge,
        ),
    ] {
        assert_eq!(signs.enrol(device(1), &wrong), Err(why));
    }
    assert_eq!(signs.len(), 1);
}

#[test]
fn districts_are_ranked_worst_first_and_the_like_stay_in_order() {
    let mut signs = run(&mean(), places(5, 1));
    for (n, told) in [(1, 5.0), (2, 30.0), (3, 5.0), (4, 60.0)] {
        signs.enrol(device(n), &Enrolment::new(RiskClass::Gas, place(n, 1))).unwrap();
        signs.observe(device(n), told, START).unwrap();
    }
    signs.tick(START);
    let ranked = signs.ranking(signs.sign("mean").unwrap());
    let codes: Vec<u32> = ranked.iter().map(|ranked| ranked.district.0 - 500_100).collect();
    assert_eq!(codes, [4, 2, 1, 3, 5]);
    assert_eq!(ranked[4].reading.validity, Validity::NoDevices);
}

#[test]
fn a_level_is_told_against_its_stations_levels_whatever_its_datum() {
    let mut signs = watch::vital::VitalSigns::new(Definitions::shipped().unwrap(), places(9, 1), START);
    let gauge = |station: &str, datum| Enrolment {
        gauge: Some(Gauge { station: station.into(), datum }),
        ..Enrolment::new(RiskClass::Flood, place(5, 1))
    };
    signs.enrol(device(0), &gauge("cuntan", Datum::YellowSea1985)).unwrap();
    signs.enrol(device(1), &gauge("wulong", Datum::Wusong)).unwrap();
    assert_eq!(signs.enrol(device(2), &gauge("ciqikou", Datum::YellowSea1985)), Err(EnrolError::Gauge));
    assert_eq!(signs.enrol(device(2), &gauge("cuntan", Datum::Egm96)), Err(EnrolError::Gauge));
    // The flood of 20 August 2020: 191.62 m Wusong at Cuntan, 8.12 m above guarantee.
    signs.observe(device(0), 191.62 - 1.49, START).unwrap();
    signs.observe(device(1), 174.96, START).unwrap();
    signs.tick(START);
    let of = |id| value(&signs, id, district(5));
    assert!((of("river-warning").value.unwrap() - 11.12).abs() < 1e-9);
    assert!((of("river-guarantee").value.unwrap() - 8.12).abs() < 1e-9);
    // Wulong has no published guarantee level.
    assert_eq!((of("river-warning").devices, of("river-guarantee").devices), (2, 1));
    assert_eq!(of("river-guarantee").colour, Some(WarningColour::Red));
}
