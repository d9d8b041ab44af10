//! A bad line between a console and a real backend: cut, delayed, a byte at a time, stalled, refused. No event is missed
//! or told twice, and every command is done once.

use crate::running::{Backend, errors, shancheng};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// What is wrong with the line at present.
#[derive(Default)]
struct Faults {
    /// Cut after so many bytes to the console; 0 for never.
    cut_after: AtomicU64,
    /// How long each piece waits, milliseconds.
    delay_ms: AtomicU64,
    /// Bytes go one by one.
    bytewise: AtomicBool,
    /// Nothing goes through.
    stalled: AtomicBool,
    /// New connections are closed at once.
    refused: AtomicBool,
    /// How often the line was cut.
    cuts: AtomicU64,
}

/// The line: everything said to its address reaches the backend, and back.
fn line(backend: &str) -> (String, Arc<Faults>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (to, faults) = (backend.trim_start_matches("http://").to_owned(), Arc::new(Faults::default()));
    let shared = faults.clone();
    std::thread::spawn(move || {
        for console in listener.incoming().flatten() {
            let Some(backend) =
                (!shared.refused.load(Relaxed)).then(|| TcpStream::connect(&to).ok()).flatten()
            else {
                continue;
            };
            let pieces = [(&console, &backend, false), (&backend, &console, true)];
            for (from, to, is_cut) in
                pieces.map(|(a, b, c)| (a.try_clone().unwrap(), b.try_clone().unwrap(), c))
            {
                let faults = shared.clone();
                std::thread::spawn(move || carry(from, to, is_cut, &faults));
            }
        }
    });
    (url, faults)
}

fn carry(mut from: TcpStream, mut to: TcpStream, is_cut: bool, faults: &Faults) {
    let (mut buffer, mut carried) = ([0; 1_500], 0);
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        while faults.stalled.load(Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(faults.delay_ms.load(Relaxed)));
        let piece = if faults.bytewise.load(Relaxed) { 1 } else { buffer.len() };
        for bytes in buffer[..length].chunks(piece) {
            let limit = faults.cut_after.load(Relaxed);
            if is_cut && limit > 0 && carried >= limit {
                faults.cuts.fetch_add(1, Relaxed);
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
                return;
            }
            if to.write_all(bytes).is_err() {
                return;
            }
            carried += bytes.len() as u64;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// Makes the line bad in one way after another, and good again in between, until `is_over`.
fn worsen(faults: &Faults, is_over: &AtomicBool) {
    for way in 0_u64.. {
        faults.bytewise.store(way % 10 == 1, Relaxed);
        faults.delay_ms.store(if way % 10 == 3 { 60 } else { 0 }, Relaxed);
        faults.cut_after.store(if way % 10 == 5 { 3_000 } else { 0 }, Relaxed);
        faults.stalled.store(way % 10 == 7, Relaxed);
        faults.refused.store(way % 10 == 9, Relaxed);
        if is_over.load(Relaxed) && way % 2 == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(400));
    }
}

#[test]
fn no_event_is_missed_or_told_twice_over_a_bad_line() {
    const EVENTS: usize = 800;
    let home = tempfile::tempdir().unwrap();
    let backend = Backend::start(home.path(), &["--speed", "60"]);
    let (url, faults) = line(&backend.url);
    let is_over = AtomicBool::new(false);
    let out = std::thread::scope(|scope| {
        scope.spawn(|| worsen(&faults, &is_over));
        let out = shancheng(home.path())
            .args(["--json", "follow", "--backend", &url, "--seconds", "90", "--count", &EVENTS.to_string()])
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        is_over.store(true, Relaxed);
        out
    });
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sequences: Vec<u64> = events.iter().map(|event| event["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences.len(), EVENTS, "{}", errors(&out));
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequences:?}");
    assert!(faults.cuts.load(Relaxed) > 3, "the line was hardly cut");
}

#[test]
fn every_command_is_done_once_over_a_bad_line() {
    const REPORTS: usize = 60;
    let home = tempfile::tempdir().unwrap();
    let backend = Backend::start(home.path(), &[]);
    let (url, faults) = line(&backend.url);
    let report = |n: usize| {
        format!(r#"{{"type":"report","riskClass":"gas","lon":106.5712,"lat":29.5571,"text":"number {n}."}}"#)
    };
    let orders = home.path().join("orders.json");
    std::fs::write(&orders, format!("[{}]", (0..REPORTS).map(report).collect::<Vec<_>>().join(","))).unwrap();
    let is_over = AtomicBool::new(false);
    let out = std::thread::scope(|scope| {
        scope.spawn(|| worsen(&faults, &is_over));
        let out = shancheng(home.path())
            .args(["act", orders.to_str().unwrap(), "--backend", &url, "--seconds", "120"])
            .output()
            .unwrap();
        is_over.store(true, Relaxed);
        out
    });
    assert!(out.status.success(), "{}", errors(&out));
    let snapshot = backend.snapshot();
    let incidents = snapshot["incidents"].as_array().unwrap();
    for n in 0..REPORTS {
        let text = format!("number {n}.");
        let times = incidents.iter().filter(|incident| incident["text"] == text.as_str()).count();
        assert_eq!(times, 1, "{text}");
    }
}
