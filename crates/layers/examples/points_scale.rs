//! Times of a set of points at scale: `cargo run --release -p layers --example points_scale -- 17000000 /tmp/points.arrow`.

use city::{CityTime, LonLat, RiskClass};
use layers::StaticLayers;
use layers::points::{self, Filter, FixedBox, News, PointsBuilder, Standing, Thresholds};
use std::time::Instant;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = work();
    println!("{what:<60} {:>9.2} ms", begin.elapsed().as_secs_f64() * 1e3);
    done
}

fn memory(what: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of =
        |key: &str| status.lines().find(|l| l.starts_with(key)).map(ToOwned::to_owned).unwrap_or_default();
    println!("{what}: {} {}", of("VmRSS"), of("VmHWM"));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().collect();
    let count: usize = words.get(1).map_or(Ok(1_000_000), |w| w.parse())?;
    let path = std::path::PathBuf::from(words.get(2).map_or("/tmp/points.arrow", String::as_str));
    let now = CityTime(1_800_000_000_000);
    if !path.exists() {
        let layers = StaticLayers::shipped()?;
        let mut builder = PointsBuilder::default();
        timed("made up", || points::synthetic(&mut builder, &layers, count, 1, now));
        let (points, repeated) = timed("sorted", || builder.finish());
        println!("{} points, {} repeated", points.len(), repeated.len());
        timed("written", || points::write(&points, &path))?;
        memory("made");
        return Ok(());
    }
    let (points, _) = timed("opened", || points::open(&path))?;
    memory("opened");
    let all = timed("mask of all", || points.mask(&Filter::default(), 0..points.len()));
    let gas = Filter { classes: Some(vec![RiskClass::Gas, RiskClass::Fire]), ..Filter::default() };
    let mask = timed("mask of two classes", || points.mask(&gas, 0..points.len()));
    println!("{:?}", timed("counts of two classes", || points.counts(&gas)).all);
    for (name, half) in [("street", 0.005), ("centre", 0.05), ("whole city", 4.0)] {
        let at = points.position(points.len() / 3);
        let bounds = FixedBox::of([at.lon - half, at.lat - half, at.lon + half, at.lat + half]);
        let n = timed(&format!("count in {name}"), || points.count_in(bounds, &mask));
        let rows = timed(&format!("rows in {name}"), || points.rows_in(bounds, &all).count());
        println!("    {n} and {rows}");
        let level = if half > 1.0 {
            20
        } else if half > 0.01 {
            16
        } else {
            12
        };
        let found = timed(&format!("clusters in {name}"), || points::clusters(&points, &all, bounds, level));
        println!("    {}", found.len());
        let resolution = if half > 1.0 {
            6
        } else if half > 0.01 {
            8
        } else {
            10
        };
        let found =
            timed(&format!("hexagons in {name}"), || points::hexagons(&points, &all, bounds, resolution));
        println!("    {} with {}", found.len(), found.iter().map(|h| h.count).sum::<usize>());
    }
    let places: Vec<LonLat> = (0..1000).map(|n| points.position(n * points.len() / 1000)).collect();
    timed("1,000 picks within 100 m", || {
        places.iter().filter(|at| points.nearest(**at, 100.0, &all).is_some()).count()
    });
    let limits =
        |_: &points::Kind| Thresholds { from: [Some(1.2), Some(1.5), None, Some(7.0)], below: false };
    timed("judged", || points.judge(limits));
    let news: Vec<News> = (0..1_000_000_u64)
        .map(|n| News {
            row: (n * 7_919 % points.len() as u64) as u32,
            value: (n % 9) as f32,
            measured: now.plus_s(9.0),
        })
        .collect();
    let mut changed = Vec::new();
    println!("{:?}", timed("1,000,000 values", || points.apply(&news, &mut changed)));
    let red = Filter { standings: Some(vec![Standing::Red]), ..Filter::default() };
    println!("{:?}", timed("mask of red", || points.mask(&red, 0..points.len())).count(0..points.len()));
    println!("{:?}", timed("counts of red", || points.counts(&red)).standings);
    let block = timed("text of one row", || points.texts().block(points.len() / 2))?;
    let (id, name) = (block.id(points.len() / 2), block.name(points.len() / 2));
    println!("{id} {name}: row {:?}", timed("row of an id", || points.row(id)));
    memory("end");
    Ok(())
}
