//! Two backends on one database each take in what publishers measure, and neither tells the other an older value.

use crate::client::*;
use crate::kept::kept_in;
use crate::mosquitto::Mosquitto;
use crate::observations::{ago, counted, newest, observation, observing, subscribed};
use crate::several::{health, start};
use std::time::{Duration, Instant};

#[test]
fn both_take_in_what_publishers_measure_and_the_leader_tells_nothing_over_it() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let mut config = kept_in(folder.path());
    observing(&mut config, &broker);
    let both = [start(config.clone()), start(config)];
    both.iter().for_each(subscribed);
    assert!(health(&both[0])["leads"] == true && health(&both[1])["leads"] == false);
    let batches = |url: String| {
        let told = stream(&format!("{url}/api/v1/telemetry"), None);
        told.map(|(_, batch)| serde_json::from_value::<city::TelemetryBatch>(batch).unwrap())
    };
    let first = batches(both[0].url()).next().unwrap();
    let device = first.devices.id[0].as_str();
    // The other has heard of all devices from the one that leads.
    let known = batches(both[1].url()).find(|batch| batch.devices.id.len() == 17_000);
    assert!(known.is_some());
    let at = ago(1);
    broker.publish("v1.1/Observations", &observation(device, at, 7_001.25).to_string());
    for running in &both {
        wait_until("the value", || newest(running, device) == Some((7_001.25, at.to_string())));
        assert_eq!(counted(running)["received"], 1);
    }
    // The leader tells everything every ten seconds, and what it makes up of each device as often.
    let began = Instant::now();
    for batch in batches(both[1].url()).take_while(|_| began.elapsed() < Duration::from_secs(22)) {
        let row = batch.devices.id.iter().position(|id| id.as_str() == device);
        assert!(row.is_none_or(|row| batch.devices.value[row] == 7_001.25));
    }
    // Who leads next makes nothing up of it either.
    let [leader, other] = both;
    leader.stop();
    wait_until("the other to lead", || health(&other)["leads"] == true);
    let rounds = batches(other.url()).skip(1).take(12);
    let told: Vec<_> = rounds.flat_map(|batch| batch.devices.id).collect();
    assert!(told.len() > 15_000 && told.iter().all(|id| id.as_str() != device));
    assert_eq!(newest(&other, device), Some((7_001.25, at.to_string())));
}
