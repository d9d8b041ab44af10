//! From elevation models (GeoTIFF, HGT, 16-bit PNG; one or many) to a folder that [`Ground::open`](crate::Ground::open) reads.
//!
//! The work is cut into tiles of the finished pyramid. Each finished tile goes to a journal beside the folder's place,
//! so that an import that was interrupted goes on where it stopped; the folder appears, complete, by a rename.
//! Deliberately absent: downloads (`link` fetches) and vertical datums (heights are taken as they are).

mod affine;
mod build;
mod compose;
mod credits;
mod feather;
mod fill;
mod finish;
mod geo_keys;
mod geotiff;
mod hgt;
mod journal;
mod packing;
mod picture;
mod plan;
mod report;
mod sampling;
mod source;
mod source_list;

use crate::TerrainError;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

pub use report::ImportReport;

/// Heights outside these (metres) are nowhere on land, and count as voids.
const BELIEVABLE_M: std::ops::RangeInclusive<f32> = -450.0..=8900.0;

/// What to import, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Files, or folders of them; where several know a place, the one named first is taken.
    pub sources: Vec<PathBuf>,
    /// The folder to make. A terrain folder that was there before is replaced, any other that holds something is not.
    pub out: PathBuf,
    /// The reference system (such as `EPSG:4547`) of sources that do not name theirs.
    pub reference_system: Option<String>,
    /// The value that stands for "no height" in sources that do not name theirs.
    pub no_data: Option<f64>,
    /// Over how many samples one source passes into the one below it, along its edges.
    pub feather: u16,
}

impl Import {
    /// These sources into that folder, with seams 16 samples wide.
    pub fn new(sources: impl IntoIterator<Item = PathBuf>, out: impl Into<PathBuf>) -> Self {
        Self {
            sources: sources.into_iter().collect(),
            out: out.into(),
            reference_system: None,
            no_data: None,
            feather: 16,
        }
    }
}

/// Imports. `progress` hears, from any thread but one at a time, how much is done: from 0 to 1, never less than before.
pub fn import(wanted: &Import, progress: &(dyn Fn(f64) + Sync)) -> Result<ImportReport, TerrainError> {
    let heard = Mutex::new(f64::NEG_INFINITY);
    let progress = &|done: f64| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        if done > *heard {
            *heard = done;
            progress(done);
        }
    };
    progress(0.0);
    finish::check_place(&wanted.out)?;
    let wanted = Import { out: finish::place(&wanted.out), ..wanted.clone() };
    let plan = plan::Plan::of(&wanted)?;
    let journal = journal::Journal::open(&wanted, &plan)?;
    let result = make(&wanted, &plan, &journal, progress);
    // What was made of a source that cannot be used is of no use to a later run either.
    if matches!(result, Ok(_) | Err(TerrainError::Source { .. })) {
        journal.remove();
    }
    if result.is_ok() {
        progress(1.0);
    }
    result
}

fn make(
    wanted: &Import,
    plan: &plan::Plan,
    journal: &journal::Journal,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<ImportReport, TerrainError> {
    build::build(plan, journal, &|share| progress(share * 0.85))?;
    fill::fill(plan, journal, &|share| progress(0.85 + share * 0.1))?;
    let report = ImportReport::of(plan, journal);
    if !report.max_m.is_finite() {
        return Err(wrong(&plan.sources[0].source.path, "it holds no height at all"));
    }
    finish::folder(plan, journal, &report, &wanted.out)?;
    Ok(report)
}

/// An error about a source of an import.
fn wrong(source: &Path, problem: impl Into<String>) -> TerrainError {
    TerrainError::Source { path: source.to_owned(), problem: problem.into() }
}

/// An error of reading or writing a file.
fn failed(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> TerrainError {
    let path = path.to_owned();
    move |source| TerrainError::File { path, doing, source }
}
