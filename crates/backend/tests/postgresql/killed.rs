//! Backends that are killed: what they answered is kept, what they were asked is done once, and another goes on.

use crate::client::*;
use crate::kept::{CLUSTER, kept_in, name, verify};
use backend::{Backend, Config};
use std::path::{Path, PathBuf};
use std::time::Duration;

const FOLDER: &str = "POSTGRESQL_TEST_FOLDER";
const DATABASE: &str = "POSTGRESQL_TEST_DATABASE";

/// The backend of the child processes below; on its own it does nothing.
#[test]
fn child() {
    let (Some(folder), Ok(url)) = (std::env::var_os(FOLDER), std::env::var(DATABASE)) else { return };
    let database = backend::Database::named(&url, None).unwrap();
    let config = Config { speed: 20.0, ..Config::embedded(PathBuf::from(folder)) };
    let running = Backend::start(Config { database: Some(database.into()), ..config }).unwrap();
    serve_on(running);
}

fn start(folder: &Path) -> Process {
    let (_made, url) = (kept_in(folder), CLUSTER.url("city", &name(folder)));
    let environment = [(FOLDER.to_owned(), folder.join("data").into()), (DATABASE.to_owned(), url.into())];
    Process::of("killed::child", environment)
}

fn health(of: &Process) -> serde_json::Value {
    get(&format!("{}/health", of.url)).json()
}

/// Sends a report as an outbox does: under its key, until it is answered, to whichever backend lives.
fn deliver(urls: &[String], key: &str) {
    let body = format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{key}"}}"#);
    for url in urls.iter().cycle().take(2_000) {
        let sent = agent()
            .post(format!("{url}/api/v1/commands"))
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .send(&body);
        match sent {
            Ok(answer) if answer.status() == 200 => return,
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    panic!("{key} was never answered");
}

#[test]
fn whichever_is_killed_while_it_leads_the_other_goes_on_and_nothing_is_lost_or_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut backends = vec![start(folder.path()), start(folder.path())];
    let mut keys = Vec::new();
    for round in 0..4 {
        assert!(health(&backends[0])["leads"] == true);
        let urls: Vec<String> = backends.iter().map(|backend| backend.url.clone()).collect();
        let before = city::CityTime::parse(health(&backends[1])["now"].as_str().unwrap()).unwrap();
        let own: Vec<String> = (0..50).map(|n| format!("{round}-{n}")).collect();
        std::thread::scope(|scope| {
            for part in own.chunks(13) {
                let urls = &urls;
                scope.spawn(move || part.iter().for_each(|key| deliver(urls, key)));
            }
            // In the middle of it, each time elsewhere.
            std::thread::sleep(Duration::from_millis(15 + 37 * round));
            let leader = &mut backends[0].child;
            leader.kill().unwrap();
            leader.wait().unwrap();
        });
        keys.extend(own);
        wait_until("the other to lead", || health(&backends[1])["leads"] == true);
        let sequence = health(&backends[1])["sequence"].as_u64().unwrap();
        wait_until("the city to live on", || {
            health(&backends[1])["sequence"].as_u64().unwrap() > sequence + 2
        });
        let after = city::CityTime::parse(health(&backends[1])["now"].as_str().unwrap()).unwrap();
        assert!(after > before, "time ran backwards: {before} {after}");
        backends.remove(0);
        backends.push(start(folder.path()));
    }
    let last = health(&backends[0])["sequence"].as_u64().unwrap();
    let told: Vec<_> = stream(&format!("{}/api/v1/events", backends[1].url), Some(0))
        .take(last as usize)
        .map(|(_, event)| event)
        .collect();
    assert!(told.iter().zip(1..).all(|(event, n)| event["sequence"] == n));
    assert!(told.windows(2).all(|pair| pair[0]["at"].as_str() <= pair[1]["at"].as_str()));
    for key in &keys {
        assert_eq!(told.iter().filter(|event| event["text"] == key.as_str()).count(), 1, "{key}");
    }
    drop(backends);
    assert_eq!(verify(&CLUSTER, &name(folder.path())).commands, 200);
}
