//! A real window under Xvfb: an officer dispatches with the keyboard, recalls, and dispatches with the mouse, in the
//! panels and on the map; and asks for a route.

use crate::running::{Backend, Running, shancheng};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A display of its own, at the size of the window.
struct Display {
    _server: Running,
    name: String,
    /// Xvfb keeps what is on the screen here, as an X window dump (xwd).
    buffer: tempfile::TempDir,
}

impl Display {
    fn open() -> Self {
        let buffer = tempfile::tempdir().unwrap();
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-fbdir"])
            .arg(buffer.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by `make test`");
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { _server: Running(server), name: format!(":{}", line.trim()), buffer }
    }

    fn xdotool(&self, words: &[&str]) -> String {
        let out = Command::new("xdotool").args(words).env("DISPLAY", &self.name).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    /// What is on the screen, red, green and blue a point, row by row.
    fn picture(&self) -> Vec<[u8; 3]> {
        let dump = std::fs::read(self.buffer.path().join("Xvfb_screen0")).unwrap();
        let field = |n: usize| u32::from_be_bytes(dump[4 * n..4 * n + 4].try_into().unwrap()) as usize;
        // The header's length, 32 bits a point, bytes a row, and the entries of the colour map (12 bytes each).
        let (header, bits, row, colours) = (field(0), field(11), field(12), field(19));
        assert_eq!((bits, row), (32, 4 * 1280));
        let points = &dump[header + 12 * colours..][..720 * row];
        points.chunks(4).map(|point| [point[2], point[1], point[0]]).collect()
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

/// The share of the points of a rectangle (left, top, right, bottom) that are `colour`, within what rounding does.
fn share(picture: &[[u8; 3]], [left, top, right, bottom]: [usize; 4], colour: shell::Colour) -> f64 {
    let wanted = colour.egui().to_array();
    let near = |point: &[u8; 3]| point.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 3);
    let rows = (top..bottom).flat_map(|y| &picture[1280 * y + left..1280 * y + right]);
    rows.filter(|point| near(point)).count() as f64 / ((right - left) * (bottom - top)) as f64
}

/// How many different colours a rectangle holds.
fn colours(picture: &[[u8; 3]], [left, top, right, bottom]: [usize; 4]) -> usize {
    let rows = (top..bottom).flat_map(|y| &picture[1280 * y + left..1280 * y + right]);
    rows.collect::<std::collections::BTreeSet<_>>().len()
}

/// Panels, band and map as an officer sees them, in several pictures one after the other: whatever keeps panels off
/// the screen in the frames in which they are not painted anew shows here.
fn everything_is_on_the_screen(display: &Display) {
    let panel = shell::Theme::shipped().panel;
    let (work_place, band, map) = ([905, 90, 1275, 680], [0, 0, 400, 20], [260, 200, 880, 640]);
    let panels_in = |picture: &[[u8; 3]]| {
        share(picture, work_place, panel.background) + share(picture, work_place, panel.inset)
    };
    // Keys work before the shaders of a first start are compiled; once the panels are there, they stay.
    until(Duration::from_secs(60), "the panels appear", || panels_in(&display.picture()) > 0.4);
    until(Duration::from_secs(60), "the map is drawn", || colours(&display.picture(), map) > 300);
    for shot in 0..16 {
        let picture = display.picture();
        let panels = panels_in(&picture);
        assert!(panels > 0.4, "shot {shot}: the work place is not on the screen ({panels:.2})");
        assert!(colours(&picture, work_place) > 60, "shot {shot}: the work place says nothing");
        let banded = share(&picture, band, panel.exercise_band);
        assert!(banded > 0.9, "shot {shot}: the band of the exercise is not on the screen ({banded:.2})");
        let drawn = colours(&picture, map);
        // Bare ground from near has some 800 colours; without it there are those of a few names.
        assert!(drawn > 300, "shot {shot}: the map is not drawn ({drawn} colours)");
        std::thread::sleep(Duration::from_millis(130));
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

/// What each thread of a process is called and waits for in the kernel.
fn waits_in(process: u32) -> Vec<String> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let read =
        |thread: &std::path::Path, what| std::fs::read_to_string(thread.join(what)).unwrap_or_default();
    threads.map(|t| format!("{} {}", read(&t.path(), "comm").trim(), read(&t.path(), "wchan"))).collect()
}

/// A console on a display, its window in the corner.
fn open_console(home: &std::path::Path, city: &Backend, display: &Display, more: &[&str]) -> Running {
    let said = home.join("console.txt");
    let console = shancheng(home)
        .args(["--backend", &city.url, "--size", "1280x720"])
        .args(more)
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .env("RUST_LOG", "info")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let mut console = Running(console);
    let end = Instant::now() + Duration::from_secs(60);
    while display.xdotool(&["search", "--onlyvisible", "--name", "Shancheng"]).is_empty() {
        // What a console without a window says and waits for is all there is to find out why.
        assert!(
            Instant::now() < end && console.0.try_wait().unwrap().is_none(),
            "no window on {}: {:?}, waiting in {:?}, it said: {}",
            display.name,
            console.0.try_wait(),
            waits_in(console.0.id()),
            std::fs::read_to_string(&said).unwrap()
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    let window = display.xdotool(&["search", "--onlyvisible", "--name", "Shancheng"]);
    display.xdotool(&["windowmove", &window, "0", "0"]);
    display.xdotool(&["windowfocus", &window]);
    console
}

#[test]
fn an_officer_asks_for_a_route_on_the_map() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    let display = Display::open();
    let _console = open_console(home.path(), &city, &display, &["--view", "jiefangbei"]);
    let panel = shell::Theme::shipped().panel;
    let covers = |part| share(&display.picture(), part, panel.background) > 0.5;
    // The sky before there is any ground is as dark as a panel.
    until(Duration::from_secs(90), "the map is drawn", || {
        colours(&display.picture(), [260, 200, 880, 560]) > 300
    });
    // The panel grows upwards; its title is of another colour than what it says under that.
    until(Duration::from_secs(60), "the panel of ways unfolds", || {
        display.click(860, 619);
        std::thread::sleep(Duration::from_secs(2));
        covers([660, 490, 880, 540])
    });
    assert!(!covers([660, 340, 880, 390]), "the map lies above the folded panel");
    until(Duration::from_secs(60), "the tool is taken in hand", || {
        display.click(654, 533);
        std::thread::sleep(Duration::from_secs(2));
        covers([720, 466, 880, 494])
    });
    // A click may be lost on a busy machine; every second one that is not completes a route.
    until(Duration::from_secs(90), "time, length and roads are told", || {
        [(430, 330), (500, 470)].into_iter().any(|(x, y)| {
            display.click(x, y);
            std::thread::sleep(Duration::from_secs(2));
            covers([660, 340, 880, 390])
        })
    });
}

#[test]
fn an_officer_opens_the_card_of_a_warning_by_a_click_on_its_area() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    // All that the view of Jiefangbei shows lies in it, and its middle does not: the sign comes to where the eye is.
    let alerts = crate::alerts::serve(crate::alerts::red_warning([106.40, 29.50, 106.62, 29.75]));
    let sources = home.path().join("config/shancheng/sources.toml");
    std::fs::create_dir_all(sources.parent().unwrap()).unwrap();
    let source = format!("[[source]]\nname = \"met\"\nprotocol = \"cap\"\nurl = \"{alerts}/list.atom\"\n");
    std::fs::write(&sources, source).unwrap();
    let display = Display::open();
    let _console = open_console(home.path(), &city, &display, &["--view", "jiefangbei"]);
    let theme = shell::Theme::shipped();
    let map = [260, 200, 880, 640];
    until(Duration::from_secs(120), "a red plate is on the map", || {
        share(&display.picture(), map, theme.map.grade[0]) > 0.002
    });
    let covers = |part| share(&display.picture(), part, theme.panel.background) > 0.5;
    let card = [270, 470, 590, 640];
    until(Duration::from_secs(90), "a click opens its card", || {
        // A second click on the same place would go on to what lies under it, so that a slow machine is waited for.
        display.click(560, 600);
        (0..10).any(|_| {
            std::thread::sleep(Duration::from_secs(1));
            covers(card)
        })
    });
    until(Duration::from_secs(60), "Escape closes it", || {
        display.key("Escape");
        std::thread::sleep(Duration::from_secs(1));
        !covers(card)
    });
}

#[test]
fn an_officer_dispatches_with_keyboard_and_mouse() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    city.report("first");
    let display = Display::open();
    let _console = open_console(home.path(), &city, &display, &[]);
    until(Duration::from_secs(90), "N and D dispatch a unit", || {
        display.key("n");
        display.key("d");
        caused(&city, "unitDispatched") > 0
    });
    everything_is_on_the_screen(&display);
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
