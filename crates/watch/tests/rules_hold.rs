//! What holds of rules whatever they are told: no order of batches, no shuffle, no garbage breaks them.
#![allow(clippy::unwrap_used)] // Tests stop where they stand.

#[path = "rules/made.rs"]
mod made;

use city::{CityTime, LonLat, Measure, Place, RiskClass, TownshipCode};
use made::{HOLDING, START, Seeded, enrol, text, value};
use std::collections::{BTreeMap, BTreeSet};
use watch::rules::{
    Condition, DeviceHandle, DeviceInfo, Engine, Observation, RuleSet, Side, Unit, What, shipped,
    shipped_files,
};

#[test]
fn what_ships_is_right_and_agrees_with_the_city() {
    let rules = shipped().unwrap_or_else(|errors| panic!("{}", errors[0]));
    let systems: BTreeSet<&str> = rules.rules().iter().map(|rule| &*rule.system).collect();
    assert!(systems.len() >= 14 && shipped_files().len() >= 14);
    for class in RiskClass::KNOWN {
        let Some(measure) = Measure::of(class) else { continue };
        let mut firsts = Vec::new();
        for rule in rules.rules() {
            let watch = &rule.logic.watch;
            let Condition::Value { side, steps, .. } = &rule.logic.condition else { continue };
            if watch.class.as_ref() != Some(class) || watch.property.is_some() || steps.used().count() < 2 {
                continue;
            }
            assert_eq!(*side == Side::Below, measure.alarm_below, "{}", rule.id);
            let unit = rule.logic.unit.unwrap();
            let first = steps.used().map(|(_, step)| step.level);
            let first = if measure.alarm_below {
                first.fold(f64::MIN, f64::max)
            } else {
                first.fold(f64::MAX, f64::min)
            };
            firsts.push(unit.convert(first, Unit::read(measure.unit).unwrap()).unwrap());
        }
        assert!(firsts.contains(&measure.alarm), "{class}: {firsts:?} and {}", measure.alarm);
    }
    assert!(rules.rules().iter().all(|rule| rule.source.len() > 5 && !rule.departments.is_empty()));
}

#[test]
fn batches_make_no_difference() {
    let mut seeded = Seeded(1);
    let mut whole = Engine::new(shipped().unwrap(), CityTime(START));
    let classes = enrol(&mut whole, 140);
    let mut minutes = Vec::new();
    for minute in 0..120_i64 {
        let mut batch = Vec::new();
        for _ in 0..200 {
            let device = seeded.below(classes.len());
            let at = START + minute * 60_000 - (seeded.part() * 90_000.0) as i64;
            let value = value(&classes[device], &mut seeded);
            batch.push(Observation::new(DeviceHandle(device as u32), CityTime(at), value));
        }
        minutes.push(batch);
    }
    let run = |engine: &mut Engine, seeded: &mut Seeded, most: usize| {
        let mut told = String::new();
        for (minute, batch) in minutes.iter().enumerate() {
            let now = CityTime(START + minute as i64 * 60_000);
            let mut rest = &batch[..];
            while !rest.is_empty() {
                let n =
                    if most == usize::MAX { rest.len() } else { (1 + seeded.below(most)).min(rest.len()) };
                told += &text(&engine.observe(&rest[..n], now));
                rest = &rest[n..];
            }
            told += &text(&engine.tick(now));
        }
        told
    };
    let told = run(&mut whole, &mut seeded, usize::MAX);
    assert!(told.len() > 10_000, "{}", told.len());
    for most in [1, 3, 50] {
        let mut split = Engine::new(shipped().unwrap(), CityTime(START));
        enrol(&mut split, 140);
        assert!(run(&mut split, &mut seeded, most) == told, "in batches of at most {most}");
    }
}

