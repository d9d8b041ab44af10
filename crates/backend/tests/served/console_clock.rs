//! A console whose own wall clock is set while its commands wait: they are done once, it misses no event and hears none
//! twice, and every time is the backend's.

use crate::client::*;
use crate::console::console;
use crate::wall_clock::{DAY_S, HOUR_S, WallClock};
use city::CityTime;
use link::{Credentials, LinkMessage};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

const BACKEND: &str = "CONSOLE_CLOCK_TEST_BACKEND";
const FOLDER: &str = "CONSOLE_CLOCK_TEST_FOLDER";

/// The console of the process below, which reports each line it reads; on its own it does nothing.
#[test]
fn child() {
    let (Ok(backend), Some(folder)) = (std::env::var(BACKEND), std::env::var_os(FOLDER)) else { return };
    let link = console(&backend, Credentials::default(), Path::new(&folder));
    let (send, lines) = channel();
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    // The harness writes in the same line.
    println!();
    loop {
        for text in lines.try_iter() {
            let risk_class = city::RiskClass::Gas;
            link.submit(city::Command::Report { risk_class, lon: 106.577, lat: 29.557, text });
        }
        match link.wait(Duration::from_millis(20)) {
            Some(LinkMessage::Event(event)) => println!("EVENT {} {}", event.sequence, event.at),
            Some(LinkMessage::Answered { outcome, .. }) => {
                println!("ANSWERED {}", outcome.is_done());
            }
            Some(LinkMessage::Health(health)) => {
                let commands = health.into_iter().find(|feed| feed.name == "commands").unwrap();
                if commands.cause.is_some() {
                    println!("WAITING {}", commands.message);
                }
            }
            _ => {}
        }
        std::io::stdout().flush().unwrap();
    }
}

struct Process {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
    /// Sequence and time of every event it was told.
    events: Vec<(u64, CityTime)>,
}

impl Process {
    fn start(backend: &str, folder: &Path, clock: &WallClock) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "console_clock::child", "--nocapture"])
            .env(BACKEND, backend)
            .env(FOLDER, folder)
            .envs(clock.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        Self { child, lines: Box::new(lines), events: Vec::new() }
    }

    fn report(&mut self, text: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{text}").unwrap();
    }

    /// Reads until it has said `what` so many times.
    fn until(&mut self, what: &str, times: usize) {
        let mut heard = 0;
        while heard < times {
            let line = self.lines.next().unwrap_or_else(|| panic!("the console ended before {what}"));
            heard += usize::from(line.starts_with(what));
            let words: Vec<&str> = line.split(' ').collect();
            if let ["EVENT", sequence, at] = words[..] {
                self.events.push((sequence.parse().unwrap(), CityTime::parse(at).unwrap()));
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn commands_that_wait_while_the_clock_is_set_are_done_once_and_all_times_are_the_backends() {
    let (served, clock) = (serve_with(|config| config.speed = 20.0), WallClock::right());
    let state = tempfile::tempdir().unwrap();
    let mut console = Process::start(&served.running.url(), state.path(), &clock);
    console.until("EVENT", 1);
    let first = console.events[0].1;
    let mut texts = Vec::new();
    for off_by_s in [HOUR_S, -HOUR_S, DAY_S, -DAY_S, 0] {
        // Whoever holds the database keeps the backend from writing: it answers 503.
        let other = rusqlite::Connection::open(served.folder.path().join("data/city.sqlite")).unwrap();
        other.busy_timeout(Duration::from_secs(60)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let own: Vec<String> = (0..5).map(|n| format!("report-{off_by_s}-{n}")).collect();
        own.iter().for_each(|text| console.report(text));
        console.until("WAITING", 1);
        clock.set_off_by(off_by_s);
        console.until("WAITING", 1);
        other.execute_batch("ROLLBACK").unwrap();
        console.until("ANSWERED true", own.len());
        texts.extend(own);
    }
    assert!(WallClock::is_kept_by(&console.child), "the console has a clock of its own");
    console.until("EVENT", 10);
    let head = console.events.last().unwrap().0;
    let told = console.events.windows(2);
    assert!(told.into_iter().all(|pair| pair[1].0 == pair[0].0 + 1), "a gap or a repeat");
    assert!(console.events.windows(2).all(|pair| pair[0].1 <= pair[1].1), "time ran back");
    let lived_s = console.events.last().unwrap().1.seconds_since(first);
    assert!(lived_s < DAY_S as f64 / 2.0, "{lived_s} s");
    let events = stream(&format!("{}/api/v1/events", served.running.url()), Some(0));
    let told: Vec<_> = events.take(head as usize).map(|(_, event)| event).collect();
    for text in &texts {
        assert_eq!(told.iter().filter(|event| event["text"] == text.as_str()).count(), 1, "{text}");
    }
}
