//! The negative list: what it withholds stands in no byte of any answer, and each answer says that it is withheld.

use crate::client::*;
use crate::sight::{MARK, Person, YUZHONG};
use city::{Field, Role};
use serde_json::Value;
use std::path::PathBuf;

/// Withholds every field there is from observers.
fn list(folder: &std::path::Path) -> PathBuf {
    let entries = Field::ALL.iter().map(|field| {
        format!(
            "[[withhold]]\nwhat = \"{}\"\nfrom = {{ roles = [\"observer\"] }}\nreason = \"试验\"\n",
            field.key()
        )
    });
    let file = folder.join("withhold.toml");
    std::fs::write(&file, entries.collect::<String>()).unwrap();
    file
}

fn served() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let file = list(folder.path());
    let running = serve_in(folder.path(), |config| config.withhold = Some(file));
    Served { running, folder }
}

/// Everything that must not be told, taken from what the city itself is told.
fn secrets(whole: &Value, unit: &str, values: &city::TelemetryBatch, names: &[String]) -> Vec<String> {
    let mut secrets = vec![MARK.to_owned(), "officer:".to_owned()];
    for row in whole["incidents"].as_array().unwrap() {
        if row["districtCode"] == YUZHONG {
            secrets.push(row["text"].as_str().unwrap().to_owned());
            secrets.extend(row["source"]["name"].as_str().map(|name| format!("\"{name}\"")));
            let value = row["source"]["value"].as_f64().map(|value| value.to_string());
            secrets.extend(value.filter(|text| text.len() > 6));
        }
    }
    let unit = whole["units"].as_array().unwrap().iter().find(|row| row["id"] == unit).unwrap();
    secrets.extend(["lon", "lat"].map(|name| unit[name].to_string()));
    // Round values stand in answers for other reasons as well.
    let yuzhong = (0..values.devices.id.len()).filter(|i| values.devices.district_code[*i].0 == YUZHONG);
    let long = yuzhong.map(|i| values.devices.value[i].to_string()).filter(|text| text.len() > 8);
    secrets.extend(long);
    secrets.extend(names.iter().cloned());
    secrets
}

