//! Points at scale: seventeen million in columns, a million on the screen while they change.

use super::frame::{Frames, peak_memory_mib, time_frames};
use super::{Figure, Measured, figure, quantile};
use crate::app::{CityOnScreen, Offscreen};
use crate::commands::find_font;
use crate::commands::snapshot::only;
use crate::failure::Failure;
use anyhow::Context;
use bevy::camera::visibility::RenderLayers;
use bevy::prelude::{Camera3d, Entity, With};
use city::{CityTime, LonLat, RiskClass};
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use layers::points::{
    Filter, FixedBox, Given, Kind, News, Points, PointsBuilder, Thresholds, clusters, hexagons, open,
};
use shell::{CityClock, Display, Feeder, MapCamera, Moved, PointSet, PointSets, SetOf};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

const SIZE: (u32, u32) = (1280, 720);
const FRAMES: usize = 600;
/// The city's devices.
const DEVICES: usize = 17_000_000;
/// Changes a second while a million points are on the screen.
const CHANGES: f64 = 50_000.0;
/// A layer of the scene in which there is no mesh.
const NOTHING_THERE: usize = 20;
/// The view that peers are measured in: 10 km away, 45° down, points over 10 km by 8 km.
const MIDDLE: LonLat = LonLat::new(106.58, 29.56);

/// Columns first, then the screen.
pub fn run() -> Result<Measured, Failure> {
    let folder = std::env::temp_dir().join(format!("shancheng-points-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("a folder for the made-up devices")?;
    let measured = columns(&folder.join("devices.arrow")).and_then(screen);
    // It holds a gigabyte and a half.
    let _ = std::fs::remove_dir_all(&folder);
    measured
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed().as_secs_f64() * 1e3)
}

/// The median of several runs, milliseconds.
fn median_ms(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..9).map(|_| timed(&mut work).1).collect();
    quantile(&mut times, 0.5)
}

fn columns(file: &Path) -> Result<Vec<Figure>, Failure> {
    // Another process makes them, so that the memory measured here is that of whoever opens them.
    let made = std::process::Command::new(std::env::current_exe()?)
        .args(["points", "make", "--count", &DEVICES.to_string(), "--out"])
        .arg(file)
        .stdout(std::process::Stdio::null())
        .status()?;
    if !made.success() {
        return Err(anyhow::anyhow!("the made-up devices could not be written to {}", file.display()).into());
    }
    let ((points, _), opened_ms) = {
        let (read, ms) = timed(|| open(file));
        (read.map_err(anyhow::Error::from)?, ms)
    };
    let mut figures = vec![
        figure("points: 17,000,000 opened from disk", opened_ms / 1e3, "s"),
        figure("points: memory of the process with them, peak", peak_memory_mib("/proc/self/status"), "MiB"),
    ];
    let rows = 0..points.len();
    let filter = Filter { classes: Some(vec![RiskClass::Gas, RiskClass::Flood]), ..Filter::default() };
    figures.push(figure(
        "points: a filter over all of them",
        median_ms(|| drop(points.mask(&filter, rows.clone()))),
        "ms",
    ));
    figures.push(figure(
        "points: counts of the layer tree",
        median_ms(|| drop(points.counts(&filter))),
        "ms",
    ));
    let mask = points.mask(&filter, rows);
    let at = points.position(points.len() / 3);
    for (name, half, level, resolution) in
        [("street", 0.005, 12, 10), ("centre", 0.05, 16, 8), ("whole city", 4.0, 20, 6)]
    {
        let bounds = FixedBox::of([at.lon - half, at.lat - half, at.lon + half, at.lat + half]);
        let count = points.count_in(bounds, &mask);
        figures.push(figure(format!("points: {name}, in view under a filter"), count as f64, "points"));
        let mut add = |what: &str, work: &mut dyn FnMut()| {
            figures.push(figure(format!("points: {name}, {what}"), median_ms(work), "ms"));
        };
        add("their number", &mut || _ = points.count_in(bounds, &mask));
        add("as clusters", &mut || drop(clusters(&points, &mask, bounds, level)));
        add("as hexagons", &mut || drop(hexagons(&points, &mask, bounds, resolution)));
    }
    let places: Vec<LonLat> = (0..1000).map(|n| points.position(n * points.len() / 1000 + 17)).collect();
    let picks = |at: &LonLat| _ = points.nearest(LonLat::new(at.lon + 1e-4, at.lat), 50.0, &mask);
    figures.push(figure("points: a pick", median_ms(|| places.iter().for_each(picks)) / 1e3, "ms"));
    figures.push(figure("points: 1,000,000 values in one message", values_ms(&points), "ms"));
    Ok(figures)
}

