//! The journal: who did what, when and from where; what is changed in it is found.

use crate::client::*;
use backend::archive::{self, ArchiveError, JournalAt, Verified};
use city::{EntryKind, Head, JournalEntry, JournalFault};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A city in which something was done, refused by the rules, and refused at the door; its database.
fn lived(folder: &Path) -> PathBuf {
    let running = serve_in(folder, |config| config.speed = 30.0);
    let incident = report(&running, "r");
    let unit = free_unit(&running);
    assert_eq!(act(&running, "d", &dispatch(&incident, &unit)).status, 200);
    assert_eq!(act(&running, "again", &dispatch(&incident, &unit)).status, 409);
    let commands = format!("{}/api/v1/commands", running.url());
    for _ in 0..3 {
        let named = [("authorization", "Bearer nobody"), ("x-console", "desk-9")];
        assert_eq!(post_with(&commands, &named, "{}").status, 401);
    }
    assert_eq!(post_with(&commands, &[("content-type", "text/plain")], "{}").status, 415);
    // The training city does something of its own.
    let sequence = || get(&format!("{}/api/v1/snapshot", running.url())).json()["sequence"].as_u64().unwrap();
    let (done, began) = (sequence(), Instant::now());
    while sequence() < done + 3 && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    running.stop();
    folder.join("data/city.sqlite")
}

fn verify(file: &Path, noted: Option<Head>) -> Result<Verified, ArchiveError> {
    archive::verify(&JournalAt::from(file), noted)
}

fn entries(file: &Path) -> Vec<JournalEntry> {
    let mut text = Vec::new();
    archive::export(&JournalAt::from(file), &mut text).unwrap();
    String::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn everything_is_in_it_with_who_and_from_where_and_the_chain_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = lived(folder.path());
    let verified = verify(&file, None).unwrap();
    let all = entries(&file);
    assert_eq!(all.len() as u64, verified.entries);
    let of = |kind: EntryKind| all.iter().filter(move |entry| entry.kind == kind);

    let commands: Vec<_> = of(EntryKind::Command).map(|c| (c.what.as_str(), c.status)).collect();
    assert_eq!(commands, [("report", Some(200)), ("dispatch", Some(200)), ("dispatch", Some(409))]);
    let command = of(EntryKind::Command).next().unwrap();
    assert!(command.who.starts_with("officer:") && command.origin.ends_with("127.0.0.1"), "{command:?}");
    let dispatched = of(EntryKind::Event).find(|event| event.what == "unitDispatched").unwrap();
    assert_eq!((&dispatched.who, &dispatched.origin), (&command.who, &command.origin));
    assert!(of(EntryKind::Event).any(|event| event.who == "training"));
    assert!(of(EntryKind::Service).any(|entry| entry.what == "started"));

    let refused: Vec<_> = of(EntryKind::Refusal).collect();
    let of_token: u64 = refused
        .iter()
        .filter(|entry| (entry.what.as_str(), entry.origin.as_str()) == ("unauthorized", "desk-9 127.0.0.1"))
        .map(|entry| {
            serde_json::from_str::<serde_json::Value>(&entry.body).unwrap()["count"].as_u64().unwrap()
        })
        .sum();
    assert_eq!(of_token, 3, "{refused:?}");
    assert!(refused.iter().any(|entry| entry.what == "wrongMediaType" && entry.who.starts_with("officer:")));
    assert!(all.iter().all(|entry| !format!("{entry:?}").contains("nobody")), "a token is in the journal");

    // Whoever reads by SQL finds the views, and can change nothing.
    let connection = Connection::open(&file).unwrap();
    let count = |view: &str| connection.query_row(view, [], |row| row.get::<_, u64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM events"), verified.events);
    assert_eq!(count("SELECT count(*) FROM commands WHERE actor LIKE 'officer:%'"), 3);
    for change in ["DELETE FROM journal", "UPDATE journal SET who = 'somebody' WHERE number = 1"] {
        let said = connection.execute(change, []).unwrap_err().to_string();
        assert!(said.contains("append-only"), "{said}");
    }
}

#[test]
fn what_is_changed_taken_out_or_cut_off_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = lived(folder.path());
    let head = Head::parse(&verify(&file, None).unwrap().head).unwrap();
    verify(&file, Some(head)).unwrap();

    let exported = folder.path().join("journal.jsonl");
    archive::export(&JournalAt::from(&file), &mut std::fs::File::create(&exported).unwrap()).unwrap();
    assert_eq!(verify(&exported, Some(head)).unwrap(), verify(&file, None).unwrap());
    let text = std::fs::read_to_string(&exported).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    std::fs::write(&exported, lines[..lines.len() - 1].join("\n")).unwrap();
    verify(&exported, None).unwrap();
    let cut = verify(&exported, Some(head)).unwrap_err();
    assert!(matches!(cut, ArchiveError::Broken { fault: JournalFault::NotThere { .. }, .. }), "{cut}");
    std::fs::write(&exported, format!("{}\n{{\"number\":2}}\n", lines[0])).unwrap();
    let said = verify(&exported, None).unwrap_err().to_string();
    assert!(said.contains("line 2"), "{said}");
    assert!(verify(&folder.path().join("nothing"), None).is_err());

    let tampered = |what: &str| {
        let copy = folder.path().join("copy.sqlite");
        std::fs::copy(&file, &copy).unwrap();
        let connection = Connection::open(&copy).unwrap();
        connection.execute_batch("DROP TRIGGER journal_stays; DROP TRIGGER journal_keeps;").unwrap();
        assert!(connection.execute(what, []).unwrap() > 0, "{what}");
        drop(connection);
        verify(&copy, None).unwrap_err()
    };
    let changed = tampered("UPDATE journal SET who = 'officer:nobody' WHERE kind = 'command'");
    assert!(matches!(changed, ArchiveError::Broken { fault: JournalFault::Changed { .. }, .. }), "{changed}");
    let removed = tampered("DELETE FROM journal WHERE number = 3");
    assert!(
        matches!(
            removed,
            ArchiveError::Broken { fault: JournalFault::Numbers { expected: 3, found: 4 }, .. }
        ),
        "{removed}"
    );
    let state = tampered("UPDATE checkpoint SET body = replace(body, 'patrol', 'enRoute')");
    assert!(matches!(state, ArchiveError::Checkpoint { .. }), "{state}");
}

