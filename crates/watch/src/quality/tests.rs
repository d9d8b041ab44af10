//! Sources with planted faults: the counts are those planted, the score follows, the shift is recognised.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::notices::made_up::Dice;
use city::{CityTime, DeviceId, LonLat, Place, RiskClass};
use layers::{Gazetteer, StaticLayers, Waters};
use std::sync::LazyLock;

const FROM: CityTime = CityTime(1_790_006_400_000);
static LAYERS: LazyLock<StaticLayers> = LazyLock::new(|| StaticLayers::shipped().unwrap());
static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::new(&LAYERS));
static WATERS: LazyLock<Waters> = LazyLock::new(Waters::shipped);

fn around() -> Surroundings<'static> {
    Surroundings { gazetteer: &GAZETTEER, waters: &WATERS }
}

const LAND: Declared = Declared { max_delay_s: 60.0, tells_positions: true, on_land: true };

fn book() -> Book {
    let mut book = Book::new(Standards::shipped().unwrap(), FROM);
    book.declare_source("gas", LAND);
    book
}

/// A good report of minute `minute`.
fn good(device: &str, minute: i64, at: LonLat) -> Report<'_> {
    let time = FROM.plus_ms(minute * 60_000);
    Report {
        device,
        id: None,
        class: Some(&RiskClass::Gas),
        at: time,
        received: time.plus_ms(2_000),
        value: Some(1.0),
        unit: Some("%LEL"),
        position: Some(at),
        told: GAZETTEER.place(at),
        reference: None,
    }
}

/// Dry places of the built-up city.
fn places(dice: &mut Dice, count: usize) -> Vec<LonLat> {
    let mut places = Vec::new();
    while places.len() < count {
        let at = LonLat::new(106.3 + dice.share() * 0.5, 29.3 + dice.share() * 0.5);
        if !WATERS.is_wet(at) && GAZETTEER.place(at).is_some() {
            places.push(at);
        }
    }
    places
}

fn part(score: &Score, kind: PartKind) -> (u64, u64) {
    let part = score.parts.iter().find(|p| p.kind == kind).unwrap();
    (part.bad, part.of)
}

#[test]
fn a_good_source_has_a_hundred_and_an_empty_one_none() {
    let mut book = book();
    let at = places(&mut Dice::new(1, 1), 1)[0];
    assert_eq!(book.score("gas", FROM).unwrap().score, None);
    book.declare_device("gas", "D-1", 600, FROM);
    for minute in 0..60 {
        assert!(book.take("gas", &good("D-1", minute * 10, at), &around()));
    }
    let score = book.score("gas", FROM.plus_s(36_000.0)).unwrap();
    assert_eq!((score.score, score.reports), (Some(100.0), 60));
    assert!(score.reasons.is_empty() && score.worst.is_empty() && score.shift.is_none());
    assert!(score.delay_s.unwrap().iter().all(|s| (s / 2.0 - 1.0).abs() < 0.06));
    assert!(!book.take("smoke", &good("D-1", 0, at), &around()) && book.score("smoke", FROM).is_none());
}