fn values_ms(points: &Points) -> f64 {
    let news: Vec<News> = (0..1_000_000_u64)
        .map(|n| News {
            row: (n * 7_919 % points.len() as u64) as u32,
            value: (n % 9) as f32,
            measured: CityTime(4_000_000_000_000),
        })
        .collect();
    let mut changed = Vec::new();
    timed(|| points.apply(&news, &mut changed)).1
}

/// Evenly spread points as the peers draw them.
fn spread(count: usize) -> Points {
    let middle = to_city_frame(MIDDLE);
    let mut builder = PointsBuilder::default();
    let mut seed = 12_345_u32;
    let mut share = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed) / 4_294_967_296.0
    };
    let kinds = [RiskClass::Gas, RiskClass::Fire, RiskClass::Flood, RiskClass::Crowd].map(Kind::device);
    for n in 0..count {
        let (east, north) = ((share() - 0.5) * 10_000.0, (share() - 0.5) * 8_000.0);
        let at = to_lon_lat(EastNorth::new(middle.east_m + east, middle.north_m + north));
        let kind = kinds[n % 4].clone();
        builder.push(&Given {
            id: &n.to_string(),
            name: "",
            at,
            kind,
            place: None,
            value: 0.0,
            measured: None,
        });
    }
    builder.finish().0
}

/// A thread that brings values as a feed does, until it is dropped: so many a second, a batch each ten milliseconds.
struct Arriving {
    ends: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<u64>>,
    began: Instant,
}

impl Arriving {
    fn begin(feeder: Feeder, len: u64, now: CityTime) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let told = ends.clone();
        let work = move || {
            let (began, mut sent, mut rows) = (Instant::now(), 0_u64, Vec::new());
            while !told.load(Relaxed) {
                std::thread::sleep(Duration::from_millis(10));
                let due = (began.elapsed().as_secs_f64() * CHANGES) as u64;
                let measured = now.plus_s(began.elapsed().as_secs_f64());
                let news = |n: u64| News { row: (n * 7_919 % len) as u32, value: (n % 11) as f32, measured };
                let news: Vec<News> = (sent..due).map(news).collect();
                sent += feeder.feed(&news, &mut rows).taken as u64;
            }
            sent
        };
        Self { ends, thread: Some(std::thread::spawn(work)), began: Instant::now() }
    }

    /// How many values a second were taken.
    fn end(mut self) -> f64 {
        self.ends.store(true, Relaxed);
        let sent = self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or(0);
        sent as f64 / self.began.elapsed().as_secs_f64()
    }
}

