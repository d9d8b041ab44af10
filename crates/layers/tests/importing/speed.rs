//! How fast a great table is read, and how much memory that takes; run it by itself:
//! `cargo test --release -p layers --test import -- --ignored --nocapture`. `ROWS` says how many.

use super::{CITY, NOW};
use layers::points::PointsBuilder;
use layers::points::import::{ImportOptions, import};
use layers::points::synthetic;
use std::io::{BufWriter, Write};

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Seconds of processor time of this process: other programs do not count into it.
fn used_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

#[test]
#[ignore = "a measurement"]
fn a_million_rows() {
    let rows: usize = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("devices.csv");
    let mut out = BufWriter::new(std::fs::File::create(&file).unwrap());
    writeln!(out, "id,name,lon,lat,class,district_code,township_code,value,measured").unwrap();
    // In parts, so that making the table takes less memory than reading it.
    for part in 0..rows.div_ceil(100_000) {
        let mut builder = PointsBuilder::default();
        synthetic(&mut builder, &CITY.0, (rows - part * 100_000).min(100_000), part as u64, NOW);
        let (points, _) = builder.finish();
        let block = points.texts().block(0).unwrap();
        for row in 0..points.len() {
            let (at, place, kind) = (points.position(row), points.place(row).unwrap(), points.kind(row));
            let (name, when) = (block.name(row), points.measured(row).unwrap());
            let (d, t, value) = (place.district.0, place.township.0, points.value(row));
            let class = kind.class.key();
            writeln!(
                out,
                "{}-{part},{name},{:.6},{:.6},{class},{d},{t},{value:.3},{when}",
                block.id(row),
                at.lon,
                at.lat
            )
            .unwrap();
        }
    }
    out.flush().unwrap();
    drop(out);
    let bytes = std::fs::metadata(&file).unwrap().len();
    let before_mb = peak_mb();
    let (begin, used) = (std::time::Instant::now(), used_s());
    let (layers, gazetteer) = &*CITY;
    let (builder, report) =
        import(&[file], &ImportOptions::default(), layers, gazetteer, NOW, &mut |_| {}).unwrap();
    let (took_s, used_s) = (begin.elapsed().as_secs_f64(), used_s() - used);
    let after_mb = peak_mb();
    println!("{report}");
    println!(
        "{} rows, {} MB, in {took_s:.2} s, {used_s:.2} s of one processor: {:.0} rows/s of it; peak {before_mb} MB before, {after_mb} MB after",
        report.rows,
        bytes >> 20,
        report.rows as f64 / used_s
    );
    assert_eq!(builder.len(), rows);
    let begin = std::time::Instant::now();
    let points = builder.finish().0;
    println!("finish {:.2} s, peak {} MB, {} points", begin.elapsed().as_secs_f64(), peak_mb(), points.len());
}