#[test]
fn planted_faults_are_counted_each_where_it_belongs() {
    let mut book = book();
    let spots = places(&mut Dice::new(2, 2), 40);
    let names: Vec<String> = (0..40).map(|i| format!("D-{i:02}")).collect();
    let river = {
        let line = &WATERS.rivers()[0].centreline;
        line.iter().map(|p| p.at).find(|at| WATERS.is_wet(*at) && GAZETTEER.place(*at).is_some()).unwrap()
    };
    for (i, name) in names.iter().enumerate() {
        book.declare_device("gas", name, 60, FROM);
        for minute in 0..100 {
            let mut report = good(name, minute, spots[i]);
            match (i, minute) {
                (0, 50..) => continue,                                   // 50 missing
                (1, 0..30) => report.value = Some(f64::NAN),             // 30 without number
                (2, 0..20) => report.value = Some(101.0),                // 20 out of range
                (3, 0..10) => report.unit = Some("ppm"),                 // 10 in another unit
                (4, 0..5) => report.received = report.at.plus_s(-400.0), // 5 from the future, so missing too
                (5, 0..40) => report.received = report.at.plus_s(61.0),  // 40 late
                (6, _) => report.position = None,
                (7, _) => report.position = Some(LonLat::new(0.0, 0.0)),
                (8, _) => report.position = Some(LonLat::new(spots[i].lat, spots[i].lon)),
                (9, _) => report.position = Some(LonLat::new(116.4, 39.9)),
                (10, _) => report.told = GAZETTEER.place(LonLat::new(108.378, 30.808)),
                (11, _) => (report.position, report.told) = (Some(river), GAZETTEER.place(river)),
                _ => {}
            }
            book.take("gas", &report, &around());
            if i == 12 && minute < 25 {
                book.take("gas", &report, &around()); // 25 repeats
            }
        }
    }
    // Told again later, by time and by identifier.
    book.take("gas", &good(&names[13], 3, spots[13]), &around());
    let by_id = |minute| Report { id: Some("M-1"), ..good(&names[14], minute, spots[14]) };
    book.take("gas", &by_id(100), &around());
    book.take("gas", &by_id(101), &around());
    let score = book.score("gas", FROM.plus_s(6_000.0)).unwrap();
    assert_eq!(part(&score, PartKind::Completeness), (55, 4_000));
    assert_eq!(part(&score, PartKind::Timeliness), (40, 3_946));
    assert_eq!(part(&score, PartKind::Validity), (65, 3_951));
    assert_eq!(part(&score, PartKind::Duplicates), (27, 3_978));
    assert_eq!(part(&score, PartKind::Positions), (6, 40));
    let words = score.reasons.iter().map(|r| r.words.en.as_str()).collect::<Vec<_>>().join("; ");
    for said in [
        "30 without a number, 20 out of the physical range, 10 in another unit, 5 from the future",
        "1 missing, 1 at 0, 0, 1 with longitude and latitude exchanged, 1 outside the city, 1 in another district, 1 in a river",
    ] {
        assert!(words.contains(said), "{words}");
    }
    // By hand: 30 (1 − 0.01375/0.5) + 20 (1 − …) and so on.
    let known = 30.0 * (1.0 - 55.0 / 4_000.0 / 0.5)
        + 20.0 * (1.0 - 40.0 / 3_946.0 / 0.5)
        + 25.0 * (1.0 - 65.0 / 3_951.0 / 0.2)
        + 10.0 * (1.0 - 27.0 / 3_978.0 / 0.3)
        + 15.0 * (1.0 - 6.0 / 40.0 / 0.2);
    assert!((score.score.unwrap() - known).abs() < 1e-9);
    assert_eq!((score.worst[0].device.as_str(), score.worst[0].faults), ("D-01", 30));
    assert_eq!((score.worst[1].device.as_str(), score.worst[1].repeats), ("D-12", 25));
    let ids: Vec<DeviceId> = names.iter().map(|n| DeviceId::from(n.as_str())).collect();
    let silent = book.most_silent("gas", ids.iter(), FROM.plus_s(6_000.0), 3);
    assert_eq!(
        silent.iter().map(|o| (o.device.as_str(), o.missing)).collect::<Vec<_>>(),
        [("D-00", 50), ("D-04", 5)]
    );
}

#[test]
fn what_cannot_be_judged_is_left_out_and_the_rest_takes_its_weight() {
    let mut book = Book::new(Standards::shipped().unwrap(), FROM);
    book.declare_source("calls", Declared { tells_positions: false, ..LAND });
    for minute in 0..100 {
        let mut report = good("caller", minute, LonLat::new(106.5, 29.5));
        report.value = (minute >= 10).then_some(1.0);
        book.take("calls", &report, &around());
    }
    let score = book.score("calls", FROM.plus_s(9e4)).unwrap();
    // No interval, no positions: 20, 25 and 10 of 55 remain; a tenth is invalid, half of what leaves nothing.
    assert!((score.score.unwrap() - (20.0 + 12.5 + 10.0) / 55.0 * 100.0).abs() < 1e-9, "{:?}", score.score);
}

