//! How many observations a console takes from a broker, how old they are then, and what that costs for how long.

use super::{Measured, figure};
use crate::arguments::Bench;
use crate::failure::Failure;
use link::soak::{Load, Phase, run as soak};
use std::process::Command;

/// How many number their observations by themselves.
const PUBLISHERS: u32 = 20;
/// The devices of a city.
const DATASTREAMS: u32 = 17_000;
const A_MESSAGE: u32 = 100;
/// How much more comes in a burst, and for how long, seconds.
const BURST: (f64, f64) = (5.0, 10.0);

/// A broker, a publisher and the source of a console, each in a process of its own.
pub fn run(words: &Bench) -> Result<Measured, Failure> {
    let mut phases = vec![Phase { rate: words.rate, seconds: words.seconds }];
    if words.burst {
        phases.push(Phase { rate: BURST.0 * words.rate, seconds: BURST.1 });
    }
    let load =
        Load { port: 0, phases, publishers: PUBLISHERS, datastreams: DATASTREAMS, a_message: A_MESSAGE };
    let mut publisher = Command::new(std::env::current_exe()?);
    publisher.arg("bench-publisher");
    let report = soak(&load, publisher, |received| tracing::info!("{received} observations received"))?;
    if !report.is_whole() {
        eprintln!("not every observation that was sent is in the state or was replaced by a newer one");
    }
    let figures =
        report.figures().into_iter().map(|(name, value, unit)| figure(format!("feeds: {name}"), value, unit));
    Ok(figures.collect::<Vec<_>>().into())
}
