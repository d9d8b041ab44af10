//! How much the link takes for how long: a real broker, a publisher in a process of its own, and the MQTT source as a
//! console runs it, its news taken at the pace of frames.
//!
//! Deliberately absent: drawing, and the words for people; `shancheng bench feeds` has them.

mod broker;
mod latency;
mod process;
mod publisher;

pub use broker::program;
pub use publisher::{Published, publish};

use crate::config::Pace;
use crate::error::LinkError;
use crate::sources::{News, Sources, read_text};
use broker::Broker;
use city::CityTime;
use latency::Latencies;
use process::Watched;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use thiserror::Error;

/// How often the console takes its news: the pace of frames.
const FRAME: Duration = Duration::from_micros(16_667);
/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After so long without a value what was not received is lost.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why there are no figures.
#[derive(Debug, Error)]
pub enum SoakError {
    /// The broker is not installed.
    #[error("the broker `{0}` is missing: install Debian's package mosquitto, or your system's")]
    NoProgram(&'static str),
    /// Something of the system failed.
    #[error("{what}: {source}")]
    System {
        /// What was being done.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The publisher failed.
    #[error("the publisher failed: {0}")]
    Publisher(String),
    /// The source cannot be started.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The source is not connected.
    #[error("the source was not subscribed: {0}")]
    NotSubscribed(String),
}

impl SoakError {
    fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}

/// A time at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Observations a second.
    pub rate: f64,
    /// For how long, seconds.
    pub seconds: f64,
}

/// What is published: the phases one after another, by so many publishers, of so many datastreams in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The port of the broker on this computer.
    pub port: u16,
    /// One after another.
    pub phases: Vec<Phase>,
    /// Each numbers its observations by itself.
    pub publishers: u32,
    /// Each publisher has its share of them.
    pub datastreams: u32,
    /// How many observations a message holds.
    pub a_message: u32,
}

/// How one phase went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseReport {
    /// What was asked for, observations a second.
    pub asked_per_s: f64,
    /// What was received over the time of the phase, observations a second.
    pub received_per_s: f64,
    /// From sending to the console's state, of the values that got there: half are faster, milliseconds.
    pub p50_ms: f64,
    /// The same of ninety-nine in a hundred.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
}

/// Memory and work of a process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessReport {
    /// Which.
    pub name: &'static str,
    /// Of one core, percent.
    pub cpu_pct: f64,
    /// Resident memory at a tenth of the time, MB.
    pub early_mb: f64,
    /// At the end.
    pub late_mb: f64,
    /// The most.
    pub most_mb: f64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoakReport {
    /// Observations that the broker has acknowledged.
    pub sent: u64,
    /// Observations that the source received.
    pub received: u64,
    /// Values that got into the console's state.
    pub applied: u64,
    /// Values that newer ones replaced before a frame took them.
    pub superseded: u64,
    /// Numbers of publishers that did not come.
    pub missing: u64,
    /// What could not be read.
    pub problems: u64,
    /// How the phases went.
    pub phases: Vec<PhaseReport>,
    /// What a frame spent taking news, milliseconds, 99 in a hundred less.
    pub frame_p99_ms: f64,
    /// The processes.
    pub processes: Vec<ProcessReport>,
}

impl SoakReport {
    /// True where every observation that was sent is in the console's state, or was replaced by a newer one.
    pub fn is_whole(&self) -> bool {
        self.missing == 0
            && self.problems == 0
            && self.sent == self.received
            && self.received == self.applied + self.superseded
    }

    /// The figures by name, with their units.
    pub fn figures(&self) -> Vec<(String, f64, &'static str)> {
        let counts = [
            ("sent", self.sent),
            ("received", self.received),
            ("applied", self.applied),
            ("superseded", self.superseded),
            ("missing in the publishers' numbers", self.missing),
            ("unreadable", self.problems),
        ];
        let mut all: Vec<_> = counts.map(|(name, count)| (name.to_owned(), count as f64, "")).to_vec();
        for phase in &self.phases {
            let asked = format!("at {:.0}/s", phase.asked_per_s);
            all.extend([
                (format!("{asked}: received"), phase.received_per_s, "/s"),
                (format!("{asked}: sent to state, median"), phase.p50_ms, "ms"),
                (format!("{asked}: sent to state, p99"), phase.p99_ms, "ms"),
                (format!("{asked}: sent to state, longest"), phase.max_ms, "ms"),
            ]);
        }
        all.push(("taking the news in a frame, p99".to_owned(), self.frame_p99_ms, "ms"));
        for one in &self.processes {
            all.extend([
                (format!("{}: of one core", one.name), one.cpu_pct, "%"),
                (format!("{}: memory at a tenth of the time", one.name), one.early_mb, "MB"),
                (format!("{}: memory at the end", one.name), one.late_mb, "MB"),
                (format!("{}: most memory", one.name), one.most_mb, "MB"),
            ]);
        }
        all
    }
}

