//! FlatGeobuf: the whole file, or the features its index finds in a box. A file in another reference system than WGS-84
//! is converted.
//!
//! The crate's tables are read after its verifier passed them; lengths and offsets of the file are checked here, because
//! a damaged one would make the crate's own reader ask for gigabytes or stop the program.

mod shape;

use super::columns::{Columns, columns, properties};
use super::geometry::{Maker, touches};
use super::index::Index;
use super::properties::Names;
use super::{Bounds, Feature, VectorError};
use crate::Problems;
use flatgeobuf::{GeometryType, size_prefixed_root_as_feature, size_prefixed_root_as_header};
use geodesy::ReferenceSystem;
use shape::read_geometry;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// The mark of version 3, of which the last byte is a patch level.
const MAGIC: [u8; 7] = *b"fgb\x03fgb";
/// Longer headers are no headers.
const LONGEST_HEADER: u64 = 10 << 20;
/// Steps along each side of a box whose outline is looked up in another system.
const SIDE_STEPS: u32 = 8;

pub(super) fn read(
    path: &Path,
    mut file: impl Read + Seek,
    bounds: Option<Bounds>,
    take: &mut dyn FnMut(Feature),
) -> Result<Problems, VectorError> {
    let failed = |source| VectorError::File { file: path.to_owned(), source };
    let unknown = |what: &str| VectorError::Unknown { file: path.to_owned(), what: what.to_owned() };
    let length =
        file.seek(SeekFrom::End(0)).and_then(|length| file.rewind().map(|()| length)).map_err(failed)?;
    let mut magic = [0; 8];
    file.read_exact(&mut magic).map_err(|_| unknown("it breaks off in its first bytes"))?;
    if magic[..7] != MAGIC {
        return Err(unknown("it is a FlatGeobuf of another version than 3"));
    }
    let mut header = Vec::new();
    let whole = table(&mut file, LONGEST_HEADER.min(length), &mut header).map_err(failed)?;
    let header = whole.then(|| size_prefixed_root_as_header(&header).ok()).flatten();
    let header = header.ok_or_else(|| unknown("the header of the FlatGeobuf is damaged"))?;
    let system =
        system(&header).map_err(|source| VectorError::ReferenceSystem { file: path.to_owned(), source })?;
    let mut names = Names::default();
    let (count, index) =
        (header.features_count(), Index::new(header.features_count(), header.index_node_size()));
    let begin = file.stream_position().map_err(failed)?;
    let data = begin + index.as_ref().map_or(0, Index::bytes);
    if data > length {
        return Err(unknown("the FlatGeobuf breaks off in its index"));
    }
    let mut reading = Reading {
        kind: header.geometry_type(),
        columns: columns(header.columns().iter().flat_map(|list| list.iter()), &mut names),
        names,
        system,
        bounds,
        problems: Problems::default(),
        take,
    };
    // A damaged index costs time, and no feature: then all are looked at.
    let chosen = bounds
        .zip(index)
        .and_then(|(bounds, index)| index.search(&mut file, begin, outline(&reading.system, bounds)?).ok());
    let mut bytes = Vec::new();
    match chosen {
        Some(chosen) => {
            for (number, offset) in chosen {
                file.seek(SeekFrom::Start(data.saturating_add(offset))).map_err(failed)?;
                let left = length.saturating_sub(data.saturating_add(offset));
                reading.next(&mut file, left, number + 1, &mut bytes).map_err(failed)?;
            }
        }
        None => {
            file.seek(SeekFrom::Start(data)).map_err(failed)?;
            let (mut number, mut at) = (1, data);
            while (count == 0 && at < length) || number <= count {
                if !reading.next(&mut file, length.saturating_sub(at), number, &mut bytes).map_err(failed)? {
                    break;
                }
                (number, at) = (number + 1, at + bytes.len() as u64);
            }
        }
    }
    Ok(reading.problems)
}