#[test]
fn a_key_that_is_used_for_something_else_is_in_the_journal_and_opens_nothing() {
    let served = serve();
    let incident = report(&served.running, "r");
    let order = format!(r#"{{"type":"acknowledge","incidentId":"{incident}"}}"#);
    assert_eq!(served.act("k", &order).status, 200);
    assert_eq!(served.act("k", r#"{"type":"acknowledge","incidentId":"I-000009"}"#).reason(), "keyReused");
    // Who may do nothing is not told that another did it.
    let data = served.folder.path().join("data");
    let observer = city::Actor { role: city::Role::Observer, ..city::Actor::city_commander("wu") };
    let bearer = format!("Bearer {}", backend::tokens::issue_to(&data, &observer, 60).unwrap());
    let named = [("content-type", "application/json"), ("authorization", &bearer), ("idempotency-key", "k")];
    let refused = post_with(&served.at("/api/v1/commands"), &named, &order);
    assert_eq!((refused.status, refused.reason().as_str()), (422, "keyReused"), "{}", refused.text);
    served.running.stop();
    let all = entries(&served.folder.path().join("data/city.sqlite"));
    let refused: Vec<_> =
        all.iter().filter(|entry| entry.what == "keyReused").map(|entry| &entry.who).collect();
    assert!(refused.len() == 2 && refused.iter().any(|who| who.contains("wu")), "{refused:?}");
}

#[test]
fn a_journal_that_was_emptied_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let file = lived(folder.path());
    let connection = Connection::open(&file).unwrap();
    // Triggers keep people from doing so by accident; whoever has the file can take them away.
    let mut triggers = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").unwrap();
    let names: Vec<String> = triggers.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    drop(triggers);
    names.iter().for_each(|name| connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    connection.execute_batch("DELETE FROM journal").unwrap();
    drop(connection);
    assert!(matches!(verify(&file, None), Err(ArchiveError::Empty { .. })));
    let exported = folder.path().join("export.jsonl");
    std::fs::write(&exported, "").unwrap();
    assert!(verify(&exported, None).unwrap_err().to_string().contains("no entry at all"));
}

#[test]
fn a_database_of_the_version_before_is_chained_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = lived(folder.path());
    let connection = Connection::open(&file).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE e (sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, type TEXT NOT NULL,
                             body TEXT NOT NULL) STRICT;
             CREATE TABLE c (idempotency_key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
                             body TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL) STRICT;
             INSERT INTO e SELECT sequence, at_ms, type, body FROM events;
             INSERT INTO c SELECT idempotency_key, at_ms, actor, body, status, answer FROM commands;
             DROP VIEW events; DROP VIEW commands; DROP TABLE journal;
             ALTER TABLE e RENAME TO events; ALTER TABLE c RENAME TO commands;
             PRAGMA user_version = 1;",
        )
        .unwrap();
    let events: u64 = connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    drop(connection);

    let running = serve_in(folder.path(), |_| {});
    report(&running, "r");
    let other = dispatch("I-1", "U-1");
    assert_eq!(act(&running, "r", &other).reason(), "keyReused", "an answered key is known again");
    running.stop();
    let verified = verify(&file, None).unwrap();
    assert!(verified.events >= events && verified.commands >= 3, "{verified:?}");
}

#[test]
fn a_flood_of_refusals_is_a_few_lines() {
    let served = serve();
    let began = Instant::now();
    let mut sent = 0;
    while began.elapsed() < Duration::from_millis(1_500) {
        let token = format!("Bearer {sent}");
        let status = get_with(&served.at("/api/v1/snapshot"), &[("authorization", &token)]).status;
        assert!(matches!(status, 401 | 429), "{status}");
        sent += 1;
    }
    let file = served.folder.path().join("data/city.sqlite");
    served.running.stop();
    let refused: Vec<_> =
        entries(&file).into_iter().filter(|entry| entry.kind == EntryKind::Refusal).collect();
    let counted: u64 = refused
        .iter()
        .map(|entry| {
            serde_json::from_str::<serde_json::Value>(&entry.body).unwrap()["count"].as_u64().unwrap()
        })
        .sum();
    assert_eq!(counted, sent);
    assert!(refused.len() <= 8 && sent > 20, "{} lines of {sent} refusals", refused.len());
}
