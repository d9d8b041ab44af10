//! What devices tell goes through the rules: warnings and incidents within a second, storms, other rules, withdrawal.

use crate::client::*;
use crate::mosquitto::Mosquitto;
use crate::observations::{ago, observation, observing, subscribed};
use crate::sight::{Person, YUZHONG};
use feeds::cap::{EntryBody, read_alert, read_list};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// A city in which nothing happens but what a test does.
fn quiet(folder: &Path) -> std::path::PathBuf {
    let file = folder.join("quiet.toml");
    std::fs::write(&file, "incidents_per_minute = 0\n").unwrap();
    file
}

/// The devices of gas, those of Yuzhong first: id and district.
fn gas_devices(served: &Served) -> Vec<(String, u64)> {
    let first = stream(&served.at("/api/v1/telemetry"), None).next().unwrap().1;
    let columns = &first["devices"];
    let rows = columns["id"].as_array().unwrap().len();
    let of_gas = (0..rows).filter(|row| columns["riskClass"][*row] == "gas");
    let mut all: Vec<(String, u64)> = of_gas
        .map(|row| {
            let id = columns["id"][row].as_str().unwrap().to_owned();
            (id, columns["districtCode"][row].as_u64().unwrap())
        })
        .collect();
    all.sort_by_key(|(_, district)| *district != u64::from(YUZHONG));
    all
}

fn publish(broker: &Mosquitto, device: &str, seconds_ago: i64, value: f64) {
    broker.publish("v1.1/Observations", &json!([observation(device, ago(seconds_ago), value)]).to_string());
}

fn events_of(served: &Served, last: u64) -> impl Iterator<Item = Value> + use<> {
    stream(&served.at("/api/v1/events"), Some(last)).map(|(_, event)| event)
}

fn next(events: &mut impl Iterator<Item = Value>, kind: &str) -> Value {
    events.find(|event| event["type"] == kind).unwrap()
}

