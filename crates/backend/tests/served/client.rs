//! A backend on a free port in a folder of its own, and a client that speaks plain HTTP to it.

use backend::{Backend, Config, Running};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;

pub struct Served {
    pub running: Running,
    #[allow(dead_code, reason = "looked into where a city is kept in a file")]
    pub folder: TempDir,
}

pub fn serve() -> Served {
    serve_with(|_| {})
}

pub fn serve_with(change: impl FnOnce(&mut Config)) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let running = serve_in(folder.path(), change);
    Served { running, folder }
}

pub fn serve_in(folder: &Path, change: impl FnOnce(&mut Config)) -> Running {
    let mut config = crate::kept::kept_in(folder);
    change(&mut config);
    Backend::start(config).unwrap()
}

/// A backend in a process of its own, which ends with the value.
pub struct Process {
    pub child: Child,
    pub url: String,
}

impl Process {
    /// The process runs the test called `named`, which serves by [`serve_on`] where `environment` tells it to.
    pub fn of(named: &str, environment: impl IntoIterator<Item = (String, OsString)>) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", named, "--nocapture"])
            .envs(environment)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("URL ").map(str::to_owned));
        Self { url: url.unwrap(), child }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says where a backend is to whoever started this process, and serves on until it is killed.
pub fn serve_on(running: Running) {
    // The harness writes in the same line.
    println!("\nURL {}", running.url());
    std::io::stdout().flush().unwrap();
    std::thread::sleep(Duration::from_secs(300));
}

/// Status, content type and body of an answer.
pub struct Reply {
    pub status: u16,
    pub kind: String,
    pub text: String,
    pub headers: ureq::http::HeaderMap,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
    pub fn reason(&self) -> String {
        assert_eq!(self.kind, "application/problem+json", "{}", self.text);
        let problem = self.json();
        for field in ["type", "title", "status", "detail"] {
            assert!(problem.get(field).is_some(), "{field} is missing: {problem}");
        }
        assert_eq!(problem["status"], self.status);
        problem["reason"].as_str().unwrap().to_owned()
    }
}

pub fn agent() -> Agent {
    agent_for(60)
}

/// One that gives up after so many seconds.
fn agent_for(seconds: u64) -> Agent {
    let patience = Some(Duration::from_secs(seconds));
    Agent::config_builder().http_status_as_error(false).timeout_global(patience).build().into()
}

fn reply(mut response: ureq::http::Response<ureq::Body>) -> Reply {
    let kind = response.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned());
    let headers = response.headers().clone();
    let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
    Reply { status: response.status().as_u16(), kind: kind.unwrap_or_default(), text, headers }
}

pub fn get_with(url: &str, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(agent().get(url), |request, (name, value)| request.header(*name, *value));
    reply(request.call().unwrap())
}

pub fn get(url: &str) -> Reply {
    get_with(url, &[])
}

pub fn post_with(url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let request =
        headers.iter().fold(agent().post(url), |request, (name, value)| request.header(*name, *value));
    reply(request.send(body).unwrap())
}

impl Served {
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }
    pub fn act(&self, key: &str, body: &str) -> Reply {
        act(&self.running, key, body)
    }
    pub fn snapshot(&self) -> Value {
        get(&self.at("/api/v1/snapshot")).json()
    }
}

pub fn act(running: &Running, key: &str, body: &str) -> Reply {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    post_with(&format!("{}/api/v1/commands", running.url()), &headers, body)
}

/// Messages of a stream, one after the other: identifier and data.
pub fn stream(url: &str, last: Option<u64>) -> impl Iterator<Item = (Option<u64>, Value)> + use<> {
    // Through all that a test does meanwhile.
    let request = agent_for(600).get(url);
    let request = match last {
        Some(last) => request.header("Last-Event-ID", last.to_string()),
        None => request,
    };
    let response = request.call().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut lines = BufReader::new(response.into_body().into_with_config().limit(u64::MAX).reader()).lines();
    std::iter::from_fn(move || {
        let mut id = None;
        loop {
            let line = lines.next()?.ok()?;
            if let Some(text) = line.strip_prefix("id: ") {
                id = Some(text.parse().unwrap());
            } else if let Some(text) = line.strip_prefix("data: ") {
                return Some((id, serde_json::from_str(text).unwrap()));
            }
        }
    })
}

/// Waits until it is so.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "waited for {what} in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A report in Yuzhong, and the incident it makes.
pub fn report(running: &Running, key: &str) -> String {
    let body = r#"{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"有燃气味"}"#;
    let reply = act(running, key, body);
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["events"][0]["incidentId"].as_str().unwrap().to_owned()
}

/// A unit on patrol in Yuzhong.
pub fn free_unit(running: &Running) -> String {
    let snapshot = get(&format!("{}/api/v1/snapshot", running.url())).json();
    let units = snapshot["units"].as_array().unwrap();
    let unit = units.iter().find(|u| u["districtCode"] == 500_103 && u["state"] == "patrol").unwrap();
    unit["id"].as_str().unwrap().to_owned()
}

pub fn dispatch(incident: &str, unit: &str) -> String {
    format!(r#"{{"type":"dispatch","incidentId":"{incident}","unitId":"{unit}"}}"#)
}
