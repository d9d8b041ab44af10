//! What a frame costs, and how soon the first picture is there.

use super::{Figure, Measured, OwnBackend, figure, quantile};
use crate::app::{CityOnScreen, Offscreen};
use crate::commands::snapshot::named_view;
use crate::failure::Failure;
use anyhow::Context;
use bevy::prelude::*;
use bevy::render::render_resource::PollType;
use bevy::render::renderer::{RenderDevice, RenderGraph, RenderGraphSystems};
use bevy::render::{Render, RenderApp, RenderSystems};
use city::{City, Command, RiskClass};
use link::{Link, LinkConfig};
use std::process::Stdio;
use std::time::{Duration, Instant};

const FRAMES: usize = 600;
const SIZE: (u32, u32) = (1280, 720);
/// How many incidents are reported before frames are measured: as many as are open after half an hour.
const REPORTED: u32 = 150;

/// The first complete picture, with everything live on it, by processes of their own: five consoles on a running
/// backend; then a console with its own new city and nothing kept from earlier runs, no compiled shaders either.
pub fn start() -> Result<Measured, Failure> {
    let backend = OwnBackend::start()?;
    let mut times = Vec::new();
    let mut adapter = None;
    for _ in 0..5 {
        let said = first_picture(&backend, |console| {
            console.args(["--backend", &backend.url]);
        })?;
        times.push(said.0);
        adapter = said.1;
    }
    let new = backend.data.join("new");
    let (first_s, _) = first_picture(&backend, |console| {
        // Mesa keeps compiled shaders here.
        console.arg("--data").arg(new.join("city")).env("MESA_SHADER_CACHE_DIR", new.join("shaders"));
    })?;
    let figures = vec![
        figure("start: first picture, median", quantile(&mut times, 0.5), "s"),
        figure("start: first picture, slowest of 5", quantile(&mut times, 1.0), "s"),
        figure("start: first picture of a new city, no shaders kept", first_s, "s"),
    ];
    Ok(Measured { figures, adapter })
}

/// Starts a console until its first picture: after how many seconds it was there, and the adapter it was drawn on.
fn first_picture(
    backend: &OwnBackend,
    more: impl FnOnce(&mut std::process::Command),
) -> Result<(f64, Option<String>), Failure> {
    let mut console = std::process::Command::new(std::env::current_exe()?);
    console.args(["--json", "--offscreen", "0", "--size", "1280x720", "--out"]);
    console.arg(backend.data.join("picture.png")).arg("--state").arg(backend.data.join("console"));
    more(&mut console);
    let run = console.stderr(Stdio::null()).output()?;
    let said: serde_json::Value = serde_json::from_slice(&run.stdout)
        .map_err(|_| anyhow::anyhow!("the console drew no picture: run `shancheng --offscreen 0`"))?;
    let adapter = said["adapter"].as_str().map(ToOwned::to_owned);
    Ok((said["first_picture_s"].as_f64().unwrap_or(f64::NAN), adapter))
}

/// When this frame's submitting began and ended, and how long the graphics adapter was waited for.
#[derive(Resource, Default)]
struct Marks {
    submit_from: Option<Instant>,
    handed_over_s: f64,
    waited_s: f64,
}

/// A console on a live backend, 600 frames in the view of the centre.
///
/// CPU time a frame is the main and the render schedules less queue submit and present (offscreen there is no
/// surface to acquire). Every frame is waited for until the adapter has drawn it, so frames a second are drawn
/// frames.
pub fn run() -> Result<Measured, Failure> {
    let backend = OwnBackend::start()?;
    let ground = terrain::Ground::shipped()?;
    let mut figures = Vec::new();
    let city = CityOnScreen::load(ground, named_view("centre")?, false)?;
    let link = Link::start(LinkConfig {
        backend: backend.url.clone(),
        credentials: link::Credentials::default(),
        state_dir: backend.folder("frame"),
        console: "bench".to_owned(),
        map: true,
    })?;
    let mut screen = Offscreen::new(SIZE, city, |app| {
        feed_link::follow(app, link);
        time_frames(app);
    });
    screen.settle(Duration::from_secs(120))?;
    let incidents = fill_with_incidents(&mut screen)?;
    for view in ["centre", "city", "jiefangbei"] {
        *screen.app.world_mut().resource_mut::<shell::MapCamera>() = named_view(view)?;
        screen.settle(Duration::from_secs(120))?;
        figures.extend(frames(&mut screen, view));
    }
    let devices = screen.app.world().resource::<shell::LiveDevices>().table.len();
    figures.push(figure("frame: devices on screen and live", devices as f64, "devices"));
    figures.push(figure(
        "frame: open incidents, one selected with its unit out",
        incidents as f64,
        "incidents",
    ));
    figures.push(figure("frame: memory, peak of the console", peak_memory_mib("/proc/self/status"), "MiB"));
    Ok(Measured { figures, adapter: Some(screen.adapter()) })
}

fn frames(screen: &mut Offscreen, view: &str) -> Vec<Figure> {
    let mut measured = Frames::run(screen, FRAMES, |_, _| {});
    vec![
        figure(format!("frame: CPU time, {view}, median"), quantile(&mut measured.cpu_ms, 0.5), "ms"),
        figure(format!("frame: CPU time, {view}, p99"), quantile(&mut measured.cpu_ms, 0.99), "ms"),
        figure(
            format!("frame: of it the main schedules, {view}, median"),
            quantile(&mut measured.main_ms, 0.5),
            "ms",
        ),
        figure(format!("frame: drawn frames a second, {view}"), measured.frames_a_second(), "1/s"),
    ]
}

