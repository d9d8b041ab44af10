//! Values and positions reach the consoles of every backend by a real broker, mosquitto.

use crate::client::*;
use crate::kept::kept_in;
use crate::mosquitto::Mosquitto;
use crate::several::{health, start};
use backend::{BrokerAddress, Config};

pub fn batches(url: &str) -> impl Iterator<Item = city::TelemetryBatch> + use<> {
    stream(&format!("{url}/api/v1/telemetry"), None).map(|(_, batch)| serde_json::from_value(batch).unwrap())
}

#[test]
fn what_the_leader_tells_reaches_the_consoles_of_the_others_also_after_the_broker_was_away() {
    let mut mosquitto = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let broker = Some(BrokerAddress::named(&mosquitto.url(), None).unwrap());
    let config = Config { broker, ..kept_in(folder.path()) };
    let (leader, other) = (start(config.clone()), start(config));
    let mut told = batches(&other.url());
    let mut known = std::collections::BTreeSet::new();
    let mut at = city::CityTime(0);
    while known.len() < 17_000 {
        let batch = told.next().unwrap();
        assert!(batch.at >= at && batch.devices.is_even() && batch.movers.is_even());
        at = batch.at;
        known.extend(batch.devices.id);
    }
    // Both have the same positions of units, by which ways are reckoned.
    let place = |url: &str, id: &str| {
        let snapshot = get(&format!("{url}/api/v1/snapshot")).json();
        let all = snapshot["units"].as_array().unwrap().clone();
        let unit = all.into_iter().find(|unit| unit["id"] == id).unwrap();
        (unit["lon"].to_string(), unit["lat"].to_string())
    };
    let mover = told.flat_map(|batch| batch.movers.id).find(|id| !id.as_str().contains("drone")).unwrap();
    wait_until("one place", || place(&leader.url(), mover.as_str()) == place(&other.url(), mover.as_str()));

    mosquitto.restart(|| {
        let report = r#"{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"k"}"#;
        assert_eq!(act(&other, "k", report).status, 200);
    });
    let newest = batches(&other.url()).next().unwrap().at;
    let later = batches(&other.url()).find(|batch| batch.at > newest).unwrap();
    assert!(!later.devices.id.is_empty());

    // Who led tells nothing any more; the other does, to its own.
    leader.stop();
    wait_until("the other to lead", || health(&other)["leads"] == true);
    let newest = batches(&other.url()).next().unwrap().at;
    assert!(batches(&other.url()).any(|batch| batch.at > newest));
}
