//! What holds of rules whatever they are told: no order of batches, no shuffle, no garbage breaks them.
#![allow(clippy::unwrap_used)] // Tests stop where they stand.

use city::{CityTime, LonLat, Measure, Place, RiskClass, TownshipCode};
use std::collections::{BTreeMap, BTreeSet};
use watch::rules::{
    Change, Condition, DeviceHandle, DeviceInfo, Engine, Memory, Observation, RuleSet, Side, Unit, What,
    shipped, shipped_files,
};

/// Seeded numbers, the same on every machine (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const START: i64 = 1_782_835_200_000;

fn enrol(engine: &mut Engine, devices: u32) -> Vec<RiskClass> {
    let mut classes = RiskClass::KNOWN.to_vec();
    classes.extend([RiskClass::from("patrol"), RiskClass::from("parking")]);
    let mut of = Vec::new();
    for n in 0..devices {
        let class = classes[n as usize % classes.len()].clone();
        let township = TownshipCode(500_103_001 + n % 3);
        let place = Place { district: township.district(), township };
        let at = LonLat::new(106.55 + f64::from(n % 50) * 0.001, 29.55);
        let mut info = DeviceInfo::new(format!("D-{n}"), class.clone(), place, at);
        (info.gateway, info.source) = ((n % 7) as u16, (n % 2) as u16);
        engine.enrol(info).unwrap();
        of.push(class);
    }
    of
}

fn value(class: &RiskClass, seeded: &mut Seeded) -> f64 {
    let Some(measure) = Measure::of(class) else { return seeded.part() * 100.0 };
    let far = measure.usual + (measure.alarm - measure.usual) * 2.5 * seeded.part();
    far.max(if measure.unit == "m" { -5.0 } else { 0.0 })
}

fn text(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("{change:?}\n")).collect()
}

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

const HOLDING: &str = r#"
system = "test"
zh = "测试"
en = "Test"
[[rule]]
id = "hold"
zh = "持续"
en = "Hold"
algorithm = "a"
version = "1"
source = "training value"
watch = { class = "gas" }
unit = "%LEL"
when = { kind = "above", yellow = { value = 20.0, for = "5min" }, orange = { value = 30.0, for = "3min" }, red = 45.0, max_gap = "3min" }
clear = { at = 15.0, after = "2min" }
raise = "notice"
centre = "district"
advice = { zh = "处置", en = "Act" }
[[rule]]
id = "rise"
zh = "上升"
en = "Rise"
algorithm = "a"
version = "1"
source = "training value"
watch = { class = "gas" }
unit = "%LEL"
when = { kind = "rising", per = "minute", over = "12min", yellow = 1.0, orange = 3.0 }
raise = "notice"
centre = "district"
advice = { zh = "处置", en = "Act" }
"#;

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

/// Ten minutes of what all devices say, and what follows.
fn live(engine: &mut Engine, classes: &[RiskClass], minutes: std::ops::Range<i64>, seed: u64) -> String {
    let mut told = Vec::new();
    for minute in minutes {
        // Each minute has its own chance, so that it does not matter where one begins.
        let mut seeded = Seeded(seed ^ minute as u64);
        let now = CityTime(START + minute * 60_000);
        let speaks = |n: &usize| !((n + minute as usize).is_multiple_of(3) || n % 7 == 3 && minute % 60 > 20);
        let batch: Vec<Observation> = (0..classes.len())
            .filter(speaks)
            .map(|n| {
                let late = if seeded.below(6) == 0 { 90_000 } else { 0 };
                let at = CityTime(now.0 - late);
                let it = Observation::new(DeviceHandle(n as u32), at, value(&classes[n], &mut seeded));
                if seeded.below(4) > 0 {
                    return it;
                }
                it.at_position(LonLat::new(106.55 + seeded.part() * 0.05, 29.55))
            })
            .collect();
        told.extend(engine.observe(&batch, now));
        told.extend(engine.tick(now));
    }
    text(&told)
}

/// What an engine remembers, through bytes.
fn through_bytes(engine: &Engine) -> Memory {
    postcard::from_bytes(&postcard::to_stdvec(&engine.memory()).unwrap()).unwrap()
}

