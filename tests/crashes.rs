//! kill -9 of the backend and of `shancheng act` in mid-dispatch, at random moments: nothing lost, nothing doubled.

use crate::running::{Backend, Running, incident, shancheng};
use std::process::Stdio;
use std::time::Duration;

const ROUNDS: u64 = 200;

/// Moments spread over the time a dispatch takes, the same in every run of the test.
fn moment(round: u64) -> Duration {
    let scattered = round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    Duration::from_micros(scattered % 120_000)
}

#[test]
fn two_hundred_kills_lose_nothing_and_double_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut city = Backend::start(home.path(), &[]);
    let state = home.path().join("officer");
    let (mut sent, mut lost) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        let (id, unit) = (city.report(&format!("report-{round}")), city.free_unit());
        let file = home.path().join("order.json");
        std::fs::write(&file, format!(r#"{{"type":"dispatch","incidentId":"{id}","unitId":"{unit}"}}"#))
            .unwrap();
        let act = shancheng(home.path())
            .args(["act", file.to_str().unwrap(), "--backend", &city.url, "--state"])
            .arg(&state)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut act = Running(act);
        std::thread::sleep(moment(round));
        match round % 3 {
            0 => act.kill(),
            1 => city.restart(&[]),
            _ => {
                act.kill();
                city.restart(&[]);
            }
        }
        drop(act);
        // Whoever opens the same state folder next finishes what was accepted: an empty list of orders will do.
        let out = shancheng(home.path())
            .args(["act", "-", "--backend", &city.url, "--seconds", "30", "--state"])
            .arg(&state)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.code() != Some(2), "round {round}: {said}");
        let snapshot = city.snapshot();
        let times = incident(&snapshot, &id)["history"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["body"]["type"] == "unitDispatched")
            .count();
        assert!(times <= 1, "round {round}: dispatched {times} times");
        // A kill before the command was on disk leaves no trace of it anywhere: it was never accepted.
        lost += usize::from(times == 0 && accepted(&state, &id));
        sent.extend((times == 1).then_some((id, unit)));
    }
    assert_eq!(lost, 0, "commands accepted and never carried out");
    assert!(sent.len() >= ROUNDS as usize / 3, "only {} of {ROUNDS} were accepted at all", sent.len());
    // Every report and dispatch that was carried out is still there after all the kills, once.
    let snapshot = city.snapshot();
    for (id, unit) in &sent {
        let history = incident(&snapshot, id)["history"].as_array().unwrap().clone();
        let times = history.iter().filter(|line| {
            line["body"]["type"] == "unitDispatched" && line["body"]["unitId"] == unit.as_str()
        });
        assert_eq!(times.count(), 1, "the dispatch of {unit} to {id}");
    }
}

/// Whether the outbox ever took the dispatch of incident `id`.
fn accepted(state: &std::path::Path, id: &str) -> bool {
    let outbox = rusqlite::Connection::open(state.join("outbox.sqlite")).unwrap();
    let like = format!("%{id}%");
    let rows = outbox
        .query_row("SELECT count(*) FROM outbox WHERE body LIKE ?1", [&like], |row| row.get::<_, i64>(0));
    rows.unwrap_or(0) > 0
}