#[test]
fn readings_that_come_late_lead_to_the_same_end() {
    for seed in 0..300 {
        let mut seeded = Seeded(seed);
        let rules = RuleSet::read(&[("holding.toml", HOLDING)]).unwrap();
        let place =
            Place { district: TownshipCode(500_103_001).district(), township: TownshipCode(500_103_001) };
        let mut engines = [(); 2].map(|()| {
            let mut engine = Engine::new(rules.clone(), CityTime(START));
            let info = DeviceInfo::new("g", RiskClass::Gas, place, LonLat::new(106.5, 29.5));
            engine.enrol(info).unwrap();
            engine
        });
        let mut level = 20.0;
        let mut readings: Vec<Observation> = Vec::new();
        for n in 0..120_i64 {
            level = (level + (seeded.part() - 0.5) * 12.0).clamp(0.0, 60.0);
            readings.push(Observation::new(DeviceHandle(0), CityTime(START + n * 60_000), level));
        }
        let mut shuffled: Vec<(i64, Observation)> = readings
            .iter()
            .enumerate()
            .map(|(n, o)| (n as i64 + if n + 8 < 120 { seeded.below(7) as i64 } else { 8 }, *o))
            .collect();
        shuffled.sort_by_key(|(order, o)| (*order, o.at.0));
        let shuffled: Vec<Observation> = shuffled.into_iter().map(|(_, o)| o).collect();
        let now = CityTime(START + 130 * 60_000);
        engines[0].observe(&readings, now);
        engines[1].observe(&shuffled, now);
        let end = |engine: &Engine| -> Vec<String> {
            // A rate knows only the readings, so its colour is the same; its hysteresis has none to lose.
            engine.warnings().map(|w| format!("{} {} {:?}", w.rule.id, w.subject, w.colour)).collect()
        };
        assert_eq!(end(&engines[0]), end(&engines[1]), "seed {seed}");
        assert_eq!(engines[1].health().used, 120, "seed {seed}");
    }
}

#[test]
fn garbage_breaks_nothing() {
    let mut seeded = Seeded(7);
    let files = shipped_files();
    let scraps = [
        "[", "]", "=", "\"", "nan", "-1", "1e999", "\n", "{", "}", "'''", "[[rule]]", "for", "山", "0s", "#",
    ];
    let (mut right, mut wrong) = (0, 0);
    for _ in 0..1_500 {
        let (name, text) = files[seeded.below(files.len())];
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=seeded.below(4) {
            let at = seeded.below(chars.len());
            match seeded.below(4) {
                0 => drop(chars.remove(at)),
                1 => chars.truncate(at.max(1)),
                2 => {
                    let other = seeded.below(chars.len());
                    chars.swap(at, other);
                }
                _ => drop(chars.splice(at..at, scraps[seeded.below(scraps.len())].chars())),
            }
            if chars.is_empty() {
                chars.push(' ');
            }
        }
        let broken: String = chars.into_iter().collect();
        match RuleSet::read(&[(name, broken.as_str())]) {
            Ok(rules) => {
                right += 1;
                let mut engine = Engine::new(rules, CityTime(START));
                enrol(&mut engine, 14);
                storm_of_nonsense(&mut engine, &mut seeded, 50);
            }
            Err(errors) => {
                wrong += 1;
                for error in errors {
                    assert!(error.line >= 1 && error.column >= 1 && !error.what.is_empty(), "{error}");
                    assert!(error.line as usize <= broken.lines().count() + 1, "{error}");
                }
            }
        }
    }
    assert!(right > 50 && wrong > 500, "{right} {wrong}");
}