#[test]
fn an_engine_goes_on_where_another_one_stopped() {
    for seed in 0..6 {
        let mut first = Engine::new(shipped().unwrap(), CityTime(START));
        let classes = enrol(&mut first, 140);
        let stops = 37 + 50 * seed as i64;
        assert!(live(&mut first, &classes, 0..stops, seed).len() > 10_000);
        let memory = through_bytes(&first);
        let mut second = Engine::new(shipped().unwrap(), memory.at());
        enrol(&mut second, 140);
        let anew = live(&mut second, &classes, stops..stops + 200, seed);
        let mut second = Engine::new(shipped().unwrap(), memory.at());
        enrol(&mut second, 140);
        assert!(second.recall(&memory, |_| true).is_empty(), "nothing is news");
        let groups = |engine: &Engine| -> Vec<_> { engine.groups().collect() };
        assert_eq!(groups(&first), groups(&second), "seed {seed}");
        assert!(first.warnings().eq(second.warnings()) && first.warnings().count() > 20, "seed {seed}");
        let on = live(&mut first, &classes, stops..stops + 200, seed);
        let went_on = live(&mut second, &classes, stops..stops + 200, seed);
        // What is due at several places in the same instant is looked at in no promised order.
        let sorted = |told: &str| -> Vec<String> {
            let mut lines: Vec<String> = told.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        for (a, b) in sorted(&on).iter().zip(&sorted(&went_on)) {
            assert_eq!(a, b, "seed {seed}");
        }
        assert_eq!(on.len(), went_on.len());
        assert_ne!(on, anew, "an engine that remembers nothing says otherwise");
    }
}

#[test]
fn a_memory_of_other_rules_and_devices_is_used_as_far_as_it_goes() {
    let mut first = Engine::new(shipped().unwrap(), CityTime(START));
    let classes = enrol(&mut first, 140);
    live(&mut first, &classes, 0..90, 5);
    let memory = through_bytes(&first);
    let now = CityTime(memory.at().0 + 3_600_000);
    // Half the devices are gone, the rest are in another order, and one file of rules is gone.
    let files: Vec<_> = shipped_files().iter().copied().filter(|(name, _)| !name.contains("gas")).collect();
    let rules = RuleSet::read(&files).unwrap_or_else(|_| shipped().unwrap());
    let mut second = Engine::new(rules, now);
    let mut whole = Engine::new(shipped().unwrap(), now);
    enrol(&mut whole, 140);
    for n in (0..140_u32).rev().filter(|n| n % 2 == 0) {
        let township = TownshipCode(500_103_001 + n % 3);
        let place = Place { district: township.district(), township };
        let at = LonLat::new(106.55 + f64::from(n % 50) * 0.001, 29.55);
        let mut info = DeviceInfo::new(format!("D-{n}"), classes[n as usize].clone(), place, at);
        (info.gateway, info.source) = ((n % 7) as u16, (n % 2) as u16);
        second.enrol(info).unwrap();
    }
    second.recall(&memory, |_| true);
    for warning in second.warnings() {
        let before = first.warning(&warning.id).unwrap();
        assert_eq!((warning.colour, &warning.rule.id), (before.colour, &before.rule.id));
    }
    assert!(second.warnings().count() > 5 && second.warnings().count() < first.warnings().count());
    live(&mut second, &classes[..70], 150..200, 6);
    // An hour in which nobody listened makes nobody silent.
    whole.recall(&memory, |_| true);
    let before = whole.warnings().count();
    whole.tick(now);
    let silent = |w: &&std::sync::Arc<watch::rules::Warning>| {
        w.evidence.at >= now && matches!(w.rule.logic.condition, Condition::Silence { .. })
    };
    assert_eq!(whole.warnings().filter(silent).count(), 0);
    assert!(whole.warnings().count() <= before, "only what ends with time ended");
}

#[test]
fn what_ended_while_nobody_watched_is_raised_again_when_it_is_seen_again() {
    let rules = RuleSet::read(&[("holding.toml", HOLDING)]).unwrap();
    let engine = |now| {
        let mut engine = Engine::new(rules.clone(), now);
        let township = TownshipCode(500_103_001);
        let place = Place { district: township.district(), township };
        engine.enrol(DeviceInfo::new("g", RiskClass::Gas, place, LonLat::new(106.5, 29.5))).unwrap();
        engine
    };
    let at = |minute: i64| CityTime(START + minute * 60_000);
    let mut first = engine(at(0));
    for minute in 0..10 {
        first.observe(&[Observation::new(DeviceHandle(0), at(minute), 35.0)], at(minute));
        first.tick(at(minute));
    }
    assert_eq!(first.warnings().count(), 1);
    let memory = through_bytes(&first);
    let mut second = engine(at(10));
    assert!(second.recall(&memory, |_| false).is_empty() && second.warnings().count() == 0);
    // The level has held all the time: no other three minutes are needed.
    let told = second.observe(&[Observation::new(DeviceHandle(0), at(10), 35.0)], at(10));
    assert!(
        matches!(&told[..], [Change { what: What::Raised(w), .. }] if w.evidence.since == at(0)),
        "{told:?}"
    );
    // What holds while a backend is stopped for a moment keeps its time, too.
    let mut first = engine(at(0));
    first.observe(&[Observation::new(DeviceHandle(0), at(0), 35.0)], at(0));
    first.observe(&[Observation::new(DeviceHandle(0), at(2), 35.0)], at(2));
    let mut second = engine(at(3));
    second.recall(&through_bytes(&first), |_| true);
    let told = second.observe(&[Observation::new(DeviceHandle(0), at(4), 35.0)], at(4));
    assert!(matches!(&told[..], [Change { what: What::Raised(_), .. }]), "{told:?}");
}
