//! `shancheng points`: files of points at scale.

use super::progress::ProgressLine;
use super::{print_json, print_line};
use crate::arguments::Points;
use crate::failure::Outcome;
use anyhow::Context;
use layers::points::import::{ImportOptions, Progress, import};
use layers::points::{self, Filter, PointsBuilder};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Does what the words say.
pub fn run(words: Points, json: bool) -> Outcome {
    match words {
        Points::Make { count, seed, out } => make(count as usize, seed, &out, json),
        Points::Import { sources, out, datum, class } => {
            let options = ImportOptions { datum, class, ..ImportOptions::default() };
            import_files(&sources, &options, &out, json)
        }
        Points::Info { file } => info(&file, json),
    }
}

/// When values of made-up devices were measured: the instant that pictures of the seeded city are of.
fn now() -> anyhow::Result<city::CityTime> {
    city::CityTime::parse(crate::training_picture::USUAL).map_err(anyhow::Error::msg)
}

fn make(count: usize, seed: u64, out: &Path, json: bool) -> Outcome {
    let layers = layers::StaticLayers::shipped().context("reading the static layers")?;
    let mut builder = PointsBuilder::default();
    points::synthetic(&mut builder, &layers, count, seed, now()?);
    let (made, _) = builder.finish();
    points::write(&made, out)?;
    if json {
        return print_json(&json!({ "file": out, "points": made.len() }));
    }
    print_line(&format!(
        "{} is ready: {} points; shancheng --points {}",
        out.display(),
        made.len(),
        out.display()
    ))
}

fn import_files(sources: &[PathBuf], options: &ImportOptions, out: &Path, json: bool) -> Outcome {
    let layers = layers::StaticLayers::shipped().context("reading the static layers")?;
    let gazetteer = layers::Gazetteer::new(&layers);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = city::CityTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    let line = ProgressLine::new();
    let mut tell = |at: Progress| line.tell("importing", &format!("{}: {} rows", at.file.display(), at.rows));
    let imported = import(sources, options, &layers, &gazetteer, now, &mut tell);
    line.end();
    let (builder, report) = imported?;
    eprintln!("{report}");
    if builder.is_empty() {
        return Err(anyhow::anyhow!("nothing could be taken, so {} is not made", out.display()).into());
    }
    let (points, _) = builder.finish();
    points::write(&points, out)?;
    if json {
        let mut said = serde_json::to_value(&report)?;
        said["file"] = json!(out);
        return print_json(&said);
    }
    print_line(&format!(
        "{} is ready: {} points; shancheng --points {}",
        out.display(),
        points.len(),
        out.display()
    ))
}

fn info(file: &Path, json: bool) -> Outcome {
    let begin = Instant::now();
    let (points, repeated) = points::open(file)?;
    let opened_s = begin.elapsed().as_secs_f64();
    let counts = points.counts(&Filter::default());
    let (low, high) = (points.bounds().low.lon_lat(), points.bounds().high.lon_lat());
    let nowhere = points.count_nowhere();
    if json {
        let classes: serde_json::Map<_, _> =
            counts.classes.iter().map(|(class, n)| (class.key().to_owned(), json!(n))).collect();
        return print_json(&json!({
            "file": file, "points": points.len(), "withoutPosition": nowhere, "repeatedIds": repeated.len(),
            "bounds": [low.lon, low.lat, high.lon, high.lat], "classes": classes,
            "districts": counts.districts.len(), "opened_s": (opened_s * 1e3).round() / 1e3,
        }));
    }
    print_line(&format!("{}: {} points, opened in {opened_s:.2} s", file.display(), points.len()))?;
    print_line(&format!("{:.4}–{:.4} E, {:.4}–{:.4} N", low.lon, high.lon, low.lat, high.lat))?;
    if nowhere + repeated.len() > 0 {
        print_line(&format!("{nowhere} without a position, {} with an id that another has", repeated.len()))?;
    }
    counts.classes.iter().try_for_each(|(class, n)| print_line(&format!("{n:>10} {}", class.key())))
}
