//! Imports of elevation models, by processes of their own, and heights asked of them.

use super::{Measured, figure, quantile};
use crate::failure::Failure;
use anyhow::Context;
use city::LonLat;
use std::fs::File;
use std::hint::black_box;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use terrain::Ground;
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype::Gray32Float};
use tiff::tags::Tag;

/// Samples along a side of a one-degree file at 1″.
const SIDE: u32 = 3601;
/// South-west corner of all of Chongqing, and degrees along each side.
const CORNER: (u32, u32) = (105, 28);
const DEGREES: u32 = 5;

/// One file of one degree, then all 25 of the municipality.
pub fn run() -> Result<Measured, Failure> {
    let folder = std::env::temp_dir().join(format!("shancheng-bench-import-{}", std::process::id()));
    let result = measure(&folder);
    // Some 2 GB are not left behind, whatever happened.
    let _ = std::fs::remove_dir_all(&folder);
    result.map(Measured::from)
}

fn measure(folder: &Path) -> Result<Vec<super::Figure>, Failure> {
    let sources = folder.join("sources");
    std::fs::create_dir_all(&sources).with_context(|| format!("making {}", sources.display()))?;
    for n in 0..DEGREES * DEGREES {
        write_degree(&sources, CORNER.0 + n % DEGREES, CORNER.1 + n / DEGREES)?;
    }
    let one = sources.join("N29E106.tif");
    let mut times = Vec::new();
    for _ in 0..3 {
        times.push(import(&one, &folder.join("one"))?.0);
    }
    let (all_s, most_mib) = import(&sources, &folder.join("all"))?;
    let mut figures = vec![
        figure("import: one 3601×3601 GeoTIFF, median of 3", quantile(&mut times, 0.5), "s"),
        figure("import: all 25 of the municipality", all_s, "s"),
        figure("import: memory, peak of the import of all", most_mib, "MiB"),
    ];
    let all = Ground::open(&folder.join("all"))?;
    let one = Ground::open(&folder.join("one"))?;
    let layers = layers::StaticLayers::shipped().context("reading the districts")?;
    let gazetteer = layers::Gazetteer::new(&layers);
    for (name, ground, corner, wide) in
        [("one degree", &one, (106.0, 29.0), 1.0), ("the municipality", &all, (105.0, 28.0), 5.0)]
    {
        // Golden-ratio steps: no two neighbours share a tile.
        let scattered = (0_u32..).map(|n| {
            let share = |step: f64| (f64::from(n) * step).fract() * wide;
            LonLat::new(corner.0 + share(0.618_033_988_75), corner.1 + share(0.754_877_666_25))
        });
        let inside = scattered.filter(|at| wide == 1.0 || gazetteer.place(*at).is_some());
        let places: Vec<LonLat> = inside.take(1_000_000).collect();
        for again in ["first", "again"] {
            let begin = Instant::now();
            black_box(places.iter().filter_map(|at| ground.height_m(*at)).sum::<f64>());
            let each_us = begin.elapsed().as_secs_f64();
            figures.push(figure(format!("import: a height, 1,000,000 over {name}, {again}"), each_us, "µs"));
        }
    }
    Ok(figures)
}

/// Imports by a process of its own: seconds, and the most memory it took, MiB.
fn import(source: &Path, out: &Path) -> anyhow::Result<(f64, f64)> {
    let begin = Instant::now();
    let mut process = std::process::Command::new(std::env::current_exe()?)
        .args(["terrain", "import"])
        .arg(source)
        .arg("--out")
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", process.id());
    let mut most_mib: f64 = 0.0;
    let ended = loop {
        most_mib = most_mib.max(super::frame::peak_memory_mib(&status).max(0.0));
        if let Some(ended) = process.try_wait()? {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    anyhow::ensure!(ended.success(), "the import of {} ended with {ended}", source.display());
    Ok((begin.elapsed().as_secs_f64(), most_mib))
}

/// Writes one square degree of made-up hills as a GeoTIFF, floats, deflate.
fn write_degree(folder: &Path, lon: u32, lat: u32) -> anyhow::Result<()> {
    let path = folder.join(format!("N{lat:02}E{lon:03}.tif"));
    let doing = || format!("writing {}", path.display());
    let file = std::io::BufWriter::new(File::create(&path).with_context(doing)?);
    let encoder = TiffEncoder::new(file).with_context(doing)?;
    let mut encoder = encoder.with_compression(Compression::Deflate(DeflateLevel::Fast));
    let mut image = encoder.new_image::<Gray32Float>(SIDE, SIDE).with_context(doing)?;
    let step = 1.0 / f64::from(SIDE - 1);
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, [step, step, 0.0].as_slice()).with_context(doing)?;
    let tie = [0.0, 0.0, 0.0, f64::from(lon), f64::from(lat + 1), 0.0];
    tags.write_tag(Tag::ModelTiepointTag, tie.as_slice()).with_context(doing)?;
    // Geographic, samples are points, EPSG:4326.
    let keys: [u16; 16] = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326];
    tags.write_tag(Tag::GeoKeyDirectoryTag, keys.as_slice()).with_context(doing)?;
    let heights_m: Vec<f32> = (0..SIDE * SIDE)
        .map(|n| {
            let (x, y) = (lon * (SIDE - 1) + n % SIDE, (lat + 1) * (SIDE - 1) - n / SIDE);
            let (fx, fy) = (f64::from(x), f64::from(y));
            // Ridges, hills on them, and a hash for the roughness of a measured surface.
            let rough =
                f64::from(x.wrapping_mul(374_761_393).wrapping_add(y.wrapping_mul(668_265_263)) >> 16);
            let ridges = 300.0 * (fx * 0.003 + (fy * 0.0011).sin()).sin();
            (600.0 + ridges + 40.0 * (fx * 0.031).sin() * (fy * 0.027).cos() + rough * 4e-5) as f32
        })
        .collect();
    image.write_data(&heights_m).with_context(doing)
}
