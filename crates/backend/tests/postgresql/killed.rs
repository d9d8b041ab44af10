//! Backends that are killed: what they answered is kept, what they were asked is done once, and another goes on.

use crate::client::*;
use crate::kept::{CLUSTER, kept_in, name, verify};
use backend::{Backend, Config};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
    // The harness writes in the same line.
    println!("\nURL {}", running.url());
    std::io::stdout().flush().unwrap();
    std::thread::sleep(Duration::from_secs(300));
}

struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let (_made, url) = (kept_in(folder), CLUSTER.url("city", &name(folder)));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::child", "--nocapture"])
            .env(FOLDER, folder.join("data"))
            .env(DATABASE, url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("URL ").map(str::to_owned));
        Self { url: url.unwrap(), child }
    }

    fn health(&self) -> serde_json::Value {
        get(&format!("{}/health", self.url)).json()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
    let mut backends = vec![Process::start(folder.path()), Process::start(folder.path())];
    let mut keys = Vec::new();
    for round in 0..4 {
        assert!(backends[0].health()["leads"] == true);
        let urls: Vec<String> = backends.iter().map(|backend| backend.url.clone()).collect();
        let before = city::CityTime::parse(backends[1].health()["now"].as_str().unwrap()).unwrap();
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
        wait_until("the other to lead", || backends[1].health()["leads"] == true);
        let sequence = backends[1].health()["sequence"].as_u64().unwrap();
        wait_until("the city to live on", || {
            backends[1].health()["sequence"].as_u64().unwrap() > sequence + 2
        });
        let after = city::CityTime::parse(backends[1].health()["now"].as_str().unwrap()).unwrap();
        assert!(after > before, "time ran backwards: {before} {after}");
        backends.remove(0);
        backends.push(Process::start(folder.path()));
    }
    let last = backends[0].health()["sequence"].as_u64().unwrap();
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