/// What a publisher says on its standard output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Said {
    /// It begins at this instant, milliseconds since 1970.
    Begins(i64),
    /// It has ended.
    Ended(Published),
    /// It cannot go on.
    Failed(String),
}

/// Runs `load` once. `publisher` starts a process that calls [`publish`] with the load that is put behind its words as
/// JSON; `told` hears of every second how many were received so far.
pub fn run(load: &Load, mut publisher: Command, mut told: impl FnMut(u64)) -> Result<SoakReport, SoakError> {
    let broker = Broker::start()?;
    let load = Load { port: broker.port, ..load.clone() };
    let settings = format!(
        "[[source]]\nname = 'soak'\nprotocol = 'mqtt'\nurl = 'mqtt://127.0.0.1:{}'\n\
         topics = ['v1.1/Observations']\nclient_id = 'soak'\n",
        load.port
    );
    let settings = read_text(&settings).map_err(|faults| SoakError::NotSubscribed(faults.join("; ")))?;
    let mut console = Console::start(settings)?;
    let words = serde_json::to_string(&load).map_err(|why| SoakError::Publisher(why.to_string()))?;
    let process = publisher
        .arg(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(SoakError::system("starting the publisher"))?;
    let publisher = Publisher::of(process);
    let mut watched = [
        Watched::new("console", std::process::id()),
        Watched::new("broker", broker.id()),
        Watched::new("publisher", publisher.process.id()),
    ];
    let longest: f64 = load.phases.iter().map(|phase| phase.seconds).sum();
    let (mut begin, mut ended, mut looked) = (None, None, Instant::now());
    let (mut progress, mut next_frame) = ((0, Instant::now()), Instant::now());
    loop {
        match publisher.said.try_recv() {
            Ok(Said::Begins(at)) => {
                begin = Some(Instant::now());
                console.begin(at, &load.phases);
                watched.iter_mut().for_each(Watched::begin);
            }
            Ok(Said::Ended(published)) => {
                watched.iter_mut().for_each(Watched::end);
                ended = Some(published);
            }
            Ok(Said::Failed(why)) => return Err(SoakError::Publisher(why)),
            Err(mpsc::TryRecvError::Disconnected) if ended.is_none() => {
                return Err(SoakError::Publisher("it ended without a word".to_owned()));
            }
            Err(_) => {}
        }
        console.frame();
        let received = console.sources.health().first().map_or(0, |health| health.received);
        console.note(received);
        if received > progress.0 {
            progress = (received, Instant::now());
        }
        let is_all = ended.as_ref().is_some_and(|published: &Published| received >= published.observations);
        if (is_all && console.is_drained()) || progress.1.elapsed() > PATIENCE {
            break;
        }
        if looked.elapsed() >= LOOK_EVERY {
            looked = Instant::now();
            let share = begin.map_or(0.0, |begin: Instant| begin.elapsed().as_secs_f64() / longest);
            watched.iter_mut().for_each(|one| one.look(share));
            told(received);
        }
        next_frame += FRAME;
        match next_frame.checked_duration_since(Instant::now()) {
            Some(wait) => std::thread::sleep(wait),
            // A frame that was late is not made up for.
            None => next_frame = Instant::now(),
        }
    }
    let sent = ended.map_or(0, |published| published.observations);
    Ok(console.report(sent, watched.map(Watched::report).to_vec()))
}

/// The publisher's process and what it says; ends with the value.
struct Publisher {
    process: Child,
    said: mpsc::Receiver<Said>,
}

impl Publisher {
    fn of(mut process: Child) -> Self {
        let (tell, said) = mpsc::channel();
        let lines = process.stdout.take().map(|out| BufReader::new(out).lines());
        std::thread::spawn(move || {
            for line in lines.into_iter().flatten().map_while(Result::ok) {
                // Whatever else it prints is not for us; a receiver that is gone wants no more.
                let Ok(said) = serde_json::from_str(&line) else { continue };
                if tell.send(said).is_err() {
                    return;
                }
            }
        });
        Self { process, said }
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        // One that has ended needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A phase under way.
struct Running {
    phase: Phase,
    /// Until when it sends.
    until: CityTime,
    /// How long its values took to the console's state.
    latencies: Latencies,
    /// How many were received when it ended.
    received: Option<u64>,
}

/// The console: its source, and the state that frames bring up to date.
struct Console {
    sources: Sources,
    state: HashMap<String, (CityTime, f64)>,
    applied: u64,
    phases: Vec<Running>,
    frames: Latencies,
}

impl Console {
    fn start(settings: Vec<crate::sources::Source>) -> Result<Self, SoakError> {
        let sources = Sources::start_at(settings, Pace::default())?;
        let begin = Instant::now();
        loop {
            let health = sources.health().pop();
            let words = health.map(|health| health.message).unwrap_or_default();
            if words.starts_with("subscribed") {
                break;
            }
            if begin.elapsed() > PATIENCE {
                return Err(SoakError::NotSubscribed(words));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let frames = Latencies::default();
        Ok(Self { sources, state: HashMap::new(), applied: 0, phases: Vec::new(), frames })
    }

    fn begin(&mut self, at_ms: i64, phases: &[Phase]) {
        let mut until = CityTime(at_ms);
        self.phases = phases
            .iter()
            .map(|phase| {
                until = until.plus_s(phase.seconds);
                Running { phase: *phase, until, latencies: Latencies::default(), received: None }
            })
            .collect();
    }

    /// Takes what there is into the state.
    fn frame(&mut self) {
        let begin = Instant::now();
        for (_, News { readings, .. }) in self.sources.take() {
            let now = now();
            for reading in readings {
                self.applied += 1;
                let late_ms = now.0.saturating_sub(reading.at.0).max(0) as u64;
                if let Some(phase) = self.phases.iter_mut().find(|phase| reading.at < phase.until) {
                    phase.latencies.add(late_ms);
                }
                let value = (reading.at, reading.value);
                match self.state.get_mut(&reading.datastream) {
                    Some(known) if known.0 <= value.0 => *known = value,
                    Some(_) => {}
                    None => _ = self.state.insert(reading.datastream, value),
                }
            }
        }
        self.frames.add(begin.elapsed().as_micros() as u64);
    }

    /// Notes how many were received, where a phase has ended.
    fn note(&mut self, received: u64) {
        let now = now();
        for phase in self.phases.iter_mut().filter(|phase| phase.until <= now) {
            phase.received.get_or_insert(received);
        }
    }

    /// True where everything that was received is in the state, or was replaced.
    fn is_drained(&self) -> bool {
        let health = self.sources.health().pop();
        health.is_some_and(|health| self.applied + health.superseded + health.problems >= health.received)
    }

    fn report(self, sent: u64, processes: Vec<ProcessReport>) -> SoakReport {
        let Some(health) = self.sources.health().pop() else { return SoakReport::default() };
        let mut before = 0;
        let phases = self.phases.into_iter().map(|running| {
            let received = running.received.unwrap_or(health.received);
            let of_phase = received.saturating_sub(std::mem::replace(&mut before, received));
            PhaseReport {
                asked_per_s: running.phase.rate,
                received_per_s: of_phase as f64 / running.phase.seconds,
                p50_ms: running.latencies.quantile(0.5),
                p99_ms: running.latencies.quantile(0.99),
                max_ms: running.latencies.longest(),
            }
        });
        SoakReport {
            sent,
            received: health.received,
            applied: self.applied,
            superseded: health.superseded,
            missing: health.missing,
            problems: health.problems,
            phases: phases.collect(),
            frame_p99_ms: self.frames.quantile(0.99) / 1e3,
            processes,
        }
    }
}

fn now() -> CityTime {
    CityTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
}