/// Times of frames, each waited for until the adapter has drawn it.
pub(super) struct Frames {
    /// Main and render schedules less submit and wait, milliseconds.
    pub cpu_ms: Vec<f64>,
    /// Of them the main schedules, milliseconds.
    pub main_ms: Vec<f64>,
    /// From one frame to the next, milliseconds.
    pub whole_ms: Vec<f64>,
}

impl Frames {
    /// Draws so many frames; `before` is called before each.
    pub fn run(screen: &mut Offscreen, count: usize, mut before: impl FnMut(&mut App, usize)) -> Self {
        let (mut cpu_ms, mut main_ms, mut whole_ms) = (Vec::new(), Vec::new(), Vec::new());
        for frame in 0..count {
            before(&mut screen.app, frame);
            // What `App::update` does, with the time between its two halves: the city's own schedules, and the drawing.
            let apps = screen.app.sub_apps_mut();
            let begin = Instant::now();
            apps.main.run_default_schedule();
            main_ms.push(begin.elapsed().as_secs_f64() * 1e3);
            for drawing in apps.sub_apps.values_mut() {
                drawing.extract(apps.main.world_mut());
                drawing.update();
            }
            apps.main.world_mut().clear_trackers();
            let whole_s = begin.elapsed().as_secs_f64();
            let marks = screen.app.sub_app(RenderApp).world().resource::<Marks>();
            cpu_ms.push((whole_s - marks.handed_over_s - marks.waited_s) * 1e3);
            whole_ms.push(whole_s * 1e3);
        }
        Self { cpu_ms, main_ms, whole_ms }
    }

    /// Drawn frames a second, over all of them.
    pub fn frames_a_second(&self) -> f64 {
        1e3 * self.whole_ms.len() as f64 / self.whole_ms.iter().sum::<f64>()
    }
}

/// Has every frame timed and waited for.
pub(super) fn time_frames(app: &mut App) {
    if let Some(render) = app.get_sub_app_mut(RenderApp) {
        render
            .init_resource::<Marks>()
            .add_systems(
                RenderGraph,
                begin_submit.after(RenderGraphSystems::Render).before(RenderGraphSystems::Submit),
            )
            .add_systems(Render, wait_for_the_adapter.in_set(RenderSystems::Cleanup));
    }
}

fn begin_submit(mut marks: ResMut<Marks>) {
    marks.submit_from = Some(Instant::now());
}

fn wait_for_the_adapter(mut marks: ResMut<Marks>, device: Res<RenderDevice>) {
    let begin = Instant::now();
    marks.handed_over_s = marks.submit_from.take().map_or(0.0, |from| (begin - from).as_secs_f64());
    // An adapter that is lost while it is waited for shows in the next frame; here it only ends the wait.
    let _ = device.wgpu_device().poll(PollType::wait_indefinitely());
    marks.waited_s = begin.elapsed().as_secs_f64();
}

/// Reports incidents all over the centre, sends a unit to the first and selects it: a busy shift with the detail, the
/// clocks, the history and the way of the unit on screen. Returns how many are open.
fn fill_with_incidents(screen: &mut Offscreen) -> anyhow::Result<usize> {
    for n in 0..REPORTED {
        let share = |step: f64| (f64::from(n) * step).fract();
        let report = Command::Report {
            risk_class: RiskClass::KNOWN[n as usize % RiskClass::KNOWN.len()].clone(),
            lon: 106.42 + 0.25 * share(0.618_033_988_75),
            lat: 29.47 + 0.20 * share(0.754_877_666_25),
            text: "bench".to_owned(),
        };
        screen.app.world_mut().write_message(shell::Act(report));
    }
    let first = step_until(screen, "the reports are answered", |city| {
        let mut open = city.incidents.values().filter(|i| i.is_open() && i.text == "bench");
        let first = open.next()?.id.clone();
        (open.count() + 1 >= REPORTED as usize).then_some(first)
    })?;
    let city = &screen.app.world().resource::<shell::CityState>().city;
    let units = city.incidents.get(&first).map(|incident| city.units_for(incident)).unwrap_or_default();
    let unit = units.first().map(|(unit, ..)| unit.id.clone()).context("a city without a free unit")?;
    let dispatch = Command::Dispatch { incident_id: first.clone(), unit_id: unit };
    screen.app.world_mut().write_message(shell::Act(dispatch));
    step_until(screen, "the dispatch is answered", |city| {
        city.incidents.get(&first).is_some_and(|i| !i.units.is_empty()).then_some(())
    })?;
    let mut selection = screen.app.world_mut().resource_mut::<shell::Selection>();
    selection.selected = shell::Selected::Incident(first);
    let city = &screen.app.world().resource::<shell::CityState>().city;
    Ok(city.incidents.values().filter(|i| i.is_open()).count())
}

/// Steps without drawing until `found` finds something in the city.
fn step_until<T>(
    screen: &mut Offscreen,
    what: &str,
    found: impl Fn(&City) -> Option<T>,
) -> anyhow::Result<T> {
    let end = Instant::now() + Duration::from_secs(60);
    screen.open_eye(false);
    loop {
        screen.step();
        if let Some(found) = found(&screen.app.world().resource::<shell::CityState>().city) {
            return Ok(found);
        }
        anyhow::ensure!(Instant::now() < end, "not within 60 s: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The most memory the process of a `/proc/…/status` has had, MiB; not a number when it is gone.
pub(super) fn peak_memory_mib(status: &str) -> f64 {
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().unwrap_or(f64::NAN);
    kib / 1024.0
}
