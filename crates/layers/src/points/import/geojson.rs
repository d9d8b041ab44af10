//! GeoJSON points: a FeatureCollection, or a feature a line or record (RFC 8142).
//!
//! Features are cut out of the stream first and read one by one, so that one that is not JSON (Python writes `NaN`)
//! costs itself and not the rest of the file.

mod scan;

use super::column::{Column, Record};
use super::lines::Lines;
use super::report::Reason;
use super::taker::Taker;
use super::{ImportError, failed};
use scan::Scan;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

/// Names of properties thought about once; more than these are looked up each time.
const KEPT: usize = 1_000;

/// Reads a file whose first bytes are `start`.
pub(super) fn read(
    path: &Path,
    start: &[u8],
    reader: impl BufRead,
    taker: &mut Taker,
) -> Result<String, ImportError> {
    let mut features = Features { record: Record::default(), names: HashMap::new() };
    if is_lines(start) {
        taker.count_lines();
        let mut lines = Lines::new(reader);
        let mut line = Vec::new();
        while let Some(number) = lines.next(&mut line).map_err(failed(path))? {
            if !trimmed(&line).is_empty() {
                taker.begin(lines.bytes());
                features.take(number, trimmed(&line), taker);
            }
        }
        return Ok("GeoJSON, a feature a line".to_owned());
    }
    let mut scan = Scan::new(reader);
    if !scan.find_features().map_err(failed(path))? {
        return Err(ImportError::NoFeatures { file: path.to_owned() });
    }
    let mut number = 0;
    while let Some(is_whole) = scan.next().map_err(failed(path))? {
        number += 1;
        taker.begin(scan.bytes());
        // What is damaged is read too, for the reader to say why it cannot be.
        if !features.take(number, scan.feature(), taker) || !is_whole {
            scan.search_from_within();
        }
    }
    if !scan.is_closed() {
        taker.note(Reason::BrokenOff, number, || {
            "the list of features is not closed; copy the file again".to_owned()
        });
    }
    Ok("GeoJSON".to_owned())
}

/// What begins a record of a GeoJSON text sequence.
const RECORD: u8 = 0x1e;

fn is_lines(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii();
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let holds = |word: &[u8]| first.windows(word.len()).any(|part| part == word);
    start.first() == Some(&RECORD)
        || (holds(b"\"Feature\"") && !holds(b"\"FeatureCollection\"") && !holds(b"\"features\""))
}

/// Without white space, byte order mark and record separator.
fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    line.strip_prefix(&[RECORD]).unwrap_or(line).trim_ascii()
}

struct Features {
    record: Record,
    names: HashMap<String, Option<Column>>,
}

impl Features {
    /// Takes the feature in `text`; false where that is no JSON.
    fn take(&mut self, number: u64, text: &[u8], taker: &mut Taker) -> bool {
        let mut feature: Json = match serde_json::from_slice(text) {
            Ok(feature) => feature,
            Err(e) => {
                let what = || format!("{e} in `{}`", String::from_utf8_lossy(text));
                taker.refuse(Reason::Unreadable, number, what);
                return false;
            }
        };
        if feature["type"] != "Feature" {
            let what = || format!("`{}` is no GeoJSON feature", String::from_utf8_lossy(text));
            taker.refuse(Reason::Unreadable, number, what);
            return true;
        }
        self.record.begin(number);
        set(&mut self.record, Column::Id, &feature["id"]);
        if let Json::Object(properties) = feature["properties"].take() {
            for (name, value) in &properties {
                if let Some(column) = self.column(name, taker) {
                    set(&mut self.record, column, value);
                }
            }
        }
        let geometry = &feature["geometry"];
        let at = match geometry["type"].as_str() {
            None => &Json::Null,
            Some("Point") => &geometry["coordinates"],
            Some("MultiPoint") if geometry["coordinates"].as_array().is_some_and(|all| all.len() == 1) => {
                &geometry["coordinates"][0]
            }
            Some(kind) => {
                taker.refuse(Reason::NotAPoint, number, || format!("a {kind}; make points of it first"));
                return true;
            }
        };
        // A feature without a geometry may tell its position in its properties.
        for (n, column) in [Column::Lon, Column::Lat].into_iter().enumerate() {
            if !at.is_null() {
                self.record.set(column, "");
                set(&mut self.record, column, &at[n]);
            }
        }
        taker.take(&self.record);
        true
    }

    fn column(&mut self, name: &str, taker: &Taker) -> Option<Column> {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let column = Column::among(name, &taker.options().columns);
        if self.names.len() < KEPT {
            self.names.insert(name.to_owned(), column);
        }
        column
    }
}

/// Sets a column to what a value says; a list or an object says nothing.
fn set(record: &mut Record, column: Column, value: &Json) {
    match value {
        Json::String(text) => record.set(column, text),
        Json::Number(number) => record.set(column, &number.to_string()),
        _ => {}
    }
}
