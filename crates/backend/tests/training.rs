//! An hour of the training city without HTTP: rates, where incidents come from, silence, determinism.
#![allow(missing_docs, clippy::unwrap_used)]

use backend::Surroundings;
use backend::training::{Scenario, TrainingCity};
use backend::watching::{Watching, hear};
use city::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock};
use watch::register::Register;

static SURROUNDINGS: LazyLock<Arc<Surroundings>> = LazyLock::new(|| {
    let ground = terrain::Ground::shipped().unwrap();
    Arc::new(Surroundings::make(&ground, None, 1).unwrap())
});

/// 2026-11-22, 16:00 in Chongqing: the evening rush is about to begin.
const BEGAN: CityTime = CityTime(1_795_334_400_000);

struct Hour {
    city: City,
    events: Vec<Event>,
    /// Every value past its alarm that was told: device, instant.
    alarms: HashMap<DeviceId, Vec<(CityTime, f64)>>,
    told: usize,
    moved: HashSet<UnitId>,
    took_s: f64,
}

fn first(still: &Surroundings) -> City {
    TrainingCity::first(still, &Register::shipped().unwrap(), 45, BEGAN)
}

fn live(seconds: usize, seed: u64, scenario: &str) -> Hour {
    let still = SURROUNDINGS.clone();
    let began = std::time::Instant::now();
    let mut city = first(&still);
    let scenario = Scenario::parse(scenario).unwrap();
    let mut training = TrainingCity::new(still.clone(), seed, 1.0, scenario, BEGAN, &city, BEGAN).unwrap();
    let mut watching = Watching::new(still.clone(), watch::rules::shipped().unwrap(), BEGAN);
    let (mut events, mut alarms, mut told) = (Vec::new(), HashMap::<_, Vec<_>>::new(), 0);
    let mut moved = HashSet::new();
    let measures: Vec<Measure> = still.devices.iter().map(|d| Measure::of(&d.class).unwrap()).collect();
    for _ in 0..seconds {
        let changes = training.changes();
        told += changes.readings.len();
        moved.extend(changes.fixes.into_iter().map(|fix| fix.unit));
        for reading in changes.readings {
            let device = &still.devices[reading.device];
            if measures[reading.device].alarms(reading.value) {
                alarms.entry(device.id.clone()).or_default().push((reading.at, reading.value));
            }
        }
        let said = watching.observe(&training.measured(), training.lived());
        events.extend(hear(&mut city, said, training.lived(), &*still));
        events.extend(training.step(&mut city));
    }
    Hour { city, events, alarms, told, moved, took_s: began.elapsed().as_secs_f64() }
}

fn reported(events: &[Event]) -> impl Iterator<Item = (&Event, &RiskClass, &Source, DistrictCode)> {
    events.iter().filter_map(|event| match &event.body {
        EventBody::IncidentReported { risk_class, source, district_code, .. } => {
            Some((event, risk_class, source, *district_code))
        }
        _ => None,
    })
}

#[test]
fn an_hour_of_the_city_is_believable() {
    let hour = live(3_600, 1, "");
    let (mut by_class, mut districts, mut by_device) = (BTreeMap::new(), HashSet::new(), 0);
    for (event, class, source, district) in reported(&hour.events) {
        *by_class.entry(class.to_string()).or_insert(0) += 1;
        districts.insert(district);
        if let Source::Device { device_id, value } = source {
            by_device += 1;
            let told = &hour.alarms[device_id];
            let seen =
                told.iter().any(|(at, v)| v == value && *at <= event.at && event.at.0 - at.0 <= 10_000);
            assert!(seen, "{device_id} {value} at {}: not told before", event.at);
        }
    }
    let count: i32 = by_class.values().sum();
    println!("{count} incidents, {by_device} by devices, {} districts, {by_class:?}", districts.len());
    let raised = hour.events.iter().filter_map(|event| match &event.body {
        EventBody::WarningRaised { warning } => Some(warning),
        _ => None,
    });
    let raised: Vec<_> = raised.collect();
    let rules: BTreeMap<_, usize> = raised.iter().fold(BTreeMap::new(), |mut rules, warning| {
        *rules.entry(&warning.rule).or_default() += 1;
        rules
    });
    println!("{} warnings: {rules:?}", raised.len());
    assert!(raised.iter().all(|w| hour.city.algorithms.contains_key(&w.algorithm)));
    println!("{:.2} s of real time, {} events, {} readings", hour.took_s, hour.events.len(), hour.told);
    assert!((430..650).contains(&count), "{count}");
    assert!((count / 3..count * 4 / 5).contains(&by_device), "{by_device}");
    assert!(districts.len() >= 34 && by_class.len() >= 10, "{} {by_class:?}", districts.len());
    assert!(hour.told > 17_000 * 355, "{}", hour.told);
    assert!(hour.moved.len() > 600, "{}", hour.moved.len());
    assert!(hour.events.windows(2).all(|w| w[1].sequence == w[0].sequence + 1 && w[0].at <= w[1].at));
    assert!(hour.events.windows(2).all(|w| w[1].at.seconds_since(w[0].at) <= 3.0));
    assert!(hour.events.iter().all(|event| event.status == Status::Exercise));

    // The journal alone makes the same city, but for where units were last seen between events.
    let mut again = first(&SURROUNDINGS);
    hour.events.iter().for_each(|event| assert!(again.apply(event)));
    assert_eq!(again.incidents, hour.city.incidents);

    // The backlog is bounded: simulated officers take what nobody touched, and close it.
    let open = hour.city.incidents.values().filter(|i| i.is_open()).count();
    let closed = hour.events.iter().filter(|e| matches!(e.body, EventBody::IncidentClosed { .. })).count();
    println!("{open} open, {closed} closed");
    assert!(open < 450 && closed > 100, "{open} {closed}");
    let waits = hour.city.incidents.values().filter(|i| i.stage == Stage::Perceive);
    assert!(waits.clone().all(|i| hour.city.now.seconds_since(i.reported) < 900.0));
    one_open_incident_a_device(&hour.events);
    crews_take_believable_times(&hour.events);
}

