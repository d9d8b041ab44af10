//! A made-up tileset of 341 tiles over the middle of the city: brought, kept within its budget, and drawn in flight.

use super::frame::{Frames, time_frames};
use super::{Measured, figure, quantile};
use crate::app::{CityOnScreen, Offscreen};
use crate::commands::snapshot::{named_view, only};
use crate::failure::Failure;
use crate::laid::read_models;
use anyhow::Context;
use city::LonLat;
use models::synthetic::{PICTURE_PX, tileset};
use models::tiles::{Opened, Tree, load};
use models::{Disk, ModelSource};
use shell::MapCamera;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIZE: (u32, u32) = (1280, 720);
const FRAMES: usize = 200;
const MIB: f64 = 1_048_576.0;

/// Measures.
pub fn run() -> Result<Measured, Failure> {
    let folder = std::env::temp_dir().join(format!("shancheng-bench-{}", std::process::id()));
    let measured = within(&folder);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn within(folder: &Path) -> Result<Measured, Failure> {
    let ground = terrain::Ground::shipped()?;
    std::fs::create_dir_all(folder)?;
    let height_of = |at: LonLat| ground.height_m(at).unwrap_or(0.0);
    let files = tileset(&height_of, &png);
    for (name, bytes) in &files {
        std::fs::write(folder.join(name), bytes).context("writing the tiles")?;
    }
    let disk = files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() as f64 / MIB;
    let mut figures = vec![figure("models: files of 341 tiles", disk, "MiB")];
    let file = folder.join("tileset.json");
    let source: ModelSource = file.to_string_lossy().parse().map_err(anyhow::Error::from)?;
    figures.push(figure("models: a tile read and placed, one thread", one_tile_ms(&source)?, "ms"));

    let mut city = CityOnScreen::load(ground, named_view("jiefangbei")?, false)?;
    city.layers = only(&["terrain.contours", "terrain.water", "models"])?;
    city.layers.switch("panels", false);
    city.laid.things.lay(read_models(&file.to_string_lossy())?.thing);
    let begin = Instant::now();
    let mut screen = Offscreen::new(SIZE, city, time_frames);
    screen.settle(Duration::from_secs(120))?;
    figures.push(figure("models: full view of jiefangbei after", begin.elapsed().as_secs_f64(), "s"));
    for (on, with) in [(true, ""), (false, " without them")] {
        screen.app.world_mut().resource_mut::<shell::OnScreenLayers>().switch("models", on);
        screen.settle(Duration::from_secs(120))?;
        let still = Frames::run(&mut screen, 60, |_, _| {});
        let name = format!("models: drawn frames a second, jiefangbei{with}");
        figures.push(figure(name, still.frames_a_second(), "1/s"));
    }
    screen.app.world_mut().resource_mut::<shell::OnScreenLayers>().switch("models", true);
    let (mut tiles, mut triangles, mut bytes) = (0, 0, 0);
    let mut flight = Frames::run(&mut screen, FRAMES, |app, frame| {
        *app.world_mut().resource_mut::<MapCamera>() = pose(frame);
        let drawn = app.world().resource::<model_view::ModelsDrawn>();
        (tiles, triangles) = (tiles.max(drawn.tiles), triangles.max(drawn.tile_triangles));
        bytes = bytes.max(drawn.tile_bytes);
    });
    figures.extend([
        figure("models: drawn frames a second, flying", flight.frames_a_second(), "1/s"),
        figure("models: CPU time a frame, flying, median", quantile(&mut flight.cpu_ms, 0.5), "ms"),
        figure("models: CPU time a frame, flying, p99", quantile(&mut flight.cpu_ms, 0.99), "ms"),
        figure("models: most tiles drawn", tiles as f64, "tiles"),
        figure("models: most triangles drawn", triangles as f64, "triangles"),
        figure("models: most memory of tiles", bytes as f64 / MIB, "MiB"),
    ]);
    Ok(Measured { figures, adapter: Some(screen.adapter()) })
}

/// How long the first tile takes, the best of ten.
fn one_tile_ms(source: &ModelSource) -> anyhow::Result<f64> {
    let opened = Opened::open(source, Arc::new(Disk))?.context("it is a tileset")?;
    let job = Tree::new(&opened).job(0).context("it has a root")?;
    let mut best = f64::MAX;
    for _ in 0..10 {
        let begin = Instant::now();
        load(&job, opened.fetch.as_ref())?;
        best = best.min(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

/// From 3 km to 400 m, and over the city.
fn pose(frame: usize) -> MapCamera {
    let part = frame as f64 / (FRAMES - 1) as f64;
    MapCamera {
        focus: LonLat::new(106.555 + 0.03 * part, 29.550 + 0.012 * part),
        focus_height_m: 250.0,
        distance_m: 3_000.0 * (400.0_f64 / 3_000.0).powf((2.0 * part).min(1.0)),
        heading_deg: 60.0 * part,
        pitch_deg: 40.0,
    }
}

fn png(rgb: &[u8]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_raw(PICTURE_PX, PICTURE_PX, rgb.to_vec()).unwrap_or_default();
    // Into memory it cannot fail.
    let _ = picture.write_to(&mut out, image::ImageFormat::Png);
    out.into_inner()
}
