//! One file a command.

mod act;
mod bench;
mod city;
mod console;
mod feed;
mod follow;
mod journal;
mod laid;
mod points;
mod progress;
mod quality;
mod roads;
mod rules;
pub mod snapshot;
mod terrain;
mod terrain_fetch;
mod vital;

use laid::{laid, remembered};

use crate::arguments::{Arguments, Command};
use crate::failure::Outcome;
use std::time::Instant;

/// Does what the command line says. `started` is when the process began.
pub fn run(arguments: Arguments, started: Instant) -> Outcome {
    let json = arguments.json;
    match arguments.command {
        None => console::run(&arguments.console, json, started),
        Some(Command::Snapshot(words)) => snapshot::run(&words, json, started),
        Some(Command::Terrain(words)) => terrain::run(words, json),
        Some(Command::Roads(words)) => roads::run(words, json),
        Some(Command::Points(words)) => points::run(words, json),
        Some(Command::Rules(words)) => rules::run(words, json),
        Some(Command::City(words)) => city::run(words, json),
        Some(Command::Journal(words)) => journal::run(words, json),
        Some(Command::Feed(words)) => feed::run(words, json),
        Some(Command::Follow(words)) => follow::run(&words, json),
        Some(Command::Act(words)) => act::run(&words, json),
        Some(Command::Vital(words)) => vital::run(&words, json),
        Some(Command::Quality(words)) => quality::run(&words, json),
        Some(Command::Bench(words)) => bench::run(&words, json),
        Some(Command::BenchPublisher(words)) => {
            link::soak::publish(&words.orders);
            Ok(())
        }
    }
}

/// Prints one JSON object on standard output.
fn print_json(value: &impl serde::Serialize) -> Outcome {
    print_line(&serde_json::to_string(value)?)
}

/// Prints one line on standard output; a reader that went away ends the program, as it does others.
fn print_line(line: &str) -> Outcome {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|e| anyhow::anyhow!("writing to standard output: {e}"))?;
    Ok(())
}

/// The program's messages go to standard error; RUST_LOG chooses how many.
fn log_to_standard_error(default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| default.into());
    // A second call in one process (the tests) keeps the first subscriber.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// `$XDG_VAR/shancheng/…` or its usual place below the home folder.
pub(crate) fn home_folder(
    variable: &str,
    usual: &str,
    name: &str,
) -> Result<std::path::PathBuf, anyhow::Error> {
    let base = match (std::env::var_os(variable), std::env::var_os("HOME")) {
        (Some(dir), _) if !dir.is_empty() => std::path::PathBuf::from(dir),
        (_, Some(home)) => std::path::PathBuf::from(home).join(usual),
        _ => anyhow::bail!("neither {variable} nor HOME is set: name the folder on the command line"),
    };
    Ok(base.join("shancheng").join(name))
}

/// A face with Chinese glyphs. Without one only English can be shown, so Chinese is refused before anything is drawn.
fn find_font(english: bool) -> Result<Option<shell::CjkFont>, crate::failure::Failure> {
    match shell::find_cjk() {
        Ok(font) => Ok(Some(font)),
        Err(why) if english => {
            tracing::warn!("{why}");
            Ok(None)
        }
        Err(why) => Err(anyhow::anyhow!("{why}; --english shows English words without one").into()),
    }
}

/// The ground named, or the relief that ships.
fn ground(folder: Option<&std::path::Path>) -> Result<::terrain::Ground, crate::failure::Failure> {
    Ok(match folder {
        Some(folder) => ::terrain::Ground::open(folder)?,
        None => ::terrain::Ground::shipped()?,
    })
}

/// The road network named for units to move on; none is the schematic one.
fn roads_named(
    file: Option<&std::path::Path>,
) -> Result<Option<std::sync::Arc<::roads::RoadNetwork>>, crate::failure::Failure> {
    Ok(file.map(::roads::RoadNetwork::open).transpose()?.map(std::sync::Arc::new))
}