/// Reads one table with its length before it; false when fewer than `left` bytes hold it.
fn table(file: &mut impl Read, left: u64, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    bytes.clear();
    file.by_ref().take(4.min(left)).read_to_end(bytes)?;
    let Ok(size) = <[u8; 4]>::try_from(bytes.as_slice()) else { return Ok(false) };
    let size = u64::from(u32::from_le_bytes(size));
    if !(8..=left.saturating_sub(4)).contains(&size) {
        return Ok(false);
    }
    Ok(file.by_ref().take(size).read_to_end(bytes)? as u64 == size)
}

/// The system the header names; one that names none is in degrees.
fn system(header: &flatgeobuf::Header) -> Result<ReferenceSystem, geodesy::ReferenceSystemError> {
    let Some(crs) = header.crs() else { return Ok(ReferenceSystem::wgs84()) };
    match (crs.code(), crs.code_string(), crs.wkt()) {
        (0, Some(code), _) => ReferenceSystem::named(&format!("{}:{code}", crs.org().unwrap_or("EPSG"))),
        (0, None, Some(wkt)) if !wkt.is_empty() => ReferenceSystem::named(wkt),
        (0, ..) => Ok(ReferenceSystem::wgs84()),
        (code, ..) => ReferenceSystem::named(&format!("{}:{code}", crs.org().unwrap_or("EPSG"))),
    }
}

/// The box in the file's system around a box in degrees.
fn outline(system: &ReferenceSystem, [west, south, east, north]: Bounds) -> Option<[f64; 4]> {
    let mut out = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for (i, j) in (0..=SIDE_STEPS).flat_map(|i| (0..=SIDE_STEPS).map(move |j| (i, j))) {
        let share =
            |low: f64, high: f64, step: u32| low + (high - low) * f64::from(step) / f64::from(SIDE_STEPS);
        let (x, y) = system.from_lon_lat(city::LonLat::new(share(west, east, i), share(south, north, j)))?;
        out = [out[0].min(x), out[1].min(y), out[2].max(x), out[3].max(y)];
    }
    // The outline is bent between its steps.
    let margin = ((out[2] - out[0]) + (out[3] - out[1])) * 0.01;
    Some([out[0] - margin, out[1] - margin, out[2] + margin, out[3] + margin])
}

struct Reading<'a> {
    kind: GeometryType,
    columns: Columns,
    names: Names,
    system: ReferenceSystem,
    bounds: Option<Bounds>,
    problems: Problems,
    take: &'a mut dyn FnMut(Feature),
}

impl Reading<'_> {
    /// Reads the feature that comes next; false when the file breaks off in it.
    fn next(
        &mut self,
        file: &mut impl Read,
        left: u64,
        number: u64,
        bytes: &mut Vec<u8>,
    ) -> std::io::Result<bool> {
        if !table(file, left, bytes)? {
            self.problems.add("places where the file breaks off", || format!("in feature {number}"));
            return Ok(false);
        }
        let Ok(feature) = size_prefixed_root_as_feature(bytes) else {
            self.problems.add("features that are damaged", || format!("feature {number}"));
            return Ok(true);
        };
        let Some(geometry) = feature.geometry() else {
            self.problems.add("features without a geometry", || format!("feature {number}"));
            return Ok(true);
        };
        let place = |x: f64, y: f64| self.system.to_lon_lat(x, y);
        let mut maker = Maker::new(&place);
        let kind = if self.kind == GeometryType::Unknown { geometry.type_() } else { self.kind };
        let geometry = match read_geometry(&geometry, kind, &mut maker) {
            Ok(geometry) => geometry,
            Err(why) => {
                self.problems.add("features that cannot be read", || format!("feature {number}: {why}"));
                return Ok(true);
            }
        };
        if self.bounds.is_some_and(|bounds| !touches(&geometry, bounds)) {
            return Ok(true);
        }
        let own = feature.columns().map(|list| columns(list.iter(), &mut self.names));
        let said = feature.properties().map(|said| said.bytes()).unwrap_or_default();
        let (properties, whole) = properties(said, own.as_ref().unwrap_or(&self.columns));
        if !whole {
            self.problems.add("features whose properties break off", || format!("feature {number}"));
        }
        (self.take)(Feature { number, geometry, heights_m: maker.heights_m(), properties });
        Ok(true)
    }
}
