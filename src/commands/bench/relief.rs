//! How fast the ground answers.

use super::{Measured, figure, quantile};
use crate::failure::Failure;
use city::LonLat;
use std::hint::black_box;
use std::time::Instant;
use terrain::{Ground, TileKey};

/// Tiles of 257×257 samples at every level over the centre, and heights at scattered places.
pub fn run() -> Result<Measured, Failure> {
    let begin = Instant::now();
    let ground = Ground::shipped()?;
    let mut figures = vec![figure("relief: ready after", begin.elapsed().as_secs_f64() * 1e3, "ms")];

    let centre = geodesy::to_city_frame(LonLat::new(106.55, 29.57));
    let mut worst: f64 = 0.0;
    let mut all = Vec::new();
    for key in (0..=11).filter_map(|level| TileKey::containing(level, centre)) {
        let mut times = Vec::new();
        for _ in 0..7 {
            let begin = Instant::now();
            black_box(ground.tile(key, 257));
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        let median = quantile(&mut times, 0.5);
        worst = worst.max(median);
        all.push(median);
    }
    figures.push(figure("relief: tile 257×257, median over levels", quantile(&mut all, 0.5), "ms"));
    figures.push(figure("relief: tile 257×257, slowest level", worst, "ms"));

    // A fixed scatter (golden-ratio steps) over the municipality: no two neighbours share a cache line.
    let places: Vec<LonLat> = (0..200_000_u32)
        .map(|n| {
            let share = |step: f64| (f64::from(n) * step).fract();
            LonLat::new(105.6 + 4.2 * share(0.618_033_988_75), 28.5 + 3.4 * share(0.754_877_666_25))
        })
        .collect();
    let begin = Instant::now();
    black_box(places.iter().filter_map(|at| ground.height_m(*at)).sum::<f64>());
    let each = begin.elapsed().as_secs_f64() / places.len() as f64;
    figures.push(figure("relief: one height, scattered", each * 1e6, "µs"));
    Ok(figures.into())
}
