//! Reading a layer record by record: a bad record costs itself, never the batch.
//!
//! GeoJSON features and lines of comma-separated text; both give what could be read and the problems.

use crate::LayerError;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which record: the line of a text file, the feature of a GeoJSON file, from 1.
    pub record: usize,
    /// What is wrong with it.
    pub what: String,
}

/// What could be read of a layer, and what could not.
#[derive(Clone, Debug)]
pub struct Reading<T> {
    /// The records that could be read.
    pub read: Vec<T>,
    /// Those that could not.
    pub problems: Vec<Problem>,
}

impl<T> Reading<T> {
    /// The records of a layer that ships, where one problem is too many.
    pub(crate) fn without_problems(self, layer: &'static str) -> Result<Vec<T>, LayerError> {
        match self.problems.into_iter().next() {
            None => Ok(self.read),
            Some(p) => {
                Err(LayerError::Shipped { layer, problem: format!("record {}: {}", p.record, p.what) })
            }
        }
    }
}

/// A GeoJSON feature with typed properties and geometry coordinates.
#[derive(serde::Deserialize)]
pub(crate) struct Feature<P, C> {
    pub properties: P,
    pub geometry: Geometry<C>,
}

/// The geometry of a [`Feature`]; its coordinates' type fixes which kinds can be read.
#[derive(serde::Deserialize)]
pub(crate) struct Geometry<C> {
    pub coordinates: C,
}

/// Reads the features of a GeoJSON FeatureCollection, each by itself.
pub(crate) fn read_features<P: DeserializeOwned, C: DeserializeOwned, T>(
    text: &str,
    mut keep: impl FnMut(P, C) -> Result<T, String>,
) -> Reading<T> {
    let mut reading = Reading { read: Vec::new(), problems: Vec::new() };
    let mut refuse = |record, what| reading.problems.push(Problem { record, what });
    let features = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut collection)) => match collection.remove("features") {
            Some(Value::Array(features)) => features,
            _ => {
                refuse(0, "no `features`: expected a GeoJSON FeatureCollection".to_owned());
                return reading;
            }
        },
        Ok(_) => {
            refuse(0, "expected a GeoJSON FeatureCollection".to_owned());
            return reading;
        }
        Err(e) => {
            refuse(0, format!("not JSON: {e}"));
            return reading;
        }
    };
    for (index, value) in features.into_iter().enumerate() {
        let kept = serde_json::from_value::<Feature<P, C>>(value)
            .map_err(|e| e.to_string())
            .and_then(|feature| keep(feature.properties, feature.geometry.coordinates));
        match kept {
            Ok(record) => reading.read.push(record),
            Err(what) => reading.problems.push(Problem { record: index + 1, what }),
        }
    }
    reading
}

/// Reads lines of comma-separated text after a header line; no field may hold a comma.
pub(crate) fn read_lines<const N: usize, T>(
    text: &str,
    header: [&str; N],
    mut keep: impl FnMut([&str; N]) -> Result<T, String>,
) -> Reading<T> {
    let mut reading = Reading { read: Vec::new(), problems: Vec::new() };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    let expected = header.join(",");
    match lines.next() {
        Some((_, line)) if line.trim_end() == expected => {}
        found => {
            let found = found.map_or("", |(_, line)| line);
            let what = format!("the header is `{found}`, expected `{expected}`");
            reading.problems.push(Problem { record: 1, what });
            return reading;
        }
    }
    for (index, line) in lines {
        let mut fields = [""; N];
        let mut count = 0;
        for field in line.trim_end().split(',') {
            if count < N {
                fields[count] = field;
            }
            count += 1;
        }
        let kept =
            if count == N { keep(fields) } else { Err(format!("{count} fields, expected {N}: {expected}")) };
        match kept {
            Ok(record) => reading.read.push(record),
            Err(what) => reading.problems.push(Problem { record: index + 1, what }),
        }
    }
    reading
}

/// A finite number from a field.
pub(crate) fn number(name: &str, text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(n) if n.is_finite() => Ok(n),
        _ => Err(format!("{name} `{text}` is not a number")),
    }
}

/// A position from longitude and latitude, refused when it is not on the globe.
pub(crate) fn position(lon: f64, lat: f64) -> Result<city::LonLat, String> {
    let at = city::LonLat::new(lon, lat);
    if at.is_valid() { Ok(at) } else { Err(format!("{lon}, {lat} is no longitude and latitude in degrees")) }
}
