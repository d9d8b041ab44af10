//! From files to a network: OpenStreetMap PBF and GeoJSON lines in, [`Streets`] and a report out.

mod build;
mod cut;
mod draft;
mod geojson;
mod guarded;
mod heights;
mod join;
mod measures;
mod pbf;
mod problems;
mod schematic;
mod span;
mod tags;
mod turns;

use crate::{RoadError, Streets};
use draft::Draft;
pub use problems::Problem;
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use terrain::Ground;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// A file is read: share 0–1 of this pass over it.
    Reading(f64),
    /// Ways are cut where they meet, and laid on the ground.
    Laying,
    /// Junctions are put in the order that makes routes quick.
    Ordering,
}

/// Whom an import tells how far it is.
pub type Progress<'a> = dyn FnMut(Share) + 'a;

/// What an import read and what it could not.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Pieces of road between junctions.
    pub edges: usize,
    /// Junctions and ends.
    pub nodes: usize,
    /// Ways kept.
    pub ways: usize,
    /// The length of all roads, kilometres.
    #[serde(rename = "length_km")]
    pub length_km: f64,
    /// Turn restrictions that hold.
    pub turn_restrictions: usize,
    /// What could not be read, by kind.
    pub problems: Vec<Problem>,
}

/// Makes a network of `files`, on `ground`, within `bbox` (west, south, east, north in degrees) where one is given.
///
/// # Errors
/// A file that cannot be read, is damaged, or is neither PBF nor GeoJSON; files without any road.
pub fn import(
    files: &[PathBuf],
    ground: &Ground,
    bbox: Option<[f64; 4]>,
    progress: &mut Progress,
) -> Result<(Streets, ImportReport), RoadError> {
    let mut draft = Draft::default();
    let (mut pbf, mut geojson): (Vec<&Path>, Vec<&Path>) = (Vec::new(), Vec::new());
    for file in files {
        match kind(file)? {
            Kind::Pbf => pbf.push(file),
            Kind::GeoJson => geojson.push(file),
        }
    }
    pbf::read(&pbf, &mut draft, progress)?;
    geojson::read(&geojson, &mut draft, progress)?;
    let sources = files.iter().filter_map(|f| Some(f.file_name()?.to_string_lossy().into_owned())).collect();
    let (streets, report) = build::build(draft, ground, bbox, sources, progress);
    if streets.edge_count() == 0 {
        let told: Vec<String> = report.problems.iter().map(|p| format!("{} × {}", p.count, p.what)).collect();
        return Err(RoadError::NoRoads { files: files.to_vec(), problems: told.join(", ") });
    }
    Ok((streets, report))
}

enum Kind {
    Pbf,
    GeoJson,
}

fn kind(file: &Path) -> Result<Kind, RoadError> {
    let failed = |source| RoadError::File { file: file.to_owned(), doing: "reading", source };
    let mut head = Vec::new();
    std::fs::File::open(file).map_err(failed)?.take(4096).read_to_end(&mut head).map_err(failed)?;
    let damaged = |what: &str| RoadError::Damaged { file: file.to_owned(), what: what.to_owned() };
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0x1e);
    if pbf::begins_as_pbf(&head) {
        Ok(Kind::Pbf)
    } else if first == Some(&b'{') {
        Ok(Kind::GeoJson)
    } else if first.is_none() {
        Err(damaged("it is empty"))
    } else {
        let name = file.to_string_lossy().to_lowercase();
        match name.rsplit('.').next() {
            // One bad line at the beginning costs itself.
            Some("geojsonl" | "geojsons" | "ndjson" | "jsonl" | "ldjson") => Ok(Kind::GeoJson),
            Some("pbf") => Err(damaged("it does not begin as an OpenStreetMap PBF does")),
            _ => Err(damaged("it is neither OpenStreetMap PBF nor GeoJSON")),
        }
    }
}
