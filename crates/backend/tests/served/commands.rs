//! Commands: idempotency, refusals, two officers and one unit.

use crate::client::*;
use std::sync::Barrier;

#[test]
fn a_repeated_key_gets_the_first_answer_byte_for_byte_and_does_nothing_twice() {
    let served = serve();
    let incident = report(&served.running, "report-1");
    let unit = free_unit(&served.running);
    let first = served.act("k1", &dispatch(&incident, &unit));
    assert_eq!(first.status, 200, "{}", first.text);
    let types: Vec<_> =
        first.json()["events"].as_array().unwrap().iter().map(|e| e["type"].clone()).collect();
    assert_eq!(types, ["incidentAcknowledged", "stageChanged", "unitDispatched"]);
    assert!(first.json()["events"].as_array().unwrap().iter().all(|e| e["status"] == "Exercise"));
    let again = served.act("k1", &format!(" {}", dispatch(&incident, &unit)));
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = served.act("k1", r#"{"type":"acknowledge","incidentId":"I-000001"}"#);
    assert_eq!((other.status, other.reason().as_str()), (422, "keyReused"));
    let refused = served.act("k2", &dispatch("I-999999", &unit));
    assert_eq!((refused.status, refused.reason().as_str()), (422, "noSuchIncident"));
    assert_eq!(served.act("k2", &dispatch("I-999999", &unit)).text, refused.text);
    let no_key = post_with(
        &served.at("/api/v1/commands"),
        &[("content-type", "application/json")],
        &format!(r#"{{"type":"recall","incidentId":"{incident}","unitId":"{unit}"}}"#),
    );
    assert_eq!(no_key.status, 200, "{}", no_key.text);
    assert_eq!(no_key.headers["idempotency-key-generated"], "true");
    assert!(no_key.headers.contains_key("idempotency-key"));
}

#[test]
fn an_identifier_without_end_is_no_command() {
    let served = serve();
    for id in ["J".repeat(65_000), "I-1\\u0007".to_owned()] {
        let reply = served.act("k", &format!(r#"{{"type":"acknowledge","incidentId":"{id}"}}"#));
        assert_eq!((reply.status, reply.reason().as_str()), (422, "badCommand"), "{}", reply.text);
        assert!(reply.text.len() < 1_000);
    }
}

#[test]
fn of_two_officers_who_send_one_unit_one_wins_and_the_other_is_told() {
    let served = serve();
    let incidents: Vec<String> = (0..8).map(|n| report(&served.running, &format!("r{n}"))).collect();
    let unit = free_unit(&served.running);
    let barrier = Barrier::new(incidents.len());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = incidents
            .iter()
            .map(|incident| {
                let (barrier, unit, running) = (&barrier, &unit, &served.running);
                scope.spawn(move || {
                    barrier.wait();
                    let reply = act(running, &format!("race-{incident}"), &dispatch(incident, unit));
                    if reply.status == 409 {
                        assert_eq!(reply.reason(), "unitTaken");
                        assert_eq!(reply.json()["unit"], unit.as_str());
                    }
                    reply.status
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|s| **s == 409).count(), incidents.len() - 1, "{statuses:?}");
}

#[test]
fn a_command_is_an_object() {
    let served = serve();
    assert_eq!(served.act("list", r#"["acknowledge","I-000001"]"#).reason(), "badCommand");
    assert_eq!(served.act("", r#"{"type":"acknowledge","incidentId":"I-9"}"#).reason(), "badKey");
}

#[test]
fn a_dispatched_unit_drives_arrives_handles_reports_back_and_the_incident_closes() {
    let served = serve_with(|config| config.speed = 300.0);
    let events = stream(&served.at("/api/v1/events"), None);
    let incident = report(&served.running, "r");
    let unit = free_unit(&served.running);
    assert_eq!(served.act("d", &dispatch(&incident, &unit)).status, 200);
    let mut seen = Vec::new();
    for (_, event) in events {
        if event["incidentId"] == incident.as_str() {
            seen.push(event["type"].as_str().unwrap().to_owned());
            if event["stage"] == "supervise" {
                break;
            }
        }
    }
    let expected = [
        "incidentReported",
        "incidentAcknowledged",
        "stageChanged",
        "unitDispatched",
        "unitArrived",
        "unitHandling",
        "unitReportedBack",
        "stageChanged",
    ];
    assert_eq!(seen, expected);
    let close = format!(r#"{{"type":"close","incidentId":"{incident}","rating":5,"note":"好"}}"#);
    assert_eq!(served.act("c", &close).status, 200);
}
