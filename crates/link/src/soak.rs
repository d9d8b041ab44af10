//! How much the link takes for how long: a real broker, a publisher and the city backend in processes of their own, and
//! a console that takes its news at the pace of frames. What is published reaches it by two ways: straight from the
//! broker by its MQTT source, and by the backend's telemetry.
//!
//! Deliberately absent: drawing, and the words for people; `shancheng bench feeds` has them.

mod backend;
mod broker;
mod by_backend;
mod console;
mod course;
mod latency;
mod outage;
mod phases;
mod process;
mod publisher;
mod publishing;
mod report;
mod rounds;
mod scratch;
mod straight;

pub use backend::Served;
pub use broker::program;
pub use publisher::publish;
pub use report::{Counts, OutageReport, PathReport, PhaseReport, ProcessReport, SoakReport};

use crate::error::LinkError;
use city::CityTime;
use course::Course;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use thiserror::Error;

/// Where observations are published, and by what name the console is known to the broker.
const TOPIC: &str = "v1.1/Observations";
const CONSOLE: &str = "soak";

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
    /// The backend failed.
    #[error("the backend failed: {0}")]
    Backend(String),
    /// The source or the link cannot be started.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// Something that was waited for did not come.
    #[error("waited in vain for {0}")]
    InVain(String),
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

/// What is published: the phases one after another, by so many publishers.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// One after another.
    pub phases: Vec<Phase>,
    /// Each numbers its observations by itself, and has its share of the devices.
    pub publishers: u32,
    /// How many datastreams there are where no backend names its devices.
    pub datastreams: u32,
    /// How many observations a message holds.
    pub a_message: u32,
    /// So many are published at the rate of the first phase while the console is cut off; 0 for none.
    pub missed: u64,
}

/// The words that start a backend.
pub type Serve = dyn Fn(&Served) -> Command;

/// The processes beside the console, as the program that measures starts them.
pub struct Programs {
    /// Calls [`publish`] with the words that are put behind its own.
    pub publisher: Command,
    /// Serves a city that takes in observations; without it the console is told by the broker alone.
    pub backend: Option<Box<Serve>>,
}

/// Runs `load` once; `told` hears every second how many were received so far by each way.
pub fn run(
    load: &Load,
    programs: Programs,
    told: impl FnMut(&[(&'static str, u64)]),
) -> Result<SoakReport, SoakError> {
    let mut course = Course::begin(load, programs, told)?;
    course.warm_up()?;
    let published = course.soak(&load.phases)?;
    let report = course.report(&published)?;
    let outage = match (load.missed, load.phases.first()) {
        (0, _) | (_, None) => None,
        (missed, Some(phase)) => Some(course.outage(missed, phase.rate)?),
    };
    Ok(SoakReport { outage, ..report })
}

fn now() -> CityTime {
    CityTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
}

/// A folder for what one process of this soak keeps.
fn folder_of(what: &str) -> PathBuf {
    std::env::temp_dir().join(format!("shancheng-soak-{}-{what}", std::process::id()))
}