#[test]
fn a_value_past_its_level_warns_the_right_centre_and_leads_to_one_incident_within_a_second() {
    let (broker, folder) = (Mosquitto::start(), tempfile::tempdir().unwrap());
    let scenario = quiet(folder.path());
    let served = serve_with(|config| {
        observing(config, &broker);
        config.scenario = Some(scenario);
    });
    subscribed(&served.running);
    let device = gas_devices(&served).swap_remove(0).0;
    let last = served.snapshot()["sequence"].as_u64().unwrap();
    let mut events = events_of(&served, last);
    let sent = Instant::now();
    publish(&broker, &device, 0, 60.0);
    let raised = next(&mut events, "warningRaised");
    let took = sent.elapsed();
    println!("warned after {took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let warning = &raised["warning"];
    assert_eq!((&warning["rule"], &warning["colour"]), (&json!("gas-methane"), &json!("red")));
    // Red goes to the city's centre; the district it lies in sees it too.
    assert_eq!((&warning["centre"], &warning["deviceId"]), (&json!("city"), &json!(device)));
    assert_eq!((&warning["value"], &warning["limit"]), (&json!(60.0), &json!(50.0)));
    let reported = next(&mut events, "incidentReported");
    assert_eq!((&reported["level"], &reported["source"]["deviceId"]), (&json!(2), &json!(device)));
    assert_eq!(warning["incidentId"], reported["incidentId"]);
    // Others of the city read it as an alert of CAP, in its colour.
    let (list, problems) = read_list(get(&served.at("/cap/alerts")).text.as_bytes()).unwrap();
    assert_eq!(problems.count, 0, "{:?}", problems.sample);
    let alerts = list.entries.into_iter().filter_map(|entry| match entry.body {
        EntryBody::Whole(alert) if alert.infos[0].event == "甲烷浓度超限" => Some((entry.href, *alert)),
        _ => None,
    });
    let alerts: Vec<_> = alerts.collect();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    let (href, alert) = &alerts[0];
    assert_eq!(alert.colour().colour, Some(city::WarningColour::Red));
    assert_eq!(read_alert(get(href.as_ref().unwrap()).text.as_bytes()).unwrap().0, *alert);
    assert_eq!(alert.incidents, reported["incidentId"].as_str().unwrap());
    let officer = Person::of(&served, YUZHONG);
    let note = json!({"type": "noteWarning", "warningId": warning["id"]}).to_string();
    // Its district sees it, and the city's centre takes note of it.
    assert!(officer.get("/api/v1/snapshot").text.contains(&device));
    assert_eq!(officer.act("note", &note).status, 403);
    assert_eq!(served.act("note-city", &note).status, 200);
    assert_eq!(served.act("again", &note).status, 422);
    for id in ["x".repeat(2_000), "a\nb".to_owned()] {
        for (kind, name) in [("noteWarning", "warningId"), ("acceptNotice", "noticeId")] {
            let reply =
                served.act(&format!("{kind}-{}", id.len()), &json!({"type": kind, name: id}).to_string());
            assert_eq!((reply.status, reply.reason().as_str()), (422, "badCommand"), "{}", reply.text);
        }
    }
    // The same again is no news; back below its level it ends.
    publish(&broker, &device, 0, 61.0);
    wait_until("a later value", || {
        crate::observations::newest(&served.running, &device).is_some_and(|(value, _)| value == 61.0)
    });
    let snapshot = served.snapshot();
    let warnings = snapshot["warnings"].as_array().unwrap();
    let of_device: Vec<_> = warnings.iter().filter(|w| w["deviceId"] == json!(device)).collect();
    assert_eq!(of_device.len(), 1);
    assert!(of_device[0]["noted"]["by"].as_str().is_some_and(|by| !by.is_empty()));
    let incidents = snapshot["incidents"].as_array().unwrap();
    assert_eq!(incidents.iter().filter(|i| i["source"]["deviceId"] == json!(device)).count(), 1);
}

#[test]
fn an_open_incident_rises_with_its_warning_and_stays_risen_after_a_restart() {
    let (broker, folder) = (Mosquitto::start(), tempfile::tempdir().unwrap());
    let (scenario, data) = (quiet(folder.path()), folder.path().join("data"));
    let start = || {
        serve_in(&data, |config| {
            observing(config, &broker);
            config.scenario = Some(scenario.clone());
        })
    };
    let running = start();
    subscribed(&running);
    let at = |running: &backend::Running, path: &str| format!("{}{path}", running.url());
    let first = stream(&at(&running, "/api/v1/telemetry"), None).next().unwrap().1;
    let rows = 0..first["devices"]["id"].as_array().unwrap().len();
    let gas = rows.clone().find(|row| first["devices"]["riskClass"][*row] == "gas").unwrap();
    let device = first["devices"]["id"][gas].as_str().unwrap().to_owned();
    let mut events = stream(&at(&running, "/api/v1/events"), Some(0)).map(|(_, event)| event);
    publish(&broker, &device, 1, 25.0);
    let of_device = |e: &Value| e["type"] == "incidentReported" && e["source"]["deviceId"] == json!(device);
    let reported = events.find(of_device).unwrap();
    assert_eq!(reported["level"], 3);
    publish(&broker, &device, 0, 60.0);
    let raised = next(&mut events, "incidentLevelRaised");
    assert_eq!((&raised["level"], &raised["incidentId"]), (&json!(2), &reported["incidentId"]));
    let incident = |running: &backend::Running| {
        let snapshot = get(&at(running, "/api/v1/snapshot")).json();
        let all = snapshot["incidents"].as_array().unwrap().clone();
        all.into_iter().find(|i| i["id"] == reported["incidentId"]).unwrap()
    };
    let now = incident(&running);
    assert_eq!(now["level"], 2);
    let told = now["history"].as_array().unwrap().last().unwrap();
    assert_eq!((&told["body"]["type"], &told["body"]["warningId"]), (&raised["type"], &raised["warningId"]));
    // Others of the city read it as an update of the alert, whose first message stays as it was.
    let (id, sequence) =
        (reported["incidentId"].as_str().unwrap(), |e: &Value| e["sequence"].as_u64().unwrap());
    let alert = |event: &Value| {
        let text = get(&at(&running, &format!("/cap/alerts/{id}.{}", sequence(event)))).text;
        read_alert(text.as_bytes()).unwrap().0
    };
    let severities = [&reported, &raised].map(|event| alert(event).infos[0].severity);
    assert_eq!(severities, [feeds::cap::Severity::Moderate, feeds::cap::Severity::Severe]);
    drop(running);
    assert_eq!(incident(&start()), now);
}

#[test]
fn a_storm_becomes_a_few_warnings_and_incidents() {
    let (broker, folder) = (Mosquitto::start(), tempfile::tempdir().unwrap());
    let scenario = quiet(folder.path());
    let served = serve_with(|config| {
        observing(config, &broker);
        config.scenario = Some(scenario);
    });
    subscribed(&served.running);
    let devices = gas_devices(&served);
    let last = served.snapshot()["sequence"].as_u64().unwrap();
    let at = ago(0);
    for chunk in devices.chunks(100) {
        let message: Vec<Value> = chunk.iter().map(|(id, _)| observation(id, at, 60.0)).collect();
        broker.publish("v1.1/Observations", &json!(message).to_string());
    }
    let all = devices.len() as u64;
    let mut warnings = 0;
    let grouped = events_of(&served, last)
        .inspect(|event| warnings += u64::from(event["type"] == "warningRaised"))
        .find(|event| event["warning"]["members"]["count"].as_u64() >= Some(all));
    let members = grouped.unwrap()["warning"]["members"].clone();
    assert_eq!((members["count"].as_u64(), members["rules"]["gas-methane"].as_u64()), (Some(all), Some(all)));
    let snapshot = served.snapshot();
    let incidents = snapshot["incidents"].as_array().unwrap().len();
    println!("{all} devices past their level: {warnings} warnings, {incidents} incidents");
    assert!(all > 1_000 && warnings <= 11 && (1..=11).contains(&incidents), "{all} {warnings} {incidents}");
    // A district sees its own part of it, in the stream as in the snapshot.
    let own = devices.iter().filter(|(_, district)| *district == u64::from(YUZHONG)).count() as u64;
    let officer = Person::of(&served, YUZHONG);
    let seen = officer.messages("/api/v1/events", Some(last)).map(|message| message.json());
    let part =
        seen.map(|event| event["warning"]["members"].clone()).find(|m| m["count"].as_u64() == Some(own));
    let part = part.unwrap();
    assert_eq!(part["districts"], json!({YUZHONG.to_string(): own}), "{part}");
    let state = officer.get("/api/v1/snapshot").json();
    let groups = state["warnings"].as_array().unwrap().iter().filter(|w| w["members"].is_object());
    assert!(
        groups.clone().count() == 1 && groups.clone().all(|w| w["members"]["districts"] == part["districts"])
    );
    // Those that stood alone before belong to it now.
    let in_force = |w: &&Value| w["ended"].is_null() && w["rule"] != "gas-rise";
    let standing: Vec<_> = snapshot["warnings"].as_array().unwrap().iter().filter(in_force).collect();
    assert_eq!(standing.len(), 1, "{standing:?}");
}

#[test]
fn other_rules_are_taken_while_it_runs_and_faulty_ones_leave_those_before() {
    let (broker, folder) = (Mosquitto::start(), tempfile::tempdir().unwrap());
    let (rules, scenario) = (folder.path().join("rules"), quiet(folder.path()));
    std::fs::create_dir(&rules).unwrap();
    let file = rules.join("gas.toml");
    let rule = |level: &str| {
        format!(
            "system = \"gas\"\nzh = \"燃气管网\"\nen = \"Gas\"\n[[rule]]\nid = \"gas-methane\"\nzh = \"甲烷\"\nen = \"Methane\"\n\
             algorithm = \"gas-leak\"\nversion = \"1.0.0\"\nsource = \"training value\"\nwatch = {{ class = \"gas\" }}\n\
             unit = \"%LEL\"\nwhen = {{ kind = \"above\", yellow = {level} }}\nraise = \"notice\"\ncentre = \"district\"\n\
             departments = [\"燃气\"]\nadvice = {{ zh = \"查\", en = \"look\" }}\n"
        )
    };
    std::fs::write(&file, rule("90.0")).unwrap();
    let served = serve_with(|config| {
        observing(config, &broker);
        (config.rules, config.scenario) = (Some(rules.clone()), Some(scenario));
    });
    subscribed(&served.running);
    assert_eq!(served.snapshot()["rules"], 1);
    let device = gas_devices(&served).swap_remove(0).0;
    publish(&broker, &device, 1, 60.0);
    let last = served.snapshot()["sequence"].as_u64().unwrap();
    let mut events = events_of(&served, last);
    // A faulty file changes nothing, and its fault is told with its line.
    std::fs::write(&file, rule("\"much\"")).unwrap();
    let fault = next(&mut events, "rulesRead");
    let text = fault["faults"][0].as_str().unwrap();
    assert!(text.starts_with("gas.toml:13:") && text.contains("yellow"), "{text}");
    publish(&broker, &device, 0, 95.0);
    let warning = next(&mut events, "warningRaised")["warning"].clone();
    assert_eq!((&warning["limit"], &warning["colour"]), (&json!(90.0), &json!("yellow")));
    assert!(served.snapshot()["ruleFaults"][0].as_str().unwrap().contains("gas.toml:13"));
    // How the rules do is told to whoever looks after the backend.
    let health = || get(&served.at("/health")).json()["rules"].clone();
    let told = health();
    assert_eq!((&told["rules"], &told["from"], &told["files"]), (&json!(1), &json!("folder"), &json!(1)));
    assert!(told["faults"][0].as_str().unwrap().contains("gas.toml:13"), "{told}");
    wait_until("a rate", || health()["observations"]["perSecond"].as_f64().is_some_and(|rate| rate > 0.0));
    assert!(health()["observations"]["used"].as_u64() > Some(0), "{}", health());
    // A rule that asks for an algorithm the register does not have is refused as well.
    std::fs::write(&file, rule("50.0").replace("gas-leak", "gas-guess")).unwrap();
    let fault = next(&mut events, "rulesRead");
    assert!(fault["faults"][0].as_str().unwrap().contains("gas-guess"), "{fault}");
    // Mended, it warns of what it holds already.
    std::fs::write(&file, rule("99.0")).unwrap();
    assert_eq!(next(&mut events, "warningEnded")["why"], "ruleChanged");
    assert_eq!(served.snapshot()["ruleFaults"], json!([]));
}

#[test]
fn many_small_reports_become_notices_that_are_answered_once_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || serve_in(folder.path(), |config| config.notices_after = Duration::ZERO);
    let running = start();
    let notices = |running: &backend::Running| {
        get(&format!("{}/api/v1/snapshot", running.url())).json()["notices"].as_array().unwrap().clone()
    };
    let began = Instant::now();
    while notices(&running).is_empty() {
        assert!(began.elapsed() < Duration::from_secs(240), "no notice");
        std::thread::sleep(Duration::from_millis(200));
    }
    let all = notices(&running);
    println!("{} notices after {:.1} s", all.len(), began.elapsed().as_secs_f64());
    for notice in &all {
        let (act, statistic) = (&notice["act"], &notice["statistic"]);
        println!(
            "{} {} {} p {}",
            notice["kind"], notice["class"], notice["words"]["zh"], statistic["pValue"]
        );
        assert!(notice["observed"].as_f64() > notice["expected"].as_f64());
        assert!(statistic["recurrenceDays"].as_f64() >= Some(365.0), "{statistic}");
        assert!(!act["departments"].as_array().unwrap().is_empty() && notice["state"]["state"] == "issued");
        assert!(!notice["evidence"].as_array().unwrap().is_empty());
    }
    // Some are where much was reported at one spot; they hold still when everything is random but that.
    assert!(all.len() <= 12, "{}", all.len());
    let id = all[0]["id"].as_str().unwrap();
    let answer = |running: &backend::Running, key: &str, body: Value| act(running, key, &body.to_string());
    let reject = json!({"type": "rejectNotice", "noticeId": id, "reason": "施工已报备"});
    let accept = json!({"type": "acceptNotice", "noticeId": id});
    assert_eq!(answer(&running, "a", accept).status, 200);
    let turn = json!({"type": "noticeToIncident", "noticeId": id});
    let reply = answer(&running, "t", turn).json();
    assert_eq!(reply["events"][0]["source"]["noticeId"], json!(id));
    assert_eq!(answer(&running, "r", reject).status, 409);
    drop(running);
    let running = start();
    let again = notices(&running);
    assert_eq!(again.len(), all.len());
    let known = again.iter().find(|n| n["id"] == json!(id)).unwrap();
    assert_eq!(known["state"]["state"], "becameIncident");
}

