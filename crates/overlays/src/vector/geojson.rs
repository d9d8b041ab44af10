//! GeoJSON: a document (FeatureCollection, Feature or bare geometry), or one of these a line or record (RFC 8142).
//! Features are taken one by one from the stream, so that a file may be larger than memory.

mod document;
mod shape;

use super::geometry::{Maker, touches};
use super::properties::{Names, Properties, Value};
use super::{Bounds, Feature, VectorError};
use crate::Problems;
use city::LonLat;
use document::Document;
use serde::de::DeserializeSeed;
use serde_json::Value as Json;
use shape::read_geometry;
use std::io::{BufRead, Read};
use std::path::Path;

/// How long the first line may be to be taken for a feature of its own, bytes.
const LONGEST_LINE: u64 = 1 << 20;
/// What begins a record of a GeoJSON text sequence.
const RECORD: u8 = 0x1e;

pub(super) fn read(
    file: &Path,
    mut reader: impl BufRead,
    bounds: Option<Bounds>,
    take: &mut dyn FnMut(Feature),
) -> Result<Problems, VectorError> {
    let failed = |source| VectorError::File { file: file.to_owned(), source };
    let unknown = |what: String| VectorError::Unknown { file: file.to_owned(), what };
    let mut taker = Taker { bounds, take, names: Names::default(), problems: Problems::default(), number: 0 };
    let mut first = Vec::new();
    while trimmed(&first).is_empty() {
        if reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut first).map_err(failed)? == 0 {
            return Err(unknown("it is empty".to_owned()));
        }
    }
    let is_record = first.contains(&RECORD);
    let is_feature = serde_json::from_slice::<Json>(trimmed(&first))
        .is_ok_and(|value| value["type"].is_string() && value["type"] != "FeatureCollection");
    if is_record || is_feature {
        let end = if is_record { RECORD } else { b'\n' };
        taker.records(first.as_slice().chain(reader), end).map_err(failed)?;
        let anything = taker.problems.count() < taker.number;
        return if anything { Ok(taker.problems) } else { Err(unknown(taker.first_problem())) };
    }
    let begin = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
    let mut json = serde_json::Deserializer::from_reader(begin.chain(reader));
    let read = Document(&mut taker).deserialize(&mut json).and_then(|found| json.end().map(|()| found));
    match read {
        Ok(true) => Ok(taker.problems),
        Ok(false) => Err(unknown("it holds no feature".to_owned())),
        Err(e) if e.is_io() => Err(failed(e.into())),
        Err(e) if taker.number == 0 => Err(unknown(e.to_string())),
        Err(e) => {
            let number = taker.number;
            taker.problems.add("places where the file breaks off", || format!("after feature {number}: {e}"));
            Ok(taker.problems)
        }
    }
}

/// Without white space, byte order mark and record separator.
fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == RECORD;
    let begin = line.iter().position(|byte| !blank(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !blank(byte)).map_or(begin, |last| last + 1);
    &line[begin..end]
}

/// Takes features as they come.
struct Taker<'a> {
    bounds: Option<Bounds>,
    take: &'a mut dyn FnMut(Feature),
    names: Names,
    problems: Problems,
    /// The number of the last feature.
    number: u64,
}

impl Taker<'_> {
    fn records(&mut self, mut reader: impl BufRead, end: u8) -> std::io::Result<()> {
        let mut record = Vec::new();
        while reader.read_until(end, &mut record)? > 0 {
            match serde_json::from_slice::<Json>(trimmed(&record)) {
                Ok(value) => self.feature(value),
                Err(_) if trimmed(&record).is_empty() => {}
                Err(e) => {
                    self.number += 1;
                    let (number, text) = (self.number, String::from_utf8_lossy(&record));
                    self.problems
                        .add("features that are no JSON", || format!("feature {number}: {e}: {text}"));
                }
            }
            record.clear();
        }
        Ok(())
    }

    fn first_problem(&self) -> String {
        self.problems.list().first().map_or_else(String::new, |problem| problem.sample.clone())
    }

    fn feature(&mut self, mut value: Json) {
        self.number += 1;
        let number = self.number;
        let is_feature = value["type"] == "Feature";
        let geometry = if is_feature { value["geometry"].take() } else { value.clone() };
        if is_feature && geometry.is_null() {
            return self.problems.add("features without a geometry", || format!("feature {number}"));
        }
        let mut maker = Maker::new(&|x, y| Some(LonLat::new(x, y)));
        let geometry = match read_geometry(&geometry, &mut maker, 0) {
            Ok(geometry) => geometry,
            Err(why) => {
                return self
                    .problems
                    .add("features that cannot be read", || format!("feature {number}: {why}"));
            }
        };
        if self.bounds.is_none_or(|bounds| touches(&geometry, bounds)) {
            let properties = self.properties(value["properties"].take());
            (self.take)(Feature { number, geometry, heights_m: maker.heights_m(), properties });
        }
    }

    fn properties(&mut self, properties: Json) -> Properties {
        let Json::Object(map) = properties else { return Properties::default() };
        let value = |value: Json| match value {
            Json::String(text) => Some(Value::Text(text)),
            Json::Number(number) => number.as_f64().map(Value::Number),
            Json::Bool(yes) => Some(Value::Bool(yes)),
            _ => None,
        };
        let known = |(name, json): (String, Json)| Some((self.names.shared(&name), value(json)?));
        Properties(map.into_iter().filter_map(known).collect())
    }
}
