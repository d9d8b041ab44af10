//! The soak of `shancheng bench feeds` without the engine; with a backend where a program that serves one is named:
//! `cargo run --release -p link --example soak -- [--serve PROGRAM] [--missed N] RATE SECONDS [RATE SECONDS …]`.

use link::soak::{Load, Phase, Programs, Served, SoakReport, publish, run};
use std::process::{Command, ExitCode};

const USAGE: &str = "usage: soak [--serve PROGRAM] [--missed N] RATE SECONDS [RATE SECONDS …]: a program called as \
                     `shancheng` is, how many observations a console misses, observations a second, and for how long";

/// What is asked for.
#[derive(Default)]
struct Words {
    serve: Option<String>,
    missed: u64,
    phases: Vec<Phase>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [publisher, orders] = &words[..]
        && publisher == "publisher"
    {
        publish(orders);
        return ExitCode::SUCCESS;
    }
    let Some(words) = read(&words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match soak(words) {
        Ok(report) => {
            let figures = report.figures();
            figures.iter().for_each(|(name, value, unit)| println!("{name:<72} {value:>14.2} {unit}"));
            if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn read(words: &[String]) -> Option<Words> {
    let mut read = Words::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--serve" => read.serve = Some(words.next()?.clone()),
            "--missed" => read.missed = words.next()?.parse().ok()?,
            rate => {
                let (rate, seconds) = (rate.parse().ok()?, words.next()?.parse().ok()?);
                read.phases.push(Phase { rate, seconds });
            }
        }
    }
    (!read.phases.is_empty()).then_some(read)
}

fn soak(words: Words) -> Result<SoakReport, Box<dyn std::error::Error>> {
    let Words { serve, missed, phases } = words;
    let load = Load { phases, publishers: 20, datastreams: 17_000, a_message: 100, missed };
    let mut publisher = Command::new(std::env::current_exe()?);
    publisher.arg("publisher");
    let backend = serve.map(|program| {
        let words = move |served: &Served| {
            let mut command = Command::new(&program);
            command.args(["--json", "city", "serve", "--listen", "127.0.0.1:0", "--broker", &served.broker]);
            command.args(["--observations", served.topic, "--data"]).arg(&served.data);
            command
        };
        Box::new(words) as Box<link::soak::Serve>
    });
    Ok(run(&load, Programs { publisher, backend }, |received| eprintln!("{received:?}"))?)
}
