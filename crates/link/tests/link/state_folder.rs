//! Two consoles, one machine: each its own folder, and a dead one's commands are sent by the living.

use crate::fault_server::{FaultServer, JSON, Reply};
use crate::{config, hurried, start, until};
use city::Command;
use link::{Link, LinkError, LinkMessage, StateDir};

fn acknowledge(id: &str) -> Command {
    Command::Acknowledge { incident_id: id.into() }
}

#[test]
fn a_named_folder_is_refused_to_a_second_console() {
    let server = FaultServer::of_city(0);
    let dir = tempfile::tempdir().unwrap();
    let _first = start(&server, dir.path());
    let error = Link::start_at(config(&server, dir.path().to_path_buf()), hurried()).err().unwrap();
    assert!(matches!(error, LinkError::InUse { .. }), "{error}");
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
}

#[test]
fn consoles_of_one_user_make_room_and_adopt_what_the_dead_left() {
    let server = FaultServer::of_city(0);
    server.script("/api/v1/commands", [Reply::Whole(503, JSON, String::new())]);
    let root = tempfile::tempdir().unwrap();
    let shared = StateDir::Shared(root.path().join("console"));
    let start = || Link::start_at(config(&server, shared.clone()), hurried()).unwrap();
    let (first, second) = (start(), start());
    assert!(second.state_dir().ends_with("console-2"));
    let left = second.submit(acknowledge("left"));
    server.until_asked("/api/v1/commands", 2);
    drop(second);

    let third = start();
    assert!(third.state_dir().ends_with("console-2"), "the same folder, so its commands are its own");
    drop(third);
    drop(first);

    server.script("/api/v1/commands", [Reply::Whole(200, JSON, r#"{"events":[]}"#.into())]);
    let fourth = start();
    assert!(fourth.state_dir().ends_with("console"));
    let own = fourth.submit(acknowledge("own"));
    let mut order = Vec::new();
    until(&fourth, "both answers", |message| {
        if let LinkMessage::Answered { key, .. } = message {
            order.push(key);
        }
        (order.len() == 2).then_some(())
    });
    assert_eq!(order, [left, own]);
    assert!(start().state_dir().ends_with("console-2"), "an adopted folder is free again once it is empty");
}

#[test]
fn commands_meant_for_another_city_are_sent_nowhere_else() {
    let meant = FaultServer::of_city(0);
    meant.script("/api/v1/commands", [Reply::Whole(503, JSON, String::new())]);
    let dir = tempfile::tempdir().unwrap();
    let link = start(&meant, dir.path());
    link.submit(acknowledge("I-1"));
    meant.until_asked("/api/v1/commands", 1);
    drop(link);

    let other = FaultServer::of_city(0);
    other.script("/api/v1", [Reply::Whole(200, JSON, crate::fault_server::info("another"))]);
    let link = start(&other, dir.path());
    crate::until_said(&link, "commands", "given for another backend");
    drop(link);
    assert!(other.asked("/api/v1/commands").is_empty());

    // The same city at another address gets it.
    let moved = FaultServer::of_city(0);
    let _link = start(&moved, dir.path());
    moved.until_asked("/api/v1/commands", 1);
}

#[test]
fn what_cannot_be_used_is_said_before_anything_starts() {
    let server = FaultServer::of_city(0);
    let dir = tempfile::tempdir().unwrap();
    let bad = |backend: &str, token: Option<&str>| {
        let config = link::LinkConfig {
            backend: backend.into(),
            credentials: link::Credentials {
                token: token.map_or(link::Token::None, |token| link::Token::Given(token.into())),
                ..Default::default()
            },
            ..config(&server, dir.path().to_path_buf())
        };
        Link::start_at(config, hurried()).err().unwrap().to_string()
    };
    for address in ["", "127.0.0.1:80", "ftp://x", "http://", "http://a:s3cret@b", "/tmp/x"] {
        let error = bad(address, None);
        assert!(error.contains("no address of a backend") && !error.contains("s3cret"), "{address}: {error}");
    }
    assert!(bad("http://x", Some("a\nb")).contains("token"));
    std::fs::write(
        dir.path().join("outbox.sqlite"),
        "no database, though long enough to be taken for one by chance",
    )
    .unwrap();
    assert!(bad("http://x", None).contains("outbox.sqlite"));
}
