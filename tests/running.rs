//! The program as a process: a backend, a console, a command and its answer.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A command of the program, away from the user's own folders.
pub fn shancheng(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shancheng"));
    command
        .env("HOME", home)
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env_remove("SHANCHENG_TOKEN")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn run(home: &Path, words: &[&str]) -> Output {
    shancheng(home).args(words).output().unwrap()
}

/// Standard error as text.
pub fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The one JSON object on standard output.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!("no JSON ({e}): {} | {}", String::from_utf8_lossy(&output.stdout), errors(output))
    })
}

/// A process that ends with its value.
pub struct Running(pub Child);

impl Running {
    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `shancheng follow` that has the state: every event of its city comes, a line each.
pub struct Follower {
    pub process: Running,
    pub events: Box<dyn Iterator<Item = Value>>,
}

impl Follower {
    pub fn start(home: &Path, url: &str, environment: &[(&str, String)]) -> Self {
        let mut child = shancheng(home)
            .args(["--json", "follow", "--backend", url])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut says = BufReader::new(child.stderr.take().unwrap()).lines();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(says.any(|line| line.unwrap().contains("state after event")));
        // What it says later must not fill a pipe nobody reads.
        std::thread::spawn(move || says.count());
        let mut last = None;
        let events = events.map(move |line| {
            let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let sequence = event["sequence"].as_u64().unwrap();
            let before = last.replace(sequence);
            assert!(before.is_none_or(|n| sequence == n + 1), "gap or repeat: {before:?}, {sequence}");
            event
        });
        Self { process: Running(child), events: Box::new(events) }
    }
}

/// A backend process on a folder of its own.
pub struct Backend {
    pub process: Running,
    pub url: String,
    home: PathBuf,
}

impl Backend {
    pub fn start(home: &Path, more: &[&str]) -> Self {
        Self::start_on(home, "127.0.0.1:0", more)
    }

    pub fn start_on(home: &Path, listen: &str, more: &[&str]) -> Self {
        let data = home.join("city");
        let mut child = shancheng(home)
            .args(["--json", "city", "serve", "--listen", listen, "--data"])
            .arg(&data)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Ok(said) = serde_json::from_str::<Value>(&line) else {
            panic!("the backend did not start: {}", errors(&child.wait_with_output().unwrap()))
        };
        // What it says later must not fill a pipe nobody reads.
        if let Some(stderr) = child.stderr.take() {
            std::thread::spawn(move || std::io::copy(&mut { stderr }, &mut std::io::sink()));
        }
        let url = said["url"].as_str().unwrap().to_owned();
        Self { process: Running(child), url, home: home.to_owned() }
    }

    /// The same city again after it was ended, on the same port.
    pub fn restart(&mut self, more: &[&str]) {
        self.process.kill();
        let listen = self.url.trim_start_matches("http://").to_owned();
        *self = Self::start_on(&self.home.clone(), &listen, more);
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        let mut answer = agent().get(format!("{}{path}", self.url)).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub fn snapshot(&self) -> Value {
        self.get("/api/v1/snapshot").1
    }

    pub fn command(&self, key: &str, body: &str) -> (u16, Value) {
        let mut answer = agent()
            .post(format!("{}/api/v1/commands", self.url))
            .header("Idempotency-Key", key)
            .header("Content-Type", "application/json")
            .send(body)
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// An incident reported by an officer: its identifier.
    pub fn report(&self, key: &str) -> String {
        self.report_at(key, 106.5712, 29.5571)
    }

    /// Reports gas at a place; the incident.
    pub fn report_at(&self, key: &str, lon: f64, lat: f64) -> String {
        let body =
            format!(r#"{{"type":"report","riskClass":"gas","lon":{lon},"lat":{lat},"text":"smell of gas"}}"#);
        let (status, answer) = self.command(key, &body);
        assert_eq!(status, 200, "{answer}");
        answer["events"][0]["incidentId"].as_str().unwrap().to_owned()
    }

    /// A free unit on the ground, the nearest to Jiefangbei.
    pub fn free_unit(&self) -> String {
        let snapshot = self.snapshot();
        let units = snapshot["units"].as_array().unwrap();
        let away = |u: &Value| {
            (u["lon"].as_f64().unwrap() - 106.577).powi(2) + (u["lat"].as_f64().unwrap() - 29.557).powi(2)
        };
        let free = units.iter().filter(|u| matches!(u["state"].as_str(), Some("patrol" | "returning")));
        let nearest = free.min_by(|a, b| away(a).total_cmp(&away(b))).unwrap();
        nearest["id"].as_str().unwrap().to_owned()
    }

    /// Waits until `done` holds of the snapshot.
    pub fn wait(&self, longest: Duration, what: &str, done: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + longest;
        loop {
            let snapshot = self.snapshot();
            if done(&snapshot) {
                return snapshot;
            }
            assert!(Instant::now() < end, "not within {longest:?}: {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The incident `id` in a snapshot.
pub fn incident<'a>(snapshot: &'a Value, id: &str) -> &'a Value {
    snapshot["incidents"].as_array().unwrap().iter().find(|i| i["id"] == id).unwrap_or(&Value::Null)
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}
