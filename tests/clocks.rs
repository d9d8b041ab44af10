//! The clock of a workstation is set while `follow` listens and while `act` waits for a backend that is away: each event
//! is told once, each order is carried out once.

use crate::running::{Backend, Follower, incident, shancheng};
use crate::wall_clock::{DAY_S, HOUR_S, WallClock};
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_clock_that_is_set_costs_no_event_and_doubles_no_order() {
    let home = tempfile::tempdir().unwrap();
    let mut city = Backend::start(home.path(), &[]);
    let clock = WallClock::right();
    let follower = Follower::start(home.path(), &city.url, &clock.environment());
    assert!(WallClock::is_kept_by(&follower.process.0), "the follower has a clock of its own");

    let mut orders = Vec::new();
    for (round, off_by) in [-DAY_S, DAY_S, -HOUR_S, 10 * DAY_S, 0].into_iter().enumerate() {
        let (id, unit) = (city.report(&format!("report-{round}")), city.free_unit());
        let file = home.path().join("order.json");
        std::fs::write(&file, format!(r#"{{"type":"dispatch","incidentId":"{id}","unitId":"{unit}"}}"#))
            .unwrap();
        city.process.kill();
        let mut act = shancheng(home.path())
            .args(["--json", "act", file.to_str().unwrap(), "--backend", &city.url, "--seconds", "60"])
            .arg("--state")
            .arg(home.path().join("officer"))
            .envs(clock.environment())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It has tried, and waits to try again.
        std::thread::sleep(Duration::from_millis(1_500));
        assert!(act.try_wait().unwrap().is_none(), "it waits for the backend");
        assert!(WallClock::is_kept_by(&act), "it has a clock of its own");
        clock.set_off_by(off_by);
        std::thread::sleep(Duration::from_millis(500));
        city.restart(&[]);
        let out = act.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "clock off by {off_by} s: {said}");
        orders.push((id, unit));
    }
    let snapshot = city.snapshot();
    for (id, unit) in &orders {
        let history = incident(&snapshot, id)["history"].as_array().unwrap().clone();
        let is_order = |line: &&Value| {
            line["body"]["type"] == "unitDispatched" && line["body"]["unitId"] == unit.as_str()
        };
        assert_eq!(history.iter().filter(is_order).count(), 1, "the dispatch of {unit} to {id}");
    }
    let told = follower.events.filter(|event| {
        orders.iter().any(|(id, unit)| {
            event["type"] == "unitDispatched"
                && event["incidentId"] == id.as_str()
                && event["unitId"] == unit.as_str()
        })
    });
    assert_eq!(told.take(orders.len()).count(), orders.len(), "the follower told them all");
}
