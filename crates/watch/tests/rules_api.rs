//! What callers rely on: ids, handles, what a change asks for, versions of algorithms, a storm in which nothing is lost.
#![allow(clippy::unwrap_used)] // Tests stop where they stand.

use city::{CityTime, IncidentLevel, Jurisdiction, LonLat, Place, RiskClass, TownshipCode};
use watch::rules::{
    CauseKind, DeviceHandle, DeviceInfo, Ended, Engine, EnrolError, Observation, Raise, RuleSet, Unused,
    What, shipped,
};

const START: CityTime = CityTime(1_782_835_200_000);

fn place(township: u32) -> Place {
    let township = TownshipCode(township);
    Place { district: township.district(), township }
}

fn gas(id: &str, gateway: u16, township: u32) -> DeviceInfo {
    let mut info = DeviceInfo::new(id, RiskClass::Gas, place(township), LonLat::new(106.57, 29.55));
    info.gateway = gateway;
    info
}

#[test]
fn an_id_is_one_device() {
    let mut engine = Engine::new(shipped().unwrap(), START);
    let first = engine.enrol(gas("a", 1, 500_103_001)).unwrap();
    assert_eq!(engine.enrol(gas("a", 1, 500_103_001)), Ok(first));
    let taken = engine.enrol(gas("a", 2, 500_103_001));
    assert_eq!(taken, Err(EnrolError::Taken { by: first, differs: "gateway" }));
    assert_eq!(engine.device_count(), 1);
    engine.observe(&[Observation::new(first, START, 60.0)], START);
    assert_eq!(engine.warnings().count(), 1);
    let changes = engine.amend(first, gas("a", 2, 500_105_001), START.plus_s(1.0)).unwrap();
    assert!(
        matches!(&changes[0].what, What::Cleared(w, Ended::DeviceChanged) if w.rule.id.starts_with("gas"))
    );
    let changes = engine.observe(&[Observation::new(first, START.plus_s(2.0), 60.0)], START.plus_s(2.0));
    assert_eq!(changes[0].warning().unwrap().place, Some(place(500_105_001)));
    assert!(engine.enrol(DeviceInfo { at: LonLat::new(200.0, 0.0), ..gas("b", 1, 500_103_001) }).is_err());
}

#[test]
fn a_warning_names_its_algorithm_its_centre_and_what_it_raises() {
    let mut engine = Engine::new(shipped().unwrap(), START);
    let device = engine.enrol(gas("a", 1, 500_103_001)).unwrap();
    let changes = engine.observe(&[Observation::new(device, START, 36.0)], START);
    let warning = changes[0].warning().unwrap();
    assert_eq!(&*warning.id, "gas-methane/a/2026-06-30T16:00:00.000Z");
    assert_eq!((&*warning.algorithm().id, &*warning.algorithm().version), ("gas-leak", "1.0.0"));
    assert_eq!(changes[0].raises(), IncidentLevel::new(2).map(Raise::Incident));
    assert_eq!(warning.centre, Jurisdiction::District(place(500_103_001).district));
    let changes = engine.observe(&[Observation::new(device, START.plus_s(1.0), 51.0)], START.plus_s(1.0));
    assert_eq!(changes[0].warning().unwrap().centre, Jurisdiction::City);
    assert_eq!(engine.warning("gas-methane/a/2026-06-30T16:00:00.000Z").unwrap().evidence.value, 51.0);
    assert!(engine.withdraw_version("gas-leak", "2.0.0", START).is_empty());
    let changes = engine.withdraw_version("gas-leak", "1.0.0", START.plus_s(2.0));
    assert!(matches!(&changes[0].what, What::Cleared(_, Ended::Withdrawn)));
    assert!(
        engine.observe(&[Observation::new(device, START.plus_s(3.0), 70.0)], START.plus_s(3.0)).is_empty()
    );
    assert_eq!(engine.restore("gas-leak", START.plus_s(4.0)).len(), 1);
}

#[test]
fn ten_thousand_alarms_are_a_few_groups_and_none_is_lost() {
    let mut engine = Engine::new(shipped().unwrap(), START);
    let mut devices = Vec::new();
    for n in 0..20_000_u32 {
        // Half of all devices alarm; of those nine in ten speak through gateway 17, which serves nine townships.
        let gateway = if n % 10 < 9 && n < 10_000 { 17 } else { 100 + (n % 40) as u16 };
        devices.push(engine.enrol(gas(&format!("g{n}"), gateway, 500_103_001 + n % 9)).unwrap());
    }
    let mut changes = Vec::new();
    for second in 0..10 {
        let now = START.plus_s(f64::from(second));
        let part = &devices[second as usize * 1_000..][..1_000];
        let batch: Vec<Observation> = part.iter().map(|d| Observation::new(*d, now, 30.0)).collect();
        changes.extend(engine.observe(&batch, now));
        changes.extend(engine.tick(now));
    }
    let groups: Vec<_> = engine.groups().collect();
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].count, groups[0].up), (10_000, 10_000));
    assert_eq!(groups[0].cause.kind, CauseKind::Gateway(17), "{}", groups[0].cause.en());
    assert!((groups[0].cause.share - 0.9).abs() < 0.01 && groups[0].cause.reach > 0.99);
    let alone = changes.iter().filter(|c| matches!(c.what, What::Raised(_))).count();
    let joined = changes.iter().filter(|c| matches!(c.what, What::Joined(..))).count();
    let groups =
        changes.iter().filter(|c| matches!(c.what, What::Grouped(_) | What::GroupChanged(_))).count();
    assert_eq!((alone, joined), (10, 10_000));
    assert!(groups < 25, "{groups}");
    assert_eq!(engine.warnings().filter(|w| w.group.is_some()).count(), 10_000);
}

#[test]
fn a_set_with_a_fault_is_no_set_and_the_old_rules_go_on() {
    let mut engine = Engine::new(shipped().unwrap(), START);
    let device = engine.enrol(gas("a", 1, 500_103_001)).unwrap();
    engine.observe(&[Observation::new(device, START, 30.0)], START);
    let mut files = watch::rules::shipped_files();
    files.push(("new.toml", "system = \"x\"\nzh = \"x\"\nen = \"x\"\n[[rule]]\nid = 'x'\n"));
    let errors = RuleSet::read(&files).unwrap_err();
    assert!(errors.iter().all(|e| e.file == "new.toml" && e.line == 4), "{}", errors[0]);
    assert_eq!(engine.warnings().count(), 1);
    assert!(engine.replace(shipped().unwrap(), START).is_empty());
    let gone = engine.replace(RuleSet::default(), START);
    assert!(matches!(&gone[0].what, What::Cleared(_, Ended::RuleRemoved)));
    engine.observe(&[Observation::new(DeviceHandle(9), START, 1.0)], START);
    assert_eq!(engine.health().count(Unused::UnknownDevice), 1);
}

#[test]
fn every_rule_and_vital_sign_that_ships_names_its_entry_in_the_register() {
    let (rules, register) = (shipped().unwrap(), watch::register::Register::shipped().unwrap());
    let signs = watch::vital::Definitions::shipped().unwrap();
    let of_rules = rules.rules().iter().map(|rule| &rule.algorithm);
    let of_signs = signs.signs().iter().map(|sign| &sign.algorithm);
    for named in of_rules.chain(of_signs) {
        let id = city::AlgorithmId::from(&*named.id);
        assert!(register.is_allowed(&id, &named.version), "{} {}", named.id, named.version);
    }
}
