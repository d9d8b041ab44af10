//! `shancheng act`: commands from a file or standard input, through the same outbox as the window.

use super::{log_to_standard_error, print_line};
use crate::arguments::Act;
use crate::failure::{Failure, Outcome, words};
use anyhow::Context;
use city::Command;
use link::{CommandKey, Link, LinkConfig, LinkMessage};
use serde_json::json;
use std::collections::HashSet;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// Sends the commands and prints each answer; exit code 1 when one was refused or is still unanswered.
pub fn run(words: &Act, json: bool) -> Outcome {
    log_to_standard_error("warn");
    let commands = read(words)?;
    let link = Link::start(LinkConfig {
        backend: words.backend.clone(),
        token: words.token.clone(),
        state_dir: link::state_folder(words.state.as_deref(), "act")?,
        console: "act".to_owned(),
        telemetry: false,
    })?;
    let mut open: HashSet<CommandKey> = link.unanswered()?.into_iter().collect();
    if !open.is_empty() {
        eprintln!("finishing {} command(s) accepted earlier", open.len());
    }
    let keys: Vec<CommandKey> = commands.into_iter().map(|command| link.submit(command)).collect();
    open.extend(keys.iter().cloned());

    let until = words.seconds.map(|s| Instant::now() + Duration::from_secs_f64(s.clamp(0.0, 1e9)));
    let (mut refused, mut said) = (false, String::new());
    while !open.is_empty() {
        if until.is_some_and(|end| Instant::now() >= end) {
            return Err(Failure::Work(anyhow::anyhow!(
                "{} command(s) not answered in time by {}: they stay in the outbox and go out next time",
                open.len(),
                words.backend
            )));
        }
        match link.wait(Duration::from_millis(100)) {
            Some(LinkMessage::Answered { key, command, outcome }) => {
                open.remove(&key);
                refused |= keys.contains(&key) && !outcome.is_done();
                let line = json!({"key": key, "command": command, "outcome": outcome});
                if json {
                    print_line(&line.to_string())?;
                } else {
                    print_line(&outcome.in_words())?;
                }
            }
            Some(LinkMessage::Health(feeds)) => {
                let now = feeds.iter().map(|f| f.message.as_str()).find(|m| !m.is_empty()).unwrap_or("");
                if now != said && !now.is_empty() {
                    eprintln!("{now}");
                }
                now.clone_into(&mut said);
            }
            _ => (),
        }
    }
    if refused { Err(Failure::Said) } else { Ok(()) }
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
