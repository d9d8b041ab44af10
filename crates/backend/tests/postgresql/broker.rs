//! Values and positions reach the consoles of every backend by a real broker, mosquitto.

use crate::client::*;
use crate::kept::kept_in;
use crate::several::{health, start, wait_until};
use backend::{BrokerAddress, Config};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

struct Mosquitto(Child);

impl Mosquitto {
    fn start(port: u16) -> Self {
        let path = std::env::var("PATH").unwrap_or_default();
        // Debian keeps it where only administrators look.
        let child = Command::new("mosquitto")
            .args(["-p", &port.to_string()])
            .env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is missing: sh tools/system_packages.sh test installs it");
        let server = Self(child);
        wait_until("mosquitto", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        server
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn batches(url: &str) -> impl Iterator<Item = city::TelemetryBatch> + use<> {
    stream(&format!("{url}/api/v1/telemetry"), None).map(|(_, batch)| serde_json::from_value(batch).unwrap())
}

#[test]
fn what_the_leader_tells_reaches_the_consoles_of_the_others_also_after_the_broker_was_away() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mosquitto = Mosquitto::start(port);
    let folder = tempfile::tempdir().unwrap();
    let broker = Some(BrokerAddress::named(&format!("mqtt://127.0.0.1:{port}"), None).unwrap());
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

    drop(mosquitto);
    assert_eq!(
        act(&other, "k", r#"{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"k"}"#)
            .status,
        200
    );
    let _again = Mosquitto::start(port);
    let newest = batches(&other.url()).next().unwrap().at;
    let later = batches(&other.url()).find(|batch| batch.at > newest).unwrap();
    assert!(!later.devices.id.is_empty());

    // Who led tells nothing any more; the other does, to its own.
    leader.stop();
    wait_until("the other to lead", || health(&other)["leads"] == true);
    let newest = batches(&other.url()).next().unwrap().at;
    assert!(batches(&other.url()).any(|batch| batch.at > newest));
}
