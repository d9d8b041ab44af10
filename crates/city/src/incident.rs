//! Incidents and the four stages of the closed loop (感知预警–决策处置–监督评价–复盘改进).

use crate::{CityTime, EventBody, IncidentId, LonLat, Place, RiskClass, Source, Status, UnitId};
use serde::{Deserialize, Serialize};

/// The stage of an incident in the closed loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// 感知预警: reported, not yet acknowledged.
    Perceive,
    /// 决策处置: acknowledged; units are dispatched, drive, handle.
    Decide,
    /// 监督评价: every unit has reported back; waits to be rated and closed.
    Supervise,
    /// 复盘改进: closed; kept for review.
    Review,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Stage; 4] = [Self::Perceive, Self::Decide, Self::Supervise, Self::Review];

    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Perceive => "perceive",
            Self::Decide => "decide",
            Self::Supervise => "supervise",
            Self::Review => "review",
        }
    }
}

/// The level of an incident: 1 特别重大 to 4 一般. Not a warning colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct IncidentLevel(u8);

impl IncidentLevel {
    /// The level `n`, 1 to 4.
    pub fn new(n: u8) -> Option<Self> {
        (1..=4).contains(&n).then_some(Self(n))
    }

    /// The level as a number, 1 to 4.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The level as a Roman numeral, Ⅰ to Ⅳ.
    pub fn roman(self) -> &'static str {
        ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"][usize::from(self.0 - 1)]
    }
}

impl TryFrom<u8> for IncidentLevel {
    type Error = String;
    fn try_from(n: u8) -> Result<Self, String> {
        Self::new(n).ok_or_else(|| format!("{n} is not an incident level: 1 to 4"))
    }
}

impl From<IncidentLevel> for u8 {
    fn from(level: IncidentLevel) -> u8 {
        level.0
    }
}

/// One line of an incident's history: what happened when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryLine {
    /// When it happened.
    pub at: CityTime,
    /// The sequence of its event.
    pub sequence: u64,
    /// What happened.
    pub body: EventBody,
}

/// An incident (事件).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Its identifier.
    pub id: IncidentId,
    /// Its class.
    pub class: RiskClass,
    /// Its level.
    pub level: IncidentLevel,
    /// Its stage.
    pub stage: Stage,
    /// Actual, exercise or simulated.
    pub status: Status,
    /// Where it is.
    pub at: LonLat,
    /// Whose it is.
    pub place: Place,
    /// When it was reported.
    pub reported: CityTime,
    /// When its stage last changed.
    pub stage_since: CityTime,
    /// What was reported, in words.
    pub text: String,
    /// Who or what reported it.
    pub source: Source,
    /// The units that are out for it, in the order of their dispatch.
    pub units: Vec<UnitId>,
    /// How many units have reported back.
    pub reported_back: u32,
    /// The rating it was closed with, 1 to 5.
    pub rating: Option<u8>,
    /// The note it was closed with.
    pub note: String,
    /// What happened, in order.
    pub history: Vec<HistoryLine>,
}

impl Incident {
    /// True until it is closed.
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Review
    }
}
