//! The signs of a whole training city: their values, their past, and what a file costs that is damaged.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::training::past::Past;
use city::{DistrictCode, Jurisdiction, RiskClass};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use watch::quality::told::WeekTold;
use watch::vital::told::{PartKind, SignInDepth, SignTold, Span, ValidityTold, read_area};

const NOW: CityTime = CityTime(1_790_000_000_000);
const TRAINING: Training = Training { seed: 1, began: NOW, speed: 1.0, incidents_per_minute: None };
const HOUR_MS: i64 = 3_600_000;

fn surroundings() -> Arc<Surroundings> {
    static MADE: OnceLock<Arc<Surroundings>> = OnceLock::new();
    let make = || {
        let ground = terrain::Ground::shipped().unwrap();
        Arc::new(Surroundings::make(&ground, None, TRAINING.seed).unwrap())
    };
    MADE.get_or_init(make).clone()
}

fn begin(folder: &Path, now: CityTime) -> Arc<Vitals> {
    Vitals::begin(surroundings(), TRAINING, now, folder).unwrap()
}

/// What every device shows at `at`.
fn shown(at: CityTime) -> Vec<Reading> {
    let values = Past::new(&surroundings(), TRAINING.seed, None).at(at);
    values.into_iter().map(|(device, value)| Reading { device, value, at }).collect()
}

fn feed(vitals: &Vitals, at: CityTime) -> Vec<Reading> {
    let readings = shown(at);
    let began = Instant::now();
    vitals.shared.take(&readings, at);
    let taken = began.elapsed();
    vitals.shared.tick(at);
    println!("{} readings taken in {taken:?}, shown in {:?}", readings.len(), began.elapsed() - taken);
    readings
}

fn ask(vitals: &Vitals, sign: &str, area: &str, span: Span) -> SignInDepth {
    let area = read_area(area).unwrap();
    let asked = Asked { sign, area, span, jurisdiction: Jurisdiction::City, without_values: false };
    vitals.in_depth(asked).unwrap()
}

fn with_past(vitals: &Vitals) {
    vitals.want_past();
    let began = Instant::now();
    while !vitals.past_is_ready() {
        assert!(began.elapsed() < Duration::from_secs(120), "the past does not come");
        std::thread::sleep(Duration::from_millis(10));
    }
    println!("the past stood after {:.1} s", began.elapsed().as_secs_f64());
}

fn sign(signs: &[SignTold], id: &str) -> SignTold {
    signs.iter().find(|sign| sign.id == id).unwrap().clone()
}

