//! Vital signs as the backend tells them and a console reads them: JSON in camelCase, each value with what it rests on.
//!
//! Areas are told as `city`, `500103` or `500103001`. Deliberately absent: who may ask, and the names of places, which
//! whoever answers knows.

mod ask;
mod past;
mod sign;

pub use ask::{Span, area_key, read_area};
pub use past::{ComparisonTold, LastYearTold, PointTold, UsualTold};
pub use sign::{BaselineTold, GradesTold, ReferenceTold, SignTold, StationTold, ValidityTold};

use city::{CityTime, WarningColour};
use serde::{Deserialize, Serialize};

/// What the past of a city is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Past {
    /// The training city's: made up like its present, by the same functions.
    #[default]
    Training,
    /// What devices told.
    Recorded,
}

/// The signs of an area: the answer to `GET /api/v1/vital-signs`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignsTold {
    /// The city's time.
    pub now: CityTime,
    /// Which area.
    pub area: String,
    /// What the past is made of.
    pub past: Past,
    /// False while the past is still being filled in.
    pub past_ready: bool,
    /// The signs, in the order of their file.
    pub signs: Vec<SignTold>,
    /// The keys of fields that are withheld from the caller.
    pub withheld: Vec<String>,
}

/// A sign of an area with its past, its districts and its parts: the answer to `GET /api/v1/vital-signs/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignInDepth {
    /// The city's time.
    pub now: CityTime,
    /// Which area.
    pub area: String,
    /// What the past is made of.
    pub past: Past,
    /// False while the past is still being filled in.
    pub past_ready: bool,
    /// The sign.
    pub sign: SignTold,
    /// How far the trend reaches back.
    pub span: Span,
    /// How it went, oldest first; periods of which nothing is known are left out.
    pub trend: Vec<PointTold>,
    /// The value beside its own past; absent while the value is unknown.
    pub comparison: Option<ComparisonTold>,
    /// The districts that may be seen, worst first, those whose value is unknown last.
    pub ranking: Vec<PartTold>,
    /// The parts of the area that have devices, worst first: districts, townships or devices.
    pub parts: Vec<PartTold>,
    /// How many more parts there are than are told.
    pub parts_left_out: usize,
    /// The keys of fields that are withheld from the caller.
    pub withheld: Vec<String>,
}

/// What a part of an area is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PartKind {
    /// A district or county.
    #[default]
    District,
    /// A township or street.
    Township,
    /// A device.
    Device,
}

/// A part of an area and its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PartTold {
    /// What it is.
    pub kind: PartKind,
    /// Its code, or a device's identifier.
    pub id: String,
    /// Its Chinese name; empty for a device.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zh: String,
    /// Its English name; empty for a device.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// Of a device: its longitude, degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Of a device: its latitude, degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Its value in the sign's unit; where the sign counts devices, 100 for one that is counted, else 0.
    pub value: Option<f64>,
    /// Its colour.
    pub colour: Option<WarningColour>,
    /// How many devices it has.
    pub devices: u32,
    /// How many of them have a valid value within their age.
    pub reporting: u32,
}
