//! Limits: a program that went wild, a client that is slow, and nobody else who notices.

use crate::client::*;
use crate::console::{console, until, with_token};
use backend::limits::{Limits, Rate};
use city::{EntryKind, Jurisdiction, Level, Role};
use link::{LinkMessage, Outcome};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn bearer(served: &Served, name: &str) -> String {
    let data = served.folder.path().join("data");
    backend::tokens::issue(&data, Role::Commander, Level::City, Jurisdiction::City, name, 600).unwrap()
}

fn limited(change: impl FnOnce(&mut Limits)) -> Served {
    serve_with(|config| change(&mut config.limits))
}

/// The refusals in the journal once the backend has stopped: reason, who, how often.
fn refusals(served: Served) -> Vec<(String, String, u64)> {
    let file = served.folder.path().join("data/city.sqlite");
    served.running.stop();
    let mut text = Vec::new();
    backend::archive::export(&backend::archive::JournalAt::from(&file), &mut text).unwrap();
    let entries = String::from_utf8(text).unwrap();
    let entries = entries.lines().map(|line| serde_json::from_str::<city::JournalEntry>(line).unwrap());
    entries
        .filter(|entry| entry.kind == EntryKind::Refusal)
        .map(|entry| {
            let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
            (entry.what, entry.who, body["count"].as_u64().unwrap())
        })
        .collect()
}

const REPORT: &str = r#"{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"有燃气味"}"#;

#[test]
fn who_sends_too_many_commands_is_told_when_to_come_again_and_others_go_on() {
    let served = limited(|limits| limits.with_token.commands = Rate::new(0.01, 5));
    let send = |token: &str, n: usize| {
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &format!("Bearer {token}")),
            ("idempotency-key", &format!("{}-{n}", &token[token.len() - 8..])),
        ];
        post_with(&served.at("/api/v1/commands"), &headers, REPORT)
    };
    let (li, wang) = (bearer(&served, "li"), bearer(&served, "wang"));
    let statuses: Vec<u16> = (0..8).map(|n| send(&li, n).status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    let refused = send(&li, 9);
    assert_eq!(refused.reason(), "tooMany");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=100).contains(&wait), "{wait}");
    // Another token of the same person is the same person; another person is another.
    assert_eq!(send(&bearer(&served, "li"), 10).status, 429);
    assert_eq!(send(&wang, 0).status, 200);
    let reading = get_with(&served.at("/api/v1"), &[("authorization", &format!("Bearer {li}"))]);
    assert_eq!(reading.status, 200, "reading is counted apart");
    let told = refusals(served);
    let of_li: u64 =
        told.iter().filter(|(what, who, _)| what == "tooMany" && who == "officer:li").map(|r| r.2).sum();
    assert_eq!(of_li, 5, "{told:?}");
}

#[test]
fn an_outbox_takes_too_many_for_come_again_and_not_for_an_answer() {
    let served = limited(|limits| limits.with_token.commands = Rate::new(10.0, 3));
    let state = tempfile::tempdir().unwrap();
    let link = console(&served.running.url(), with_token(&bearer(&served, "li")), state.path());
    const ALL: usize = 15;
    for n in 0..ALL {
        link.submit(city::Command::Report {
            risk_class: city::RiskClass::Gas,
            lon: 106.577,
            lat: 29.557,
            text: format!("第{n}次"),
        });
    }
    let (mut done, mut said) = (0, false);
    until(&link, "answers", |message| {
        match message {
            LinkMessage::Answered { outcome: Outcome::Done { .. }, .. } => done += 1,
            LinkMessage::Answered { outcome, .. } => panic!("{outcome:?}"),
            LinkMessage::Health(health) => said |= health.iter().any(|feed| feed.message.contains("429")),
            _ => {}
        }
        (done == ALL).then_some(())
    });
    assert!(said, "why commands wait is told");
    let reported = served.snapshot()["incidents"].to_string().matches("次").count();
    assert!(reported >= ALL || reported == 0, "each once: {reported}");
}

#[test]
fn streams_are_so_many_at_once_and_a_closed_one_makes_room() {
    let served = limited(|limits| limits.with_token.open_streams = 2);
    let token = format!("Bearer {}", bearer(&served, "li"));
    let headers = [("authorization", token.as_str())];
    let open = |path: &str| agent().get(served.at(path)).header("authorization", &token).call().unwrap();
    let (first, second) = (open("/api/v1/events"), open("/api/v1/telemetry"));
    assert!(first.status() == 200 && second.status() == 200);
    let third = get_with(&served.at("/api/v1/events"), &headers);
    assert_eq!((third.status, third.reason().as_str()), (429, "tooManyStreams"));
    assert!(third.headers.contains_key("retry-after"));
    // What cannot be resumed is answered at once, and holds no place.
    drop(first);
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while open("/api/v1/events").status() != 200 {
        assert!(std::time::Instant::now() < end, "the closed stream makes no room");
        std::thread::sleep(Duration::from_millis(100));
    }
    for _ in 0..10 {
        assert_ne!(get_with(&served.at("/api/v1/events"), &[headers[0], ("last-event-id", "x")]).status, 200);
    }
}

