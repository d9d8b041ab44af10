//! `shancheng feed`: the systems the city is read from, named and tried.

use super::{home_folder, log_to_standard_error, print_json, print_line};
use crate::arguments::Feed;
use crate::failure::{Outcome, words};
use feeds::{FeedHealth, FeedState};
use link::sources::{self, News, Source, Sources};
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
    let (begin, mut told, mut spoke) = (Instant::now(), Told::default(), None);
    while begin.elapsed() < longest && spoke.is_none_or(|at: Instant| at.elapsed() < SETTLES) {
        std::thread::sleep(Duration::from_millis(50));
        for (_, news) in running.take() {
            told.add(&news);
        }
        let answered = running.health().iter().any(|health| health.age_s.is_some());
        if spoke.is_none() && answered {
            spoke = Some(Instant::now());
        }
    }
    let Some(health) = running.health().pop() else {
        return Err(anyhow::anyhow!("no source was read").into());
    };
    if json {
        let mut said = told.to_json();
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
        tell(&name, &health, &told)?;
    }
    match health.state {
        FeedState::Live => Ok(()),
        _ => Err(anyhow::anyhow!("{name} brings nothing: {}", health.message).into()),
    }
}

fn tell(name: &str, health: &FeedHealth, told: &Told) -> Outcome {
    print_line(&format!(
        "{name}: {} ({}), {} records",
        health.state.key(),
        health.protocol,
        health.received
    ))?;
    for (what, count) in told.counts().into_iter().filter(|(_, count)| *count > 0) {
        print_line(&format!("  {what}: {count}"))?;
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

/// How much of each came.
#[derive(Default)]
struct Told {
    warnings: usize,
    collections: Vec<(String, usize)>,
    requests: usize,
    tracks: usize,
    devices: usize,
    readings: usize,
}

impl Told {
    fn add(&mut self, news: &News) {
        self.warnings = news.warnings.as_ref().map_or(self.warnings, |all| all.len());
        for set in &news.collections {
            self.collections.retain(|(id, _)| *id != set.id);
            self.collections.push((set.id.clone(), set.features.len()));
        }
        self.requests += news.requests.len();
        self.tracks = self.tracks.max(news.tracks.len());
        self.devices += news.devices.len();
        self.readings += news.readings.len();
    }

    fn counts(&self) -> Vec<(String, usize)> {
        let features = self.collections.iter().map(|(id, count)| (format!("features of {id}"), *count));
        let rest = [
            ("warnings", self.warnings),
            ("requests", self.requests),
            ("drones and teams", self.tracks),
            ("devices", self.devices),
            ("readings", self.readings),
        ];
        features.chain(rest.map(|(what, count)| (what.to_owned(), count))).collect()
    }

    fn to_json(&self) -> Value {
        let collections: serde_json::Map<_, _> =
            self.collections.iter().map(|(id, count)| (id.clone(), json!(count))).collect();
        json!({
            "warnings": self.warnings,
            "collections": collections,
            "requests": self.requests,
            "tracks": self.tracks,
            "devices": self.devices,
            "readings": self.readings,
        })
    }
}
