//! How many observations a console takes from a broker and by the backend, how old they are then, and what that costs
//! for how long.

use super::{Measured, figure};
use crate::arguments::Bench;
use crate::failure::Failure;
use link::soak::{Load, Phase, Programs, Served, run as soak};
use std::path::Path;
use std::process::Command;

/// How many number their observations by themselves.
const PUBLISHERS: u32 = 20;
/// The devices of a city.
const DATASTREAMS: u32 = 17_000;
const A_MESSAGE: u32 = 100;
/// How much more comes in a burst, and for how long, seconds.
const BURST: (f64, f64) = (5.0, 10.0);

/// A broker, a publisher, a backend and what a console has of them, each in a process of its own.
pub fn run(words: &Bench) -> Result<Measured, Failure> {
    let mut phases = vec![Phase { rate: words.rate, seconds: words.seconds }];
    if words.burst {
        phases.push(Phase { rate: BURST.0 * words.rate, seconds: BURST.1 });
    }
    let load = Load {
        phases,
        publishers: PUBLISHERS,
        datastreams: DATASTREAMS,
        a_message: A_MESSAGE,
        missed: words.missed,
    };
    let own = std::env::current_exe()?;
    let mut publisher = Command::new(&own);
    publisher.arg("bench-publisher");
    let programs =
        Programs { publisher, backend: Some(Box::new(move |served: &Served| backend(&own, served))) };
    let report = soak(&load, programs, |received| tracing::info!("received: {received:?}"))?;
    if !report.is_whole() {
        eprintln!("not every observation that was sent is in the state or was replaced by a newer one");
    }
    let figures =
        report.figures().into_iter().map(|(name, value, unit)| figure(format!("feeds: {name}"), value, unit));
    Ok(figures.collect::<Vec<_>>().into())
}

/// The backend of a city that takes in what is published.
fn backend(own: &Path, served: &Served) -> Command {
    let mut command = Command::new(own);
    command
        .args(["--json", "city", "serve", "--listen", "127.0.0.1:0", "--broker", &served.broker])
        .args(["--observations", served.topic, "--data"])
        .arg(&served.data)
        .env("RUST_LOG", "warn");
    command
}
