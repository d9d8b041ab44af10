//! What a sign is, and what it says of an area.

use crate::vital::{Datum, Reference, Side, SignHandle, Station, Validity, VitalSigns};
use city::{CityTime, DistrictCode, Jurisdiction, TwoTongues, WarningColour};
use serde::{Deserialize, Serialize};

/// From where on a sign has which colour, in its unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GradesTold {
    /// Red.
    pub red: Option<f64>,
    /// Orange.
    pub orange: Option<f64>,
    /// Yellow.
    pub yellow: Option<f64>,
    /// Blue.
    pub blue: Option<f64>,
    /// Which values are worse: `above` or `below`.
    pub side: String,
}

/// A known figure of the whole city.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BaselineTold {
    /// The figure, in the sign's unit.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
}

/// A gauging station and its levels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StationTold {
    /// Its identifier.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Its district.
    pub district_code: DistrictCode,
    /// The zero its levels count from: `wusong`, `yellowSea1985` or `egm96`.
    pub datum: String,
    /// Warning level (警戒水位), metres above the datum.
    pub warning_m: f64,
    /// Guarantee level (保证水位), metres above the datum, where one is published.
    pub guarantee_m: Option<f64>,
    /// Where the levels come from.
    pub source: String,
}

/// What the levels of rivers are told against.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReferenceTold {
    /// `warning` or `guarantee`: the level a value is counted from.
    pub against: String,
    /// The stations of the area, each with its datum.
    pub stations: Vec<StationTold>,
}

/// Whether a value may be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ValidityTold {
    /// Enough devices report.
    Valid,
    /// No device of the sign stands in the area.
    #[default]
    NoDevices,
    /// Fewer devices report than the sign needs: the value is unknown.
    TooFew,
    /// The value is the end of the sign's scale; the true one is beyond it.
    BeyondScale,
    /// The place table does not hold the area.
    NoSuchArea,
}

/// A sign and what it says of an area.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignTold {
    /// Its identifier.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// The unit of its value; empty for an index.
    pub unit: String,
    /// What it is.
    pub definition: TwoTongues,
    /// Where definition and levels come from.
    pub source: String,
    /// Where it is grave.
    pub grades: GradesTold,
    /// The entry of the register of algorithms that answers for it.
    pub algorithm: String,
    /// The version of that.
    pub version: String,
    /// Its value; absent while it is unknown.
    pub value: Option<f64>,
    /// By how much the value may be wrong through the way it is gathered; absent where that is not bounded.
    pub error: Option<f64>,
    /// Its difference to what is usual at this hour of this weekday, in usual spreads; absent where that is unknown.
    pub usual_z: Option<f64>,
    /// Its colour; absent below every level.
    pub colour: Option<WarningColour>,
    /// Whether it may be believed.
    pub validity: ValidityTold,
    /// How many devices must report before the area has a value.
    pub least: u32,
    /// How many devices are enrolled.
    pub devices: u32,
    /// How many were heard of within their age.
    pub online: u32,
    /// How many have a valid value within their age.
    pub reporting: u32,
    /// When the newest measurement was made.
    pub at: Option<CityTime>,
    /// A known figure of the whole city.
    pub baseline: Option<BaselineTold>,
    /// What the levels of rivers are told against.
    pub reference: Option<ReferenceTold>,
}

impl SignTold {
    /// What a sign says of an area; `None` for a sign of other definitions.
    pub fn of(signs: &VitalSigns, handle: SignHandle, area: Jurisdiction) -> Option<Self> {
        let (sign, reading) = (signs.definition(handle)?, signs.value(handle, area));
        let [red, orange, yellow, blue] = sign.grades.levels;
        let side = if sign.grades.side == Side::Above { "above" } else { "below" };
        let baseline = sign.baseline.as_ref();
        let stations = signs.definitions().stations();
        Some(Self {
            id: sign.id.to_string(),
            zh: sign.zh.to_string(),
            en: sign.en.to_string(),
            unit: sign.unit.symbol().to_owned(),
            definition: TwoTongues { zh: sign.definition_zh.to_string(), en: sign.definition_en.to_string() },
            source: sign.source.to_string(),
            grades: GradesTold { red, orange, yellow, blue, side: side.to_owned() },
            algorithm: sign.algorithm.id.to_string(),
            version: sign.algorithm.version.to_string(),
            value: reading.value,
            error: Some(reading.error).filter(|error| error.is_finite() && reading.value.is_some()),
            usual_z: signs.compare(handle, area).and_then(|found| found.usual?.z),
            colour: reading.colour,
            validity: match reading.validity {
                Validity::Valid => ValidityTold::Valid,
                Validity::NoSuchArea => ValidityTold::NoSuchArea,
                Validity::NoDevices => ValidityTold::NoDevices,
                Validity::TooFew { .. } => ValidityTold::TooFew,
                Validity::BeyondScale => ValidityTold::BeyondScale,
            },
            least: sign.least.of(area),
            devices: reading.devices,
            online: reading.online,
            reporting: reading.reporting,
            at: reading.as_of,
            baseline: baseline.map(|b| BaselineTold { value: b.value, source: b.source.to_string() }),
            reference: sign.reference.map(|against| ReferenceTold {
                against: match against {
                    Reference::Warning => "warning".to_owned(),
                    Reference::Guarantee => "guarantee".to_owned(),
                },
                stations: stations.iter().filter(|s| is_in(s, area)).map(StationTold::of).collect(),
            }),
        })
    }
}

fn is_in(station: &Station, area: Jurisdiction) -> bool {
    match area {
        Jurisdiction::City => true,
        Jurisdiction::District(code) => station.district == code,
        Jurisdiction::Township(code) => station.district == code.district(),
    }
}

impl StationTold {
    fn of(station: &Station) -> Self {
        let datum = Datum::NAMES.iter().find(|(_, datum)| *datum == station.datum);
        Self {
            id: station.id.to_string(),
            zh: station.zh.to_string(),
            en: station.en.to_string(),
            district_code: station.district,
            datum: datum.map_or_else(String::new, |(name, _)| (*name).to_owned()),
            warning_m: station.warning_m,
            guarantee_m: station.guarantee_m,
            source: station.source.to_string(),
        }
    }
}
