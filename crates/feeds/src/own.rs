//! The backend's own protocol, version 1: info, snapshot, events and telemetry as JSON.
//!
//! Each reader tries the whole at once and, only where that fails, reads row by row and counts what is bad.

use crate::problems::{Problems, beginning};
use crate::rows::{read_array, read_columns};
use city::{
    Actor, Appears, CityTime, DeviceColumns, DeviceId, Disappears, DistrictCode, Event, EventBody, LonLat,
    MoverColumns, Passes, RiskClass, Snapshot, Status, TelemetryBatch, TownshipCode, UnitId, Withheld,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;

/// The version of the backend's protocol that this console speaks.
pub const PROTOCOL_VERSION: u64 = 1;

/// Why an answer as a whole is of no use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FeedError {
    /// It does not come from a city backend.
    #[error("what answers is no city backend: `GET /api/v1` gave `{answer}`; check the address")]
    NoCityBackend {
        /// The beginning of what it answered.
        answer: String,
    },
    /// It speaks another version.
    #[error(
        "the backend speaks version {found} of the protocol and this console version {PROTOCOL_VERSION}: use matching programs"
    )]
    WrongVersion {
        /// The version it speaks.
        found: String,
    },
    /// A page of features cannot be used at all.
    #[error("the page of features is unreadable ({why}): `{answer}`")]
    NoFeatures {
        /// Why.
        why: String,
        /// The beginning of it.
        answer: String,
    },
    /// Vital signs or the quality of data cannot be used at all.
    #[error("{what} is unreadable ({why}): `{answer}`")]
    NoVitalSigns {
        /// What was asked for.
        what: &'static str,
        /// Why.
        why: String,
        /// The beginning of it.
        answer: String,
    },
    /// The snapshot cannot be used at all.
    #[error("the snapshot is unreadable ({why}): `{answer}`")]
    NoSnapshot {
        /// Why.
        why: String,
        /// The beginning of it.
        answer: String,
    },
}

/// What a backend says of itself at `GET /api/v1`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// Its name, for people.
    pub name: String,
    /// Whether its city is actual, an exercise or simulated.
    #[serde(default)]
    pub status: Status,
    /// City seconds a second.
    #[serde(default = "real_time")]
    pub speed: f64,
    /// The city's time, where it says it.
    #[serde(default)]
    pub now: Option<CityTime>,
    /// Which city's journal it keeps, where it says it: the same after a restart on the same data.
    #[serde(default)]
    pub city_id: Option<String>,
    /// Whom it takes this console for, where it says it: what they may do follows from that.
    #[serde(default, deserialize_with = "known_actor")]
    pub actor: Option<Actor>,
    /// Which fields it withholds from them, and why.
    #[serde(default, deserialize_with = "known_fields")]
    pub withheld: Vec<Withheld>,
}

/// Fields that a newer backend withholds are none that this program shows.
fn known_fields<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Withheld>, D::Error> {
    let Value::Array(list) = Value::deserialize(from)? else { return Ok(Vec::new()) };
    Ok(list.into_iter().filter_map(|one| Withheld::deserialize(one).ok()).collect())
}

/// A role that a newer backend knows and this program does not is no reason to do without its city.
fn known_actor<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Actor>, D::Error> {
    Ok(Actor::deserialize(Value::deserialize(from)?).ok())
}

impl Info {
    /// A backend that has the interface and no word on itself: taken for one of this version, in real time.
    pub fn unsaid() -> Self {
        let name = String::new();
        let withheld = Vec::new();
        Self { name, status: Status::default(), speed: 1.0, now: None, city_id: None, actor: None, withheld }
    }
}

fn real_time() -> f64 {
    1.0
}

/// Reads the answer of `GET /api/v1` and checks that it is a city backend of our version.
pub fn read_info(body: &[u8]) -> Result<Info, FeedError> {
    let foreign = || FeedError::NoCityBackend { answer: beginning(&String::from_utf8_lossy(body)) };
    let value: Value = serde_json::from_slice(body).map_err(|_| foreign())?;
    let version = value.get("version").ok_or_else(foreign)?;
    if version.as_u64() != Some(PROTOCOL_VERSION) {
        return Err(FeedError::WrongVersion { found: beginning(&version.to_string()) });
    }
    let info = Info::deserialize(value).map_err(|_| foreign())?;
    if info.speed.is_finite() && info.speed >= 0.0 { Ok(info) } else { Err(foreign()) }
}

