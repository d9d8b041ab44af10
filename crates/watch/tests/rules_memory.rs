//! An engine that was stopped and taken up again says what one says that was never stopped.
#![allow(clippy::unwrap_used)] // Tests stop where they stand.

#[path = "rules/made.rs"]
mod made;

use city::{CityTime, LonLat, Place, RiskClass, TownshipCode};
use made::{HOLDING, START, Seeded, device, enrol, text, value};
use watch::rules::{
    Change, Condition, DeviceHandle, DeviceInfo, Engine, Memory, Observation, RuleSet, What, shipped,
    shipped_files,
};

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
        second.enrol(device(n, classes[n as usize].clone())).unwrap();
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
