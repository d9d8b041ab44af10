//! Incident → dispatch → close over HTTP against the real backend process.

use crate::running::{Backend, incident};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(120);

#[test]
fn an_incident_is_dispatched_handled_rated_and_closed_over_http() {
    let home = tempfile::tempdir().unwrap();
    // 120 times the clock: a drive of ten minutes takes five seconds.
    let city = Backend::start(home.path(), &["--speed", "120"]);
    let id = city.report("r-1");
    let unit = city.free_unit();
    let dispatch = format!(r#"{{"type":"dispatch","incidentId":"{id}","unitId":"{unit}"}}"#);
    let (status, first) = city.command("d-1", &dispatch);
    assert_eq!(status, 200, "{first}");
    let (status, again) = city.command("d-1", &dispatch);
    assert_eq!((status, &again), (200, &first), "a repeated key gets the first answer");
    let (status, taken) = city.command("d-2", &dispatch);
    assert_eq!(status, 409, "{taken}");
    assert_eq!(taken["reason"], "unitTaken");

    let early = format!(r#"{{"type":"close","incidentId":"{id}","rating":5,"note":""}}"#);
    let (status, refused) = city.command("c-0", &early);
    assert_eq!((status, refused["reason"].as_str()), (422, Some("unitsStillOut")), "{refused}");

    let handled = city.wait(LONG, "the unit reports back", |s| incident(s, &id)["stage"] == "supervise");
    let history = incident(&handled, &id)["history"].as_array().unwrap();
    let steps: Vec<_> = history.iter().filter_map(|line| line["body"]["type"].as_str()).collect();
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
    assert_eq!(steps, expected);
    let (status, closed) = city.command("c-1", &early);
    assert_eq!(status, 200, "{closed}");
    assert_eq!(incident(&city.snapshot(), &id)["stage"], "review");
    assert_eq!(incident(&city.snapshot(), &id)["status"], "Exercise");
}

#[test]
fn a_recalled_unit_turns_round_and_can_be_sent_again() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    let (id, unit) = (city.report("r"), city.free_unit());
    let order = |act: &str| format!(r#"{{"type":"{act}","incidentId":"{id}","unitId":"{unit}"}}"#);
    assert_eq!(city.command("1", &order("dispatch")).0, 200);
    assert_eq!(city.command("2", &order("recall")).0, 200);
    let (status, again) = city.command("3", &order("recall"));
    assert_eq!((status, again["reason"].as_str()), (422, Some("unitNotThere")), "{again}");
    assert_eq!(city.command("4", &order("dispatch")).0, 200);
}

#[test]
fn what_is_wrong_is_said_as_a_problem() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    for (body, status) in [
        ("{", 400),
        ("", 400),
        (r#"{"type":"explode"}"#, 422),
        (r#"{"type":"dispatch","incidentId":"I-none","unitId":"U-none"}"#, 422),
        (r#"{"type":"report","riskClass":"gas","lon":0,"lat":0,"text":"x"}"#, 422),
    ] {
        let (got, problem) =
            city.command(&format!("bad-{body}").replace(['"', '{', '}', ':', ','], ""), body);
        assert_eq!(got, status, "{body}: {problem}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
    }
    assert_eq!(city.get("/nowhere").0, 404);
}