#[test]
fn values_are_those_of_a_plain_computation_over_what_devices_told() {
    let folder = tempfile::tempdir().unwrap();
    let vitals = begin(folder.path(), NOW);
    let readings = feed(&vitals, NOW.plus_ms(5_000));
    let devices = &surroundings().devices;
    let of = |class: RiskClass, district: Option<u32>| -> Vec<f64> {
        let here = |row: usize| {
            let device: &city::Device = &devices[row];
            device.class == class && district.is_none_or(|code| device.place.district.0 == code)
        };
        readings.iter().filter(|reading| here(reading.device)).map(|reading| reading.value).collect()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let most = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for (area, district) in [("city", None), ("500103", Some(500_103)), ("500112", Some(500_112))] {
        let told = vitals.signs(read_area(area).unwrap(), false);
        let close = |id: &str, expected: f64, within: f64| {
            let sign = sign(&told.signs, id);
            let value = sign.value.unwrap_or_else(|| panic!("{area} {id}: {:?}", sign.validity));
            assert!((value - expected).abs() <= within, "{area} {id}: {value}, not {expected}");
        };
        close("traffic-index", mean(&of(RiskClass::Traffic, district)), 1e-5);
        close("septic-gas", most(&of(RiskClass::SepticGas, district)), 1e-9);
        let oxygen = of(RiskClass::WaterQuality, district);
        close("water-oxygen", -most(&oxygen.iter().map(|v| -v).collect::<Vec<_>>()), 1e-9);
        let failing = oxygen.iter().filter(|value| **value <= 5.0).count() as f64;
        close("water-failing", 100.0 * failing / oxygen.len() as f64, 1e-9);
        close("devices-reporting", 100.0, 0.0);
        let mut crowds = of(RiskClass::Crowd, district);
        crowds.sort_by(f64::total_cmp);
        let p95 = crowds[(0.95 * (crowds.len() - 1) as f64).round() as usize];
        let crowd = sign(&told.signs, "crowd-density");
        assert!((crowd.value.unwrap() - p95).abs() <= 0.15, "{area}: {crowd:?}, about {p95}");
    }
    // Every device is part of some sign, and every sign has devices: those that the 17,000 do not measure have gauges.
    let gauges = vitals.shared.roster.len();
    assert_eq!(vitals.shared.signs().len(), devices.len() + gauges);
    let told = vitals.signs(Jurisdiction::City, false);
    for sign in &told.signs {
        println!("{:18} {:?} {} {:?} of {}", sign.id, sign.value, sign.unit, sign.colour, sign.devices);
        assert_eq!(sign.validity, ValidityTold::Valid, "{}", sign.id);
    }
    let river = sign(&told.signs, "river-guarantee").reference.unwrap();
    assert_eq!((river.against.as_str(), river.stations.len()), ("guarantee", 5));
    assert!(river.stations.iter().any(|station| station.datum == "wusong" && station.warning_m == 180.5));
    println!("{} gauges", gauges);
}

#[test]
fn three_questions_lead_from_the_city_to_the_device() {
    let folder = tempfile::tempdir().unwrap();
    let vitals = begin(folder.path(), NOW);
    let readings = feed(&vitals, NOW.plus_ms(5_000));
    let city = ask(&vitals, "septic-gas", "city", Span::Day);
    assert_eq!(city.ranking.first().map(|part| &part.id), city.parts.first().map(|part| &part.id));
    let district = ask(&vitals, "septic-gas", &city.parts[0].id, Span::Day);
    let township = ask(&vitals, "septic-gas", &district.parts[0].id, Span::Day);
    let worst = &township.parts[0];
    assert_eq!(worst.kind, PartKind::Device);
    assert_eq!(worst.value, city.sign.value);
    let row = surroundings().devices.iter().position(|device| device.id.as_str() == worst.id).unwrap();
    assert!(readings.iter().any(|reading| reading.device == row && Some(reading.value) == worst.value));
    assert_eq!(worst.lon, Some(surroundings().devices[row].at.lon));
    // Of a gauge too.
    let speeds = ask(&vitals, "traffic-speed", "city", Span::Day);
    let speeds = ask(&vitals, "traffic-speed", &speeds.parts[0].id, Span::Day);
    let speeds = ask(&vitals, "traffic-speed", &speeds.parts[0].id, Span::Day);
    assert!(speeds.parts[0].id.ends_with("/speed") && speeds.parts[0].lat.is_some());
    let asked = Asked {
        sign: "septic-gas",
        area: read_area(&district.parts[0].id).unwrap(),
        span: Span::Day,
        jurisdiction: Jurisdiction::District(DistrictCode(district.area.parse().unwrap())),
        without_values: true,
    };
    let withheld = vitals.in_depth(asked).unwrap();
    assert!(withheld.parts.iter().all(|part| part.value.is_none() && part.colour.is_none()));
    assert_eq!((withheld.withheld, withheld.ranking.len()), (vec!["device.value".to_owned()], 1));
}

#[test]
fn the_past_of_a_new_city_stands_at_once_and_a_restart_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let vitals = begin(folder.path(), NOW);
    feed(&vitals, NOW.plus_ms(5_000));
    with_past(&vitals);
    let before = ask(&vitals, "traffic-index", "500103", Span::FiveWeeks);
    assert_eq!(before.trend.len(), 35 * 24, "{:?}", before.trend.last());
    let comparison = before.comparison.unwrap();
    assert!(comparison.yesterday.is_some());
    assert_eq!(comparison.usual.map(|usual| usual.weeks), Some(4));
    assert!(comparison.usual.unwrap().z.is_some());
    let day = ask(&vitals, "septic-gas", "city", Span::Day);
    assert!(day.trend.len() >= 24 && day.trend.iter().all(|point| point.value > 10.0), "{:?}", day.trend);
    // Rush hours are made up like those of the present.
    let hours: BTreeMap<i64, f32> = before.trend.iter().map(|p| (p.at.0 / HOUR_MS % 24, p.value)).collect();
    assert!(hours[&10] > hours[&19] + 0.3, "{hours:?}");
    let bytes = vitals.shared.signs().history_bytes();
    drop(vitals);
    let file = folder.path().join("vital-signs.history");
    let size = std::fs::metadata(&file).unwrap().len();
    println!("{bytes} bytes in memory, {size} in the file");
    let began = Instant::now();
    let vitals = begin(folder.path(), NOW.plus_ms(60_000));
    println!("begun in {:.3} s", began.elapsed().as_secs_f64());
    while !vitals.past_is_ready() {
        assert!(began.elapsed() < Duration::from_secs(20), "what was kept is not taken up");
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("taken up in {:.2} s", began.elapsed().as_secs_f64());
    feed(&vitals, NOW.plus_ms(65_000));
    let after = ask(&vitals, "traffic-index", "500103", Span::FiveWeeks);
    assert_eq!(after.trend[..after.trend.len() - 1], before.trend[..before.trend.len() - 1]);
    let townships = ask(&vitals, "traffic-index", "500103", Span::Day).parts;
    assert!(ask(&vitals, "traffic-index", &townships[0].id, Span::Week).trend.len() >= 7 * 24);
}

#[test]
fn what_is_damaged_begins_anew_and_nothing_else_fails() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vital-signs.history");
    drop({
        let vitals = begin(folder.path(), NOW);
        feed(&vitals, NOW.plus_ms(5_000));
        vitals
    });
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let hours = |folder: &Path| {
        let shared = begin(folder, NOW.plus_ms(HOUR_MS)).shared.clone();
        // Its thread has ended, and has taken up before what there was.
        let signs = shared.signs();
        let index = signs.sign("traffic-index").unwrap();
        let from = NOW.plus_ms(-HOUR_MS);
        signs.history_of(index, Jurisdiction::City, HOUR_MS, from, signs.now()).len()
    };
    assert_eq!(hours(folder.path()), 1);
    for garbage in [b"".as_slice(), b"SCVITAL1", b"{}", &whole[..whole.len() / 3], &flipped, &[0xff; 4_096]] {
        std::fs::write(&file, garbage).unwrap();
        std::fs::write(folder.path().join("quality-weeks.json"), garbage).unwrap();
        assert_eq!(hours(folder.path()), 0, "{} bytes", garbage.len());
    }
    // A folder in place of the file cannot be read or replaced, and costs no more.
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(hours(folder.path()), 0);
    // What was cut off beside the file is no file.
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, &whole).unwrap();
    std::fs::write(folder.path().join("vital-signs.history.new-1"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(hours(folder.path()), 1);
    // Another city's is not taken for this one's.
    std::fs::write(&file, &whole).unwrap();
    let other = Training { began: NOW.plus_ms(1), ..TRAINING };
    let shared = Vitals::begin(surroundings(), other, NOW, folder.path()).unwrap().shared.clone();
    assert_eq!(shared.signs().history_bytes(), 0);
}

#[test]
fn what_is_withheld_shows_in_no_past_no_comparison_and_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let vitals = begin(folder.path(), NOW);
    feed(&vitals, NOW.plus_ms(5_000));
    with_past(&vitals);
    let withheld = |sign: &str, area: &str| {
        let area = read_area(area).unwrap();
        let asked =
            Asked { sign, area, span: Span::Week, jurisdiction: Jurisdiction::City, without_values: true };
        vitals.in_depth(asked).unwrap()
    };
    let code_order = |told: &SignInDepth| {
        let hidden: Vec<_> = told.parts.iter().filter(|part| part.value.is_none()).map(|p| &p.id).collect();
        assert!(hidden.is_sorted(), "{hidden:?}");
        let first_hidden = told.parts.iter().position(|part| part.value.is_none());
        assert!(told.parts[first_hidden.unwrap_or(told.parts.len())..].iter().all(|p| p.value.is_none()));
    };
    // Many report today; one may have been enough some day of the week before.
    for (sign, area) in [("air-quality", "500103"), ("water-failing", "500103"), ("rain-1h", "500103")] {
        assert!(!ask(&vitals, sign, area, Span::Week).trend.is_empty(), "{sign}");
        let told = withheld(sign, area);
        assert!(told.trend.is_empty() && told.comparison.is_none(), "{sign}");
        assert_eq!(told.sign.usual_z, None, "{sign}");
        code_order(&told);
    }
    // The mean of a district's roads needs five of them, and is nobody's value.
    let roads = withheld("traffic-index", "500103");
    assert!(roads.trend.len() >= 7 * 24 && roads.comparison.is_some() && roads.sign.value.is_some());
    code_order(&roads);
    // The greatest is a device's; nor do devices stand in the order of their values.
    for (sign, area) in [("septic-gas", "city"), ("septic-gas", "500103"), ("traffic-index", "500103")] {
        let township = ask(&vitals, sign, "500103", Span::Day).parts[0].id.clone();
        let told = withheld(sign, &township);
        assert!(told.trend.is_empty() && told.comparison.is_none() && !told.parts.is_empty());
        assert!(told.parts.iter().all(|part| part.value.is_none() && part.colour.is_none()));
        code_order(&told);
        let above = withheld(sign, area);
        code_order(&above);
        let hides = above.ranking.iter().all(|part| part.value.is_none());
        assert_eq!(hides, sign == "septic-gas");
        assert!(!hides || above.ranking.is_sorted_by_key(|part| part.id.clone()));
    }
}