fn storm_of_nonsense(engine: &mut Engine, seeded: &mut Seeded, count: usize) {
    let odd_values =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, -0.0, f64::MIN_POSITIVE];
    let odd_times = [i64::MIN, i64::MAX, 0, -1, START + 8 * 3_600_000, START - 8 * 3_600_000, START + 60_000];
    let units = ["m", "mg/L", "%LEL", "°F", "", "km/h", "kPa", "人/m²", "%"].map(|u| Unit::read(u).unwrap());
    for _ in 0..count {
        let mut batch = Vec::new();
        for _ in 0..8 {
            let device =
                DeviceHandle(seeded.below(20) as u32 * if seeded.below(50) == 0 { 1_000 } else { 1 });
            let at = match seeded.below(4) {
                0 => odd_times[seeded.below(odd_times.len())],
                _ => START + (seeded.part() * 7_200_000.0) as i64,
            };
            let value = match seeded.below(4) {
                0 => odd_values[seeded.below(odd_values.len())],
                1 => (seeded.part() - 0.5) * 1e6,
                _ => seeded.part() * 100.0,
            };
            let mut observation = Observation::new(device, CityTime(at), value);
            if seeded.below(5) == 0 {
                observation = observation.in_unit(units[seeded.below(units.len())]);
            }
            if seeded.below(5) == 0 {
                let degree = |part: f64| if part > 0.95 { f64::NAN } else { (part - 0.3) * 400.0 };
                observation =
                    observation.at_position(LonLat::new(degree(seeded.part()), degree(seeded.part())));
            }
            batch.push(observation);
        }
        let now = match seeded.below(40) {
            0 => i64::MIN,
            1 => i64::MAX / 2,
            _ => START + (seeded.part() * 7_200_000.0) as i64,
        };
        engine.observe(&batch, CityTime(now));
        engine.tick(CityTime(now));
        if seeded.below(20) == 0 {
            engine.withdraw("gas-leak", CityTime(now));
            engine.restore("gas-leak", CityTime(now));
        }
    }
    for warning in engine.warnings() {
        assert!(!warning.reason_en().is_empty() && !warning.reason_zh().is_empty());
    }
    let health = engine.health();
    assert!(health.unused.iter().all(|(why, (_, sample))| !sample.reason(*why).is_empty()));
}

#[test]
fn nonsense_over_all_rules_breaks_nothing_and_reloading_loses_nothing() {
    let mut seeded = Seeded(11);
    let mut engine = Engine::new(shipped().unwrap(), CityTime(START));
    enrol(&mut engine, 20);
    storm_of_nonsense(&mut engine, &mut seeded, 3_000);
    let mut engine = Engine::new(shipped().unwrap(), CityTime(START));
    let classes = enrol(&mut engine, 140);
    let mut up: BTreeMap<String, String> = BTreeMap::new();
    for minute in 0..200_i64 {
        let now = CityTime(START + minute * 60_000);
        let batch: Vec<Observation> = (0..140)
            .filter(|n| !(n + minute as usize).is_multiple_of(3))
            .map(|n| Observation::new(DeviceHandle(n as u32), now, value(&classes[n], &mut seeded)))
            .collect();
        let mut changes = engine.observe(&batch, now);
        changes.extend(engine.tick(now));
        if minute % 10 == 0 {
            let before: Vec<String> = engine.warnings().map(|w| format!("{} {:?}", w.id, w.colour)).collect();
            assert!(engine.replace(shipped().unwrap(), now).is_empty(), "the same rules change nothing");
            let after: Vec<String> = engine.warnings().map(|w| format!("{} {:?}", w.id, w.colour)).collect();
            assert_eq!(before, after);
        }
        // Whoever follows the changes knows what is up.
        for change in changes {
            match &change.what {
                What::Raised(w) | What::Joined(w, _) | What::Recoloured(w, _) | What::Flapping(w) => {
                    up.insert(w.id.to_string(), format!("{:?}", w.colour));
                }
                What::Cleared(w, _) => {
                    assert!(up.remove(&*w.id).is_some(), "{} ended but was never up", w.id);
                }
                _ => {}
            }
        }
        let now_up: BTreeMap<String, String> =
            engine.warnings().map(|w| (w.id.to_string(), format!("{:?}", w.colour))).collect();
        assert_eq!(up, now_up, "minute {minute}");
    }
}
