//! Observations over MQTT from a real broker: every form of message, catalogues, restarts, refusals, garbage.

use super::broker::{Broker, program};
use super::fault_server::FaultServer;
use super::sensor_service::{Holding, SensorService};
use super::source_streams::{free_tcp_port, start, until_health};
use super::sources_web::told;
use super::wall_clock::{DAY_S, HOUR_S, WallClock};
use city::CityTime;
use feeds::{Cause, FeedHealth, FeedState};
use link::sources::{Reading, Sources};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::net::TcpListener;
use std::process::Command;

fn settings(url: &str, more: &str) -> String {
    format!("[[source]]\nname = 'devices'\nprotocol = 'mqtt'\nurl = '{url}'\n{more}\n")
}

/// Waits until the source is subscribed, so that nothing is published before.
fn subscribed(sources: &Sources) {
    until_health(sources, "subscription", |health| health.message.contains("nothing has come yet"));
}

/// Values by their datastream, until there are `enough`.
fn values(
    sources: &Sources,
    enough: impl Fn(&HashMap<String, Vec<Reading>>) -> bool,
) -> HashMap<String, Vec<Reading>> {
    let mut all: HashMap<String, Vec<Reading>> = HashMap::new();
    told(sources, 0, |news| {
        news.readings.into_iter().for_each(|one| all.entry(one.datastream.clone()).or_default().push(one));
        enough(&all).then_some(())
    });
    all
}

fn observation(datastream: &str, second: u32, result: f64) -> serde_json::Value {
    json!({
        "phenomenonTime": format!("2026-11-22T08:{:02}:{:02}.250Z", second / 60 % 60, second % 60),
        "result": result,
        "Datastream": {"@iot.id": datastream},
    })
}

/// `numbers` of a publisher as one message: an array of observations.
fn numbered(publisher: &str, numbers: impl Iterator<Item = u32>) -> String {
    let each = numbers.map(|number| {
        let mut one = observation(&format!("{publisher}-{}", number % 10), number, f64::from(number));
        one["parameters"] = json!({"publisher": publisher, "sequence": number});
        one
    });
    serde_json::Value::Array(each.collect()).to_string()
}

