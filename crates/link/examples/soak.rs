//! The soak of `shancheng bench feeds` without the engine: `cargo run --release --example soak -- RATE SECONDS [BURST_RATE BURST_SECONDS]`.

use link::soak::{Load, Phase, publish, run};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [publisher, load] = &words[..]
        && publisher == "publisher"
    {
        publish(load);
        return ExitCode::SUCCESS;
    }
    let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let phases: Vec<Phase> =
        numbers.chunks_exact(2).map(|phase| Phase { rate: phase[0], seconds: phase[1] }).collect();
    if phases.is_empty() || numbers.len() != words.len() {
        eprintln!("usage: soak RATE SECONDS [RATE SECONDS …]: observations a second, and for how long");
        return ExitCode::from(2);
    }
    let load = Load { port: 0, phases, publishers: 20, datastreams: 17_000, a_message: 100 };
    let done = std::env::current_exe().map_err(|why| why.to_string()).and_then(|own| {
        let mut publisher = Command::new(own);
        publisher.arg("publisher");
        run(&load, publisher, |received| eprintln!("{received} received")).map_err(|why| why.to_string())
    });
    match done {
        Ok(report) => {
            report
                .figures()
                .iter()
                .for_each(|(name, value, unit)| println!("{name:<48} {value:>14.2} {unit}"));
            if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