/// Reads a snapshot; without its sequence and time it is none.
pub fn read_snapshot(body: &[u8]) -> Result<(Snapshot, Problems), FeedError> {
    if let Ok(snapshot) = serde_json::from_slice(body) {
        return Ok((snapshot, Problems::default()));
    }
    let unusable =
        |why: String| FeedError::NoSnapshot { why, answer: beginning(&String::from_utf8_lossy(body)) };
    let mut object: Map<String, Value> = serde_json::from_slice(body).map_err(|e| unusable(e.to_string()))?;
    let mut problems = Problems::default();
    let p = &mut problems;
    let (incidents, units) = (read_array(&mut object, "incidents", p), read_array(&mut object, "units", p));
    let (drones, silent) = (read_array(&mut object, "drones", p), read_array(&mut object, "silent", p));
    for (name, empty) in [("incidents", json!([])), ("units", json!([])), ("drones", json!([]))] {
        object.insert(name.to_owned(), empty);
    }
    let rest = Snapshot::deserialize(Value::Object(object)).map_err(|e| unusable(e.to_string()))?;
    Ok((Snapshot { incidents, units, drones, silent, ..rest }, problems))
}

/// An event that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct BadEvent {
    /// Its sequence, where that much was readable.
    pub sequence: Option<u64>,
    /// Its type, where that is one this program does not know: a newer backend's, to be passed over.
    pub unknown_type: Option<String>,
    /// Why it is bad, and its beginning.
    pub problems: Problems,
}

/// Reads one event.
pub fn read_event(data: &str) -> Result<Event, BadEvent> {
    serde_json::from_str(data).map_err(|why| {
        let value: Value = serde_json::from_str(data).unwrap_or_default();
        let unknown_type = value["type"].as_str().filter(|kind| !is_known_event(kind)).map(beginning);
        let mut problems = Problems::default();
        problems.add(format_args!("unreadable event: {why}"), data);
        BadEvent { sequence: value["sequence"].as_u64(), unknown_type, problems }
    })
}

/// What a stream of events tells beside events: to a sight that is not of the whole city.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// Events that are not for this sight.
    Passes(Passes),
    /// Things come into sight by the event that follows.
    Appears(Appears),
    /// Things leave the sight by the event that follows.
    Disappears(Disappears),
}

impl Beside {
    /// The event it is about.
    pub fn sequence(&self) -> u64 {
        match self {
            Self::Passes(passes) => passes.sequence,
            Self::Appears(appears) => appears.sequence,
            Self::Disappears(disappears) => disappears.sequence,
        }
    }
}

/// Reads a message of the kind `kind` of a stream of events; `None` for the kind of events themselves.
pub fn read_beside(kind: &str, data: &str) -> Option<Result<Beside, Problems>> {
    let read = match kind {
        "withheld" => serde_json::from_str(data).map(Beside::Passes),
        "appears" => serde_json::from_str(data).map(Beside::Appears),
        "disappears" => serde_json::from_str(data).map(Beside::Disappears),
        _ => return None,
    };
    Some(read.map_err(|why| {
        let mut problems = Problems::default();
        problems.add(format_args!("unreadable `{kind}`: {why}"), data);
        problems
    }))
}

/// With nothing but its type, a known event lacks fields and an unknown one is an unknown variant.
fn is_known_event(kind: &str) -> bool {
    match EventBody::deserialize(json!({ "type": kind })) {
        Ok(_) => true,
        Err(why) => !why.to_string().starts_with("unknown variant"),
    }
}

