//! A database that goes away, comes back, or takes nothing more.

use crate::client::*;
use crate::cluster::Cluster;
use crate::kept::{CLUSTER, kept_at, kept_in, name, verify};
use crate::several::{health, start};
use backend::{Backend, Config, Database};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn body(text: &str) -> String {
    format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{text}"}}"#)
}

#[test]
fn while_the_database_restarts_commands_wait_and_streams_stay_and_nothing_is_lost_or_done_twice() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().unwrap());
    let config = Config { speed: 10.0, ..kept_at(&cluster, "city", folder.path()) };
    let backends = [start(config.clone()), start(config)];
    let events = backends.each_ref().map(|b| stream(&format!("{}/api/v1/events", b.url()), Some(0)));
    let is_back = AtomicBool::new(false);
    let (refused, keys) = std::thread::scope(|scope| {
        // Officers whose outboxes try again until they are answered.
        let officers: Vec<_> = (0..4)
            .map(|officer| {
                let (backends, is_back) = (&backends, &is_back);
                scope.spawn(move || {
                    let (mut refused, mut keys) = (0, Vec::new());
                    while !is_back.load(Ordering::Relaxed) || keys.len() < 20 {
                        let key = format!("{officer}-{}", keys.len());
                        loop {
                            // A repeat may reach either backend.
                            let reply = act(&backends[(officer + refused) % 2], &key, &body(&key));
                            if reply.status == 200 {
                                break;
                            }
                            assert_eq!((reply.status, reply.reason().as_str()), (503, "unwritten"));
                            assert_eq!(reply.headers["retry-after"], "1");
                            refused += 1;
                            std::thread::sleep(std::time::Duration::from_millis(50));
                        }
                        keys.push(key);
                    }
                    (refused, keys)
                })
            })
            .collect();
        for how in ["fast", "immediate"] {
            std::thread::sleep(std::time::Duration::from_millis(500));
            cluster.stop(how);
            wait_until("both to say it", || {
                backends.iter().all(|b| {
                    let said = health(b);
                    said["status"] == "degraded"
                        && said["database"].as_str().unwrap().contains("does not answer")
                })
            });
            cluster.start_again();
            wait_until("both to be well", || backends.iter().all(|b| health(b)["status"] == "ok"));
        }
        is_back.store(true, Ordering::Relaxed);
        let done = officers.into_iter().map(|officer| officer.join().unwrap());
        done.fold((0, Vec::new()), |(refused, keys), (r, k)| (refused + r, [keys, k].concat()))
    });
    assert!(refused > 0, "the database was never missed");
    wait_until("one to lead", || backends.iter().filter(|b| health(b)["leads"] == true).count() == 1);
    // The streams that were opened before went on through all of it.
    let last = backends.iter().map(|b| health(b)["sequence"].as_u64().unwrap()).max().unwrap();
    for events in events {
        let told: Vec<_> = events.take(last as usize).map(|(_, event)| event).collect();
        assert!(told.iter().zip(1..).all(|(event, n)| event["sequence"] == n));
        for key in &keys {
            assert_eq!(told.iter().filter(|event| event["text"] == key.as_str()).count(), 1, "{key}");
        }
    }
    drop(backends);
    assert_eq!(verify(&cluster, "city").commands, keys.len() as u64);
}

#[test]
fn a_full_disk_is_said_and_what_comes_after_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(kept_in(folder.path()));
    let name = name(folder.path());
    // What the server says when its disk is full, by its own error.
    CLUSTER.ask(
        &name,
        "CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON shancheng.journal FOR EACH STATEMENT EXECUTE FUNCTION full();",
    );
    let reply = act(&running, "k", &body("k"));
    assert_eq!((reply.status, reply.reason().as_str()), (503, "unwritten"));
    assert!(reply.json()["detail"].as_str().unwrap().contains("is full: free some space"), "{}", reply.text);
    CLUSTER.ask(&name, "DROP TRIGGER full_disk ON shancheng.journal");
    assert_eq!(act(&running, "k", &body("k")).status, 200);
    drop(running);
    assert_eq!(verify(&CLUSTER, &name).commands, 1);
}

#[test]
fn one_that_stands_still_in_its_turn_keeps_the_others_waiting_for_seconds_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(kept_in(folder.path()));
    let mut other = CLUSTER.client("city", &name(folder.path()));
    other.batch_execute("BEGIN; SELECT * FROM shancheng.head FOR UPDATE").unwrap();
    let reply = act(&running, "k", &body("k"));
    assert_eq!((reply.status, reply.reason().as_str()), (503, "unwritten"));
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(act(&running, "k", &body("k")).status, 200);
}

#[test]
fn a_database_that_is_no_longer_the_one_it_was_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(kept_in(folder.path()));
    report(&running, "r");
    let name = name(folder.path());
    CLUSTER.ask(&name, "UPDATE shancheng.head SET sequence = 0");
    let reply = act(&running, "k", &body("k"));
    assert_eq!(reply.status, 503);
    assert!(reply.json()["detail"].as_str().unwrap().contains("start this backend again"), "{}", reply.text);
}

#[test]
fn a_database_that_is_not_there_or_refuses_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |url: &str| {
        let database = Some(Arc::new(Database::named(url, None).unwrap()));
        let config = Config { database, ..Config::embedded(folder.path().join("data")) };
        let error = Backend::start(config).map(|_| ()).unwrap_err().to_string();
        assert!(!error.contains('\n') && !error.contains("s3cret"), "{error}");
        error
    };
    assert!(
        refusal("postgres://city:s3cret@127.0.0.1:1/city")
            .contains("start it, or name another with --database")
    );
    assert!(refusal(&CLUSTER.url("city", "nowhere")).contains("createdb"));
    CLUSTER.database("owned_by_city");
    CLUSTER.ask("postgres", "CREATE ROLE stranger LOGIN");
    assert!(refusal(&CLUSTER.url("stranger", "owned_by_city")).contains("let this user own the database"));
}