#[test]
fn shifted_sources_are_recognised_and_right_ones_are_not() {
    println!("positions          held against   points  recognised  after  before  p");
    let tell = |name: &str, against: &str, book: &Book, points: usize| {
        let found = book.score("gas", FROM.plus_s(1.0)).unwrap().shift;
        match found {
            Some(f) => println!(
                "{name:<18} {against:<13} {points:>7}  {:?}  {}  {}  {:.1e}",
                f.shift, f.after, f.before, f.p_value
            ),
            None => println!("{name:<18} {against:<13} {points:>7}  none"),
        }
        found.map(|f| f.shift)
    };
    let kinds = [
        ("WGS-84", None),
        ("GCJ-02", Some(Shift::Gcj02)),
        ("BD-09", Some(Shift::Bd09)),
        ("converted twice", Some(Shift::ConvertedTwice)),
    ];
    let shifted = |at: LonLat, how: Option<Shift>| match how {
        None => at,
        Some(Shift::Gcj02) => geodesy::wgs84_to_gcj02(at),
        Some(Shift::Bd09) => geodesy::wgs84_to_bd09(at),
        Some(Shift::ConvertedTwice) => geodesy::gcj02_to_wgs84(at),
    };
    for (name, known) in kinds {
        for (against, points) in [("a reference", 60), ("the township", 3_000)] {
            let mut book = book();
            let mut dice = Dice::new(5, points as u64);
            for (i, at) in places(&mut dice, points).into_iter().enumerate() {
                // Positions err by some 15 m, references by 10.
                let err = |at: LonLat, m: f64, dice: &mut Dice| {
                    LonLat::new(at.lon + dice.bell() * m / 97e3, at.lat + dice.bell() * m / 111e3)
                };
                let device = format!("D-{i}");
                let mut report = good(&device, 0, at);
                report.position = Some(shifted(err(at, 15.0, &mut dice), known));
                report.reference = (against == "a reference").then(|| err(at, 10.0, &mut dice));
                // One claim in ten is simply wrong.
                if i % 10 == 0 {
                    report.told =
                        report.told.map(|p| Place { township: city::TownshipCode(p.township.0 ^ 1), ..p });
                }
                book.take("gas", &report, &around());
            }
            assert_eq!(tell(name, against, &book, points), known, "{name} against {against}");
            let score = book.score("gas", FROM.plus_s(1.0)).unwrap();
            assert_eq!(
                score.shift.is_some(),
                score.reasons.iter().any(|r| r.words.en.contains("another system"))
            );
        }
    }
}

#[test]
fn weeks_are_kept_and_counting_begins_anew() {
    let mut book = book();
    let at = places(&mut Dice::new(1, 1), 1)[0];
    book.declare_device("gas", "D-1", 3_600, FROM);
    for week in 0..8_i64 {
        // Each week a day more is missing.
        for hour in 0..168 - 24 * week.min(6) {
            book.take("gas", &good("D-1", (week * 168 + hour) * 60, at), &around());
        }
        let closed = book.close_week(FROM.plus_s((week + 1) as f64 * 604_800.0));
        assert_eq!(part(&closed["gas"], PartKind::Completeness), (24 * week.min(6) as u64, 168));
    }
    assert!(matches!(book.history("gas").unwrap().course(), Course::Falling(slope) if slope < -1.0));
    assert_eq!(book.score("gas", FROM.plus_s(8.0 * 604_800.0)).unwrap().reports, 0);
}

#[test]
fn a_device_costs_what_is_said() {
    let mut book = book();
    let count = 100_000;
    book.reserve("gas", count);
    for i in 0..count {
        book.declare_device("gas", &format!("D-{i}"), 60, FROM);
    }
    let each = book.device_bytes() as f64 / count as f64;
    println!(
        "{each:.1} bytes a device with room reserved, {DEVICE_BYTES} said; 17 million: {:.0} MiB",
        each * 17e6 / 1_048_576.0
    );
    assert!(each <= DEVICE_BYTES as f64 + 6.0, "{each}");
    let at = places(&mut Dice::new(1, 1), 1)[0];
    for minute in 0..1_000 {
        book.take("gas", &good("D-7", minute, at), &around());
    }
    assert_eq!(book.device_bytes() as f64 / count as f64, each, "reports take no room");
}
