//! How soon one console sees what another did.

use super::{Measured, OwnBackend, figure, quantile};
use crate::failure::Failure;
use anyhow::bail;
use city::{Command, EventBody, RiskClass};
use link::{Link, LinkConfig, LinkMessage};
use std::time::{Duration, Instant};

const COMMANDS: usize = 100;

/// Reports from one console, each timed until its event is on the other.
pub fn run() -> Result<Measured, Failure> {
    let backend = OwnBackend::start()?;
    let (one, other) = (console(&backend, "one")?, console(&backend, "other")?);
    wait_for(&other, |message| matches!(message, LinkMessage::Snapshot(_)))?;
    let mut times = Vec::new();
    for n in 0..COMMANDS {
        let mark = format!("bench {n}");
        let begin = Instant::now();
        one.submit(Command::Report {
            risk_class: RiskClass::Complaint,
            lon: 106.57,
            lat: 29.56,
            text: mark.clone(),
        });
        wait_for(&other, |message| match message {
            LinkMessage::Event(event) => {
                matches!(&event.body, EventBody::IncidentReported { text, .. } if *text == mark)
            }
            _ => false,
        })?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        one.drain(1_000);
    }
    Ok(vec![
        figure("echo: command to event on another console, median", quantile(&mut times, 0.5), "ms"),
        figure("echo: p99", quantile(&mut times, 0.99), "ms"),
    ]
    .into())
}

fn console(backend: &OwnBackend, name: &str) -> anyhow::Result<Link> {
    Ok(Link::start(LinkConfig {
        backend: backend.url.clone(),
        credentials: link::Credentials::default(),
        state_dir: backend.folder(name),
        console: name.to_owned(),
        map: false,
    })?)
}

fn wait_for(link: &Link, wanted: impl Fn(&LinkMessage) -> bool) -> anyhow::Result<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        if link.wait(Duration::from_millis(100)).is_some_and(|message| wanted(&message)) {
            return Ok(());
        }
    }
    bail!("no answer from the backend within 30 s")
}
