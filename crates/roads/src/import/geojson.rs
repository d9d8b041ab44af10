//! GeoJSON lines: a FeatureCollection, a Feature, or a Feature a line. Features are taken one by one from the stream.

use super::draft::{Draft, units};
use super::join::{Gathered, Level, Line, join};
use super::tags::{NodeRule, Tags, WayTags, names};
use super::{Progress, Share};
use crate::RoadError;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// How long the first line may be to be taken for a Feature of its own, bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Properties as text: numbers and truth values are written as OpenStreetMap would.
struct Properties(HashMap<String, String>);

impl Tags for Properties {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

impl Properties {
    fn of(map: Map<String, Value>) -> Self {
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            Value::Bool(yes) => Some(if yes { "yes" } else { "no" }.to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        Self(map.into_iter().filter_map(|(key, value)| Some((key, text(value)?))).collect())
    }
}

/// Reads all files; lines of different files meet as those of one do.
pub(crate) fn read(files: &[&Path], draft: &mut Draft, progress: &mut Progress) -> Result<(), RoadError> {
    let mut gathered = Gathered::default();
    for path in files {
        let file = File::open(path).map_err(|source| RoadError::File {
            file: path.to_path_buf(),
            doing: "reading",
            source,
        })?;
        let size = file.metadata().map_or(1, |m| m.len()).max(1);
        let before = gathered.lines.len() + gathered.points.len();
        let mut told = 0.0;
        let reader = BufReader::with_capacity(
            1 << 16,
            Told {
                inner: file,
                taken: 0,
                tell: |taken: u64| {
                    let share = taken as f64 / size as f64;
                    if share > told + 0.01 {
                        told = share;
                        progress(Share::Reading(share));
                    }
                },
            },
        );
        read_file(path, reader, draft, &mut gathered)?;
        if gathered.lines.len() + gathered.points.len() == before {
            gathered.problems.add("files without a single road", || path.display().to_string());
        }
    }
    draft.problems.merge(std::mem::take(&mut gathered.problems));
    join(gathered, draft);
    Ok(())
}

fn read_file(
    path: &Path,
    mut reader: impl BufRead,
    draft: &mut Draft,
    out: &mut Gathered,
) -> Result<(), RoadError> {
    let damaged = |what: String| RoadError::Damaged { file: path.to_owned(), what };
    let failed = |source| RoadError::File { file: path.to_owned(), doing: "reading", source };
    // A document may be one line of gigabytes: no more is looked at than a Feature a line would have.
    let mut first = Vec::new();
    while first.iter().all(u8::is_ascii_whitespace) {
        if reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut first).map_err(failed)? == 0 {
            return Err(damaged("it is empty".to_owned()));
        }
    }
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let by_lines = matches!(extension.as_str(), "geojsonl" | "geojsons" | "ndjson" | "jsonl" | "ldjson");
    let whole = serde_json::from_slice::<Value>(trimmed(&first)).ok();
    let is_feature = whole.as_ref().is_some_and(|value| value["type"] == "Feature");
    if !(by_lines || is_feature) {
        let begin = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
        let mut json = serde_json::Deserializer::from_reader(begin.chain(reader));
        let found =
            Document { draft, out }.deserialize(&mut json).and_then(|found| json.end().map(|()| found));
        return match found {
            Ok(true) => Ok(()),
            Ok(false) => Err(damaged("it holds no Feature: expected a GeoJSON FeatureCollection".to_owned())),
            Err(e) => Err(damaged(format!("{e}"))),
        };
    }
    if !first.ends_with(b"\n") {
        reader.read_until(b'\n', &mut first).map_err(failed)?;
    }
    loop {
        match serde_json::from_slice::<Value>(trimmed(&first)) {
            Ok(value) => feature(value, draft, out),
            Err(_) if trimmed(&first).is_empty() => {}
            Err(e) => out
                .problems
                .add("lines that are no JSON", || format!("{e}: {}", String::from_utf8_lossy(&first))),
        }
        first.clear();
        if reader.read_until(b'\n', &mut first).map_err(failed)? == 0 {
            return Ok(());
        }
    }
}

/// Without white space and the record separator of RFC 8142.
fn trimmed(line: &[u8]) -> &[u8] {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x1e;
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let begin = line.iter().position(|b| !blank(b)).unwrap_or(line.len());
    let end = line.iter().rposition(|b| !blank(b)).map_or(begin, |last| last + 1);
    &line[begin..end]
}

/// A GeoJSON document: its features are handed on as they come.
struct Document<'a> {
    draft: &'a mut Draft,
    out: &'a mut Gathered,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON FeatureCollection or Feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let (mut single, mut found) = (Map::new(), false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    map.next_value_seed(Features { draft: self.draft, out: self.out })?;
                    found = true;
                }
                "type" | "geometry" | "properties" | "id" => {
                    single.insert(key, map.next_value()?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if single.get("type").is_some_and(|kind| kind == "Feature") {
            feature(Value::Object(single), self.draft, self.out);
            found = true;
        }
        Ok(found)
    }
}

