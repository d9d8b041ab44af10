//! `shancheng bench`: the figures of BENCHMARKS.md, measured and printed by the program itself.

mod ask;
mod buildings;
mod echo;
mod feeds;
mod fly;
mod frame;
mod import;
mod labels;
mod models;
mod points;
mod relief;
mod roads;
mod watching;

use super::{log_to_standard_error, print_json, print_line};
use crate::arguments::Bench;
use crate::failure::{Failure, Outcome, words};
use serde::Serialize;

/// One figure.
#[derive(Serialize)]
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
}

/// A figure, rounded to what can be told apart.
pub fn figure(name: impl Into<String>, value: f64, unit: &'static str) -> Figure {
    Figure { name: name.into(), value: (value * 1e4).round() / 1e4, unit }
}

/// What a benchmark found, and the graphics adapter it drew on, if it drew.
pub struct Measured {
    figures: Vec<Figure>,
    adapter: Option<String>,
}

impl From<Vec<Figure>> for Measured {
    fn from(figures: Vec<Figure>) -> Self {
        Self { figures, adapter: None }
    }
}

type Run = fn(&Bench) -> Result<Measured, Failure>;

/// Every benchmark: name, what it measures, how.
const BENCHES: [(&str, &str, Run); 14] = [
    ("relief", "a tile and a height of the relief that ships; start of the ground", |_| relief::run()),
    ("import", "elevation models of one and of 25 square degrees, and heights asked of them", |_| {
        import::run()
    }),
    ("ask", "sight lines, views and meshes of the ground", |_| ask::run()),
    ("roads", "a road network of a million edges: import, open, routes, closures, isochrones", |_| {
        roads::run()
    }),
    ("buildings", "100,000 buildings: read, raise, memory, frames a second over them", |_| buildings::run()),
    ("models", "341 tiles of a made-up tileset: read, memory, frames a second over them", |_| models::run()),
    ("start", "from the start of the process to the first complete picture", |_| frame::start()),
    ("frame", "CPU time a frame and frames a second with everything on screen; memory", |_| frame::run()),
    ("fly", "the ground alone, flying: CPU time a frame, frames a second, memory", |_| fly::run()),
    ("labels", "ten thousand names on a map that moves", |_| labels::run()),
    ("points", "seventeen million points in columns, a million on the screen while they change", |_| {
        points::run()
    }),
    (
        "watch",
        "observations through a thousand rules and into the vital signs, and an analysis of reports, on one core",
        |_| watching::run(),
    ),
    ("echo", "from a command on one console to its event on another", |_| echo::run()),
    (
        "feeds",
        "observations from a broker and by the backend in a console's state (--rate, --for, --burst, --missed)",
        feeds::run,
    ),
];

/// Runs the one named, or all.
pub fn run(arguments: &Bench, json: bool) -> Outcome {
    log_to_standard_error("error");
    if arguments.list {
        if json {
            let names: Vec<_> = BENCHES.iter().map(|(name, ..)| name).collect();
            return print_json(&serde_json::json!({ "benches": names }));
        }
        return BENCHES.iter().try_for_each(|(name, what, _)| print_line(&format!("{name:<9} {what}")));
    }
    let wanted = arguments.name.as_deref().unwrap_or("all");
    let chosen: Vec<_> = BENCHES.iter().filter(|(name, ..)| wanted == "all" || wanted == *name).collect();
    if chosen.is_empty() {
        let names: Vec<_> = BENCHES.iter().map(|(name, ..)| *name).collect();
        return Err(words(format!("no benchmark is called `{wanted}`: all, {}", names.join(", "))));
    }
    let (mut figures, mut adapter) = (Vec::new(), None);
    for (name, _, run) in chosen {
        eprintln!("bench {name} …");
        let measured = run(arguments)?;
        figures.extend(measured.figures);
        adapter = measured.adapter.or(adapter);
    }
    if json {
        let (bench, machine) = (wanted, machine());
        return print_json(&serde_json::json!({
            "bench": bench, "machine": machine, "adapter": adapter, "figures": figures,
        }));
    }
    print_line(&machine())?;
    if let Some(adapter) = adapter {
        print_line(&adapter)?;
    }
    figures.iter().try_for_each(|f| print_line(&format!("{:<44} {:>12} {}", f.name, f.value, f.unit)))
}

/// Processor, cores and system, in words.
fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, {}", model.trim_start_matches([' ', '\t', ':']), std::env::consts::OS)
}

/// The value below which a share of `values` lies; `values` are sorted by it.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((share * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
}

/// A backend in a process of its own, as a city runs it, on a port and in a folder of its own; ends with the value.
pub struct OwnBackend {
    process: std::process::Child,
    data: std::path::PathBuf,
    /// Its address.
    pub url: String,
}

impl OwnBackend {
    /// Starts it and waits until it is live.
    pub fn start() -> anyhow::Result<Self> {
        use std::io::BufRead;
        let data = std::env::temp_dir().join(format!("shancheng-bench-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&data);
        let mut process = std::process::Command::new(std::env::current_exe()?)
            .args(["--json", "city", "serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.join("city"))
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            std::io::BufReader::new(out).read_line(&mut line)?;
        }
        let said: serde_json::Value = serde_json::from_str(&line).map_err(|_| {
            anyhow::anyhow!("the backend did not start: run `shancheng city serve` to see why")
        })?;
        let url = said["url"].as_str().unwrap_or_default().to_owned();
        Ok(Self { process, data, url })
    }

    /// The state folder of console `name`, which goes when the backend does.
    pub fn folder(&self, name: &str) -> link::StateDir {
        link::StateDir::Own(self.data.join(name))
    }
}

impl Drop for OwnBackend {
    fn drop(&mut self) {
        // A backend that is gone already needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