#[test]
fn who_tells_never_waits_for_who_reads() {
    let folder = tempfile::tempdir().unwrap();
    let vitals = begin(folder.path(), NOW);
    let batch = |at: CityTime| Told { at, made_up: shown(at), published: Vec::new() };
    let (first, second) = (batch(NOW.plus_ms(5_000)), batch(NOW.plus_ms(10_000)));
    let began = Instant::now();
    vitals.shared.take(&first.made_up, first.at);
    vitals.shared.tick(first.at);
    let itself = began.elapsed();
    // Somebody reads for long.
    let reading = vitals.shared.signs();
    let began = Instant::now();
    vitals.feel(second.clone());
    vitals.reach(second.at.plus_ms(1_000));
    let handed = began.elapsed();
    assert_eq!(reading.now(), first.at);
    drop(reading);
    println!("{} values: taken in {itself:?}, handed over in {handed:?}", second.made_up.len());
    assert!(handed < Duration::from_millis(20), "{handed:?}");
    let began = Instant::now();
    while vitals.shared.signs().now() < second.at.plus_ms(1_000) {
        assert!(began.elapsed() < Duration::from_secs(20), "what was handed over is not taken in");
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(vitals.signs(Jurisdiction::City, false).signs.iter().all(|sign| sign.value.is_some()));
}

/// Writes for ever where the environment tells it to, until it is killed.
#[test]
fn writes_until_it_is_killed() {
    let Some(file) = std::env::var_os("SHANCHENG_WRITES") else { return };
    for n in 0_u8.. {
        crate::beside::write(Path::new(&file), &vec![n; 3 << 20]).unwrap();
    }
}

#[test]
fn a_process_that_is_killed_while_it_writes_leaves_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vital-signs.history");
    crate::beside::write(&file, &vec![7; 3 << 20]).unwrap();
    for round in 0..6 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "vitals::tests::writes_until_it_is_killed"])
            .env("SHANCHENG_WRITES", &file)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(60 + 23 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = std::fs::read(&file).unwrap();
        assert!(found.len() == 3 << 20 && found.iter().all(|byte| *byte == found[0]), "{}", found.len());
    }
}

