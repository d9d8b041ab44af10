//! How fast a road network of a million edges is imported, opened and asked.

use super::{Measured, figure, quantile};
use crate::failure::Failure;
use anyhow::Context;
use city::LonLat;
use roads::{Closed, Closure, Mode, Profile, Router, Size, Streets, import, synthetic};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// How many edges the made-up city has.
const EDGES: usize = 1_000_000;
/// How many routes are asked for each figure.
const ROUTES: u32 = 400;

/// A made-up city with decks, stairs and lifts: import, size, start, routes near and far, closures, isochrones.
pub fn run() -> Result<Measured, Failure> {
    let folder = Folder(std::env::temp_dir().join(format!("shancheng-bench-roads-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).with_context(|| format!("making {}", folder.0.display()))?;
    let (extract, file) = (folder.0.join("city.osm.pbf"), folder.0.join("city.roads"));
    std::fs::write(&extract, synthetic::city(EDGES, 7).to_pbf()).context("writing the made-up extract")?;
    let ground = terrain::Ground::shipped()?;

    let begin = Instant::now();
    let (streets, report) = import(&[extract], &ground, None, &mut |_| {})?;
    streets.save(&file)?;
    let mut figures = vec![
        figure("roads: edges", report.edges as f64, ""),
        figure("roads: import with the order of junctions", begin.elapsed().as_secs_f64(), "s"),
        figure("roads: size of the file", std::fs::metadata(&file)?.len() as f64 / 1e6, "MB"),
    ];
    let begin = Instant::now();
    let streets = Arc::new(Streets::open(&file)?);
    figures.push(figure("roads: open the file", begin.elapsed().as_secs_f64() * 1e3, "ms"));

    let tall = Size { height_m: 3.9, width_m: 2.5, weight_t: 24.0 };
    let profiles = [
        ("car", Profile::of(Mode::Car)),
        ("fire engine of 3.9 m and 24 t", Profile { size: tall, ..Profile::of(Mode::FireEngine) }),
        ("on foot", Profile::of(Mode::Foot)),
    ];
    let mut places = Places::over(&streets);
    for (name, profile) in profiles {
        let begin = Instant::now();
        let mut router = Router::new(streets.clone(), profile);
        figures.push(figure(format!("roads: make ready, {name}"), begin.elapsed().as_secs_f64(), "s"));
        // Snapping makes its index when first asked.
        let _ = router.route(places.next(), places.next());
        for (reach, share) in [("far", 1.0), ("near", 0.05)] {
            let what = format!("roads: route, {name}, {reach}");
            measure(&mut figures, &what, &router, &mut places, share);
        }
        let closures: Vec<Closure> =
            (0..20).map(|_| Closure::to_all(Closed::About { at: places.next(), radius_m: 100.0 })).collect();
        let begin = Instant::now();
        router.close(&closures);
        let closed = router.closed().len();
        let took_s = begin.elapsed().as_secs_f64();
        figures.push(figure(format!("roads: close {closed} edges, {name}"), took_s, "s"));
        measure(
            &mut figures,
            &format!("roads: route, {name}, far, with closures"),
            &router,
            &mut places,
            1.0,
        );
        router.close(&[]);
        let mut times = Vec::new();
        for _ in 0..7 {
            let from = places.next();
            let begin = Instant::now();
            let reach = router.reach(&[from.into()], 900.0)?;
            std::hint::black_box(router.isochrones(&reach, &[5.0, 10.0, 15.0]));
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        let what = format!("roads: isochrones of 5, 10, 15 minutes, {name}");
        figures.push(figure(what, quantile(&mut times, 0.5), "ms"));
    }
    Ok(figures.into())
}

fn measure(figures: &mut Vec<super::Figure>, what: &str, router: &Router, places: &mut Places, share: f64) {
    let mut times: Vec<f64> = (0..ROUTES)
        .map(|_| {
            let (from, far) = (places.next(), places.next());
            let near = |a: f64, b: f64| a + (b - a) * share;
            let to = LonLat::new(near(from.lon, far.lon), near(from.lat, far.lat));
            let begin = Instant::now();
            // That some places cannot be reached with closures is an answer too.
            let _ = std::hint::black_box(router.route(from, to));
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    figures.push(figure(format!("{what}, median"), quantile(&mut times, 0.5), "ms"));
    figures.push(figure(format!("{what}, p99"), quantile(&mut times, 0.99), "ms"));
}

/// A fixed scatter over the network (golden-ratio steps).
struct Places {
    bounds: [f64; 4],
    taken: u32,
}

impl Places {
    fn over(streets: &Streets) -> Self {
        Self { bounds: streets.info().bounds, taken: 0 }
    }

    fn next(&mut self) -> LonLat {
        self.taken += 1;
        let [west, south, east, north] = self.bounds;
        let share = |step: f64| (f64::from(self.taken) * step).fract();
        LonLat::new(
            west + (east - west) * share(0.618_033_988_75),
            south + (north - south) * share(0.754_877_666_25),
        )
    }
}

/// A folder that goes when the measuring ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind in the temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
