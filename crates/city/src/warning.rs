//! Warnings (预警): what a rule says is about to go wrong, in a colour, with its reason and the centre it goes to.
//!
//! Deliberately absent: the rules themselves, which are `watch`'s; what follows from a warning is in [`crate::City::warn`].

mod colour;

pub use colour::WarningColour;

use crate::{
    AlgorithmId, CityTime, DeviceId, DistrictCode, IncidentId, IncidentLevel, Jurisdiction, LonLat, Place,
    RiskClass, TwoTongues, WarningId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a warning of its colour leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Raises {
    /// An incident.
    Incident {
        /// Of this level.
        level: IncidentLevel,
    },
    /// Nothing but itself: somebody at its centre takes note of it.
    Notice,
}

/// Many warnings that became one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Members {
    /// How many became part of it.
    pub count: u32,
    /// How many of them are still up.
    pub up: u32,
    /// How many each rule gave.
    #[serde(default)]
    pub rules: BTreeMap<String, u32>,
    /// How many lie in each district.
    #[serde(default, with = "by_code")]
    pub districts: BTreeMap<DistrictCode, u32>,
    /// West, south, east, north of them, degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
    /// Why they probably arose together.
    pub cause: TwoTongues,
}

/// Why a warning ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhyEnded {
    /// What it warned of is over.
    Over,
    /// It became part of a grouped one.
    Grouped,
    /// Its algorithm was withdrawn from the register.
    Withdrawn,
    /// Its rule was changed and no longer warns of this, or is gone.
    RuleChanged,
    /// Its device was taken out or changed.
    DeviceChanged,
    /// Nobody has seen it since the backend that watched was started anew.
    Unseen,
}

impl WhyEnded {
    /// All reasons.
    pub const ALL: [WhyEnded; 6] =
        [Self::Over, Self::Grouped, Self::Withdrawn, Self::RuleChanged, Self::DeviceChanged, Self::Unseen];

    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Grouped => "grouped",
            Self::Withdrawn => "withdrawn",
            Self::RuleChanged => "ruleChanged",
            Self::DeviceChanged => "deviceChanged",
            Self::Unseen => "unseen",
        }
    }
}

/// Who took note of a warning, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// Who; empty where that is withheld.
    #[serde(default)]
    pub by: String,
    /// When.
    pub at: CityTime,
}

/// A colour that a warning came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graded {
    /// When.
    pub at: CityTime,
    /// Which.
    pub colour: WarningColour,
}

/// A warning's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarningEnd {
    /// When.
    pub at: CityTime,
    /// Why.
    pub why: WhyEnded,
}

/// A warning, alone or made of many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Its identifier.
    pub id: WarningId,
    /// The rule that gave it; of a grouped one the key its rules share.
    pub rule: String,
    /// The system of the city that it belongs to, such as `flood`.
    pub system: String,
    /// The class of risk it warns of.
    pub risk_class: RiskClass,
    /// Its colour now.
    pub colour: WarningColour,
    /// Every colour it came to, and when, in order; the last is its colour now.
    #[serde(default)]
    pub grades: Vec<Graded>,
    /// Its name.
    pub name: TwoTongues,
    /// What made the rule warn, with value and limit; empty where that is withheld.
    #[serde(default)]
    pub reason: TwoTongues,
    /// What to do.
    #[serde(default)]
    pub advice: TwoTongues,
    /// The departments to be told.
    #[serde(default)]
    pub departments: Vec<String>,
    /// The centre it goes to.
    pub centre: Jurisdiction,
    /// Whose the place is; `None` for what reaches further than one township.
    #[serde(default)]
    pub place: Option<Place>,
    /// Where it is.
    #[serde(default)]
    pub at: Option<LonLat>,
    /// The device it is about.
    #[serde(default)]
    pub device_id: Option<DeviceId>,
    /// The value that passed, in `unit`.
    #[serde(default)]
    pub value: Option<f64>,
    /// The level it passed.
    #[serde(default)]
    pub limit: Option<f64>,
    /// The unit of both; empty where they have none.
    #[serde(default)]
    pub unit: String,
    /// The entry of the register of algorithms that answers for it.
    pub algorithm: AlgorithmId,
    /// Its version.
    pub version: String,
    /// True while that algorithm is on trial.
    #[serde(default)]
    pub on_trial: bool,
    /// Where the rule's values come from: a standard, or `training value`.
    #[serde(default)]
    pub source: String,
    /// When it began.
    pub since: CityTime,
    /// How often it was raised.
    #[serde(default)]
    pub times: u32,
    /// True while it comes and goes too often and is therefore kept up.
    #[serde(default)]
    pub flapping: bool,
    /// What a grouped one is made of.
    #[serde(default)]
    pub members: Option<Members>,
    /// What its colour leads to.
    pub raises: Raises,
    /// The incident it led to.
    #[serde(default)]
    pub incident_id: Option<IncidentId>,
    /// Who took note of it.
    #[serde(default)]
    pub noted: Option<Noted>,
    /// Its end; `None` while it is in force.
    #[serde(default)]
    pub ended: Option<WarningEnd>,
}

