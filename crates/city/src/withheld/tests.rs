#![allow(clippy::unwrap_used)]

use super::*;
use crate::{City, Event, Jurisdiction, LonLat, Snapshot, Source, TelemetryBatch};
use serde_json::{Value, json};

fn entry(what: Field, from: Whom) -> Withholding {
    Withholding { what, from, reason: "为了试验".to_owned() }
}

#[test]
fn a_list_means_whom_all_its_criteria_fit() {
    let officer = |level, department: Option<&str>| Actor {
        level,
        role: Role::DutyOfficer,
        department: department.map(str::to_owned),
        ..Actor::city_commander("officer:li")
    };
    let districts = Whom { levels: vec![Level::District], ..Whom::default() };
    let housing = Whom { departments: vec!["住建委".to_owned()], ..Whom::default() };
    let both = Whom { levels: vec![Level::District], ..housing.clone() };
    let observers = Whom { roles: vec![Role::Observer], ..Whom::default() };
    let list = NegativeList {
        withhold: vec![
            entry(Field::DeviceValue, districts),
            entry(Field::IncidentText, housing),
            entry(Field::UnitPosition, both),
            entry(Field::IncidentNote, observers),
            entry(Field::RiskPointName, Whom::default()),
        ],
    };
    let withheld = |actor: &Actor| {
        let sight = list.sight(actor);
        let fields = Field::ALL.iter().filter(|field| sight.withheld.contains(**field));
        fields.map(|field| field.key()).collect::<Vec<_>>()
    };
    let nothing: [&str; 0] = [];
    assert_eq!(withheld(&officer(Level::City, None)), nothing);
    assert_eq!(withheld(&officer(Level::District, None)), ["device.value"]);
    assert_eq!(withheld(&officer(Level::City, Some("住建委"))), ["incident.text"]);
    let all = ["device.value", "incident.text", "unit.position"];
    assert_eq!(withheld(&officer(Level::District, Some("住建委"))), all);
    assert_eq!(withheld(&officer(Level::City, Some("水利局"))), nothing);
}

fn told(telling: Telling, fields: &[Field], mut value: Value) -> Value {
    withhold(fields.iter().copied().collect(), telling, &mut value);
    value
}

fn event(body: Value) -> Value {
    let mut event = json!({"sequence": 3, "at": "2026-11-22T08:00:00.000Z", "status": "Exercise"});
    event.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    event
}

fn reported(source: Value) -> Value {
    event(
        json!({"type": "incidentReported", "incidentId": "I-1", "riskClass": "gas", "level": 2, "lon": 106.5,
        "lat": 29.5, "districtCode": 500103, "townshipCode": 500103001, "text": "SECRET", "source": source}),
    )
}

fn device() -> Value {
    json!({"kind": "device", "deviceId": "D-1", "value": 41.75})
}

#[test]
fn what_is_withheld_is_named_and_an_event_without_it_is_still_read() {
    let resident = json!({"kind": "resident", "name": "SECRET"});
    let dispatched = json!({"type": "unitDispatched", "incidentId": "I-1", "unitId": "U-1", "by": "SECRET",
        "path": [{"lon": 106.51234, "lat": 29.5}], "durationS": 60.0});
    let checked_in = json!({"type": "unitCheckedIn", "unitId": "U-1", "lon": 106.51234, "lat": 29.5});
    let back = json!({"type": "unitReportedBack", "incidentId": "I-1", "unitId": "U-1", "text": "SECRET"});
    let closed =
        json!({"type": "incidentClosed", "incidentId": "I-1", "rating": 4, "note": "SECRET", "by": "li"});
    let cases = [
        (Field::IncidentText, reported(device()), vec!["text"]),
        (Field::DeviceValue, reported(device()), vec!["source", "text"]),
        (Field::IncidentReporter, reported(resident.clone()), vec!["source"]),
        (Field::IncidentOfficer, event(dispatched.clone()), vec!["by"]),
        (Field::UnitPosition, event(dispatched), vec!["path"]),
        (Field::UnitPosition, event(checked_in), vec!["lon", "lat"]),
        (Field::IncidentNote, event(back), vec!["text"]),
        (Field::IncidentNote, event(closed), vec!["note"]),
    ];
    for (field, whole, names) in cases {
        let told = told(Telling::Event, &[field], whole.clone());
        assert_eq!(told["withheld"], json!(names), "{}", field.key());
        let left: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert!(names.iter().all(|name| !left.iter().any(|key| key == name)), "{told}");
        let read: Event = serde_json::from_value(told).unwrap();
        assert_eq!(read.sequence, 3);
        City::default().apply(&read);
    }
    // What a person reported in words is no value of a device; a device is no person.
    let by_person = reported(resident);
    assert_eq!(told(Telling::Event, &[Field::DeviceValue], by_person.clone()), by_person);
    assert_eq!(told(Telling::Event, &[Field::IncidentReporter], reported(device())), reported(device()));
    let answer = told(Telling::Answer, &[Field::IncidentText], json!({"events": [by_person]}));
    assert_eq!(answer["events"][0]["withheld"], json!(["text"]));
}