#[test]
fn one_observation_an_array_and_data_arrays_are_read_and_garbage_is_counted() {
    let broker = Broker::open();
    let topics = "topics = ['v1.1/+/Observations', 'city/#']";
    let sources = start(&settings(&broker.url(), topics));
    subscribed(&sources);
    broker.publish(
        "v1.1/Datastreams(7)/Observations",
        r#"{"phenomenonTime":"2026-11-22T08:00:00Z","result":3.5}"#,
    );
    broker.publish("city/gas", &json!([observation("g1", 1, 0.25), observation("g2", 2, 0.5)]).to_string());
    let rows: Vec<_> = (0..3).map(|n| json!([format!("2026-11-22T08:00:0{n}Z"), n])).collect();
    let block = |id: &str| json!({"Datastream": {"@iot.id": id}, "components": ["phenomenonTime", "result"], "dataArray": rows});
    broker.publish("city/water", &json!([block("w1"), block("w2")]).to_string());
    let all = values(&sources, |all| all.len() == 5 && all["w2"].last().is_some_and(|one| one.value == 2.0));
    let first = &all["7"][0];
    assert_eq!((first.value, first.at), (3.5, CityTime::parse("2026-11-22T08:00:00Z").unwrap()));
    assert_eq!((all["g1"][0].value, all["g2"][0].value), (0.25, 0.5));
    let health = until_health(&sources, "nine", |health| health.received == 9);
    assert_eq!((health.state, health.problems, health.missing), (FeedState::Live, 0, 0));
    // Whatever comes, it costs itself.
    for garbage in
        [" ", "\u{0}\u{1}", "{\"result\":", "<html>", "[1, 2, {}]", "{\"result\": NaN}", "{\"result\": 1}"]
    {
        broker.publish("city/garbage", garbage);
    }
    broker.publish("v1.1/Things", r#"{"name":"a thing"}"#);
    broker.publish("city/texts", &json!([{"result": "open", "Datastream": {"@iot.id": "gate"}}]).to_string());
    let mixed =
        format!("[{}, {{\"nonsense\": 1}}, {}]", observation("m1", 1, 1.0), observation("m2", 1, 2.0));
    broker.publish("city/mixed", &mixed);
    let all = values(&sources, |all| all.len() == 2);
    assert_eq!((all["m1"][0].value, all["m2"][0].value), (1.0, 2.0));
    let health = until_health(&sources, "problems", |health| health.problems >= 10);
    assert!(health.sample.is_some() && health.cause.is_none(), "{health:?}");
}

#[test]
fn a_time_in_the_far_future_freezes_no_datastream_and_a_city_that_lives_ahead_is_spared() {
    let broker = Broker::open();
    let sources = start(&settings(&broker.url(), "topics = ['city/#']"));
    subscribed(&sources);
    let far = |datastream: &str, result: f64| json!({"phenomenonTime": "2099-01-01T00:00:00Z", "result": result, "Datastream": {"@iot.id": datastream}});
    let right: Vec<_> = ["a", "b", "c", "d"].map(|datastream| observation(datastream, 1, 1.0)).to_vec();
    broker.publish("city/all", &json!(right).to_string());
    broker.publish("city/all", &far("a", -9999.0).to_string());
    let all = values(&sources, |all| all.get("a").is_some_and(|some| some.iter().any(|one| one.value < 0.0)));
    let arrived = all["a"].last().unwrap().at;
    assert!(arrived < CityTime::parse("2098-01-01T00:00:00Z").unwrap(), "{arrived}");
    let health = until_health(&sources, "a bad time", |health| health.problems == 1);
    assert!(health.sample.as_ref().unwrap().ends_with("Datastream: a"), "{health:?}");
    let now = json!({"phenomenonTime": arrived.plus_s(1.0).to_string(), "result": 2.0, "Datastream": {"@iot.id": "a"}});
    broker.publish("city/all", &now.to_string());
    values(&sources, |all| all.get("a").is_some_and(|some| some.last().is_some_and(|one| one.value == 2.0)));
    let exercise: Vec<_> = (0..20).map(|n| far(&format!("x{n}"), 1.0)).collect();
    broker.publish("city/all", &json!(exercise).to_string());
    let all = values(&sources, |all| all.len() == 20);
    assert_eq!(all["x7"][0].at, CityTime::parse("2099-01-01T00:00:00Z").unwrap());
    assert_eq!(until_health(&sources, "no more", |_| true).problems, 1);
}

#[test]
fn numbers_that_did_not_come_are_told_and_those_that_come_late_are_taken_off() {
    let broker = Broker::open();
    let sources = start(&settings(&broker.url(), "topics = ['city/#']"));
    subscribed(&sources);
    broker.publish("city/a", &numbered("gauge", 1..101));
    broker.publish("city/a", &numbered("gauge", 111..201));
    broker.publish("city/a", &numbered("other", 5_000..5_010));
    let health = until_health(&sources, "gap", |health| health.missing == 10);
    assert_eq!((health.received, health.problems), (200, 0));
    broker.publish("city/a", &numbered("gauge", 101..108));
    until_health(&sources, "late ones", |health| health.missing == 3);
}

#[test]
fn the_catalogue_places_devices_and_those_it_does_not_list_are_looked_up() {
    let broker = Broker::open();
    let service = SensorService::of(Holding::of(120, CityTime::parse("2026-11-22T07:00:00Z").unwrap()));
    let more = format!("topics = ['v1.1/#']\ncatalogue = '{}'", service.root());
    let sources = start(&settings(&broker.url(), &more));
    let mut devices = HashSet::new();
    told(&sources, 0, |news| {
        devices.extend(news.devices.into_iter().map(|row| row.datastream));
        (devices.len() == 120).then_some(())
    });
    let new = {
        let mut holds = service.holds.lock().unwrap();
        let new = holds.series[0].clone();
        holds.series.push(super::sensor_service::Series { id: "new".into(), ..new });
        "v1.1/Datastreams('new')/Observations"
    };
    broker.publish(new, r#"{"phenomenonTime":"2026-11-22T08:00:00Z","result":1}"#);
    broker.publish("v1.1/Datastreams('ghost')/Observations", r#"{"result":2}"#);
    let (mut row, mut readings) = (None, HashSet::new());
    told(&sources, 0, |news| {
        row = row.take().or(news.devices.into_iter().find(|row| row.datastream == "new"));
        readings.extend(news.readings.into_iter().map(|one| one.datastream));
        (row.is_some() && readings.contains("new") && readings.contains("ghost")).then_some(())
    });
    let (position, _) = row.unwrap().position.unwrap();
    assert!((position.at.lon - 106.5).abs() < 1e-9);
    let health = until_health(&sources, "ghost", |health| health.problems == 1);
    assert!(health.sample.unwrap().contains("ghost"));
}

/// The console's half of what nothing may be lost of: all numbers that were told, in news or replaced by newer ones.
fn whole(health: &FeedHealth, numbers: u64) -> bool {
    health.received >= numbers && health.missing == 0
}

#[test]
fn with_a_client_id_nothing_is_lost_while_the_console_or_the_broker_is_away() {
    let mut broker = Broker::open();
    let text = settings(&broker.url(), "topics = ['city/#']\nclient_id = 'wall-3'");
    let sources = start(&text);
    subscribed(&sources);
    broker.publish("city/a", &numbered("p", 1..101));
    until_health(&sources, "first hundred", |health| whole(health, 100));
    // The broker goes and comes again: the console does so by itself, and the publisher tries until it is there.
    broker.restart(|| {
        until_health(&sources, "word of the loss", |health| health.cause == Some(Cause::Unreachable));
    });
    broker.publish("city/a", &numbered("p", 101..201));
    broker.publish("city/a", &numbered("p", 201..301));
    until_health(&sources, "three hundred", |health| whole(health, 300));
    drop(sources);
    // Nobody listens; the broker keeps what comes, over its own end too.
    broker.publish("city/a", &numbered("p", 301..401));
    broker.restart(|| {});
    broker.publish("city/a", &numbered("p", 401..501));
    let sources = start(&text);
    let mut newest: HashMap<String, f64> = HashMap::new();
    told(&sources, 0, |news| {
        newest.extend(news.readings.into_iter().map(|one| (one.datastream, one.value)));
        (newest.values().copied().fold(0.0, f64::max) == 500.0).then_some(())
    });
    let health = until_health(&sources, "what was kept", |health| whole(health, 200));
    assert_eq!((health.received, health.problems), (200, 0), "what was acknowledged does not come again");
    assert_eq!(newest.len(), 10);
}

#[test]
fn a_broker_whose_clock_is_set_goes_on_and_loses_nothing() {
    let clock = WallClock::right();
    let broker = Broker::with_clock(Some(&clock), |_| "allow_anonymous true\n".to_owned());
    let text = settings(&broker.url(), "topics = ['city/#']\nclient_id = 'wall-3'");
    let sources = start(&text);
    subscribed(&sources);
    let steps = [HOUR_S, -HOUR_S, DAY_S, 0];
    for (off_by_s, round) in steps.into_iter().zip(0..) {
        broker.publish("city/a", &numbered("p", 200 * round + 1..200 * round + 101));
        clock.set_off_by(off_by_s);
        broker.publish("city/a", &numbered("p", 200 * round + 101..200 * round + 201));
        let told = u64::from(200 * (round + 1));
        let health = until_health(&sources, "two hundred more", |health| whole(health, told));
        assert_eq!((health.received, health.problems), (told, 0));
    }
    drop(sources);
    // What the broker keeps for who is away does not grow old by it.
    broker.publish("city/a", &numbered("p", 801..901));
    clock.set_off_by(HOUR_S);
    let sources = start(&text);
    let health = until_health(&sources, "what was kept", |health| whole(health, 100));
    assert_eq!((health.received, health.problems), (100, 0));
}

#[test]
fn a_message_beyond_all_measure_does_not_end_the_source_for_ever() {
    let broker = Broker::open();
    let sources = start(&settings(&broker.url(), "topics = ['city/#']\nclient_id = 'wall-3'"));
    subscribed(&sources);
    broker.publish("city/long", &" ".repeat((16 << 20) + 1));
    let said = until_health(&sources, "long message", |health| health.problems == 1);
    assert!(said.sample.unwrap().contains("too long"));
    broker.publish("city/longer", &" ".repeat((64 << 20) + 1));
    let said = until_health(&sources, "end", |health| health.problems == 2);
    assert!(said.sample.unwrap().contains("longer than is taken"));
    subscribed(&sources);
    broker.publish("city/a", &numbered("p", 1..2));
    until_health(&sources, "next message", |health| health.received == 1);
}

#[test]
fn who_has_no_or_a_wrong_password_is_not_let_in_and_a_secret_does_not_cross_the_network_in_clear() {
    let broker = Broker::with(|folder| {
        let file = folder.join("passwords");
        let made = Command::new(program("mosquitto_passwd"))
            .args(["-b", "-c", &file.display().to_string(), "console", "sesame-7"])
            .status();
        assert!(made.unwrap().success());
        format!("allow_anonymous false\npassword_file {}\n", file.display())
    });
    let dir = tempfile::tempdir().unwrap();
    let with = |secret: &str, more: &str| {
        let file = dir.path().join(format!("secret-{secret}"));
        std::fs::write(&file, secret).unwrap();
        format!("secret_file = '{}'\n{more}", file.display())
    };
    for more in [String::new(), with("sesame-8", "user = 'console'"), with("sesame-7", "user = 'nobody'")] {
        let sources = start(&settings(&broker.url(), &more));
        let said = until_health(&sources, "refusal", |health| health.cause == Some(Cause::Token));
        assert!(!format!("{said:?}").contains("sesame"), "{said:?}");
    }
    let sources = start(&settings(&broker.url(), &with("sesame-7", "user = 'console'\ntopics = ['city/#']")));
    subscribed(&sources);
    broker.publish_as("city/a", &numbered("p", 1..2), &["-u", "console", "-P", "sesame-7"]);
    until_health(&sources, "value", |health| health.received == 1);
    let sources = start(&settings("mqtt://192.0.2.1", &with("sesame-7", "user = 'console'")));
    let said = until_health(&sources, "word", |health| health.cause == Some(Cause::Local));
    assert!(said.message.contains("mqtts://"), "{said:?}");
    let sources = start(&settings(&broker.url(), &with("sesame-7", "")));
    let said = until_health(&sources, "word", |health| health.cause == Some(Cause::Local));
    assert!(said.message.contains("`user`"), "{said:?}");
}

fn tls_file(name: &str) -> String {
    format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_broker_by_tls_is_believed_only_with_the_right_certificates_on_both_sides() {
    let [ca, server, console] = ["ca.pem", "server.pem", "console.pem"].map(tls_file);
    let broker = Broker::with(|_| {
        format!(
            "allow_anonymous true\ncafile {ca}\ncertfile {server}\nkeyfile {server}\nrequire_certificate true\n"
        )
    });
    let url = format!("mqtts://localhost:{}", broker.port);
    let topics = "topics = ['city/#']";
    let sources = start(&settings(&url, &format!("ca = '{ca}'\nidentity = '{console}'\n{topics}")));
    subscribed(&sources);
    let as_console = ["--cafile", &ca, "--cert", &console, "--key", &console];
    broker.publish_as("city/a", &numbered("p", 1..101), &as_console);
    until_health(&sources, "values", |health| whole(health, 100));
    // Without its authority it is a stranger; without a certificate of ours we are; and by no TLS nobody speaks.
    let sources = start(&settings(&url, &format!("identity = '{console}'")));
    let said = until_health(&sources, "distrust", |health| health.cause == Some(Cause::Certificate));
    assert!(said.message.contains("vouched for by nobody"), "{said:?}");
    let sources = start(&settings(&url, &format!("ca = '{ca}'")));
    let said = until_health(&sources, "refusal", |health| health.cause == Some(Cause::Token));
    assert!(said.message.contains("certificate of this console"), "{said:?}");
    let sources = start(&settings(&broker.url(), ""));
    let said = until_health(&sources, "no TLS", |health| health.cause == Some(Cause::Broken));
    assert!(said.message.contains("does it want TLS"), "{said:?}");
}

#[test]
fn a_topic_that_is_refused_is_named_and_the_others_are_read() {
    let library = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib"];
    let found = Command::new("find").args(library).args(["-name", "mosquitto_dynamic_security.so"]).output();
    let found = String::from_utf8(found.unwrap().stdout).unwrap();
    let plugin = found.lines().next().expect("mosquitto comes with its plugin for roles").to_owned();
    let broker = Broker::with(|folder| {
        let may = |kind: &str, allow: bool| json!({"acltype": kind, "topic": "city/#", "allow": allow});
        let roles = json!({
            "defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false, "unsubscribe": true},
            "roles": [{"rolename": "reader", "acls": [may("subscribePattern", true)]}],
            "groups": [{"groupname": "all", "roles": [{"rolename": "reader", "priority": 1}]}],
            "anonymousGroup": "all",
        });
        let file = folder.join("roles.json");
        std::fs::write(&file, roles.to_string()).unwrap();
        format!("allow_anonymous true\nplugin {plugin}\nplugin_opt_config_file {}\n", file.display())
    });
    let sources = start(&settings(&broker.url(), "topics = ['city/a', 'v1.1/+/Observations']"));
    subscribed(&sources);
    let said = until_health(&sources, "refused topic", |health| health.problems == 1);
    let sample = said.sample.unwrap();
    assert!(sample.contains("v1.1/+/Observations") && !sample.contains("city/a"), "{sample}");
    broker.publish("city/a", &numbered("p", 1..2));
    until_health(&sources, "value", |health| health.received == 1);
    let sources = start(&settings(&broker.url(), "topics = ['v1.1/+/Observations']"));
    let said = until_health(&sources, "refusal", |health| health.cause == Some(Cause::Token));
    assert!(said.message.contains("not subscribe to `v1.1/+/Observations`"), "{said:?}");
}

#[test]
fn what_is_no_broker_is_told() {
    let web = FaultServer::of_city(0);
    let at = web.address().replace("http://", "mqtt://");
    let sources = start(&settings(&at, ""));
    until_health(&sources, "stranger", |health| {
        matches!(health.cause, Some(Cause::Stranger | Cause::Broken | Cause::Silent))
    });
    let garbage = TcpListener::bind("127.0.0.1:0").unwrap();
    let sources = start(&settings(&format!("mqtt://{}", garbage.local_addr().unwrap()), ""));
    let (mut stream, _) = garbage.accept().unwrap();
    let _ = stream.write_all(&[0xff; 64]);
    let said = until_health(&sources, "stranger", |health| health.cause == Some(Cause::Stranger));
    assert!(said.message.contains("no MQTT broker"), "{said:?}");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let sources = start(&settings(&format!("mqtt://{}", silent.local_addr().unwrap()), ""));
    until_health(&sources, "silence", |health| health.cause == Some(Cause::Silent));
    let sources = start(&settings(&format!("mqtt://127.0.0.1:{}", free_tcp_port()), ""));
    let said = until_health(&sources, "nobody", |health| health.cause == Some(Cause::Unreachable));
    assert!(said.message.contains("cannot be reached"), "{said:?}");
}
