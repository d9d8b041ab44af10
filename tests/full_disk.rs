//! A disk that takes nothing more: one clear line, nothing half-written, and what runs goes on.
//!
//! The limit on the size of a file stands in for the disk: writing fails in the same places, and a test may set it.

use crate::running::{Backend, Running, errors, json, shancheng};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program under a limit of `blocks` (512 or 1,024 bytes each, as the shell counts) for every file it writes.
fn limited(home: &Path, blocks: &str) -> Command {
    let program = shancheng(home);
    let mut shell = Command::new("sh");
    // What is ignored here stays ignored in the program, which then sees an error where the signal would end it.
    shell
        .args(["-c", &format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\"")])
        .arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.stdin(Stdio::null());
    shell
}

/// The last line on standard error, where the program failed as it should.
fn last_line(out: &Output) -> String {
    let said = errors(out);
    assert_eq!(out.status.code(), Some(1), "{said}");
    said.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_picture_that_does_not_fit_leaves_no_half_of_itself() {
    let home = tempfile::tempdir().unwrap();
    let picture = home.path().join("picture.png");
    let out = limited(home.path(), "8")
        .args(["snapshot", "--size", "640x360", "--layers", "none", "--out"])
        .arg(&picture)
        .output()
        .unwrap();
    let line = last_line(&out);
    assert!(line.starts_with("shancheng: ") && line.contains("picture.png"), "{line}");
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("picture")), "{left:?}");
}

#[test]
fn a_command_that_cannot_be_kept_is_not_sent() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    let file = home.path().join("report.json");
    std::fs::write(&file, r#"{"type":"report","riskClass":"gas","lon":106.57,"lat":29.56,"text":"no room"}"#)
        .unwrap();
    let out =
        limited(home.path(), "0").arg("act").arg(&file).args(["--backend", &city.url]).output().unwrap();
    let line = last_line(&out);
    assert!(line.starts_with("shancheng: "), "{line}");
    let snapshot = city.snapshot();
    let told = snapshot["incidents"].as_array().unwrap().iter().any(|i| i["text"] == "no room");
    assert!(!told, "what is not on disk has not left");
}

#[test]
fn a_city_that_cannot_be_kept_does_not_start() {
    let home = tempfile::tempdir().unwrap();
    let out = limited(home.path(), "0")
        .args(["city", "serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(home.path().join("city"))
        .output()
        .unwrap();
    let line = last_line(&out);
    assert!(line.starts_with("shancheng: ") && line.contains("city"), "{line}");
}

#[test]
fn a_running_city_refuses_what_it_cannot_keep_and_takes_it_when_there_is_room_again() {
    let home = tempfile::tempdir().unwrap();
    let mut child = limited(home.path(), "unlimited")
        .args(["--json", "city", "serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(home.path().join("city"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().unwrap().to_owned();
    let process = child.id().to_string();
    let _city = Running(child);
    let room = |bytes: &str| {
        let set = Command::new("prlimit").args(["--pid", &process, &format!("--fsize={bytes}:")]).status();
        assert!(set.unwrap().success(), "prlimit (util-linux) sets the limit of a running process");
    };
    let act = |text: &str| {
        let file = home.path().join("act.json");
        let body =
            format!(r#"{{"type":"report","riskClass":"gas","lon":106.57,"lat":29.56,"text":"{text}"}}"#);
        std::fs::write(&file, body).unwrap();
        shancheng(home.path())
            .arg("--json")
            .arg("act")
            .arg(&file)
            .args(["--backend", &url, "--seconds", "4"])
            .output()
            .unwrap()
    };
    assert!(act("first").status.success());
    room("4096");
    assert!(!act("while full").status.success());
    room("unlimited");
    let out = act("room again");
    assert!(out.status.success(), "{}", errors(&out));
    assert!(json(&out).to_string().contains("incidentReported"), "{}", json(&out));
}
