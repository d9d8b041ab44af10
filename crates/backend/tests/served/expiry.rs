//! A token whose time ends in the middle of a stream, and one that is renewed meanwhile.

use crate::client::*;
use crate::console::{console, said, until, with_token};
use city::{Jurisdiction, Level, Role};
use feeds::Cause;
use link::{Credentials, LinkMessage, Token};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn token(data: &Path, valid_s: u32) -> String {
    backend::tokens::issue(data, Role::DutyOfficer, Level::City, Jurisdiction::City, "li", valid_s).unwrap()
}

#[test]
fn a_stream_ends_with_its_token_and_says_so() {
    let served = serve_with(|config| config.speed = 60.0);
    let data = served.folder.path().join("data");
    for path in ["/api/v1/events", "/api/v1/telemetry"] {
        let bearer = format!("Bearer {}", token(&data, 4));
        let stream = get_with(&served.at(path), &[("authorization", &bearer)]);
        assert_eq!(stream.status, 200);
        let messages: Vec<&str> = stream.text.trim_end().split("\n\n").collect();
        let (last, before) = messages.split_last().unwrap();
        assert!(before.iter().any(|message| message.contains("data: ")), "{path} told something before");
        assert!(before.iter().all(|message| !message.contains("event: expired")), "{path}");
        let problem = last.strip_prefix("event: expired\ndata: ").unwrap_or_else(|| panic!("{path}: {last}"));
        let problem: serde_json::Value = serde_json::from_str(problem).unwrap();
        assert_eq!((&problem["reason"], &problem["status"]), (&"tokenExpired".into(), &401.into()));
    }
}

#[test]
fn a_console_with_a_token_that_is_renewed_in_its_file_misses_nothing() {
    let served = serve_with(|config| (config.speed, config.require_token) = (60.0, true));
    let data = served.folder.path().join("data");
    let file = served.folder.path().join("token");
    let renew = || {
        // Replaced whole, as whoever renews a token does.
        let beside = file.with_extension("new");
        std::fs::write(&beside, format!("{}\n", token(&data, 2))).unwrap();
        std::fs::rename(&beside, &file).unwrap();
    };
    renew();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(500));
                renew();
            }
        });
        let credentials = Credentials { token: Token::InFile(file.clone()), ..Credentials::default() };
        let link = console(&served.running.url(), credentials, served.folder.path());
        let (mut last, mut connected, mut after) = (None, 0, 0);
        until(&link, "events of four connections", |message| {
            match message {
                LinkMessage::Connected { .. } => connected += 1,
                LinkMessage::Snapshot(snapshot) => {
                    assert_eq!(last.replace(snapshot.sequence), None, "the whole state is asked for once");
                }
                LinkMessage::Event(event) => {
                    assert_eq!(last.replace(event.sequence), Some(event.sequence - 1), "no gap, no repeat");
                    after += usize::from(connected >= 4);
                }
                _ => {}
            }
            (connected >= 4 && after >= 10).then(|| done.store(true, Ordering::Relaxed))
        });
    });
}

#[test]
fn a_console_whose_token_is_not_renewed_says_so_and_goes_on_once_it_is() {
    let served = serve_with(|config| (config.speed, config.require_token) = (60.0, true));
    let data = served.folder.path().join("data");
    let file = served.folder.path().join("token");
    std::fs::write(&file, token(&data, 5)).unwrap();
    let credentials = Credentials { token: Token::InFile(file.clone()), ..Credentials::default() };
    let link = console(&served.running.url(), credentials, served.folder.path());
    let mut last = until(&link, "snapshot", |message| match message {
        LinkMessage::Snapshot(snapshot) => Some(snapshot.sequence),
        _ => None,
    });
    let mut told = String::new();
    until(&link, "word of the token", |message| {
        match message {
            LinkMessage::Event(event) => {
                assert_eq!(event.sequence, last + 1);
                last = event.sequence;
            }
            LinkMessage::Health(health) => {
                told = health.into_iter().find(|feed| feed.cause == Some(Cause::Token))?.message;
            }
            _ => {}
        }
        (!told.is_empty()).then_some(())
    });
    assert!(told.contains("expired") && told.contains(file.to_str().unwrap()), "{told}");
    std::fs::write(&file, token(&data, 600)).unwrap();
    let mut more = 0;
    until(&link, "events after the renewal", |message| {
        if let LinkMessage::Event(event) = message {
            assert_eq!(event.sequence, last + 1);
            (last, more) = (event.sequence, more + 1);
        }
        (more == 20).then_some(())
    });
    // A token on the command line cannot be renewed: what is to be done is said.
    let fixed = tempfile::tempdir().unwrap();
    let told =
        said(&console(&served.running.url(), with_token(&token(&data, 0)), fixed.path()), Cause::Token);
    assert!(told.contains("expired") && told.contains("--token"), "{told}");
}
