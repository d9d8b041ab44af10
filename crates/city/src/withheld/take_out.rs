//! Taking withheld fields out of what is told: the one place through which all of it goes.

use super::{Field, Fields};
use serde_json::{Map, Value};

/// What is told, by its form on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// An event.
    Event,
    /// The answer to a command: its events.
    Answer,
    /// The state, or the things that come into sight.
    State,
    /// A batch of telemetry.
    Telemetry,
    /// A risk point as a GeoJSON feature.
    RiskPoint,
}

/// Takes `fields` out of `value`; beside each that was there stands its name in a list `withheld`.
pub fn withhold(fields: Fields, telling: Telling, value: &mut Value) {
    let Value::Object(object) = value else { return };
    if fields.is_empty() {
        return;
    }
    match telling {
        Telling::Event => event(fields, object),
        Telling::Answer => each(object, "events", |told| event(fields, told)),
        Telling::State => {
            each(object, "incidents", |row| incident(fields, row));
            each(object, "units", |row| unit(fields, row));
            each(object, "drones", |row| unit(fields, row));
            each(object, "warnings", |row| warning(fields, row));
            each(object, "notices", |row| inside(row, "state", |state| officer(fields, state)));
            each(object, "algorithms", |row| each(row, "changes", |change| officer(fields, change)));
        }
        Telling::Telemetry => telemetry(fields, object),
        Telling::RiskPoint => {
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                take_if(fields, Field::RiskPointName, properties, &["name", "nameEn"]);
            }
        }
    }
}

fn event(fields: Fields, event: &mut Map<String, Value>) {
    officer(fields, event);
    match event.get("type").and_then(Value::as_str).unwrap_or_default() {
        "incidentReported" => report(fields, event),
        "unitDispatched" => take_if(fields, Field::UnitPosition, event, &["path"]),
        "unitCheckedIn" => take_if(fields, Field::UnitPosition, event, &["lon", "lat"]),
        "unitReportedBack" => take_if(fields, Field::IncidentNote, event, &["text"]),
        "warningRaised" | "warningChanged" => inside(event, "warning", |told| warning(fields, told)),
        "noticeChanged" => inside(event, "state", |state| officer(fields, state)),
        "algorithmRegistered" => {
            inside(event, "algorithm", |entry| each(entry, "changes", |change| officer(fields, change)));
        }
        "algorithmChanged" => inside(event, "change", |change| officer(fields, change)),
        "incidentClosed" => take_if(fields, Field::IncidentNote, event, &["note"]),
        _ => {}
    }
}

/// Who acted.
fn officer(fields: Fields, told: &mut Map<String, Value>) {
    take_if(fields, Field::IncidentOfficer, told, &["by"]);
}

/// A warning: its reason is made of the value of its device.
fn warning(fields: Fields, told: &mut Map<String, Value>) {
    if told.get("deviceId").is_some_and(|id| !id.is_null()) {
        take_if(fields, Field::DeviceValue, told, &["value", "reason"]);
    }
    inside(told, "noted", |noted| officer(fields, noted));
}

/// What an incident and the event of its report say of who saw what.
fn report(fields: Fields, told: &mut Map<String, Value>) {
    let kind = told.get("source").and_then(|source| source["kind"].as_str());
    let (by_device, by_person) =
        (kind == Some("device"), !matches!(kind, Some("device" | "warning" | "notice")));
    take_if(fields, Field::IncidentText, told, &["text"]);
    // Only a notice's incident says who made it one; who reported another is taken out with its source.
    inside(told, "source", |source| officer(fields, source));
    if by_device {
        // The words of a device's report are made of its value.
        take_if(fields, Field::DeviceValue, told, &["source", "text"]);
    } else if by_person {
        take_if(fields, Field::IncidentReporter, told, &["source"]);
    }
}

fn incident(fields: Fields, row: &mut Map<String, Value>) {
    report(fields, row);
    take_if(fields, Field::IncidentNote, row, &["note"]);
    each(row, "history", |line| {
        if let Some(Value::Object(body)) = line.get_mut("body") {
            event(fields, body);
        }
    });
}

fn unit(fields: Fields, row: &mut Map<String, Value>) {
    take_if(fields, Field::UnitPosition, row, &["lon", "lat", "aboveGroundM", "trip"]);
}

fn telemetry(fields: Fields, batch: &mut Map<String, Value>) {
    if let Some(Value::Object(devices)) = batch.get_mut("devices") {
        take_if(fields, Field::DeviceValue, devices, &["value"]);
    }
    if let Some(Value::Object(movers)) = batch.get_mut("movers")
        && fields.contains(Field::UnitPosition)
    {
        let columns: Vec<Value> = movers.keys().map(|name| name.as_str().into()).collect();
        movers.values_mut().for_each(|column| *column = Value::Array(Vec::new()));
        movers.insert(WITHHELD.to_owned(), Value::Array(columns));
    }
}

/// The list that names what is withheld beside it.
const WITHHELD: &str = "withheld";

fn take_if(fields: Fields, field: Field, object: &mut Map<String, Value>, names: &[&str]) {
    if !fields.contains(field) {
        return;
    }
    let taken = names.iter().filter(|name| object.remove(**name).is_some_and(|value| !value.is_null()));
    let taken: Vec<Value> = taken.map(|name| Value::from(*name)).collect();
    if taken.is_empty() {
        return;
    }
    match object.get_mut(WITHHELD) {
        Some(Value::Array(before)) => before.extend(taken),
        _ => drop(object.insert(WITHHELD.to_owned(), Value::Array(taken))),
    }
}

fn inside(object: &mut Map<String, Value>, name: &str, act: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(Value::Object(inner)) = object.get_mut(name) {
        act(inner);
    }
}

fn each(object: &mut Map<String, Value>, name: &str, mut act: impl FnMut(&mut Map<String, Value>)) {
    if let Some(Value::Array(rows)) = object.get_mut(name) {
        rows.iter_mut().filter_map(Value::as_object_mut).for_each(&mut act);
    }
}