struct Features<'a> {
    draft: &'a mut Draft,
    out: &'a mut Gathered,
}

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of Features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<Value>()? {
            feature(value, self.draft, self.out);
        }
        Ok(())
    }
}

/// Takes one feature: lines that are roads, points that hinder or lift.
fn feature(mut value: Value, draft: &mut Draft, out: &mut Gathered) {
    out.count += 1;
    let number = out.count;
    // What is no object has none of these.
    let mut part = |key| value.get_mut(key).map_or(Value::Null, Value::take);
    let properties = match part("properties") {
        Value::Object(map) => Properties::of(map),
        _ => Properties(HashMap::new()),
    };
    let given = [part("id"), properties.0.get("id").map_or(Value::Null, |id| Value::from(id.as_str()))];
    let digits = |id: &Value| match id {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.rsplit('/').next().and_then(|digits| digits.parse().ok()),
        _ => None,
    };
    let id = given.iter().find_map(digits).unwrap_or(number);
    let geometry = part("geometry");
    let lines: Vec<&Value> = match (geometry["type"].as_str(), &geometry["coordinates"]) {
        (Some("LineString"), line) => vec![line],
        (Some("MultiLineString"), Value::Array(lines)) => lines.iter().collect(),
        (Some("Point"), point) => {
            if let (Some(rule), Some((at, _))) = (NodeRule::read(&properties), vertex(point)) {
                out.points.push((at, rule));
            }
            return;
        }
        (Some("Polygon" | "MultiPolygon" | "MultiPoint"), _) => return,
        _ => return out.problems.add("features without a line", || format!("feature {number}")),
    };
    let Some(tags) = WayTags::read(&properties) else {
        if ["highway", "class", "fclass"].iter().all(|key| properties.get(key).is_none()) {
            out.problems.add("lines without a class", || format!("feature {number}"));
        }
        return;
    };
    let name = draft.name(names(&properties));
    for line in lines {
        let mut vertices: Vec<((i32, i32), Level, f32)> = Vec::new();
        for coordinates in line.as_array().into_iter().flatten() {
            let Some((at, z)) = vertex(coordinates) else {
                out.problems.add("vertices that are no position in degrees", || {
                    format!("feature {number}: {coordinates}")
                });
                continue;
            };
            let height = z.or(tags.height_m);
            let level = match height {
                Some(height) => Level::Height((height * 10.0).round() as i32),
                None => Level::Layer(tags.layer.unwrap_or(0)),
            };
            if vertices.last().is_none_or(|last| (last.0, last.1) != (at, level)) {
                vertices.push((at, level, height.unwrap_or(f32::NAN)));
            }
        }
        if vertices.len() < 2 {
            out.problems.add("lines of fewer than two vertices", || format!("feature {number}"));
            continue;
        }
        out.lines.push(Line { id, vertices, tags: tags.clone(), name });
    }
}

fn vertex(value: &Value) -> Option<((i32, i32), Option<f32>)> {
    let array = value.as_array()?;
    let at = units(array.first()?.as_f64()?, array.get(1)?.as_f64()?)?;
    let z = array.get(2).and_then(Value::as_f64).filter(|z| (-500.0..=9_000.0).contains(z));
    Some((at, z.map(|z| z as f32)))
}

/// Tells how much was read.
struct Told<R, F> {
    inner: R,
    taken: u64,
    tell: F,
}

impl<R: Read, F: FnMut(u64)> Read for Told<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken += count as u64;
        (self.tell)(self.taken);
        Ok(count)
    }
}
