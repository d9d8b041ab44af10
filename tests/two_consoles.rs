//! Two consoles on one backend: what one does, the other sees; both without a window.

use crate::running::{Backend, Follower, run, shancheng};
use serde_json::Value;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn one_consoles_dispatch_is_in_the_other_within_a_second() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    let mut follower = Follower::start(home.path(), &city.url, &[]);

    let (id, unit) = (city.report("r"), city.free_unit());
    let file = home.path().join("dispatch.json");
    std::fs::write(&file, format!(r#"{{"type":"dispatch","incidentId":"{id}","unitId":"{unit}"}}"#)).unwrap();
    let out = run(home.path(), &["act", file.to_str().unwrap(), "--backend", &city.url, "--json"]);
    let done = Instant::now();
    assert!(out.status.success(), "{}", crate::running::errors(&out));

    let is_told = |event: Value| event["type"] == "unitDispatched" && event["unitId"] == unit.as_str();
    assert!(follower.events.any(is_told), "the follower ended");
    assert!(done.elapsed() < Duration::from_secs(1), "seen {:?} after the answer", done.elapsed());
}

#[test]
fn two_officers_dispatch_the_same_unit_and_one_is_told() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    let unit = city.free_unit();
    let incidents = [city.report("a"), city.report("b")];
    let acts: Vec<_> = incidents
        .iter()
        .enumerate()
        .map(|(n, id)| {
            let file = home.path().join(format!("{n}.json"));
            std::fs::write(&file, format!(r#"{{"type":"dispatch","incidentId":"{id}","unitId":"{unit}"}}"#))
                .unwrap();
            shancheng(home.path())
                .args(["--json", "act", file.to_str().unwrap(), "--backend", &city.url, "--state"])
                .arg(home.path().join(format!("officer-{n}")))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outs: Vec<_> = acts.into_iter().map(|act| act.wait_with_output().unwrap()).collect();
    let mut codes: Vec<_> = outs.iter().map(|out| out.status.code()).collect();
    codes.sort();
    assert_eq!(codes, [Some(0), Some(1)]);
    let loser = outs.iter().find(|out| out.status.code() == Some(1)).unwrap();
    assert!(String::from_utf8_lossy(&loser.stdout).contains("unitTaken"), "the other is told why");
}
