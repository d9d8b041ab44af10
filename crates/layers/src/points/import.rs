//! Points from the files people have: tables (CSV), GeoJSON, FlatGeobuf. A record at a time, so that seventeen million
//! need no more memory than their columns and the hashes of their ids.
//!
//! What is wrong is counted by its reason with a first sample, and costs its field or its record, never the rest.
//! Nothing is put right silently: swapped, shifted and late data are told, and stay or are left out as they are.
//! Deliberately absent: writing the result, and reading databases.

mod column;
mod csv;
mod encoding;
mod flatgeobuf;
mod geojson;
mod lines;
mod report;
mod shift;
mod taker;
mod when;
mod whose;
mod words;

pub use column::Column;
pub use report::{EightHourSuspicion, FileReport, Gcj02Suspicion, ImportReport, Reason, Tally};

use super::PointsBuilder;
use crate::{Gazetteer, StaticLayers};
use city::{CityTime, RiskClass};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use taker::Taker;

/// How much of a file is judged to know what it is, bytes.
const JUDGED: u64 = 1 << 18;

/// The system positions are in; they are converted to WGS-84 at the door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Datum {
    /// WGS-84 or CGCS2000.
    #[default]
    Wgs84,
    /// GCJ-02, of maps published in China.
    Gcj02,
    /// BD-09, Baidu's.
    Bd09,
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wgs84 => "WGS-84",
            Self::Gcj02 => "GCJ-02, converted to WGS-84",
            Self::Bd09 => "BD-09, converted to WGS-84",
        })
    }
}

/// What is said of files beside what they say themselves.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The system positions are in.
    pub datum: Datum,
    /// The class of records that say none.
    pub class: Option<RiskClass>,
    /// Names of columns that are not known here, as the files write them.
    pub columns: BTreeMap<String, Column>,
    /// Words for classes that are not known here, as the files write them.
    pub class_names: BTreeMap<String, RiskClass>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The file that is being read.
    pub file: &'a Path,
    /// Records read of all files.
    pub rows: u64,
    /// Bytes read of this file; 0 until its end for FlatGeobuf.
    pub bytes: u64,
    /// Bytes of this file.
    pub of_bytes: u64,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// There is nothing in it.
    #[error("{} is empty; give a CSV with a header line, GeoJSON or FlatGeobuf", file.display())]
    Empty {
        /// Which.
        file: PathBuf,
    },
    /// It is no text.
    #[error("{} is neither text nor FlatGeobuf{hint}", file.display())]
    NotText {
        /// Which.
        file: PathBuf,
        /// What it may be, and what to do.
        hint: &'static str,
    },
    /// Its header lacks columns that are needed.
    #[error("{}: the header is `{found}`, without {missing}; rename the column or say which one it is{}", file.display(), if missing.contains("class") { ", or give one class for all" } else { "" })]
    Header {
        /// Which.
        file: PathBuf,
        /// The header as it is.
        found: String,
        /// The columns it lacks, each with the names it may have.
        missing: String,
    },
    /// It is JSON without features.
    #[error("{} holds no list of features; give a GeoJSON FeatureCollection, or a feature a line", file.display())]
    NoFeatures {
        /// Which.
        file: PathBuf,
    },
    /// It cannot be read as FlatGeobuf.
    #[error("{source}")]
    FlatGeobuf {
        /// Why, with the file.
        #[source]
        source: overlays::vector::VectorError,
    },
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> ImportError + '_ {
    |source| ImportError::File { file: path.to_owned(), source }
}

/// Reads the points of all of `sources`, in their order; an id that came before is refused, in whichever file. Whose a
/// point is and whether it is in the city is judged by `layers` and `gazetteer`, and times by `now`.
pub fn import(
    sources: &[PathBuf],
    options: &ImportOptions,
    layers: &StaticLayers,
    gazetteer: &Gazetteer,
    now: CityTime,
    tell: &mut dyn FnMut(Progress),
) -> Result<(PointsBuilder, ImportReport), ImportError> {
    let mut taker = Taker::new(options, layers, gazetteer, now, tell);
    for path in sources {
        let mut file = File::open(path).map_err(failed(path))?;
        let bytes = file.metadata().map_err(failed(path))?.len();
        let mut start = Vec::new();
        file.by_ref().take(JUDGED).read_to_end(&mut start).map_err(failed(path))?;
        file.rewind().map_err(failed(path))?;
        taker.open(path, bytes);
        let reader = BufReader::with_capacity(1 << 17, file);
        let begin = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).trim_ascii_start();
        let format = match begin.first() {
            None => return Err(ImportError::Empty { file: path.clone() }),
            _ if start.starts_with(b"fgb") => flatgeobuf::read(path, &mut taker)?,
            _ if start.contains(&0) => {
                return Err(ImportError::NotText { file: path.clone(), hint: hint(&start) });
            }
            Some(b'{' | 0x1e) => geojson::read(path, &start, reader, &mut taker)?,
            _ => csv::read(path, &start, reader, &mut taker)?,
        };
        taker.close(format);
    }
    Ok(taker.finish())
}

fn hint(start: &[u8]) -> &'static str {
    match start {
        [b'P', b'K', ..] => "; it looks like a workbook or an archive: save the sheet as CSV (UTF-8)",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "; it looks like UTF-16: save it as UTF-8",
        [b'A', b'R', b'R', b'O', b'W', ..] => {
            "; it looks like an Arrow file: open it instead of importing it"
        }
        _ => "; save it as CSV (UTF-8), GeoJSON or FlatGeobuf",
    }
}
