//! Several backends on one database: every command is done once, everybody sees everything, one leads the city's life.

use crate::client::*;
use crate::kept::{CLUSTER, kept_in, name, verify};
use backend::{Backend, Config, Running};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

pub fn start(config: Config) -> Running {
    Backend::start(config).unwrap()
}

fn two(folder: &Path, speed: f64) -> [Running; 2] {
    let config = Config { speed, ..kept_in(folder) };
    [start(config.clone()), start(config)]
}

pub fn health(running: &Running) -> serde_json::Value {
    get(&format!("{}/health", running.url())).json()
}

#[test]
fn of_two_hundred_commands_to_two_backends_none_is_lost_and_none_is_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let backends = two(folder.path(), 1.0);
    // Every key comes twice, from two officers at once: to the other backend, or to the same.
    let keys: Vec<String> = (0..100).map(|n| format!("key-{n}")).collect();
    let answers: Vec<(String, Reply)> = std::thread::scope(|scope| {
        let officers: Vec<_> = (0..8)
            .map(|officer| {
                let (backends, keys) = (&backends, &keys);
                scope.spawn(move || {
                    let own = keys.iter().enumerate().filter(move |(n, _)| n % 4 == officer % 4);
                    let acts = own.map(|(n, key)| {
                        let body = format!(
                            r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{key}"}}"#
                        );
                        (key.clone(), act(&backends[(n + officer / 4) % 2], key, &body))
                    });
                    acts.collect::<Vec<_>>()
                })
            })
            .collect();
        officers.into_iter().flat_map(|officer| officer.join().unwrap()).collect()
    });
    assert_eq!(answers.len(), 200);
    let mut first = BTreeMap::new();
    for (key, reply) in &answers {
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(first.entry(key).or_insert(&reply.text), &&reply.text, "two answers under one key");
    }
    let repeats = answers.iter().filter(|(_, reply)| reply.headers.contains_key("idempotency-replayed"));
    assert_eq!(repeats.count(), 100);
    let sequences: HashSet<u64> = first
        .values()
        .map(|text| {
            serde_json::from_str::<serde_json::Value>(text).unwrap()["events"][0]["sequence"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(sequences.len(), 100, "two commands made one event");
    // Both tell the same events, in one order.
    let last = sequences.iter().max().copied().unwrap();
    let told = backends.each_ref().map(|running| {
        let events = stream(&format!("{}/api/v1/events", running.url()), Some(0));
        events.take(last as usize).map(|(_, event)| event).collect::<Vec<_>>()
    });
    assert_eq!(told[0], told[1]);
    assert!(told[0].iter().zip(1..).all(|(event, n)| event["sequence"] == n));
    let texts: Vec<&str> = told[0].iter().filter_map(|event| event["text"].as_str()).collect();
    assert!(keys.iter().all(|key| texts.iter().filter(|text| *text == key).count() == 1));
    drop(backends);
    assert!(verify(&CLUSTER, &name(folder.path())).commands == 100);
}

#[test]
fn what_is_done_at_one_backend_is_seen_at_the_other_and_decided_on() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = two(folder.path(), 1.0);
    let events = stream(&format!("{}/api/v1/events", other.url()), None);
    let incident = report(&one, "r");
    let began = Instant::now();
    let seen = events.map(|(_, event)| event).find(|event| event["incidentId"] == incident.as_str()).unwrap();
    assert_eq!(seen["type"], "incidentReported");
    // Generous: both share the machine with other tests.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let unit = free_unit(&one);
    assert_eq!(act(&other, "d", &dispatch(&incident, &unit)).status, 200);
    // No word of it needs to have come: the turn itself brings it.
    assert_eq!(act(&one, "again", &dispatch(&incident, &unit)).reason(), "unitTaken");
    assert_eq!(act(&one, "d", &dispatch(&incident, &unit)).status, 200, "the key is known here too");
}

#[test]
fn one_leads_the_training_city_and_when_it_ends_the_other_goes_on_in_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = two(folder.path(), 20.0);
    assert_eq!(
        (health(&one)["leads"].as_bool(), health(&other)["leads"].as_bool()),
        (Some(true), Some(false))
    );
    let time = |running: &Running| city::CityTime::parse(health(running)["now"].as_str().unwrap()).unwrap();
    let (a, b) = (time(&one), time(&other));
    assert!(b.seconds_since(a).abs() < 20.0 * 2.0, "{a} {b}");
    wait_until("events of the leader", || health(&other)["sequence"].as_u64().unwrap() > 3);
    let before = time(&other);
    one.stop();
    wait_until("the other to lead", || health(&other)["leads"] == true);
    let sequence = health(&other)["sequence"].as_u64().unwrap();
    wait_until("events of the new leader", || health(&other)["sequence"].as_u64().unwrap() > sequence + 3);
    assert!(time(&other) > before);
    let mut at = String::new();
    let last = health(&other)["sequence"].as_u64().unwrap();
    for ((id, event), n) in
        stream(&format!("{}/api/v1/events", other.url()), Some(0)).take(last as usize).zip(1..)
    {
        let now = event["at"].as_str().unwrap().to_owned();
        assert!(id == Some(n) && now >= at, "event {n} at {now} after {at}");
        at = now;
    }
    drop(other);
    verify(&CLUSTER, &name(folder.path()));
}

#[test]
fn a_restart_of_all_goes_on_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = two(folder.path(), 20.0);
    let incident = report(&other, "r");
    wait_until("the report at the first", || {
        get(&format!("{}/api/v1/snapshot", one.url())).text.contains(&incident)
    });
    let before = health(&one);
    drop((one, other));
    let again = start(Config { speed: 20.0, ..kept_in(folder.path()) });
    let after = health(&again);
    assert!(after["now"].as_str() >= before["now"].as_str(), "{after} {before}");
    assert!(after["leads"] == true && after["sequence"].as_u64() >= before["sequence"].as_u64());
    assert!(get(&format!("{}/api/v1/snapshot", again.url())).text.contains(&incident));
}

#[test]
fn another_seed_or_speed_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = kept_in(folder.path());
    let _one = start(config.clone());
    for (wrong, said) in [
        (Config { seed: 2, ..config.clone() }, "--seed 1"),
        (Config { speed: 2.0, ..config.clone() }, "--speed 1"),
    ] {
        let error = Backend::start(wrong).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains('\n'), "{error}");
    }
}