fn one_open_incident_a_device(events: &[Event]) {
    let (mut open, mut of) = (HashSet::new(), HashMap::new());
    for event in events {
        match &event.body {
            EventBody::IncidentReported { incident_id, source: Source::Device { device_id, .. }, .. } => {
                assert!(open.insert(device_id.clone()), "{device_id} has two open incidents");
                of.insert(incident_id.clone(), device_id.clone());
            }
            EventBody::IncidentClosed { incident_id, .. } => {
                of.get(incident_id).map(|device| open.remove(device));
            }
            _ => {}
        }
    }
}

fn crews_take_believable_times(events: &[Event]) {
    let mut since: HashMap<UnitId, CityTime> = HashMap::new();
    let (mut drives, mut handled) = (Vec::new(), Vec::new());
    let mut promised = HashMap::new();
    for event in events {
        let Some(unit) = (match &event.body {
            EventBody::UnitDispatched { unit_id, duration_s, .. } => {
                promised.insert(unit_id.clone(), *duration_s);
                Some(unit_id)
            }
            EventBody::UnitArrived { unit_id, .. } => {
                let took = event.at.seconds_since(since[unit_id]);
                assert!((0.0..2.0).contains(&(took - promised[unit_id])), "{took} {}", promised[unit_id]);
                drives.push(took);
                Some(unit_id)
            }
            EventBody::UnitHandling { unit_id, .. } => {
                assert!((20.0..92.0).contains(&event.at.seconds_since(since[unit_id])));
                Some(unit_id)
            }
            EventBody::UnitReportedBack { unit_id, .. } => {
                handled.push(event.at.seconds_since(since[unit_id]));
                Some(unit_id)
            }
            _ => None,
        }) else {
            continue;
        };
        since.insert(unit.clone(), event.at);
    }
    drives.sort_by(f64::total_cmp);
    handled.sort_by(f64::total_cmp);
    let median = |times: &[f64]| times[times.len() / 2];
    println!(
        "drives {} median {:.0} s, last {:.0} s",
        drives.len(),
        median(&drives),
        drives[drives.len() - 1]
    );
    println!("handled {} median {:.0} s", handled.len(), median(&handled));
    assert!((120.0..1_500.0).contains(&median(&drives)), "{}", median(&drives));
    assert!(handled[0] >= 178.0 && handled[handled.len() - 1] <= 1_202.0, "{handled:?}");
}

#[test]
fn a_silent_class_raises_nothing_and_the_others_go_on() {
    let hour = live(1_200, 1, "silent = [\"traffic\"]\nincidents_per_minute = 40");
    let of_devices = reported(&hour.events).filter(|r| matches!(r.2, Source::Device { .. }));
    let (silent, others): (Vec<_>, Vec<_>) = of_devices.partition(|r| *r.1 == RiskClass::Traffic);
    assert!(silent.is_empty() && others.len() > 100, "{} {}", silent.len(), others.len());
    let traffic = SURROUNDINGS.devices.iter().filter(|d| d.class == RiskClass::Traffic);
    assert!(traffic.clone().count() > 3_000 && traffic.clone().all(|d| !hour.alarms.contains_key(&d.id)));
}

#[test]
fn the_same_seed_lives_the_same_life_and_another_does_not() {
    let (one, two, other) = (live(300, 1, ""), live(300, 1, ""), live(300, 2, ""));
    assert_eq!(one.events, two.events);
    assert_eq!(one.city, two.city);
    assert_ne!(one.events, other.events);
}

