//! Files of features: GeoJSON (RFC 7946, and a feature a line or record) and FlatGeobuf.
//!
//! Whatever system a file is in, features come out in longitude and latitude, degrees on WGS-84. A bad feature is left
//! out and told; it never costs the others. Deliberately absent: what features mean.

mod columns;
mod flatgeobuf;
mod geojson;
mod geometry;
mod index;
mod properties;

pub use properties::{Properties, Value};

use crate::Problems;
use geo::Geometry;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

/// One feature of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Where it lies, degrees.
    pub geometry: Geometry<f64>,
    /// Heights of all its places in their order, metres; none where not every place has one.
    pub heights_m: Option<Vec<f64>>,
    /// What is said of it.
    pub properties: Properties,
}

/// Why nothing of a file could be read.
#[derive(Debug, thiserror::Error)]
pub enum VectorError {
    /// It cannot be opened.
    #[error("{} cannot be read: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is something else.
    #[error(
        "{} is neither GeoJSON nor FlatGeobuf: {what}; GDAL makes one of most formats: \
         ogr2ogr -t_srs EPSG:4326 areas.fgb SOURCE",
        file.display()
    )]
    Unknown {
        /// Which.
        file: PathBuf,
        /// What was found.
        what: String,
    },
    /// Its reference system cannot be used.
    #[error("{}: {source}; `ogr2ogr -t_srs EPSG:4326` converts it", file.display())]
    ReferenceSystem {
        /// Which.
        file: PathBuf,
        /// Why.
        source: geodesy::ReferenceSystemError,
    },
}

/// West, south, east and north, degrees.
pub type Bounds = [f64; 4];

/// Reads the features of a file, of all of it or of those whose box touches `bounds`.
pub fn read(file: &Path, bounds: Option<Bounds>) -> Result<(Vec<Feature>, Problems), VectorError> {
    let mut features = Vec::new();
    let problems = read_each(file, bounds, &mut |feature| features.push(feature))?;
    Ok((features, problems))
}

/// The same, a feature at a time: for files that are larger than what is kept of them.
pub fn read_each(
    file: &Path,
    bounds: Option<Bounds>,
    take: &mut dyn FnMut(Feature),
) -> Result<Problems, VectorError> {
    let failed = |source| VectorError::File { file: file.to_owned(), source };
    let mut reader = BufReader::with_capacity(1 << 16, File::open(file).map_err(failed)?);
    let mut first = Vec::new();
    reader.by_ref().take(4).read_to_end(&mut first).map_err(failed)?;
    reader.rewind().map_err(failed)?;
    if first.starts_with(b"fgb") {
        flatgeobuf::read(file, reader, bounds, take)
    } else {
        geojson::read(file, reader, bounds, take)
    }
}