impl Warning {
    /// True until it ended.
    pub fn is_in_force(&self) -> bool {
        self.ended.is_none()
    }

    /// Name and reason in Chinese, where the reason does not begin with the name.
    pub fn text_zh(&self) -> String {
        match (&*self.name.zh, &*self.reason.zh) {
            (name, reason) if reason.starts_with(name) => reason.to_owned(),
            (name, "") => name.to_owned(),
            (name, reason) => format!("{name}:{reason}"),
        }
    }

    /// True when those of `jurisdiction` see it: it goes to them, lies with them, or has members there.
    pub fn concerns(&self, jurisdiction: Jurisdiction) -> bool {
        let members = || self.members.iter().flat_map(|members| members.districts.keys());
        jurisdiction == Jurisdiction::City
            || jurisdiction == self.centre
            || self.place.is_some_and(|place| jurisdiction.covers(place))
            || jurisdiction.covers_centre(self.centre)
            || members().any(|district| jurisdiction.covers_district(*district))
    }

    /// Its rule and what it is about: its identifier without the time it began. After a restart a rule that still warns
    /// of the same does so under another identifier of the same beginning.
    pub fn about(&self) -> &str {
        self.id.as_str().rsplit_once('/').map_or(self.id.as_str(), |(about, _)| about)
    }

    /// What those of `jurisdiction` see of it. Where it is made of many and goes to a centre above them, they see their own
    /// part: what lies in other districts, and what follows from it there, is nobody's business here.
    pub fn seen_by(&self, jurisdiction: Jurisdiction) -> Warning {
        let mut seen = self.clone();
        let Some(members) = seen.members.as_mut().filter(|_| !jurisdiction.covers_centre(self.centre)) else {
            return seen;
        };
        let district = match jurisdiction {
            Jurisdiction::City => None,
            Jurisdiction::District(code) => Some(code),
            Jurisdiction::Township(code) => Some(code.district()),
        };
        members.districts.retain(|code, _| Some(*code) == district);
        members.count = members.districts.values().sum();
        members.up = members.up.min(members.count);
        (members.bounds, members.cause) = (None, TwoTongues::default());
        members.rules.clear();
        (seen.at, seen.incident_id, seen.reason) = (None, None, TwoTongues::default());
        seen
    }
}

/// Numbers by district. A key of JSON is a text, and inside an event, which is read by its type, serde does not take it for a
/// number by itself.
mod by_code {
    use crate::DistrictCode;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::collections::BTreeMap;

    pub fn serialize<S: Serializer>(map: &BTreeMap<DistrictCode, u32>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(map.iter().map(|(code, n)| (code.0.to_string(), n)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<DistrictCode, u32>, D::Error> {
        let texts = BTreeMap::<String, u32>::deserialize(from)?;
        let read = |(code, n): (String, u32)| {
            let wrong = || D::Error::custom(format!("`{code}` is no code of a district"));
            Ok((DistrictCode(code.parse().map_err(|_| wrong())?), n))
        };
        texts.into_iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_says_the_key() {
        for why in WhyEnded::ALL {
            assert_eq!(serde_json::to_string(&why).unwrap(), format!("\"{}\"", why.key()));
        }
    }
}
