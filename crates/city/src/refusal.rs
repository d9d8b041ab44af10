//! Why a command is refused, in words and as it goes over the wire.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a command is refused. Its key is the problem's `type` on the wire and the key of its words.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Refusal {
    /// The role may not do this.
    #[error("{role} may not {act}")]
    Forbidden {
        /// The actor's role.
        role: String,
        /// What was tried.
        act: String,
    },
    /// The thing lies outside the actor's jurisdiction.
    #[error("it lies outside the jurisdiction of {name}")]
    OutsideJurisdiction {
        /// The actor.
        name: String,
    },
    /// No incident has this identifier.
    #[error("there is no incident {id}")]
    NoSuchIncident {
        /// The identifier given.
        id: String,
    },
    /// No unit has this identifier.
    #[error("there is no unit {id}")]
    NoSuchUnit {
        /// The identifier given.
        id: String,
    },
    /// The unit is out for an incident already.
    #[error("unit {unit} is {state} for incident {incident} already")]
    UnitTaken {
        /// Which unit.
        unit: String,
        /// What it is doing.
        state: String,
        /// For which incident.
        incident: String,
    },
    /// The unit is not out for this incident, or not in the state the act needs.
    #[error("unit {unit} is {state}, so it cannot {act} for incident {incident}")]
    UnitNotThere {
        /// Which unit.
        unit: String,
        /// What it is doing.
        state: String,
        /// What was tried.
        act: String,
        /// The incident named.
        incident: String,
    },
    /// The incident's stage does not allow it.
    #[error("incident {incident} is in stage {stage}, which does not allow {act}")]
    WrongStage {
        /// Which incident.
        incident: String,
        /// Its stage.
        stage: String,
        /// What was tried.
        act: String,
    },
    /// Units are still out.
    #[error("incident {incident} still has {units} unit(s) out: wait for their report or recall them")]
    UnitsStillOut {
        /// Which incident.
        incident: String,
        /// How many.
        units: usize,
    },
    /// A field has a value that cannot be.
    #[error("{field}: {why}")]
    BadField {
        /// Which field, as on the wire.
        field: String,
        /// What is wrong and what would be right.
        why: String,
    },
    /// No warning has this identifier.
    #[error("there is no warning {id} in force")]
    NoSuchWarning {
        /// The identifier given.
        id: String,
    },
    /// No risk notice has this identifier.
    #[error("there is no risk notice {id}")]
    NoSuchNotice {
        /// The identifier given.
        id: String,
    },
    /// The risk notice was answered already, or ran out.
    #[error("risk notice {id} is {state} already")]
    NoticeSettled {
        /// Which notice.
        id: String,
        /// The key of its state.
        state: String,
    },
    /// Nobody knows where the risk notice's incident would be.
    #[error("risk notice {id} has no place an incident could have: report one by hand")]
    NoPlace {
        /// Which notice.
        id: String,
    },
    /// No algorithm of the register has this identifier.
    #[error("there is no algorithm {id} in the register")]
    NoSuchAlgorithm {
        /// The identifier given.
        id: String,
    },
    /// The algorithm cannot come from its state into the one that is asked for.
    #[error("algorithm {id} is {state} and cannot become {asked}")]
    AlgorithmState {
        /// Which algorithm.
        id: String,
        /// Its state.
        state: String,
        /// The state asked for.
        asked: String,
    },
    /// Another version was evaluated than the one that runs.
    #[error(
        "algorithm {id} runs in version {runs}, and version {evaluated} was evaluated: evaluate the one that runs"
    )]
    OtherVersion {
        /// Which algorithm.
        id: String,
        /// The version in the register.
        runs: String,
        /// The version that was evaluated.
        evaluated: String,
    },
    /// No way leads there.
    #[error("unit {unit} finds no way to incident {incident}")]
    NoWay {
        /// Which unit.
        unit: String,
        /// Which incident.
        incident: String,
    },
}

impl Refusal {
    /// The HTTP status it is answered with: 403 forbidden, 409 a unit already taken, 422 impossible.
    pub fn http_status(&self) -> u16 {
        match self {
            Self::Forbidden { .. } | Self::OutsideJurisdiction { .. } => 403,
            Self::UnitTaken { .. } | Self::NoticeSettled { .. } => 409,
            _ => 422,
        }
    }

    /// Its key, as in its `reason` field.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Forbidden { .. } => "forbidden",
            Self::OutsideJurisdiction { .. } => "outsideJurisdiction",
            Self::NoSuchIncident { .. } => "noSuchIncident",
            Self::NoSuchUnit { .. } => "noSuchUnit",
            Self::UnitTaken { .. } => "unitTaken",
            Self::UnitNotThere { .. } => "unitNotThere",
            Self::WrongStage { .. } => "wrongStage",
            Self::UnitsStillOut { .. } => "unitsStillOut",
            Self::BadField { .. } => "badField",
            Self::NoWay { .. } => "noWay",
            Self::NoSuchWarning { .. } => "noSuchWarning",
            Self::NoSuchNotice { .. } => "noSuchNotice",
            Self::NoticeSettled { .. } => "noticeSettled",
            Self::NoPlace { .. } => "noPlace",
            Self::NoSuchAlgorithm { .. } => "noSuchAlgorithm",
            Self::AlgorithmState { .. } => "algorithmState",
            Self::OtherVersion { .. } => "otherVersion",
        }
    }

    pub(crate) fn bad(field: &str, why: impl Into<String>) -> Self {
        Self::BadField { field: field.to_owned(), why: why.into() }
    }
}