#[test]
fn a_scenario_happens() {
    let hour = live(
        120,
        1,
        r#"
            incidents_per_minute = 0
            [[report]]
            after_s = 5
            risk_class = "fire"
            lon = 106.577
            lat = 29.557
            text = "解放碑附近浓烟"
            [[device]]
            class = "flood"
            near = [106.58, 29.56]
            after_s = 30
            value = 0.8
            for_s = 60
        "#,
    );
    let all: Vec<_> = reported(&hour.events).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!((all[0].1, all[0].0.at), (&RiskClass::Fire, BEGAN.plus_s(5.0)));
    assert!(matches!(all[1].2, Source::Device { value: 0.8, .. }), "{:?}", all[1].2);
    assert!((30.0..45.0).contains(&all[1].0.at.seconds_since(BEGAN)));
}

#[test]
fn drones_fly_their_routes_land_and_charge() {
    let still = SURROUNDINGS.clone();
    let mut city = first(&still);
    let quiet = Scenario::parse("incidents_per_minute = 0").unwrap();
    let mut training = TrainingCity::new(still.clone(), 1, 1.0, quiet, BEGAN, &city, BEGAN).unwrap();
    let (mut landed, mut flown, mut routes) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut lowest = f32::MAX;
    for _ in 0..3 * 3_600 {
        for fix in training.changes().fixes.into_iter().filter(|fix| fix.battery_pct >= 0.0) {
            assert!((0.0..=150.0).contains(&fix.above_ground_m) && fix.battery_pct <= 100.0);
            lowest = lowest.min(fix.battery_pct);
            let at = LonLat::new(fix.lon, fix.lat);
            let near = |route: &&layers::DroneRoute| {
                let farthest = route.path.iter().map(|p| p.distance_m(still.layers.drone_routes[0].path[0]));
                let corner = route.path[route.path.len() / 2];
                farthest.fold(0.0, f64::max) < 20_000.0 && corner.distance_m(at) < 60.0
            };
            routes.extend(still.layers.drone_routes.iter().filter(near).map(|route| route.id.clone()));
            if fix.above_ground_m > 50.0 {
                flown.insert(fix.unit);
            } else if fix.above_ground_m == 0.0 && flown.contains(&fix.unit) {
                landed.insert(fix.unit);
            }
        }
        training.step(&mut city);
    }
    println!("routes {}, lowest battery {lowest} %", routes.len());
    assert_eq!((flown.len(), landed.len()), (4, 4));
    assert_eq!(routes.len(), 13);
    assert!(lowest > 5.0, "{lowest}");
}

#[test]
fn a_watch_that_is_restarted_says_what_it_would_have_said() {
    let still = SURROUNDINGS.clone();
    let rules = watch::rules::shipped().unwrap();
    let mut city = first(&still);
    let mut training =
        TrainingCity::new(still.clone(), 3, 1.0, Scenario::default(), BEGAN, &city, BEGAN).unwrap();
    let mut watching = Watching::new(still.clone(), rules.clone(), BEGAN);
    for _ in 0..1_200 {
        drop(training.changes());
        let said = watching.observe(&training.measured(), training.lived());
        hear(&mut city, said, training.lived(), &*still);
        training.step(&mut city);
    }
    let in_force = |city: &City| -> Vec<Warning> {
        city.warnings.values().filter(|warning| warning.is_in_force()).cloned().collect()
    };
    assert!(in_force(&city).len() > 10, "{}", in_force(&city).len());
    let register = Register::shipped().unwrap();
    let take_up = |kept| {
        let (mut city, mut again) =
            (city.clone(), Watching::new(still.clone(), rules.clone(), training.lived()));
        let said = again.take_up(&city, &register, Vec::new(), kept);
        let told = hear(&mut city, said, training.lived(), &*still);
        assert!(!told.iter().any(|event| matches!(event.body, EventBody::WarningRaised { .. })));
        (city, again)
    };
    let (mut restarted, mut again) = take_up(Some(watching.memory()));
    let (mut forgot, mut anew) = take_up(None);
    assert_eq!(in_force(&city), in_force(&restarted));
    let (mut on, mut went_on, mut began_anew) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..1_200 {
        drop(training.changes());
        let (readings, lived) = (training.measured(), training.lived());
        let bodies = |city: &mut City, watching: &mut Watching| -> Vec<String> {
            let said = watching.observe(&readings, lived);
            hear(city, said, lived, &*still).iter().map(|event| format!("{:?}", event.body)).collect()
        };
        on.extend(bodies(&mut city, &mut watching));
        went_on.extend(bodies(&mut restarted, &mut again));
        began_anew.extend(bodies(&mut forgot, &mut anew));
        training.step(&mut city);
        // The others see what happens besides; only what the watch says is compared.
        (restarted.units, forgot.units) = (city.units.clone(), city.units.clone());
    }
    println!("{} events of the watch in twenty minutes; anew {}", on.len(), began_anew.len());
    assert!(on.len() > 20);
    let warnings = |told: &[String]| -> Vec<String> {
        told.iter()
            .filter(|body| body.starts_with("Warning"))
            .map(|body| body.split(", incident").next().unwrap_or(body).to_owned())
            .collect()
    };
    assert_eq!(warnings(&on), warnings(&went_on));
    assert_eq!(in_force(&city).len(), in_force(&restarted).len());
}
