//! From one elevation model file (HGT, or GeoTIFF in WGS-84) to a folder that [`Ground::open`](crate::Ground::open) reads.
//!
//! The folder is written under a temporary name beside its place and renamed when complete, so nothing half-written
//! is ever used. Deliberately absent: mosaics and projected models.

mod fill;
mod geotiff;
mod hgt;
mod write;

use crate::TerrainError;
use serde::Serialize;
use std::{fs::File, io::Read, path::Path};

/// The most samples one file may hold: 20,000 × 10,000, which need 800 MB while they are read.
const MOST_SAMPLES: u64 = 200_000_000;
/// Heights outside these (metres) are nowhere on land, and count as voids.
const BELIEVABLE_M: std::ops::RangeInclusive<f32> = -450.0..=8900.0;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Samples from west to east.
    pub columns: usize,
    /// Samples from north to south.
    pub rows: usize,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Distance of the samples from north to south, metres.
    #[serde(rename = "resolution_m")]
    pub resolution_m: f64,
    /// Samples without a height, filled from their neighbours.
    pub voids_filled: usize,
    /// The lowest height, metres.
    #[serde(rename = "min_m")]
    pub min_m: f32,
    /// The highest height, metres.
    #[serde(rename = "max_m")]
    pub max_m: f32,
}

/// An elevation model as it was read: samples on a grid of longitude and latitude, the north row first; voids are NaN.
pub(crate) struct Raster {
    pub columns: usize,
    pub rows: usize,
    /// Longitude of the first column and latitude of the first row, degrees.
    pub west: f64,
    pub north: f64,
    /// Degrees from one sample to the next, eastwards and southwards.
    pub step_deg: (f64, f64),
    pub heights_m: Vec<f32>,
    /// What it is, in words.
    pub description: String,
}

/// Imports one file into the folder `out`. `progress` hears how much is done, from 0 to 1. A terrain folder that was
/// there before is replaced, any other folder that holds something is left alone.
pub fn import(
    source: &Path,
    out: &Path,
    progress: &mut dyn FnMut(f64),
) -> Result<ImportReport, TerrainError> {
    progress(0.0);
    write::check_place(out)?;
    let mut raster = read(source, &mut |done| progress(done * 0.7))?;
    let voids_filled = fill::voids(&mut raster).ok_or_else(|| wrong(source, "it holds no height at all"))?;
    progress(0.8);
    let (min_m, max_m) =
        raster.heights_m.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &h| (a.min(h), b.max(h)));
    let south = raster.north - (raster.rows - 1) as f64 * raster.step_deg.1;
    let east = raster.west + (raster.columns - 1) as f64 * raster.step_deg.0;
    let report = ImportReport {
        columns: raster.columns,
        rows: raster.rows,
        bounds: [raster.west, south, east, raster.north],
        // A degree of latitude at 30° N is 110,852 m on GRS80.
        resolution_m: raster.step_deg.1 * 110_852.0,
        voids_filled,
        min_m,
        max_m,
    };
    write::folder(&raster, &report, out)?;
    progress(1.0);
    Ok(report)
}

/// Reads a file by what it begins with, not by how it is called.
fn read(source: &Path, progress: &mut dyn FnMut(f64)) -> Result<Raster, TerrainError> {
    let failed = |error| TerrainError::File { path: source.to_owned(), doing: "reading", source: error };
    let about = std::fs::metadata(source).map_err(failed)?;
    if !about.is_file() {
        return Err(wrong(source, "it is not a file; name one HGT or GeoTIFF file"));
    }
    let mut file = File::open(source).map_err(failed)?;
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).map_err(failed)?;
    let raster = match magic.as_slice() {
        b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+" => geotiff::read(source, progress)?,
        _ => hgt::read(source, about.len(), progress)?,
    };
    let in_range =
        raster.west >= -180.0 && raster.west <= 180.0 && raster.north <= 90.0 && raster.north >= -90.0;
    if !in_range || raster.columns < 2 || raster.rows < 2 {
        return Err(wrong(
            source,
            "its corner is not a longitude and latitude, or it is less than 2 × 2 samples",
        ));
    }
    Ok(raster)
}

/// An error about the source of an import.
fn wrong(source: &Path, problem: impl Into<String>) -> TerrainError {
    TerrainError::Source { path: source.to_owned(), problem: problem.into() }
}
