//! Streams: resume without gap or repeat, telemetry, what cannot be resumed.

use crate::client::*;
use std::collections::HashSet;
use std::time::{Duration, Instant};

#[test]
fn a_stream_resumes_without_gap_or_repeat_wherever_it_was_cut() {
    let served = serve_with(|config| config.speed = 60.0);
    let mut last = served.snapshot()["sequence"].as_u64().unwrap();
    for cut in [1, 7, 20, 3] {
        for (id, event) in stream(&served.at("/api/v1/events"), Some(last)).take(cut) {
            assert_eq!(id, Some(last + 1));
            assert_eq!(event["sequence"], last + 1);
            assert_eq!(event["status"], "Exercise");
            last += 1;
        }
    }
    let from_start: Vec<_> =
        stream(&served.at("/api/v1/events?lastEventId=0"), None).take(last as usize).collect();
    assert!(from_start.iter().zip(1..).all(|((id, _), n)| *id == Some(n)));
}

#[test]
fn an_event_comes_at_least_every_three_seconds() {
    let served = serve();
    let began = Instant::now();
    let mut last = Instant::now();
    for _ in stream(&served.at("/api/v1/events"), None).take(5) {
        assert!(last.elapsed() < Duration::from_millis(3_000), "{:?}", last.elapsed());
        last = Instant::now();
    }
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[test]
fn what_cannot_be_resumed_is_said() {
    let served = serve();
    let at = served.at("/api/v1/events");
    let ahead = get_with(&at, &[("last-event-id", "99999999")]);
    assert_eq!((ahead.status, ahead.reason().as_str()), (410, "journalGone"));
    let garbage = get_with(&at, &[("last-event-id", "abc")]);
    assert_eq!((garbage.status, garbage.reason().as_str()), (400, "badEventId"));
}

#[test]
fn telemetry_begins_with_everything_and_goes_on_with_changes() {
    let served = serve();
    let mut batches = stream(&served.at("/api/v1/telemetry"), None).map(|(_, batch)| batch);
    let first = batches.next().unwrap();
    let count = |batch: &serde_json::Value, part: &str, column: &str| {
        batch[part][column].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count(&first, "devices", "id"), 17_000);
    for column in ["value", "ageMs", "riskClass", "lon", "lat", "districtCode", "townshipCode"] {
        assert_eq!(count(&first, "devices", column), 17_000, "{column}");
    }
    let batch: city::TelemetryBatch = serde_json::from_value(first).unwrap();
    assert!(batch.devices.is_even() && batch.movers.is_even());
    let mut reported = HashSet::new();
    for batch in batches.take(11) {
        let batch: city::TelemetryBatch = serde_json::from_value(batch).unwrap();
        assert!(batch.devices.is_even() && batch.movers.is_even() && batch.devices.lon.is_empty());
        assert!(!batch.devices.id.is_empty() && batch.devices.id.len() < 17_000);
        reported.extend(batch.devices.id);
    }
    assert!(reported.len() > 16_500, "{}", reported.len());
}

#[test]
fn a_switched_off_class_falls_silent() {
    let served = serve_with(|config| config.speed = 10.0);
    let off = r#"{"type":"switchDevices","riskClass":"gas","reporting":false}"#;
    assert_eq!(served.act("off", off).status, 200);
    assert_eq!(served.snapshot()["silent"], serde_json::json!(["gas"]));
    let mut batches = stream(&served.at("/api/v1/telemetry"), None).map(|(_, batch)| batch);
    let first: city::TelemetryBatch = serde_json::from_value(batches.next().unwrap()).unwrap();
    let gas: HashSet<_> = first
        .devices
        .id
        .iter()
        .zip(&first.devices.risk_class)
        .filter(|(_, class)| **class == city::RiskClass::Gas)
        .map(|(id, _)| id.clone())
        .collect();
    assert_eq!(gas.len(), 3_000);
    batches.next();
    for batch in batches.take(3) {
        let batch: city::TelemetryBatch = serde_json::from_value(batch).unwrap();
        assert!(batch.devices.id.iter().all(|id| !gas.contains(id)));
        assert!(batch.devices.id.len() > 5_000);
    }
}
