//! Observations of the city's own devices, by a real broker: who gets them, what of them is counted, what is not lost.

use crate::client::*;
use crate::mosquitto::Mosquitto;
use crate::sight::{Person, YUZHONG};
use backend::{Backend, BrokerAddress, Config, ObservedTopics, Running};
use city::{CityTime, Role, TelemetryBatch};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Lets a backend take in what comes at the topics of the standard, and of a city of its own mind.
pub fn observing(config: &mut Config, broker: &Mosquitto) {
    let topics = ["v1.1/Observations", "v1.1/+/Observations", "city/#"].map(str::to_owned);
    config.broker = Some(BrokerAddress::named(&broker.url(), None).unwrap());
    config.observations = ObservedTopics::named(&topics).unwrap();
}

pub fn counted(running: &Running) -> Value {
    get(&format!("{}/health", running.url())).json()["observations"].clone()
}

pub fn subscribed(running: &Running) {
    wait_until("a subscription", || counted(running)["trouble"].is_null());
}

/// So many seconds before now, by the clock of the wall.
pub fn ago(seconds: i64) -> CityTime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    CityTime(now.as_millis() as i64 - 1_000 * seconds)
}

pub fn observation(device: &str, at: CityTime, result: f64) -> Value {
    json!({"phenomenonTime": at.to_string(), "result": result, "Datastream": {"@iot.id": device}})
}

/// The value and the time of a device's newest observation, as the service tells it, once it has one.
pub fn newest(running: &Running, device: &str) -> Option<(f64, String)> {
    let path = format!("/sensorthings/v1.1/Datastreams('{device}')/Observations");
    let observation = &get(&format!("{}{path}", running.url())).json()["value"][0];
    Some((observation["result"].as_f64()?, observation["phenomenonTime"].as_str()?.to_owned()))
}

fn has(running: &Running, device: &str, value: f64) -> bool {
    newest(running, device).is_some_and(|(newest, _)| newest == value)
}

fn batches(served: &Served) -> impl Iterator<Item = TelemetryBatch> + use<> {
    stream(&served.at("/api/v1/telemetry"), None).map(|(_, batch)| serde_json::from_value(batch).unwrap())
}

/// The ids of devices, those of Yuzhong first.
fn devices(first: &TelemetryBatch) -> (Vec<String>, Vec<String>) {
    let all = first.devices.id.iter().zip(&first.devices.district_code);
    let (own, others): (Vec<_>, Vec<_>) = all.partition(|(_, code)| code.0 == YUZHONG);
    let ids = |rows: Vec<(&city::DeviceId, _)>| rows.into_iter().map(|(id, _)| id.to_string()).collect();
    (ids(own), ids(others))
}

fn value_in(batch: &TelemetryBatch, device: &str) -> Option<f64> {
    let row = batch.devices.id.iter().position(|id| id.as_str() == device)?;
    Some(batch.devices.value[row])
}

#[test]
fn what_publishers_measure_takes_the_place_of_what_is_made_up_for_all_who_may_see_it() {
    let broker = Mosquitto::start();
    let list = tempfile::tempdir().unwrap();
    let withhold = list.path().join("withhold.toml");
    let entry =
        "[[withhold]]\nwhat = \"device.value\"\nfrom = { roles = [\"observer\"] }\nreason = \"试验\"\n";
    std::fs::write(&withhold, entry).unwrap();
    // Every device is made up anew twice a second.
    let served = serve_with(|config| {
        observing(config, &broker);
        (config.speed, config.withhold) = (20.0, Some(withhold));
    });
    subscribed(&served.running);
    let mut all = batches(&served);
    let (own, others) = devices(&all.next().unwrap());
    let officer = Person::of(&served, YUZHONG);
    let observer = Person::with(&served, Role::Observer, YUZHONG);
    let mut of_officer = officer.messages("/api/v1/telemetry", None);
    of_officer.next().unwrap();
    let at = ago(2);
    let message = json!([observation(&own[0], at, 7_001.25), observation(&others[0], at, 7_002.25)]);
    broker.publish("v1.1/Observations", &message.to_string());
    // Both ways to name a Datastream in a topic are in use.
    for (topic, value) in [(format!("('{}')", own[1]), 7_003.25), (format!("({})", own[2]), 7_004.25)] {
        let told = json!({"phenomenonTime": at.to_string(), "result": value});
        broker.publish(&format!("v1.1/Datastreams{topic}/Observations"), &told.to_string());
    }
    let sent = [(&own[0], 7_001.25), (&others[0], 7_002.25), (&own[1], 7_003.25), (&own[2], 7_004.25)];
    let mut left = sent.map(|(id, _)| id.clone()).to_vec();
    while !left.is_empty() {
        let batch = all.next().unwrap();
        left.retain(|id| value_in(&batch, id).is_none_or(|value| value < 7_000.0));
    }
    // Several rounds of the training city later nothing of it has come back.
    for batch in all.take(6) {
        assert!(sent.iter().all(|(id, value)| value_in(&batch, id).is_none_or(|told| told == *value)));
        assert!(batch.devices.id.len() > 1_000);
    }
    for (id, value) in sent {
        assert_eq!(newest(&served.running, id), Some((value, at.to_string())));
    }
    let of_officer: Vec<_> = of_officer.take(8).map(|message| message.data).collect();
    assert!(of_officer.iter().any(|text| text.contains("7001.25")));
    assert!(of_officer.iter().all(|text| !text.contains("7002.25") && !text.contains(&others[0])));
    let text = observer.messages("/api/v1/telemetry", None).next().unwrap().data;
    assert!(text.contains(&own[0]) && !text.contains("7001.25"));
    let service = |person: &Person, id: &str| {
        person.get(&format!("/sensorthings/v1.1/Datastreams('{id}')/Observations"))
    };
    assert!(service(&officer, &own[0]).text.contains("7001.25"));
    assert_eq!(service(&officer, &others[0]).status, 404);
    assert!(!service(&observer, &own[0]).text.contains("7001.25"));
}