#[test]
fn what_is_withheld_stands_in_no_byte_of_any_answer() {
    let served = served();
    let officer = Person::of(&served, YUZHONG);
    let observer = Person::with(&served, Role::Observer, YUZHONG);
    let before = served.snapshot()["sequence"].as_u64().unwrap();
    let body = format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{MARK}"}}"#);
    let told = officer.act("report", &body);
    assert!(told.text.contains(MARK), "{}", told.text);
    let incident = told.json()["events"][0]["incidentId"].as_str().unwrap().to_owned();
    let unit = free_unit(&served.running);
    let sent = officer.act("send", &dispatch(&incident, &unit));
    assert_eq!(sent.status, 200, "{}", sent.text);
    let recall = officer.act("recall", &dispatch(&incident, &unit).replace("dispatch", "recall"));
    let close = format!(r#"{{"type":"close","incidentId":"{incident}","rating":2,"note":"{MARK}"}}"#);
    let closed = officer.act("close", &close);
    assert_eq!((recall.status, closed.status), (200, 200), "{}", closed.text);
    let end = closed.json()["events"][1]["sequence"].as_u64().unwrap();

    let whole = served.snapshot();
    let mut batches = stream(&served.at("/api/v1/telemetry"), None);
    let values: city::TelemetryBatch = serde_json::from_value(batches.next().unwrap().1).unwrap();
    let points = get(&served.at("/collections/risk-points/items?limit=10000")).json();
    let points = points["features"].as_array().unwrap().iter();
    let own: Vec<&Value> = points.filter(|p| p["properties"]["districtCode"] == YUZHONG).collect();
    let names = own.iter().map(|p| p["properties"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let secrets = secrets(&whole, &unit, &values, &names);
    assert!(secrets.len() > 100, "{}", secrets.len());

    let one = format!("/collections/risk-points/items/{}", own[0]["id"].as_str().unwrap());
    let routes =
        ["/", "/api/v1/snapshot", "/collections", "/collections/risk-points/items?limit=10000", &one];
    let standards = [
        "/cap/alerts",
        "/open311/v2/requests.json",
        "/sensorthings/v1.1/Observations?$top=1000",
        "/sensorthings/v1.1/Datastreams?$top=1000&$expand=Observations",
        "/api/v1/vital-signs",
        "/api/v1/vital-signs/septic-gas",
        "/api/v1/vital-signs/gas-pressure?area=500103001",
    ];
    let routes = routes.into_iter().chain(standards);
    let mut answers: Vec<(String, String)> =
        routes.map(|route| (route.to_owned(), observer.get(route).text)).collect();
    let events = observer.told(before, end);
    answers.extend(events.iter().map(|m| ("events".to_owned(), m.data.clone())));
    let telemetry: Vec<_> = observer.messages("/api/v1/telemetry", None).take(3).collect();
    answers.extend(telemetry.iter().map(|m| ("telemetry".to_owned(), m.data.clone())));
    for (route, text) in &answers {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{route} tells {secret}");
        }
    }

    assert!(
        answers[5].1.contains(&incident)
            && !officer.get("/sensorthings/v1.1/Observations").text.contains("\"value\":[]")
    );
    assert!(officer.get("/cap/alerts").text.contains(MARK));

    // What is missing is named, and why it is missing is said.
    let state = answers[1].1.as_str();
    let snapshot: city::Snapshot = serde_json::from_str(state).unwrap();
    let state: Value = serde_json::from_str(state).unwrap();
    let row = |id: &str| {
        let rows = state["incidents"].as_array().unwrap().iter().chain(state["units"].as_array().unwrap());
        rows.clone().find(|row| row["id"] == id).unwrap()["withheld"].clone()
    };
    assert_eq!(row(&incident), serde_json::json!(["text", "source", "note"]));
    assert_eq!(row(&unit), serde_json::json!(["lon", "lat"]));
    assert!(snapshot.units.iter().all(|unit| unit.lon.is_nan()));
    let first = telemetry[0].json();
    assert_eq!(first["devices"]["withheld"], serde_json::json!(["value"]));
    assert!(first["movers"]["id"].as_array().unwrap().is_empty());
    let about = observer.get("/api/v1").json();
    let withheld = about["withheld"].as_array().unwrap();
    assert_eq!(withheld.len(), Field::ALL.len());
    assert_eq!(withheld[0], serde_json::json!({"what": "device.value", "reason": "试验"}));

    // Who is not meant is told everything, and the city goes on without a word of the list.
    assert!(officer.get("/api/v1/snapshot").text.contains(MARK));
    assert_eq!(officer.get("/api/v1").json()["withheld"], serde_json::json!([]));
    assert!(!serde_json::to_string(&whole).unwrap().contains("\"withheld\":"));
}

#[test]
fn an_answer_lacks_what_its_asker_may_not_know_and_so_does_its_repeat() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("withhold.toml");
    let entry = |what: &str| {
        format!("[[withhold]]\nwhat = \"{what}\"\nfrom = {{ levels = [\"district\"] }}\nreason = \"试验\"\n")
    };
    let for_housing = entry("incident.text").replace("levels = [\"district\"]", "departments = [\"住建委\"]");
    std::fs::write(&file, entry("unit.position") + &entry("incident.officer") + &for_housing).unwrap();
    let running = serve_in(folder.path(), |config| config.withhold = Some(file));
    let served = Served { running, folder };
    let officer = Person::of(&served, YUZHONG);
    let incident = report(&served.running, "r");
    let unit = free_unit(&served.running);
    let first = officer.act("send", &dispatch(&incident, &unit));
    assert_eq!(first.status, 200, "{}", first.text);
    let events = first.json()["events"].clone();
    assert_eq!(events[2]["withheld"], serde_json::json!(["by", "path"]));
    assert!(events[2].get("path").is_none() && !first.text.contains("officer:"));
    assert_eq!(officer.act("send", &dispatch(&incident, &unit)).text, first.text);
    assert!(served.act("send", &dispatch(&incident, &unit)).json()["events"][2]["path"].is_array());

    // A department is in the token of whoever belongs to one.
    let mut housing = city::Actor::city_commander("wang");
    housing.department = Some("住建委".to_owned());
    let data = served.folder.path().join("data");
    let bearer = format!("Bearer {}", backend::tokens::issue_to(&data, &housing, 60).unwrap());
    let about = get_with(&served.at("/api/v1"), &[("authorization", &bearer)]).json();
    assert_eq!(
        (&about["actor"]["department"], &about["withheld"][0]["what"]),
        (&"住建委".into(), &"incident.text".into())
    );
    assert!(
        !get_with(&served.at("/api/v1/snapshot"), &[("authorization", &bearer)]).text.contains("有燃气味")
    );
    assert!(get(&served.at("/api/v1/snapshot")).text.contains("有燃气味"));
}

#[test]
fn a_list_that_is_wrong_keeps_a_backend_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("withhold.toml");
    std::fs::write(&file, "[[withhold]]\nwhat = \"device.colour\"\n").unwrap();
    let mut config = backend::Config::embedded(folder.path().join("data"));
    config.withhold = Some(file.clone());
    let error = backend::Backend::start(config).err().unwrap().to_string();
    assert!(error.contains("withhold.toml") && error.contains("line 2"), "{error}");
    assert!(error.contains("device.colour") && error.contains("device.value"), "{error}");
}