#[test]
fn without_a_token_a_machine_has_one_share_also_on_loopback() {
    let served = limited(|limits| limits.without_token.reads = Rate::new(0.01, 10));
    let named = |n: usize| get_with(&served.at("/api/v1"), &[("x-console", &format!("desk-{n}"))]);
    let statuses: Vec<u16> = (0..12).map(|n| named(n).status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 429, 429]);
    let token = format!("Bearer {}", bearer(&served, "li"));
    assert_eq!(get_with(&served.at("/api/v1"), &[("authorization", &token)]).status, 200);
}

#[test]
fn who_guesses_tokens_is_slowed_down_and_a_right_one_is_not() {
    let served = limited(|limits| limits.refusals = Rate::new(0.01, 4));
    let with =
        |token: &str| get_with(&served.at("/api/v1"), &[("authorization", &format!("Bearer {token}"))]);
    let statuses: Vec<u16> = (0..6).map(|n| with(&format!("guess.{n}.")).status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429]);
    assert_eq!(with(&bearer(&served, "li")).status, 200);
    let told = refusals(served);
    let of =
        |reason: &str| told.iter().filter(|(what, ..)| what == reason).map(|(.., count)| count).sum::<u64>();
    assert_eq!((of("unauthorized"), of("tooMany")), (4, 2), "{told:?}");
}

/// Sends `text` as it is and reads until the backend closes the connection.
fn exchange(served: &Served, text: &[u8]) -> String {
    let mut stream = TcpStream::connect(served.running.addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(text).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_slow_head_is_cut_and_a_slow_body_is_answered_and_told_to_the_journal() {
    let served = limited(|limits| {
        (limits.head_within, limits.answer_within) = (Duration::from_millis(700), Duration::from_millis(900));
    });
    assert_eq!(exchange(&served, b"GET /api/v1 HTTP/1.1\r\nhost: 127.0.0.1\r\nx-half"), "");
    let half = b"POST /api/v1/commands HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                 content-length: 100\r\n\r\n{\"type\":";
    let answer = exchange(&served, half);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("tooSlow"), "{answer}");
    let told = refusals(served);
    assert!(told.iter().any(|(what, who, _)| what == "tooSlow" && who.starts_with("officer:")), "{told:?}");
}

#[test]
fn a_large_body_is_refused_on_every_route_however_it_comes() {
    let served = serve();
    let long = "x".repeat(70_000);
    for (method, path) in [("POST", "/api/v1/commands"), ("GET", "/api/v1/snapshot"), ("GET", "/health")] {
        // Announced: refused at once, without a byte of it.
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
             content-length: 9000000000\r\nconnection: close\r\n\r\n"
        );
        let answer = exchange(&served, head.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("tooLarge"), "{path}: {answer}");
    }
    // Unannounced, in chunks.
    let chunked = format!(
        "POST /api/v1/commands HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n{:x}\r\n{long}\r\n0\r\n\r\n",
        long.len()
    );
    let answer = exchange(&served, chunked.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("tooLarge"), "{answer}");
}

#[test]
fn who_takes_nothing_of_what_they_are_sent_is_cut() {
    // One connection a machine: that another is served says that the first was cut.
    let served = limited(|limits| {
        (limits.taken_within, limits.of_one_machine) = (Duration::from_millis(500), 1);
    });
    let mut stream = TcpStream::connect(served.running.addr).unwrap();
    // More answers at once than any buffer on the way holds.
    let ask = "GET /collections/risk-points/items?limit=10000 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    stream.write_all(ask.repeat(40).as_bytes()).unwrap();
    let end = std::time::Instant::now() + Duration::from_secs(120);
    while !agent().get(served.at("/health")).call().is_ok_and(|answer| answer.status() == 200) {
        assert!(std::time::Instant::now() < end, "it is never cut");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(stream);
}

#[test]
fn one_machine_does_not_hold_all_connections() {
    let served = limited(|limits| (limits.connections, limits.of_one_machine) = (20, 10));
    let held: Vec<_> = (0..10).map(|_| TcpStream::connect(served.running.addr).unwrap()).collect();
    let mut eleventh = TcpStream::connect(served.running.addr).unwrap();
    eleventh.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    assert!(eleventh.read(&mut [0]).map_or(true, |bytes| bytes == 0), "it is closed at once");
    drop(held);
    let end = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        match agent().get(served.at("/health")).call() {
            Ok(answer) if answer.status() == 200 => break,
            _ => assert!(std::time::Instant::now() < end, "no room was made"),
        }
    }
}