fn screen(mut figures: Vec<Figure>) -> Result<Measured, Failure> {
    let camera = MapCamera {
        focus: MIDDLE,
        focus_height_m: 250.0,
        distance_m: 10_000.0,
        heading_deg: 0.0,
        pitch_deg: 45.0,
    };
    let mut city = CityOnScreen::load(terrain::Ground::shipped()?, camera, false)?;
    city.font = find_font(false)?;
    city.layers = only(&["devices", "risk"])?;
    let mut screen = Offscreen::new(SIZE, city, |app| {
        time_frames(app);
        app.world_mut().resource_mut::<CityClock>().now = CityTime(1_800_000_000_000);
    });
    screen.settle(Duration::from_secs(120))?;
    let mut empty = Frames::run(&mut screen, FRAMES, |_, _| {});
    let empty_ms = quantile(&mut empty.cpu_ms, 0.5);
    figures.push(figure("points: CPU time a frame, none on screen, median", empty_ms, "ms"));
    figures.push(figure("points: drawn frames a second, none on screen", empty.frames_a_second(), "1/s"));
    figures.push(figure("points: … without the ground", bare_frames_a_second(&mut screen), "1/s"));
    for count in [17_000, 100_000, 1_000_000] {
        let points = Arc::new(spread(count));
        points.judge(|_| Thresholds { from: [None, Some(7.0), Some(9.0), Some(10.0)], below: false });
        let mut set = PointSet::new(SetOf::Laid, "bench", "bench", points);
        set.display = Display::Points;
        screen.app.world_mut().resource_mut::<PointSets>().put(set);
        let (settled, settled_ms) = timed(|| screen.settle(Duration::from_secs(300)));
        settled?;
        let name = format!("{count} on screen");
        figures.push(figure(format!("points: {name}, prepared and drawn"), settled_ms / 1e3, "s"));
        let frames = if count > 100_000 { FRAMES / 4 } else { FRAMES };
        let mut still = Frames::run(&mut screen, frames, |_, _| {});
        let still_ms = quantile(&mut still.cpu_ms, 0.5) - empty_ms;
        figures.push(figure(format!("points: {name}, still, CPU time over none, median"), still_ms, "ms"));
        figures.push(figure(
            format!("points: {name}, drawn frames a second"),
            still.frames_a_second(),
            "1/s",
        ));
        figures.push(figure(
            format!("points: {name}, without the ground, drawn frames a second"),
            bare_frames_a_second(&mut screen),
            "1/s",
        ));
        let set = &screen.app.world().resource::<PointSets>().all[0];
        let now = screen.app.world().resource::<CityClock>().now;
        let arriving = Arriving::begin(set.feeder(), count as u64, now);
        let mut busy = Frames::run(&mut screen, frames, |_, _| {});
        let each_s = arriving.end();
        figures.push(figure(format!("points: {name}, values taken a second"), each_s, "1/s"));
        for (what, part) in [("median", 0.5), ("p99", 0.99)] {
            let ms = quantile(&mut busy.cpu_ms, part);
            figures.push(figure(format!("points: {name}, 50,000 changes/s, CPU time, {what}"), ms, "ms"));
        }
        figures.push(figure(
            format!("points: {name}, 50,000 changes/s, drawn frames a second"),
            busy.frames_a_second(),
            "1/s",
        ));
        if count == 100_000 {
            figures.push(figure(
                "points: 100,000 moved once, main thread over a still frame",
                moved_ms(&mut screen) - empty_ms - still_ms,
                "ms",
            ));
        }
    }
    figures.push(figure("points: memory of the console, peak", peak_memory_mib("/proc/self/status"), "MiB"));
    Ok(Measured { figures, adapter: Some(screen.adapter()) })
}

/// Frames a second without the ground and all else that is a mesh, as a peer draws that knows no terrain.
fn bare_frames_a_second(screen: &mut Offscreen) -> f64 {
    let world = screen.app.world_mut();
    let mut cameras = world.query_filtered::<(Entity, Option<&RenderLayers>), With<Camera3d>>();
    let cameras: Vec<_> = cameras.iter(world).map(|(camera, layers)| (camera, layers.cloned())).collect();
    for (camera, _) in &cameras {
        world.entity_mut(*camera).insert(RenderLayers::layer(NOTHING_THERE));
    }
    let drawn = Frames::run(screen, FRAMES / 4, |_, _| {});
    for (camera, layers) in cameras {
        let mut camera = screen.app.world_mut().entity_mut(camera);
        match layers {
            Some(layers) => camera.insert(layers),
            None => camera.remove::<RenderLayers>(),
        };
    }
    drawn.frames_a_second()
}

/// The frame in which all points move; where they are to be is worked out off the frame before.
fn moved_ms(screen: &mut Offscreen) -> f64 {
    let mut times = Vec::new();
    for turn in 1..=9 {
        let mut sets = screen.app.world_mut().resource_mut::<PointSets>();
        let Some(set) = sets.all.first_mut() else { continue };
        let row = |row: usize| {
            let at = to_city_frame(set.points.position(row));
            let cm = |m: f64| (m * 100.0) as i32;
            Moved {
                row: row as u32,
                at_cm: [cm(at.east_m + 10.0 * f64::from(turn)), cm(at.north_m)],
                height_m: 250.0,
            }
        };
        let moved: Vec<Moved> = (0..set.points.len()).map(row).collect();
        set.moved = moved;
        times.extend(Frames::run(screen, 1, |_, _| {}).cpu_ms);
    }
    quantile(&mut times, 0.5)
}
