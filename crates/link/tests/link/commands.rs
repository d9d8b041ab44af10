//! Commands: on disk before they leave, in order, and done once whatever happens.

use crate::fault_server::{FaultServer, JSON, Reply, event_json};
use crate::{start, until, until_said};
use city::Command;
use link::{Acted, CommandKey, Link, LinkMessage, Outcome, act};

const COMMANDS: &str = "/api/v1/commands";

fn acknowledge(id: &str) -> Command {
    Command::Acknowledge { incident_id: id.into() }
}

fn answered(link: &Link) -> (CommandKey, Command, Outcome) {
    until(link, "answer", |message| match message {
        LinkMessage::Answered { key, command, outcome } => Some((key, command, outcome)),
        _ => None,
    })
}

fn pending(link: &Link) -> (CommandKey, Command) {
    until(link, "pending", |message| match message {
        LinkMessage::Pending { key, command } => Some((key, command)),
        _ => None,
    })
}

fn keys(server: &FaultServer) -> Vec<String> {
    server.asked(COMMANDS).iter().map(|a| a.headers["idempotency-key"].clone()).collect()
}

#[test]
fn a_command_is_repeated_with_its_key_until_it_is_answered() {
    let server = FaultServer::of_city(0);
    let problem = |status| Reply::Whole(status, "application/problem+json", "{}".into());
    server.script(
        COMMANDS,
        [
            problem(503),
            problem(429),
            problem(401),
            Reply::Hangup,
            Reply::Raw(b"garbage\r\n\r\n".to_vec()),
            Reply::Whole(200, "text/html", "<html>log in first</html>".into()),
            Reply::Whole(404, "text/html", "<html>no such host here</html>".into()),
            Reply::Whole(409, JSON, r#"{"message":"no route matched"}"#.into()),
            Reply::ByteByByte(200, JSON, format!(r#"{{"events":[{}]}}"#, event_json(1))),
        ],
    );
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    let key = link.submit(acknowledge("I-1"));
    assert_eq!(pending(&link), (key, acknowledge("I-1")));
    let (answered_key, command, outcome) = answered(&link);
    assert_eq!((answered_key, command), (key, acknowledge("I-1")));
    assert!(matches!(outcome, Outcome::Done { events } if events.len() == 1 && events[0].sequence == 1));
    let asked = server.asked(COMMANDS);
    assert_eq!(asked.len(), 9);
    assert!(keys(&server).iter().all(|k| *k == key.to_string()));
    assert!(asked.iter().all(|a| a.body == r#"{"type":"acknowledge","incidentId":"I-1"}"#));
    assert!(asked.iter().all(|a| a.headers["content-type"] == JSON));
}

#[test]
fn a_wrong_token_waits_visibly() {
    let server = FaultServer::of_city(0);
    server.script(COMMANDS, [Reply::Whole(401, JSON, "{}".into())]);
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    link.submit(acknowledge("I-1"));
    until_said(&link, "commands", "token");
    server.script(COMMANDS, [Reply::Whole(200, JSON, r#"{"events":[]}"#.into())]);
    assert!(matches!(answered(&link).2, Outcome::Done { .. }));
}

#[test]
fn refusals_are_answers_and_order_is_kept() {
    let server = FaultServer::of_city(0);
    let refused = r#"{"type":"x","title":"Unit taken","detail":"d","reason":"unitTaken","unit":"U","state":"driving","incident":"I"}"#;
    server.script(
        COMMANDS,
        [
            Reply::Whole(409, "application/problem+json", refused.into()),
            Reply::Whole(503, JSON, String::new()),
            Reply::Whole(200, JSON, r#"{"events":[]}"#.into()),
        ],
    );
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    let sent: Vec<_> = (0..20).map(|i| link.submit(acknowledge(&format!("I-{i}")))).collect();
    let (first, _, outcome) = answered(&link);
    assert_eq!(first, sent[0]);
    let Outcome::Refused { status: 409, problem } = outcome else { panic!("{outcome:?}") };
    assert_eq!(problem.refusal.unwrap().key(), "unitTaken");
    for key in &sent[1..] {
        assert_eq!(answered(&link).0, *key);
    }
    let mut order = keys(&server);
    order.dedup();
    assert_eq!(order, sent.iter().map(CommandKey::to_string).collect::<Vec<_>>());
}

#[test]
fn a_link_that_dies_between_writing_and_sending_leaves_nothing_undone() {
    let server = FaultServer::of_city(0);
    let good = server.state_of("/api/v1");
    server.script("/api/v1", [Reply::Whole(503, JSON, String::new())]);
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    // The last two are submitted and the link dropped at once: dropping writes them.
    let sent: Vec<_> = (0..5).map(|i| link.submit(acknowledge(&format!("I-{i}")))).collect();
    drop(link);
    assert!(server.asked(COMMANDS).is_empty());

    server.script("/api/v1", good);
    let link = start(&server, dir.path());
    for key in &sent {
        assert_eq!(pending(&link).0, *key);
    }
    for key in &sent {
        assert_eq!(answered(&link).0, *key);
    }
    drop(link);
    let link = start(&server, dir.path());
    link.submit(acknowledge("I-9"));
    assert_eq!(pending(&link).1, acknowledge("I-9"), "what was answered is not pending");
    answered(&link);
    assert_eq!(keys(&server).len(), 6);
}

#[test]
fn acting_finishes_first_what_an_earlier_run_left() {
    let server = FaultServer::of_city(0);
    server.script(COMMANDS, [Reply::Whole(503, JSON, String::new())]);
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    let patience = Some(std::time::Duration::from_millis(100));
    assert_eq!(act(&link, vec![acknowledge("old")], patience, |_| {}), 1);
    drop(link);

    server.script(COMMANDS, [Reply::Whole(200, JSON, r#"{"events":[]}"#.into())]);
    let link = start(&server, dir.path());
    assert_eq!(link.left_before().len(), 1);
    let commands: Vec<_> = (0..600).map(|i| acknowledge(&format!("I-{i}"))).collect();
    let (mut before, mut order) = (Vec::new(), Vec::new());
    let unanswered = act(&link, commands, None, |acted| match acted {
        Acted::LeftBefore { command, .. } => before.push(command),
        Acted::Answered { index, outcome, .. } => {
            assert!(matches!(outcome, Outcome::Done { .. }));
            order.push(index);
        }
        Acted::Waiting(_) => {}
    });
    assert_eq!((unanswered, before), (0, vec![acknowledge("old")]));
    assert_eq!(order, (0..600).collect::<Vec<_>>());
}

#[test]
fn acting_on_nothing_still_finishes_what_was_left() {
    let server = FaultServer::of_city(0);
    server.script(
        COMMANDS,
        [Reply::Hangup, Reply::Whole(422, "application/problem+json", r#"{"title":"No"}"#.into())],
    );
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    link.submit(acknowledge("old"));
    pending(&link);
    drop(link);
    let link = start(&server, dir.path());
    let mut told = Vec::new();
    assert_eq!(act(&link, Vec::new(), None, |acted| told.push(acted)), 0);
    let outcome = told.iter().find_map(|acted| match acted {
        Acted::LeftBefore { outcome, .. } => Some(outcome),
        _ => None,
    });
    if server.asked(COMMANDS).len() > 1 {
        assert_eq!(outcome.map(Outcome::in_words).as_deref(), Some("refused (422): No"));
    }
}