#[test]
fn rules_with_a_fault_at_the_start_are_refused_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let start = || {
        let config = backend::Config {
            rules: Some(rules.clone()),
            ..backend::Config::embedded(folder.path().join("data"))
        };
        backend::Backend::start(config).err().unwrap().to_string()
    };
    assert!(start().contains("holds no .toml file"), "{}", start());
    std::fs::write(rules.join("gas.toml"), "system = \"gas\"\nrule = 5\n").unwrap();
    let text = start();
    assert!(text.contains("gas.toml:2:") && text.contains("--rules"), "{text}");
    std::fs::write(rules.join("gas.toml"), b"\xff\xfe").unwrap();
    assert!(start().contains("gas.toml"), "{}", start());
}

#[test]
fn a_warning_outlives_a_restart_under_its_name_and_a_withdrawn_algorithm_stops_at_once() {
    let (broker, folder) = (Mosquitto::start(), tempfile::tempdir().unwrap());
    let scenario = quiet(folder.path());
    let data = folder.path().join("data");
    let start = || {
        serve_in(&data, |config| {
            observing(config, &broker);
            config.scenario = Some(scenario.clone());
        })
    };
    let running = start();
    subscribed(&running);
    let url = |running: &backend::Running, path: &str| format!("{}{path}", running.url());
    let first = stream(&url(&running, "/api/v1/telemetry"), None).next().unwrap().1;
    let rows = 0..first["devices"]["id"].as_array().unwrap().len();
    let gas = rows.clone().find(|row| first["devices"]["riskClass"][*row] == "gas").unwrap();
    let device = first["devices"]["id"][gas].as_str().unwrap().to_owned();
    let warnings = |running: &backend::Running| {
        let snapshot = get(&url(running, "/api/v1/snapshot")).json();
        let all = snapshot["warnings"].as_array().unwrap().clone();
        let of_device = |w: &Value| w["deviceId"] == json!(device) && w["rule"] == "gas-methane";
        all.into_iter().filter(of_device).collect::<Vec<_>>()
    };
    publish(&broker, &device, 2, 60.0);
    wait_until("a warning", || warnings(&running).len() == 1);
    let before = warnings(&running);
    drop(running);
    let running = start();
    subscribed(&running);
    publish(&broker, &device, 0, 62.0);
    wait_until("a value", || {
        crate::observations::newest(&running, &device).is_some_and(|(value, _)| value == 62.0)
    });
    std::thread::sleep(Duration::from_millis(1_500));
    let after = warnings(&running);
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!((&after[0]["id"], &after[0]["incidentId"]), (&before[0]["id"], &before[0]["incidentId"]));
    let withdraw = |state: &str, key: &str| {
        let body =
            json!({"type": "changeAlgorithm", "algorithmId": "gas-leak", "state": state, "reason": "试验"});
        act(&running, key, &body.to_string())
    };
    assert_eq!(withdraw("withdrawn", "w").status, 200);
    assert_eq!(warnings(&running)[0]["ended"]["why"], "withdrawn");
    assert_eq!(withdraw("withdrawn", "w2").status, 422);
    publish(&broker, &device, 0, 99.0);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(warnings(&running)[0]["ended"]["why"], "withdrawn");
    // Taken back, it warns of what it sees.
    assert_eq!(withdraw("trial", "w3").status, 200);
    wait_until("a warning again", || {
        warnings(&running).iter().any(|w| w["ended"].is_null() && w["onTrial"] == true)
    });
}
