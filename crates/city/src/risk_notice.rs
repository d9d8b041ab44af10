//! Risk notices (风险预警提示单): what many small events say together, with its evidence and how sure it is.
//!
//! A notice is accepted, rejected with a reason, turned into an incident, or runs out. Deliberately absent: how it is
//! found and judged, which is `watch`'s.

use crate::{
    AlgorithmId, CityTime, DistrictCode, IncidentId, Jurisdiction, Level, LonLat, NoticeId, RiskClass,
    SmallEventId, Status, TownshipCode,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The same words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoTongues {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What many small events show together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// More of them near one another in place and time than either explains.
    Cluster,
    /// More of them than season and weekday let expect.
    Trend,
    /// One spot was handled and they came back.
    RecurringPlace,
    /// One cause comes again and again.
    RecurringCause,
}

impl NoticeKind {
    /// All kinds.
    pub const ALL: [NoticeKind; 4] = [Self::Cluster, Self::Trend, Self::RecurringPlace, Self::RecurringCause];

    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Trend => "trend",
            Self::RecurringPlace => "recurringPlace",
            Self::RecurringCause => "recurringCause",
        }
    }
}

/// Where a notice holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NoticeArea {
    /// A circle on the ground.
    Circle {
        /// Its middle.
        centre: LonLat,
        /// Its radius in metres.
        radius_m: f64,
    },
    /// A township.
    Township {
        /// Which.
        code: TownshipCode,
    },
    /// A district.
    District {
        /// Which.
        code: DistrictCode,
    },
    /// The whole municipality.
    City,
}

/// From `low` to `high`, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What speaks for a notice, as a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistic {
    /// Its name, such as `log generalised likelihood ratio`.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The chance of at least this value when nothing is going on, within one analysis.
    pub p_value: f64,
    /// How that chance was computed: `rank of 999`, `Gumbel`, `negative binomial` and so on.
    pub p_method: String,
    /// In how many days of such analyses chance alone would give one like it: the analysis interval over `p_value`.
    pub recurrence_days: f64,
    /// By how much the events vary more than independent ones (1: they do not); taken into account.
    pub overdispersion: f64,
}

/// Who should act, and by when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActOn {
    /// At which level.
    pub level: Level,
    /// In which area.
    pub jurisdiction: Jurisdiction,
    /// Which departments, leading one first.
    pub departments: Vec<String>,
    /// How grave it is: the key of a severity in the data that gave the deadline.
    pub severity: String,
    /// By when.
    pub by: CityTime,
}

/// What became of a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NoticeState {
    /// Nobody has answered it.
    Issued,
    /// Somebody took it on.
    Accepted {
        /// Who; empty where that is withheld.
        #[serde(default)]
        by: String,
        /// When.
        at: CityTime,
    },
    /// Somebody found nothing in it.
    Rejected {
        /// Who; empty where that is withheld.
        #[serde(default)]
        by: String,
        /// When.
        at: CityTime,
        /// Why; never empty.
        reason: String,
    },
    /// It was turned into an incident.
    BecameIncident {
        /// Which.
        incident_id: IncidentId,
        /// By whom; empty where that is withheld.
        #[serde(default)]
        by: String,
        /// When.
        at: CityTime,
    },
    /// It ran out.
    Expired {
        /// When.
        at: CityTime,
    },
}

/// Whether time proved a notice right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// What it warned of went on.
    Hit,
    /// It did not.
    Miss,
    /// It cannot be judged, or not yet.
    #[default]
    Unknown,
}

/// A risk notice (风险预警提示单).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RiskNotice {
    /// Its identifier: the same analysis of the same events gives the same.
    pub id: NoticeId,
    /// When it was issued.
    pub issued_at: CityTime,
    /// Until when it holds.
    pub valid_until: CityTime,
    /// Actual, exercise or simulated: that of its events.
    pub status: Status,
    /// The class of its events.
    pub class: RiskClass,
    /// What they show.
    pub kind: NoticeKind,
    /// Their cause, where the notice is about one or most share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Where.
    pub area: NoticeArea,
    /// The beginning of its period.
    pub from: CityTime,
    /// The end of its period.
    pub until: CityTime,
    /// The events that it is made of, newest first, as far as they are kept.
    pub evidence: Vec<SmallEventId>,
    /// Where those of them were that have a position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence_at: Vec<LonLat>,
    /// How many there are in all.
    pub evidence_total: u64,
    /// How many events there were.
    pub observed: u64,
    /// How many were to be expected.
    pub expected: f64,
    /// The 95 % interval in which their number was to be expected.
    pub expected95: Interval,
    /// Observed over expected.
    pub ratio: f64,
    /// The 95 % interval of that ratio.
    pub ratio95: Interval,
    /// What speaks for it.
    pub statistic: Statistic,
    /// What found it: an entry of the register.
    pub algorithm: AlgorithmId,
    /// In which version.
    pub version: String,
    /// True while that algorithm is on trial.
    pub on_trial: bool,
    /// The seed it was found with.
    pub seed: u64,
    /// The method in words with where it holds.
    pub validity: TwoTongues,
    /// Who should act, and by when.
    pub act: ActOn,
    /// What is said to them.
    pub words: TwoTongues,
    /// What became of it.
    pub state: NoticeState,
    /// Whether time proved it right.
    pub outcome: Outcome,
}

/// Why a notice cannot be answered so.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NoticeRefusal {
    /// It was answered already.
    #[error("notice {id} is {state} already")]
    Settled {
        /// Which notice.
        id: NoticeId,
        /// The key of its state.
        state: &'static str,
    },
    /// A rejection needs its reason.
    #[error("say why notice {id} is rejected")]
    NoReason {
        /// Which notice.
        id: NoticeId,
    },
    /// The answer is older than the notice or its last answer.
    #[error("notice {id} was issued or answered after {at}")]
    TooEarly {
        /// Which notice.
        id: NoticeId,
        /// The time of the answer.
        at: CityTime,
    },
}

mod answers;
