//! A hundred thousand made-up buildings over the middle of the city: read, raised, and drawn.

use super::frame::{Frames, time_frames};
use super::{Figure, Measured, figure, quantile};
use crate::app::{CityOnScreen, Offscreen};
use crate::commands::snapshot::named_view;
use crate::failure::Failure;
use anyhow::Context;
use city::LonLat;
use overlays::buildings::{Fineness, Footprint, deal, raise, read, synthetic, to_flatgeobuf, to_geojson};
use std::time::{Duration, Instant};

const COUNT: usize = 100_000;
const FRAMES: usize = 60;
const SIZE: (u32, u32) = (1280, 720);
/// Nothing is built lower: there the rivers run.
const BANK_M: f64 = 178.0;
const MIB: f64 = 1_048_576.0;

/// Measures.
pub fn run() -> Result<Measured, Failure> {
    let ground = terrain::Ground::shipped()?;
    let height_of = |at: LonLat| ground.height_m(at).unwrap_or(0.0);
    let footprints = synthetic(crate::arguments::DEFAULT_SEED, COUNT, &|at| height_of(at) > BANK_M);
    let mut figures = reading(&footprints)?;
    let chunks = deal(&footprints);
    let finenesses = [(Fineness::Fine, "fine"), (Fineness::Coarse, "coarse"), (Fineness::Massed, "massed")];
    for (fineness, name) in finenesses {
        let begin = Instant::now();
        let (mut bytes, mut triangles) = (0, 0);
        for (key, chunk) in &chunks {
            let members = chunk.members.iter().filter_map(|n| footprints.get(*n as usize));
            let block = raise(members, *key, fineness, &height_of);
            (bytes, triangles) = (bytes + block.bytes(), triangles + block.indices.len() / 3);
        }
        let raised_s = begin.elapsed().as_secs_f64();
        figures.push(figure(format!("buildings: all raised, {name}, one thread"), raised_s, "s"));
        figures.push(figure(format!("buildings: blocks, {name}"), bytes as f64 / MIB, "MiB"));
        figures.push(figure(format!("buildings: triangles, {name}"), triangles as f64, "triangles"));
    }
    let mut city = CityOnScreen::load(ground, named_view("jiefangbei")?, false)?;
    city.layers.switch("panels", false);
    city.laid.raise(footprints);
    let begin = Instant::now();
    let mut screen = Offscreen::new(SIZE, city, time_frames);
    screen.settle(Duration::from_secs(120))?;
    figures.push(figure("buildings: full view of jiefangbei after", begin.elapsed().as_secs_f64(), "s"));
    for view in ["jiefangbei", "yuzhong", "centre"] {
        *screen.app.world_mut().resource_mut::<shell::MapCamera>() = named_view(view)?;
        for on in [true, false] {
            let mut layers = screen.app.world_mut().resource_mut::<shell::OnScreenLayers>();
            layers.switch("buildings", on);
            screen.settle(Duration::from_secs(120))?;
            figures.extend(frames(&mut screen, view, on));
        }
    }
    Ok(Measured { figures, adapter: Some(screen.adapter()) })
}

/// How long both formats take, by the file.
fn reading(footprints: &[Footprint]) -> anyhow::Result<Vec<Figure>> {
    let folder = std::env::temp_dir().join(format!("shancheng-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let flat = to_flatgeobuf(footprints).map_err(|e| anyhow::anyhow!("writing a FlatGeobuf: {e}"))?;
    let mut figures = Vec::new();
    for (name, bytes) in [("GeoJSON", to_geojson(footprints).into_bytes()), ("FlatGeobuf", flat)] {
        let file = folder.join(name);
        std::fs::write(&file, &bytes).context("writing what is read")?;
        let begin = Instant::now();
        let buildings = read(&file, None)?;
        let read_s = begin.elapsed().as_secs_f64();
        anyhow::ensure!(buildings.footprints.len() == footprints.len(), "{name}: {}", buildings.problems);
        figures.push(figure(format!("buildings: {name} of 100,000 read"), read_s, "s"));
        figures.push(figure(format!("buildings: {name} file"), bytes.len() as f64 / MIB, "MiB"));
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(figures)
}

fn frames(screen: &mut Offscreen, view: &str, on: bool) -> Vec<Figure> {
    let mut measured = Frames::run(screen, FRAMES, |_, _| {});
    let with = if on { "" } else { " without them" };
    let mut figures = vec![figure(
        format!("buildings: drawn frames a second, {view}{with}"),
        measured.frames_a_second(),
        "1/s",
    )];
    if on {
        let standing = *screen.app.world().resource::<buildings::Standing>();
        let cpu = quantile(&mut measured.cpu_ms, 0.5);
        figures.push(figure(format!("buildings: CPU time a frame, {view}, median"), cpu, "ms"));
        figures.push(figure(
            format!("buildings: triangles drawn, {view}"),
            standing.triangles as f64,
            "triangles",
        ));
        figures.push(figure(format!("buildings: kept blocks, {view}"), standing.bytes as f64 / MIB, "MiB"));
    }
    figures
}