/// Reads one batch of telemetry, leaving out rows that are bad; every position and value in it is finite, but values
/// that the backend withholds are NaN.
pub fn read_telemetry(data: &str) -> (TelemetryBatch, Problems) {
    let mut problems = Problems::default();
    match serde_json::from_str::<TelemetryBatch>(data) {
        Ok(batch) if is_sound(&batch) => return (batch, problems),
        _ => {}
    }
    let mut object: Map<String, Value> = match serde_json::from_str(data) {
        Ok(object) => object,
        Err(why) => {
            problems.add(format_args!("unreadable telemetry: {why}"), data);
            return (TelemetryBatch::default(), problems);
        }
    };
    let at = match object.get("at").map(CityTime::deserialize) {
        Some(Ok(at)) => at,
        _ => {
            problems.add("telemetry without the time `at`", data);
            return (TelemetryBatch::default(), problems);
        }
    };
    let no_values = take_withheld(&mut object, "devices").iter().any(|name| name == "value");
    take_withheld(&mut object, "movers");
    let devices: Vec<DeviceCells> = read_columns(&mut object, "devices", &mut problems);
    let movers: Vec<MoverCells> = read_columns(&mut object, "movers", &mut problems);
    let superseded = object.get("superseded").and_then(Value::as_u64).unwrap_or_default();
    let mut batch = TelemetryBatch { at, superseded, ..Default::default() };
    for row in devices {
        if !row.add_to(&mut batch.devices, no_values) {
            problems.add("`devices`: no value, or no position on the globe", row.id.as_str());
        }
    }
    for row in movers {
        if !row.add_to(&mut batch.movers) {
            problems.add("`movers`: no position on the globe", row.id.as_str());
        }
    }
    (batch, problems)
}

/// The names of the columns that the backend withholds.
fn take_withheld(object: &mut Map<String, Value>, part: &str) -> Vec<String> {
    let list = object.get_mut(part).and_then(Value::as_object_mut).and_then(|part| part.remove("withheld"));
    list.and_then(|list| Vec::deserialize(list).ok()).unwrap_or_default()
}

fn is_sound(batch: &TelemetryBatch) -> bool {
    let on_globe =
        |lon: &[f64], lat: &[f64]| lon.iter().zip(lat).all(|(lon, lat)| LonLat::new(*lon, *lat).is_valid());
    let (devices, movers) = (&batch.devices, &batch.movers);
    let numbers = [&movers.above_ground_m, &movers.heading_deg, &movers.battery_pct];
    devices.is_even()
        && movers.is_even()
        && devices.value.iter().all(|v| v.is_finite())
        && on_globe(&devices.lon, &devices.lat)
        && on_globe(&movers.lon, &movers.lat)
        && numbers.iter().all(|column| column.iter().all(|v| v.is_finite()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeviceCells {
    id: DeviceId,
    #[serde(default = "withheld")]
    value: f64,
    age_ms: i64,
    risk_class: Option<RiskClass>,
    lon: Option<f64>,
    lat: Option<f64>,
    district_code: Option<DistrictCode>,
    township_code: Option<TownshipCode>,
}

/// What stands in place of a value that is withheld.
fn withheld() -> f64 {
    f64::NAN
}

impl DeviceCells {
    /// False, and nothing added, when the row does not fit.
    fn add_to(&self, columns: &mut DeviceColumns, no_values: bool) -> bool {
        if !self.value.is_finite() && !no_values {
            return false;
        }
        let fixed = (&self.risk_class, self.lon, self.lat, self.district_code, self.township_code);
        if let (Some(class), Some(lon), Some(lat), Some(district), Some(township)) = fixed {
            if !LonLat::new(lon, lat).is_valid() {
                return false;
            }
            columns.risk_class.push(class.clone());
            columns.lon.push(lon);
            columns.lat.push(lat);
            columns.district_code.push(district);
            columns.township_code.push(township);
        } else if self.lon.is_some() || self.risk_class.is_some() {
            return false;
        }
        columns.id.push(self.id.clone());
        columns.value.push(self.value);
        columns.age_ms.push(self.age_ms);
        true
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoverCells {
    id: UnitId,
    lon: f64,
    lat: f64,
    above_ground_m: f32,
    heading_deg: f32,
    battery_pct: f32,
}

impl MoverCells {
    /// False, and nothing added, when the row does not fit.
    fn add_to(&self, columns: &mut MoverColumns) -> bool {
        let numbers = [self.above_ground_m, self.heading_deg, self.battery_pct];
        if !LonLat::new(self.lon, self.lat).is_valid() || !numbers.iter().all(|v| v.is_finite()) {
            return false;
        }
        columns.id.push(self.id.clone());
        columns.lon.push(self.lon);
        columns.lat.push(self.lat);
        columns.above_ground_m.push(self.above_ground_m);
        columns.heading_deg.push(self.heading_deg);
        columns.battery_pct.push(self.battery_pct);
        true
    }
}

#[cfg(test)]
mod tests;
