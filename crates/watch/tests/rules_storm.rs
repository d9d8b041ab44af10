//! When a storm of warnings begins, goes on and is over: what comes after it stands alone.
#![allow(clippy::unwrap_used)] // Tests stop where they stand.

use city::{CityTime, LonLat, Place, RiskClass, TownshipCode};
use watch::rules::{
    CauseKind, Change, Condition, DeviceHandle, DeviceInfo, Engine, Observation, What, shipped,
};

const START: CityTime = CityTime(1_782_835_200_000);

/// Gas devices that warn one after another: more than 10 in a minute are a storm.
struct Alarms {
    engine: Engine,
    devices: Vec<DeviceHandle>,
    next: usize,
    now_s: f64,
}

impl Alarms {
    fn new() -> Self {
        let mut engine = Engine::new(shipped().unwrap(), START);
        let township = TownshipCode(500_103_001);
        let place = Place { district: township.district(), township };
        let mut enrol = |n: u32| {
            let at = LonLat::new(106.57, 29.55);
            engine.enrol(DeviceInfo::new(format!("g{n}"), RiskClass::Gas, place, at)).unwrap()
        };
        let devices = (0..2_000).map(&mut enrol).collect();
        Self { engine, devices, next: 0, now_s: 0.0 }
    }

    /// So many other devices warn, one every `every_s`; how many stand alone and how many are part of a group.
    fn come(&mut self, count: usize, every_s: f64) -> (usize, usize) {
        let mut told: Vec<Change> = Vec::new();
        for device in &self.devices[self.next..self.next + count] {
            self.now_s += every_s;
            let now = START.plus_s(self.now_s);
            told.extend(self.engine.observe(&[Observation::new(*device, now, 30.0)], now));
            told.extend(self.engine.tick(now));
        }
        self.next += count;
        // Who did not warn is silent by then: those are warnings of another kind.
        let is_alarm = |what: &What| matches!(what, What::Raised(w) if !matches!(w.rule.logic.condition, Condition::Silence { .. }));
        let alone = told.iter().filter(|change| is_alarm(&change.what));
        let joined = told.iter().filter(|change| matches!(change.what, What::Joined(..)));
        (alone.count(), joined.count())
    }

    fn groups(&self) -> Vec<u32> {
        self.engine.groups().map(|group| group.count).collect()
    }
}

#[test]
fn after_a_storm_the_warnings_of_a_calm_hour_stand_alone() {
    let mut alarms = Alarms::new();
    assert_eq!(alarms.come(40, 1.0), (10, 40));
    let (alone, joined) = alarms.come(120, 30.0);
    assert!(joined <= 6, "only those of the three minutes in which the storm ebbs: {joined}");
    assert_eq!(alone + joined, 120);
    assert_eq!(alarms.groups(), [40 + joined as u32]);
    let up = alarms.engine.groups().next().unwrap();
    assert_eq!(up.up, up.count, "its members stay in it until they end");
}

#[test]
fn a_long_storm_is_one_group_and_two_storms_are_two() {
    let mut alarms = Alarms::new();
    assert_eq!(alarms.come(300, 5.0), (10, 300));
    assert_eq!(alarms.groups(), [300]);
    assert_eq!(alarms.come(1, 181.0), (1, 0));
    assert_eq!(alarms.come(100, 5.0).1, 100 + 1);
    assert_eq!(alarms.groups(), [300, 101]);
}

#[test]
fn a_storm_that_wavers_stays_one_group() {
    let mut alarms = Alarms::new();
    alarms.come(20, 2.0);
    for _ in 0..10 {
        // 12 a minute and 4 a minute: below what makes a storm, above what ends one.
        assert_eq!(alarms.come(24, 5.0), (0, 24));
        assert_eq!(alarms.come(16, 15.0), (0, 16));
    }
    assert_eq!(alarms.groups(), [420]);
}

#[test]
fn what_all_devices_have_anyway_is_no_cause_of_a_few() {
    // Gas devices of one source, in ten districts; so many warn, spread over all of them.
    let cause = |warn: usize| {
        let mut engine = Engine::new(shipped().unwrap(), START);
        let mut devices = Vec::new();
        for n in 0..200_u32 {
            let township = TownshipCode((500_101 + n % 10) * 1_000 + 1);
            let place = Place { district: township.district(), township };
            let mut info =
                DeviceInfo::new(format!("g{n}"), RiskClass::Gas, place, LonLat::new(106.57, 29.55));
            (info.source, info.gateway) = (4, n as u16);
            devices.push(engine.enrol(info).unwrap());
        }
        let now = START.plus_s(10.0);
        let alarms: Vec<_> = devices[..warn].iter().map(|d| Observation::new(*d, now, 30.0)).collect();
        engine.observe(&alarms, now);
        engine.tick(now);
        engine.groups().next().unwrap().cause.kind
    };
    assert_eq!(cause(40), CauseKind::Unknown);
    assert_eq!(cause(150), CauseKind::Source(4));
}