#[test]
fn a_state_without_its_secrets_is_a_state() {
    let row = json!({"id": "I-1", "riskClass": "gas", "level": 2, "stage": "perceive", "status": "Exercise",
        "lon": 106.5, "lat": 29.5, "districtCode": 500103, "townshipCode": 500103001,
        "at": "2026-11-22T08:00:00.000Z", "unitIds": [], "text": "SECRET 41.75", "source": device(), "note": "SECRET",
        "history": [{"at": "2026-11-22T08:00:00.000Z", "sequence": 3, "body": reported(device())}]});
    let unit = json!({"id": "U-1", "kind": "police", "name": "a", "lon": 106.51234, "lat": 29.51234, "state": "patrol",
        "incidentId": null, "trip": {"path": [{"lon": 106.51234, "lat": 29.5}], "durationS": 1.0,
        "began": "2026-11-22T08:00:00.000Z"}});
    let mut drone = unit.clone();
    (drone["id"], drone["aboveGroundM"]) = (json!("U-2"), json!(51234.0));
    let whole = json!({"sequence": 3, "now": "2026-11-22T08:00:00.000Z", "incidents": [row], "units": [unit],
        "drones": [drone]});
    let left = told(Telling::State, Field::ALL, whole);
    let text = left.to_string();
    for secret in ["SECRET", "41.75", "51234"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(left["units"][0]["withheld"], json!(["lon", "lat", "trip"]));
    assert_eq!(left["incidents"][0]["history"][0]["body"]["withheld"], json!(["text", "source"]));
    let city = City::from(serde_json::from_value::<Snapshot>(left).unwrap());
    assert_eq!(city.incidents[&"I-1".into()].source, Source::Unsaid);
    let unit = &city.units[&"U-1".into()];
    assert!(!unit.at.is_valid() && unit.trip.is_none());
    assert!(city.units_for(&city.incidents[&"I-1".into()])[0].2.is_infinite());
    let mut moved = city.clone();
    moved.moved(&"U-1".into(), LonLat::new(f64::NAN, 0.0));
    assert!(!moved.units[&"U-1".into()].at.is_valid());
}

#[test]
fn telemetry_and_risk_points_lose_what_is_withheld_and_nothing_else() {
    let batch = json!({"at": "2026-11-22T08:00:00.000Z",
        "devices": {"id": ["D-1"], "value": [41.75], "ageMs": [3]},
        "movers": {"id": ["U-1"], "lon": [106.51234], "lat": [29.5], "aboveGroundM": [0.0], "headingDeg": [0.0],
        "batteryPct": [-1.0]}});
    let left = told(Telling::Telemetry, &[Field::UnitPosition, Field::DeviceValue], batch.clone());
    assert_eq!(left["devices"], json!({"id": ["D-1"], "ageMs": [3], "withheld": ["value"]}));
    assert!(!left.to_string().contains("51234") && left["movers"]["withheld"].as_array().unwrap().len() == 6);
    let movers = told(Telling::Telemetry, &[Field::UnitPosition], batch.clone());
    let read: TelemetryBatch = serde_json::from_value(movers).unwrap();
    assert!(read.movers.is_even() && read.movers.id.is_empty() && read.devices.value == [41.75]);
    assert_eq!(told(Telling::Telemetry, &[], batch.clone()), batch);

    let point = json!({"type": "Feature", "id": "R-1", "properties": {"name": "SECRET", "nameEn": "SECRET", "class": "gas"}});
    let left = told(Telling::RiskPoint, &[Field::RiskPointName], point);
    assert_eq!(left["properties"], json!({"class": "gas", "withheld": ["name", "nameEn"]}));
    assert_eq!(Sight::WHOLE.jurisdiction, Jurisdiction::City);
}
