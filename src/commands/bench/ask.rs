//! How fast the ground answers questions, and how fast it becomes triangles.

use super::{Figure, Measured, figure, quantile};
use crate::failure::Failure;
use city::LonLat;
use geodesy::{EastNorth, ORIGIN};
use std::hint::black_box;
use std::time::Instant;
use terrain::ask::{self, Eye, SightLine, View};
use terrain::mesh::{Mesher, Sides};
use terrain::{CityGrid, Ground, Patch};

/// The maximum error of the meshes, metres.
const BOUND_M: f32 = 5.0;

/// Sight lines, views and meshes on made-up hills that any mesher can be given, and on the ground that ships.
pub fn run() -> Result<Measured, Failure> {
    let mut figures = Vec::new();
    sights(&mut figures)?;
    views(&mut figures)?;
    meshes(&mut figures)?;
    let ground = Ground::shipped()?;
    let (nan_shan, lijia) = (LonLat::new(106.61, 29.55), LonLat::new(106.484, 29.670));
    let line = SightLine::from_eyes(nan_shan, lijia);
    let samples = ground.sight(&line)?.samples;
    let name = format!("relief: sight line over 18 km, {samples} samples");
    figures.push(figure(name, median_ms(9, || drop(black_box(ground.sight(&line)))), "ms"));
    let view = View::all_around(nan_shan, 10_000.0);
    let name = "relief: view of 10 km at 30 m, with its heights";
    figures.push(figure(name, median_ms(5, || drop(black_box(ground.viewshed(&view, Some(30.0))))), "ms"));
    Ok(figures.into())
}

/// A sight line of a million samples over a grid in memory.
fn sights(figures: &mut Vec<Figure>) -> Result<(), Failure> {
    const SIDE: usize = 2048;
    let hills: Vec<f32> = (0..SIDE * SIDE).map(|i| hills_m((i % SIDE) as f64, (i / SIDE) as f64)).collect();
    let height_m = |at: LonLat| {
        let (x, y) = ((at.lon - 106.0) * 2000.0, (at.lat - 29.0) * 2000.0);
        let (i, j) = (x as usize, y as usize);
        let (u, v) = (x - i as f64, y - j as f64);
        let row = |j: usize| {
            let pair = hills.get(j * SIDE + i..j * SIDE + i + 2)?;
            Some(f64::from(pair[0]) + f64::from(pair[1] - pair[0]) * u)
        };
        let (south, north) = (row(j)?, row(j + 1)?);
        Some(south + (north - south) * v)
    };
    let line = SightLine::from_eyes(LonLat::new(106.01, 29.01), LonLat::new(106.9, 29.8));
    let spacing_m = ask::sight(&line, 100.0, height_m)?.distance_m / 999_999.0;
    let ms = median_ms(15, || drop(black_box(ask::sight(&line, spacing_m, height_m))));
    figures.push(figure("sight: a million samples, one core", ms, "ms"));
    Ok(())
}

/// Views of 10 km on a grid of 30 m: between hills, and over a plain where nothing ends a line early.
fn views(figures: &mut Vec<Figure>) -> Result<(), Failure> {
    const REACH: usize = 334;
    const SPACING_M: f64 = 30.0;
    let corner_m = -(REACH as f64) * SPACING_M;
    let south_west = EastNorth::new(corner_m, corner_m);
    let grid = CityGrid { south_west, spacing_m: SPACING_M, columns: 2 * REACH + 1, rows: 2 * REACH + 1 };
    let hills = |p: EastNorth| hills_m(p.east_m / SPACING_M + 1000.0, p.north_m / SPACING_M + 1000.0);
    let hilly = Patch::sample(grid, |p| Some(f64::from(hills(p))));
    let plain = Patch::sample(grid, |_| Some(100.0));
    for (name, patch, above_m) in [
        ("hills, from 1.7 m", &hilly, 1.7),
        ("hills, from 300 m", &hilly, 300.0),
        ("a plain, from 50 m", &plain, 50.0),
    ] {
        let ground_m = f64::from(patch.heights_m[grid.len() / 2]);
        let view = View { eye: Eye::AboveGround(above_m), ..View::all_around(ORIGIN, 10_000.0) };
        ask::viewshed(patch, &view, ground_m)?;
        let ms = median_ms(9, || drop(black_box(ask::viewshed(patch, &view, ground_m))));
        figures.push(figure(format!("view: 10 km at 30 m, {name}"), ms, "ms"));
    }
    Ok(())
}

/// Both meshers on the same heights and bound.
fn meshes(figures: &mut Vec<Figure>) -> Result<(), Failure> {
    for samples in [129, 257, 513] {
        let at = |i: usize| hills_m((i % samples) as f64, (i / samples) as f64);
        let heights_m: Vec<f32> = (0..samples * samples).map(at).collect();
        let mut mesher = Mesher::new(samples)?;
        for (name, sides) in [("sides free", Sides::Free), ("sides shared", Sides::Shared)] {
            let triangles = mesher.bisect(&heights_m, BOUND_M, sides)?.triangles.len();
            let ms = median_ms(31, || drop(black_box(mesher.bisect(&heights_m, BOUND_M, sides))));
            let name = format!("mesh: {samples}², error {BOUND_M} m, bisection, {name}");
            figures.push(figure(&name, ms, "ms"));
            figures.push(figure(name, triangles as f64, "triangles"));
        }
        let triangles = mesher.delaunay(&heights_m, BOUND_M)?.triangles.len();
        let ms = median_ms(5, || drop(black_box(mesher.delaunay(&heights_m, BOUND_M))));
        let name = format!("mesh: {samples}², error {BOUND_M} m, Delaunay, sides shared");
        figures.push(figure(&name, ms, "ms"));
        figures.push(figure(name, triangles as f64, "triangles"));
    }
    Ok(())
}

/// The median time of some runs, milliseconds.
fn median_ms(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    quantile(&mut times, 0.5)
}

/// Made-up hills of 200 to 1,000 m: value noise of 7 octaves from 128 samples, with an integer hash, so that other
/// languages make the same.
fn hills_m(x: f64, y: f64) -> f32 {
    let (mut sum_m, mut height_m, mut per_sample) = (200.0, 400.0, 1.0 / 128.0);
    for _ in 0..7 {
        sum_m += height_m * noise(x * per_sample, y * per_sample);
        height_m *= 0.5;
        per_sample *= 2.0;
    }
    sum_m as f32
}

fn noise(x: f64, y: f64) -> f64 {
    let hash = |x: i32, y: i32| {
        let h = x.wrapping_mul(374_761_393).wrapping_add(y.wrapping_mul(668_265_263)) as u32;
        let h = (h ^ (h >> 13)).wrapping_mul(1_274_126_177);
        f64::from(h ^ (h >> 16)) / 4_294_967_295.0
    };
    let (i, j) = (x.floor(), y.floor());
    let (f, g) = (x - i, y - j);
    let (u, v) = (f * f * (3.0 - 2.0 * f), g * g * (3.0 - 2.0 * g));
    let (i, j) = (i as i32, j as i32);
    let (a, b, c, d) = (hash(i, j), hash(i + 1, j), hash(i, j + 1), hash(i + 1, j + 1));
    a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v
}
