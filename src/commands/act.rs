//! `shancheng act`: commands from a file or standard input, through the same outbox as the window.

use super::{log_to_standard_error, print_line};
use crate::arguments::Act;
use crate::failure::{Failure, Outcome, words};
use anyhow::Context;
use city::Command;
use link::{Acted, CommandKey, Link, LinkConfig, StateDir};
use serde_json::json;
use std::io::BufRead;
use std::time::Duration;

/// Sends the commands and prints each answer; exit code 1 when one was refused or is still unanswered.
pub fn run(words: &Act, json: bool) -> Outcome {
    log_to_standard_error("warn");
    let commands = read(words)?;
    let link = Link::start(LinkConfig {
        backend: words.backend.clone(),
        credentials: words.credentials.read(),
        state_dir: StateDir::of_user(words.state.clone()),
        console: "act".to_owned(),
        map: false,
    })?;
    let patience = words.seconds.map(|s| Duration::from_secs_f64(s.clamp(0.0, 1e9)));
    let (mut refused, mut printed) = (false, Ok(()));
    let unanswered = link::act(&link, commands, patience, |acted| match acted {
        Acted::Answered { key, outcome, .. } => {
            refused |= matches!(outcome, link::Outcome::Refused { .. });
            if printed.is_ok() {
                printed = print_line(&answer(key, &outcome, json));
            }
        }
        Acted::LeftBefore { key, outcome, .. } => {
            eprintln!("accepted by an earlier run: {}", answer(key, &outcome, false));
        }
        Acted::Waiting(why) => eprintln!("{why}"),
    });
    printed?;
    match (unanswered, refused) {
        (0, false) => Ok(()),
        (0, true) => Err(Failure::Said),
        (n, _) => Err(Failure::Work(anyhow::anyhow!(
            "{n} command(s) not answered in time by {}: they stay in the outbox in {} and go out next time",
            words.backend,
            link.state_dir().display()
        ))),
    }
}

/// One answer as a line.
fn answer(key: CommandKey, outcome: &link::Outcome, as_json: bool) -> String {
    match (outcome, as_json) {
        (link::Outcome::Done { events }, true) => {
            json!({"key": key.to_string(), "status": 200, "events": events}).to_string()
        }
        (link::Outcome::Refused { status, problem }, true) => {
            json!({"key": key.to_string(), "status": status, "problem": problem}).to_string()
        }
        (link::Outcome::Done { events }, false) => {
            let happened: Vec<_> = events.iter().map(|event| event.body.key()).collect();
            format!("done: {}", happened.join(", "))
        }
        (link::Outcome::Refused { status, problem }, false) => format!("refused ({status}): {problem}"),
    }
}

/// Reads every command before the first is sent: a file with one wrong command sends none.
fn read(arguments: &Act) -> Result<Vec<Command>, Failure> {
    let wrong = |place: String, e: serde_json::Error| words(format!("{place}: not a command: {e}"));
    if arguments.file.as_os_str() == "-" {
        let mut commands = Vec::new();
        for (n, line) in std::io::stdin().lock().lines().enumerate() {
            let line = line.context("reading standard input")?;
            if !line.trim().is_empty() {
                let place = format!("standard input, line {}", n + 1);
                commands.push(serde_json::from_str(&line).map_err(|e| wrong(place, e))?);
            }
        }
        return Ok(commands);
    }
    let name = arguments.file.display().to_string();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("reading {name}"))?;
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(&text).map_err(|e| wrong(name, e));
    }
    serde_json::from_str(&text).map(|command| vec![command]).map_err(|e| wrong(name, e))
}