#[test]
fn garbage_strangers_and_wrong_clocks_are_counted_and_cost_the_others_nothing() {
    let broker = Mosquitto::start();
    let served = serve_with(|config| observing(config, &broker));
    subscribed(&served.running);
    let (own, _) = devices(&batches(&served).next().unwrap());
    let (one, other) = (&own[0], &own[1]);
    broker.publish("city/values", &observation(one, ago(10), 1.5).to_string());
    for garbage in ["\u{0}\u{1}", "{\"result\":", "<html>", "[1, 2, {}]"] {
        broker.publish("city/values", garbage);
    }
    broker.publish("v1.1/Things", r#"{"name":"a thing"}"#);
    // An older one, one of a clock that is eight hours ahead, one of nobody, and one that is no number.
    broker.publish("city/values", &json!([observation(one, ago(20), 9.0)]).to_string());
    broker.publish("city/values", &json!([observation(one, ago(-8 * 3_600), 9.0)]).to_string());
    broker.publish("city/values", &json!([observation("D-of-nobody", ago(1), 9.0)]).to_string());
    let mixed = observation(other, ago(5), 2.5).to_string();
    let bad = mixed.replace("2.5", "NaN");
    broker.publish("city/values", &format!("[{bad},{mixed}]"));
    wait_until("the last one", || has(&served.running, other, 2.5));
    assert!(has(&served.running, one, 1.5));
    let told = counted(&served.running);
    let count = |name: &str| told[name].as_u64().unwrap();
    assert_eq!((count("received"), count("superseded"), count("unknown")), (5, 1, 1), "{told}");
    assert!(count("problems") >= 6 && count("missing") == 0 && told["sample"].is_string(), "{told}");
    // A sample may hold what not everybody may see.
    let officer = Person::of(&served, YUZHONG).get("/health").json();
    assert!(officer["observations"]["sample"].is_null() && officer["observations"]["unknown"] == 1);
    broker.publish("city/values", &observation(one, ago(-8 * 3_600), 9.0).to_string());
    wait_until("the clock", || counted(&served.running)["sample"].to_string().contains("8.0 h ahead"));
}

/// `numbers` of a publisher as one message.
fn numbered(device: &str, numbers: std::ops::Range<u32>) -> String {
    let each = numbers.map(|number| {
        let mut one = observation(device, ago(0), f64::from(number));
        one["parameters"] = json!({"publisher": "gauge", "sequence": number});
        one
    });
    Value::Array(each.collect()).to_string()
}

#[test]
fn neither_a_restart_of_the_broker_nor_one_of_the_backend_loses_an_observation() {
    let mut broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let start = |broker: &Mosquitto| serve_in(folder.path(), |config| observing(config, broker));
    let running = start(&broker);
    subscribed(&running);
    let device = get(&format!("{}/sensorthings/v1.1/Datastreams?$top=1", running.url())).json();
    let device = device["value"][0]["@iot.id"].as_str().unwrap().to_owned();
    let is_whole = |running: &Running, last: f64| {
        wait_until("the last number", || has(running, &device, last));
        let told = counted(running);
        assert_eq!((&told["missing"], &told["problems"]), (&json!(0), &json!(0)), "{told}");
        told["received"].as_u64().unwrap()
    };
    broker.publish("city/gauge", &numbered(&device, 1..51));
    is_whole(&running, 50.0);
    let says = |status: &str, has_trouble: bool| {
        let health = get(&format!("{}/health", running.url())).json();
        health["status"] == status && health["observations"]["trouble"].is_string() == has_trouble
    };
    assert!(says("ok", false));
    broker.restart(|| wait_until("word of it", || says("degraded", true)));
    broker.publish("city/gauge", &numbered(&device, 51..101));
    // More may have come than were sent, where the broker did not hear an acknowledgement before it ended.
    assert!(is_whole(&running, 100.0) >= 100);
    // What comes while the backend is away waits in the broker, which writes it down.
    running.stop();
    for from in [101, 151, 201] {
        broker.publish("city/gauge", &numbered(&device, from..from + 50));
    }
    broker.restart(|| {});
    broker.publish("city/gauge", &numbered(&device, 251..301));
    let again = start(&broker);
    assert_eq!(is_whole(&again, 300.0), 200);
}

#[test]
fn without_a_broker_observations_are_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let observations = ObservedTopics::named(&["v1.1/Observations".to_owned()]).unwrap();
    let config = Config { observations, ..Config::embedded(folder.path().join("data")) };
    let error = Backend::start(config).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("--broker") && !error.contains('\n'), "{error}");
}
