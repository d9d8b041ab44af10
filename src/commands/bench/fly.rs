//! The ground alone: a flight from the whole municipality to a street corner and over the hills, and the view that the
//! peers were measured with.

use super::frame::{Frames, time_frames};
use super::{Figure, Measured, figure, quantile};
use crate::app::{CityOnScreen, Offscreen};
use crate::commands::snapshot::only;
use crate::failure::Failure;
use bevy::prelude::*;
use city::LonLat;
use shell::MapCamera;
use std::time::{Duration, Instant};

const SIZE: (u32, u32) = (1280, 720);
/// Frames down from 500 km to 50 m, and then over the hills.
const DOWN: usize = 300;
const ACROSS: usize = 300;
/// The peers' view: 10 km away, 45° down.
const PEERS: MapCamera = MapCamera {
    focus: LonLat::new(106.58, 29.56),
    focus_height_m: 250.0,
    distance_m: 10_000.0,
    heading_deg: 0.0,
    pitch_deg: 45.0,
};

/// Flies.
pub fn run() -> Result<Measured, Failure> {
    let begin = Instant::now();
    let mut city = CityOnScreen::load(terrain::Ground::shipped()?, PEERS, false)?;
    // Nothing but ground and water: no panels either.
    city.layers = only(&["terrain.contours", "terrain.water"])?;
    city.layers.switch("panels", false);
    let mut screen = Offscreen::new(SIZE, city, time_frames);
    screen.settle(Duration::from_secs(120))?;
    let mut figures =
        vec![figure("fly: full terrain of the peers' view after", begin.elapsed().as_secs_f64(), "s")];
    let still = Frames::run(&mut screen, 100, |_, _| {});
    figures.push(figure("fly: drawn frames a second, the peers' view", still.frames_a_second(), "1/s"));
    let (mut tiles, mut bytes) = (0, 0);
    let mut flight = Frames::run(&mut screen, DOWN + ACROSS, |app, frame| {
        *app.world_mut().resource_mut::<MapCamera>() = pose(frame);
        let drawn = app.world().resource::<terrain_view::Settled>();
        (tiles, bytes) = (tiles.max(drawn.tiles), bytes.max(drawn.bytes));
    });
    figures.extend(flown(&mut flight));
    figures.push(figure("fly: most tiles drawn", tiles as f64, "tiles"));
    figures.push(figure("fly: most memory of tiles", bytes as f64 / f64::from(1 << 20), "MiB"));
    Ok(Measured { figures, adapter: Some(screen.adapter()) })
}

fn flown(flight: &mut Frames) -> Vec<Figure> {
    vec![
        figure("fly: drawn frames a second, flying", flight.frames_a_second(), "1/s"),
        figure("fly: slowest frame", quantile(&mut flight.whole_ms, 1.0), "ms"),
        figure("fly: CPU time a frame, flying, median", quantile(&mut flight.cpu_ms, 0.5), "ms"),
        figure("fly: of it the main schedules, flying, median", quantile(&mut flight.main_ms, 0.5), "ms"),
        figure("fly: CPU time a frame, flying, p99", quantile(&mut flight.cpu_ms, 0.99), "ms"),
    ]
}

/// Where the eye is in a frame of the flight.
fn pose(frame: usize) -> MapCamera {
    if frame < DOWN {
        let part = frame as f64 / (DOWN - 1) as f64;
        let distance_m = 500_000.0 * (50.0_f64 / 500_000.0).powf(part);
        return MapCamera { distance_m, heading_deg: 90.0 * part, ..PEERS };
    }
    // 20 km eastwards over two ridges, 3 km away.
    let part = (frame - DOWN) as f64 / ACROSS as f64;
    let focus = LonLat::new(106.58 + 0.21 * part, 29.56 + 0.05 * part);
    MapCamera { focus, distance_m: 3_000.0, heading_deg: 80.0, pitch_deg: 30.0, ..PEERS }
}
