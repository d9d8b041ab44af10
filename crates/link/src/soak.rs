//! How much the link takes for how long: a real broker, a publisher in a process of its own, and the MQTT source as a
//! console runs it, its news taken at the pace of frames.
//!
//! Deliberately absent: drawing, and the words for people; `shancheng bench feeds` has them.

mod broker;
mod console;
mod latency;
mod process;
mod publisher;
mod report;

pub use broker::program;
pub use publisher::{Published, publish};
pub use report::{PhaseReport, ProcessReport, SoakReport};

use crate::error::LinkError;
use crate::sources::read_text;
use broker::Broker;
use city::CityTime;
use console::Console;
use process::Watched;
use serde::{Deserialize, Serialize};
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
    let mut console = Console::start(settings, load.datastreams)?;
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

fn now() -> CityTime {
    CityTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
}
