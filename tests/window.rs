//! A real window under Xvfb: an officer dispatches with the keyboard, recalls, and dispatches with the mouse, in the
//! panels and on the map.

use crate::running::{Backend, Running, shancheng};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A display of its own, at the size of the window.
struct Display {
    _server: Running,
    name: String,
}

impl Display {
    fn open() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by `make test`");
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { _server: Running(server), name: format!(":{}", line.trim()) }
    }

    fn xdotool(&self, words: &[&str]) -> String {
        let out = Command::new("xdotool").args(words).env("DISPLAY", &self.name).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    fn click(&self, x: u32, y: u32) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
        // The pointer is seen in one frame and pressed in a later one, as a hand would.
        std::thread::sleep(Duration::from_millis(250));
        self.xdotool(&["mousedown", "1"]);
        std::thread::sleep(Duration::from_millis(250));
        self.xdotool(&["mouseup", "1"]);
        std::thread::sleep(Duration::from_millis(250));
    }

    fn key(&self, key: &str) {
        self.xdotool(&["keydown", key]);
        std::thread::sleep(Duration::from_millis(250));
        self.xdotool(&["keyup", key]);
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// How many events of `kind` the console caused.
fn caused(city: &Backend, kind: &str) -> usize {
    let snapshot = city.snapshot();
    let by_console = |line: &&Value| {
        line["body"]["type"] == kind && line["body"]["by"].as_str().is_some_and(|by| by.contains("console"))
    };
    let incidents = snapshot["incidents"].as_array().unwrap().iter();
    incidents.map(|i| i["history"].as_array().unwrap().iter().filter(by_console).count()).sum()
}

/// Whether a unit was sent to this incident.
fn dispatched_to(city: &Backend, incident: &str) -> bool {
    let snapshot = city.snapshot();
    let incidents = snapshot["incidents"].as_array().unwrap();
    let found = incidents.iter().find(|i| i["id"] == incident).unwrap();
    found["history"].as_array().unwrap().iter().any(|line| line["body"]["type"] == "unitDispatched")
}

fn until(longest: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + longest;
    while !done() {
        assert!(Instant::now() < end, "not within {longest:?}: {what}");
    }
}

#[test]
fn an_officer_dispatches_with_keyboard_and_mouse() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    city.report("first");
    let display = Display::open();
    let console = shancheng(home.path())
        .args(["--backend", &city.url, "--size", "1280x720"])
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _console = Running(console);
    until(Duration::from_secs(60), "the window opens", || {
        std::thread::sleep(Duration::from_millis(200));
        !display.xdotool(&["search", "--onlyvisible", "--name", "Shancheng"]).is_empty()
    });
    let window = display.xdotool(&["search", "--onlyvisible", "--name", "Shancheng"]);
    display.xdotool(&["windowmove", &window, "0", "0"]);
    display.xdotool(&["windowfocus", &window]);

    until(Duration::from_secs(90), "N and D dispatch a unit", || {
        display.key("n");
        display.key("d");
        caused(&city, "unitDispatched") > 0
    });
    until(Duration::from_secs(30), "U recalls it", || {
        display.key("u");
        caused(&city, "unitRecalled") > 0
    });

    // With the mouse: a row of the list, then the button beside it. Where the button lies follows from the length of
    // the detail above it, so the clicks walk down the panel until it is met.
    let before = caused(&city, "unitDispatched");
    until(Duration::from_secs(120), "clicks on a row and on the button dispatch a unit", || {
        display.key("Escape");
        display.click(1100, 190);
        (240..620).step_by(14).any(|y| {
            display.click(1180, y);
            caused(&city, "unitDispatched") > before
        })
    });

    // On the map: the view of Jiefangbei rests on its middle, so what is reported there stands in the middle of what
    // the panels leave free. Only a click on its symbol can make it the one that D dispatches to.
    let there = city.report_at("on-the-map", 106.577, 29.558);
    until(Duration::from_secs(60), "a click on the map selects the incident under it", || {
        display.key("Escape");
        display.key("4");
        std::thread::sleep(Duration::from_secs(3));
        display.click(450, 381);
        display.key("d");
        dispatched_to(&city, &there)
    });
}
