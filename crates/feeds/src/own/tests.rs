#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn info_is_told_from_other_servers_and_versions() {
    let info = read_info(br#"{"name":"x","version":1,"status":"Exercise","speed":2.0,"more":1}"#).unwrap();
    assert_eq!((info.speed, info.city_id, info.actor), (2.0, None, None));
    let with_actor = |role: &str| {
        let actor = format!(
            r#"{{"name":"li","role":"{role}","level":"district","jurisdiction":{{"district":500103}}}}"#
        );
        read_info(format!(r#"{{"name":"x","version":1,"actor":{actor}}}"#).as_bytes()).unwrap().actor
    };
    assert_eq!(with_actor("observer").map(|actor| actor.role), Some(city::Role::Observer));
    assert_eq!(with_actor("wizard"), None, "a role of a newer backend costs only itself");
    let cases: [(&[u8], &str); 4] = [
        (br#"{"name":"x","version":2,"speed":1}"#, "version 2"),
        (b"<html>Welcome to nginx", "no city backend"),
        (br#"{"name":"x"}"#, "no city backend"),
        (b"\xFF\xFE", "no city backend"),
    ];
    for (body, expected) in cases {
        let error = read_info(body).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_snapshot_with_no_more_than_the_interface_asks_for_is_whole() {
    let body = r#"{"sequence":7,"now":"2026-11-22T08:00:00.000Z","warnings":[],"incidents":[
        {"id":"I-1","riskClass":"gas","level":3,"stage":"perceive","status":"Exercise","lon":106.5,"lat":29.5,
         "districtCode":500103,"townshipCode":500103001,"at":"2026-11-22T07:59:00.000Z","unitIds":[]}],
        "units":[{"id":"U-1","kind":"police","name":"a","lon":106.5,"lat":29.5,"state":"patrol","incidentId":null}],
        "drones":[{"id":"U-2","kind":"drone","name":"b","lon":106.5,"lat":29.5,"state":"patrol"}]}"#;
    let (snapshot, problems) = read_snapshot(body.as_bytes()).unwrap();
    assert_eq!(problems.count, 0, "{problems:?}");
    let city = city::City::from(snapshot);
    assert_eq!(city.units.len(), 2);
    let incident = &city.incidents[&"I-1".into()];
    assert_eq!((incident.stage_since, &incident.source), (incident.reported, &city::Source::Unsaid));
}

#[test]
fn one_bad_unit_never_costs_the_snapshot() {
    let body = r#"{"sequence":7,"now":"2026-11-22T08:00:00.000Z","incidents":[{"id":5}],"drones":[],"units":[
        {"id":"U-1","kind":"police","name":"a","lon":106.5,"lat":29.5,"state":"patrol","incidentId":null,
         "districtCode":500103,"since":"2026-11-22T08:00:00.000Z"},
        {"id":"U-2","kind":"wizard","name":"b","lon":106.5,"lat":29.5,"state":"patrol","incidentId":null,
         "districtCode":500103,"since":"2026-11-22T08:00:00.000Z"}]}"#;
    let (snapshot, problems) = read_snapshot(body.as_bytes()).unwrap();
    assert_eq!(
        (snapshot.sequence, snapshot.units.len(), snapshot.incidents.len(), problems.count),
        (7, 1, 0, 2)
    );
    assert!(problems.sample.unwrap().contains("wizard"));
    for bad in ["", "[]", "null", r#"{"now":"2026-11-22T08:00:00Z"}"#, r#"{"sequence":1,"now":"soon"}"#] {
        assert!(read_snapshot(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn an_event_of_a_newer_backend_is_told_from_a_broken_one() {
    let head = r#"{"sequence":3,"at":"2026-11-22T08:00:00.000Z","status":"Exercise","type":"#;
    assert!(read_event(&format!(r#"{head}"unitOnPatrol","unitId":"U-1"}}"#)).is_ok());
    let newer = read_event(&format!(r#"{head}"bridgeSang","song":1}}"#)).unwrap_err();
    assert_eq!((newer.sequence, newer.unknown_type.as_deref()), (Some(3), Some("bridgeSang")));
    let broken = read_event(&format!(r#"{head}"unitOnPatrol","unitId":1}}"#)).unwrap_err();
    assert_eq!((broken.sequence, broken.unknown_type, broken.problems.count), (Some(3), None, 1));
    assert_eq!(read_event("garbage").unwrap_err().sequence, None);
}

#[test]
fn bad_rows_of_telemetry_are_left_out_one_by_one() {
    let good = r#"{"at":"2026-11-22T08:00:00.000Z","devices":{"id":["a"],"value":[1],"ageMs":[0]},"movers":{"id":[],
        "lon":[],"lat":[],"aboveGroundM":[],"headingDeg":[],"batteryPct":[]}}"#;
    let (batch, problems) = read_telemetry(good);
    assert_eq!((batch.devices.id.len(), problems.count), (1, 0));

    let without_values = good.replace(r#""value":[1]"#, r#""withheld":["value"]"#);
    let (batch, problems) = read_telemetry(&without_values);
    assert_eq!((batch.devices.id.len(), problems.count), (1, 0));
    assert!(batch.devices.value[0].is_nan());
    let mut table = crate::DeviceTable::default();
    let full = r#""ageMs":[0],"riskClass":["gas"],"lon":[106.5],"lat":[29.5],"districtCode":[500103],
        "townshipCode":[500103001]"#;
    let (first, problems) = read_telemetry(&without_values.replace(r#""ageMs":[0]"#, full));
    assert_eq!(problems.count, 0, "{problems:?}");
    assert_eq!(table.apply(&first.devices, first.at).0.len(), 1);
    assert_eq!(table.apply(&batch.devices, batch.at).0.len(), 0, "nothing new");

    let mixed = r#"{"at":"2026-11-22T08:00:00.000Z","devices":{"id":["a","b","c"],"value":[1,null,3],"ageMs":[0,0,0]},
        "movers":{"id":["u","v"],"lon":[106.5,999],"lat":[29.5,0],"aboveGroundM":[0,0],"headingDeg":[0,0],
        "batteryPct":[-1,50]}}"#;
    let (batch, problems) = read_telemetry(mixed);
    assert_eq!(
        (batch.devices.value.as_slice(), batch.movers.id.len(), problems.count),
        (&[1.0, 3.0][..], 1, 2)
    );
    assert!(batch.devices.is_even() && batch.movers.is_even());

    let uneven = mixed.replace("[1,null,3]", "[1,2]");
    let (batch, problems) = read_telemetry(&uneven);
    assert_eq!((batch.devices.id.len(), batch.movers.id.len(), problems.count), (0, 1, 2));
    assert_eq!(read_telemetry("}{").1.count, 1);
    assert_eq!(read_telemetry("{}").1.count, 1);
}