#[test]
fn quality_counts_what_is_wrong_and_keeps_its_weeks() {
    let folder = tempfile::tempdir().unwrap();
    let vitals = begin(folder.path(), NOW);
    for period in 0..6 {
        let at = NOW.plus_ms(period * 10_000 + 1_000);
        let mut readings = shown(at);
        // One class is silent after the first time, and one device repeats itself.
        readings.retain(|r| period == 0 || surroundings().devices[r.device].class != RiskClass::Bridge);
        readings.push(readings[0]);
        vitals.shared.take(&readings, at.plus_ms(500));
    }
    vitals.shared.tick(NOW.plus_ms(61_000));
    let quality = vitals.quality(Jurisdiction::City);
    let [source] = &quality.sources[..] else { panic!("{quality:?}") };
    let part = |key: &str| source.parts.iter().find(|part| part.key == key).unwrap().clone();
    println!("{:?}\n{:#?}", source.score, source.reasons);
    assert_eq!(part("completeness").bad, 5 * 500);
    assert_eq!(part("duplicates").bad, 6);
    assert_eq!((part("validity").bad, part("timeliness").bad, part("positions").of), (0, 0, 17_000));
    assert!(source.reasons.iter().all(|reason| !reason.zh.is_empty() && !reason.en.is_empty()));
    assert!(source.worst.iter().any(|offender| offender.missing == 5));
    // A clock that is eight hours off, and no number.
    let wall = crate::clock::wall_clock();
    for device in 0..20 {
        let ahead = wall.plus_ms(8 * HOUR_MS);
        vitals.heard(&[
            Heard { device, value: Some(1.0), measured: ahead, received: wall },
            Heard { device, value: None, measured: wall, received: wall },
        ]);
    }
    let quality = vitals.quality(Jurisdiction::District(DistrictCode(500_103)));
    let published = &quality.sources[1];
    let validity = published.parts.iter().find(|part| part.key == "validity").unwrap();
    assert_eq!((validity.bad, validity.of), (40, 40), "{published:#?}");
    let devices = &surroundings().devices;
    for offender in quality.sources.iter().flat_map(|source| &source.worst) {
        let device = devices.iter().find(|device| device.id == offender.device_id).unwrap();
        assert_eq!(device.place.district.0, 500_103);
    }
    // A district is told its own worst, be there worse ones elsewhere; what nobody feeds for hours is expected again.
    let (mine, others) = {
        let here = |row: &usize| devices[*row].place.district.0 == 500_103;
        let rows = || 0..devices.len();
        (rows().find(here).unwrap(), rows().filter(|row| !here(row)).take(40).collect::<Vec<_>>())
    };
    let bad = |device, times| {
        let heard = Heard { device, value: None, measured: wall, received: wall };
        (0..times).for_each(|n| vitals.heard(&[Heard { measured: wall.plus_ms(-n), ..heard }]));
    };
    others.iter().for_each(|row| bad(*row, 30));
    bad(mine, 3);
    let own = vitals.quality(Jurisdiction::District(DistrictCode(500_103))).sources[1].worst.clone();
    assert!(own.iter().any(|offender| offender.device_id == devices[mine].id), "{own:?}");
    let all = vitals.quality(Jurisdiction::City).sources[1].worst.clone();
    assert!(!all.iter().any(|offender| offender.device_id == devices[mine].id), "{all:?}");
    let expected = |vitals: &Vitals, at: CityTime| {
        let parts = vitals.shared.sources().told(&surroundings(), Jurisdiction::City, at)[0].parts.clone();
        parts.iter().find(|part| part.key == "completeness").unwrap().of
    };
    let (later, hours) = (NOW.plus_ms(3 * HOUR_MS), crate::telemetry::FED_FOR.as_millis() as i64);
    let before = expected(&vitals, later);
    // Reports without a number or of a wrong clock are not taken in, and feed nothing.
    assert!(vitals.shared.sources().fed_rows().is_empty());
    vitals.heard(&[Heard { device: mine, value: Some(1.0), measured: wall, received: wall }]);
    assert_eq!(vitals.shared.sources().fed_rows(), [mine]);
    assert!(expected(&vitals, later) < before);
    let fed = expected(&vitals, later.plus_ms(HOUR_MS));
    vitals.shared.sources().tick(&surroundings(), later, wall.plus_ms(hours + 1_000));
    assert!(vitals.shared.sources().fed_rows().is_empty());
    assert_eq!(expected(&vitals, later.plus_ms(HOUR_MS)), fed + 360);
    // Monday comes: the week's score goes into the history, and a restart keeps it.
    let monday = NOW.plus_ms(8 * 24 * HOUR_MS);
    vitals.shared.tick(monday);
    let weeks =
        |vitals: &Vitals| -> Vec<WeekTold> { vitals.quality(Jurisdiction::City).sources[0].weeks.clone() };
    let before = weeks(&vitals);
    assert_eq!((before.len(), before[0].from), (1, NOW));
    drop(vitals);
    assert_eq!(weeks(&begin(folder.path(), monday)), before);
}
