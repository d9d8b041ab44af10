//! `shancheng feed`: the systems the city is read from, named and tried.

mod brought;

use super::{home_folder, log_to_standard_error, print_json, print_line};
use crate::arguments::Feed;
use crate::failure::{Outcome, words};
use brought::Brought;
use feeds::{FeedHealth, FeedState};
use link::sources::{self, Source, Sources};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What a source tells at once may come in several pieces.
const SETTLES: Duration = Duration::from_millis(1_500);

/// Does what the words say.
pub fn run(words: Feed, json: bool) -> Outcome {
    log_to_standard_error("warn");
    match words {
        Feed::List { sources } => list(&read(sources)?, json),
        Feed::Check { name, sources, seconds } => {
            let all = read(sources)?;
            let names: Vec<_> = all.iter().map(|source| source.name.clone()).collect();
            let found = all.into_iter().find(|source| source.name == name);
            let source = found.ok_or_else(|| {
                crate::failure::words(format!(
                    "no source is called `{name}`; there are: {}",
                    names.join(", ")
                ))
            })?;
            check(source, Duration::from_secs_f64(seconds), json)
        }
    }
}

fn read(named: Option<PathBuf>) -> Result<Vec<Source>, crate::failure::Failure> {
    let file = match named {
        Some(file) => file,
        None => usual_file()?,
    };
    sources::read(&file).map_err(|error| words(error.to_string()))
}

fn usual_file() -> anyhow::Result<PathBuf> {
    home_folder("XDG_CONFIG_HOME", ".config", "sources.toml")
}

/// The sources of a console: those of the file named, else of the usual one where there is one. A fault in the usual
/// file is told, and is no reason not to open the console.
pub(crate) fn of_console(
    named: Option<&Path>,
) -> Result<(Vec<Source>, Option<String>), crate::failure::Failure> {
    match named {
        Some(none) if none.as_os_str() == "none" => Ok((Vec::new(), None)),
        Some(file) => Ok((read(Some(file.to_owned()))?, None)),
        None => match usual_file() {
            Ok(file) if file.exists() => Ok(match sources::read(&file) {
                Ok(all) => (all, None),
                Err(error) => {
                    tracing::warn!("{error}");
                    (Vec::new(), Some(error.to_string()))
                }
            }),
            _ => Ok((Vec::new(), None)),
        },
    }
}

fn list(all: &[Source], json: bool) -> Outcome {
    let described = |source: &Source| {
        json!({
            "name": source.name,
            "department": source.department,
            "protocol": source.protocol.name(),
            "url": source.protocol.url(),
            "enabled": source.enabled,
            "everyS": source.protocol.every().map(|every| every.as_secs_f64()),
        })
    };
    if json {
        return print_json(&json!({"sources": all.iter().map(described).collect::<Vec<Value>>()}));
    }
    for source in all {
        let off = if source.enabled { "" } else { ", off" };
        let (protocol, url) = (source.protocol.name(), source.protocol.url());
        print_line(&format!("{} ({}): {protocol}, {url}{off}", source.name, source.department))?;
    }
    Ok(())
}

/// Reads one source until it has told something, or the time is over.
fn check(source: Source, longest: Duration, json: bool) -> Outcome {
    let (name, protocol) = (source.name.clone(), source.protocol.clone());
    let running = Sources::start(vec![Source { enabled: true, ..source }])?;
    // What is asked for page by page has come when no more comes; what speaks by itself goes on for ever.
    let comes_in_pages = protocol.every().is_some();
    let (begin, mut brought, mut spoke) = (Instant::now(), Brought::default(), None);
    while begin.elapsed() < longest && spoke.is_none_or(|at: Instant| at.elapsed() < SETTLES) {
        std::thread::sleep(Duration::from_millis(50));
        let news = running.take();
        let is_more = comes_in_pages && !news.is_empty();
        news.into_iter().for_each(|(_, news)| brought.add(news));
        let answered = running.health().iter().any(|health| health.age_s.is_some());
        if answered && (spoke.is_none() || is_more) {
            spoke = Some(Instant::now());
        }
    }
    let Some(health) = running.health().pop() else {
        return Err(anyhow::anyhow!("no source was read").into());
    };
    if json {
        let mut said = brought.to_json();
        said["name"] = json!(name);
        said["protocol"] = json!(protocol.name());
        said["url"] = json!(protocol.url());
        said["state"] = json!(health.state.key());
        said["cause"] = json!(health.cause.map(feeds::Cause::key));
        said["message"] = json!(health.message);
        said["received"] = json!(health.received);
        said["superseded"] = json!(health.superseded);
        said["missing"] = json!(health.missing);
        said["problems"] = json!(health.problems);
        said["sample"] = json!(health.sample);
        said["newest"] = json!(health.newest);
        print_json(&said)?;
    } else {
        tell(&name, &health, &brought)?;
    }
    match health.state {
        FeedState::Live => Ok(()),
        _ => Err(anyhow::anyhow!("{name} brings nothing: {}", health.message).into()),
    }
}

fn tell(name: &str, health: &FeedHealth, brought: &Brought) -> Outcome {
    print_line(&format!(
        "{name}: {} ({}), {} records",
        health.state.key(),
        health.protocol,
        health.received
    ))?;
    for (what, count, first) in brought.kinds() {
        print_line(&format!("  {what}: {count}"))?;
        for line in first {
            print_line(&format!("    {line}"))?;
        }
    }
    if let Some(newest) = health.newest {
        print_line(&format!("  newest of {}", newest.shanghai_date_clock()))?;
    }
    if health.missing > 0 {
        print_line(&format!(
            "  {} that were sent did not come, by their publishers' numbers",
            health.missing
        ))?;
    }
    if let Some(sample) = &health.sample {
        print_line(&format!("  {} problem(s), such as {sample}", health.problems))?;
    }
    Ok(())
}
