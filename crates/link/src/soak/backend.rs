//! The city backend of a soak, in a process of its own.

use super::scratch::Scratch;
use super::{Serve, SoakError, TOPIC, now};
use crate::config::{LinkConfig, Pace, StateDir};
use crate::credentials::Credentials;
use crate::http::Http;
use city::CityTime;
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// What a backend is started with. Once it is there it says `{"url": …}` in a line of its standard output.
pub struct Served {
    /// The broker's address.
    pub broker: String,
    /// The topic at which observations come.
    pub topic: &'static str,
    /// A folder of its own.
    pub data: PathBuf,
}

/// What it counted of observations.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Counted {
    pub(super) received: u64,
    pub(super) unknown: u64,
    pub(super) problems: u64,
    pub(super) missing: u64,
}

/// The process; ends with the value.
pub(super) struct Backend {
    process: Child,
    url: String,
    http: Http,
    runtime: tokio::runtime::Runtime,
    folder: Scratch,
}

impl Backend {
    /// Starts one that takes in what comes at the broker on this port.
    pub(super) fn start(command: &Serve, port: u16) -> Result<Self, SoakError> {
        let folder = Scratch::new("backend")?;
        let broker = format!("mqtt://127.0.0.1:{port}");
        let mut process = command(&Served { broker, topic: TOPIC, data: folder.path().join("data") })
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(SoakError::system("starting the backend"))?;
        let url = said_by(&mut process).ok_or_else(|| {
            let _ = (process.kill(), process.wait());
            SoakError::Backend("it does not say where it is reached".to_owned())
        })?;
        let http = Http::new(&config(&url, folder.path()), Pace::default())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(SoakError::system("starting a runtime"))?;
        Ok(Self { process, url, http, runtime, folder })
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What the link of a console on it is started with.
    pub(super) fn config(&self) -> LinkConfig {
        config(&self.url, self.folder.path())
    }

    /// What it counted; `None` while it is not subscribed.
    pub(super) fn counted(&self) -> Result<Option<Counted>, SoakError> {
        let told = self.health()?.observations.filter(|told| told.get("trouble").is_none());
        told.map(|told| serde_json::from_value(told).map_err(unreadable)).transpose()
    }

    /// How far the clock of the wall is ahead of the city's, milliseconds: both run at one speed.
    pub(super) fn ahead_ms(&self) -> Result<i64, SoakError> {
        let before = now();
        let city = self.health()?.now;
        // It was read somewhere between the question and the answer.
        Ok((before.0 + now().0) / 2 - city.0)
    }

    fn health(&self) -> Result<Health, SoakError> {
        let ask = || self.runtime.block_on(self.http.get("/health"));
        // A connection that was kept from the last question may have been closed since, which nobody here has looked at.
        let body = ask().or_else(|_| ask()).map_err(|trouble| SoakError::Backend(trouble.why))?;
        serde_json::from_slice(&body).map_err(unreadable)
    }
}

/// What it says of itself.
#[derive(Deserialize)]
struct Health {
    now: CityTime,
    observations: Option<serde_json::Value>,
}

fn unreadable(why: serde_json::Error) -> SoakError {
    SoakError::Backend(format!("its health is unreadable: {why}"))
}

impl Drop for Backend {
    fn drop(&mut self) {
        // One that is gone needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn config(url: &str, folder: &Path) -> LinkConfig {
    LinkConfig {
        backend: url.to_owned(),
        credentials: Credentials::default(),
        state_dir: StateDir::Own(folder.join("console")),
        console: "soak".to_owned(),
        map: true,
    }
}

/// Where a process says that it is reached.
fn said_by(process: &mut Child) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        url: String,
    }
    let lines = BufReader::new(process.stdout.take()?).lines().map_while(Result::ok);
    lines.filter_map(|line| serde_json::from_str::<Said>(&line).ok()).map(|said| said.url).next()
}
