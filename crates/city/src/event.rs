//! Events: every change of the city is one value; in order they are the journal.

use crate::{
    Algorithm, AlgorithmId, CityTime, Evaluation, IncidentId, IncidentLevel, LonLat, NoticeId, NoticeState,
    Outcome, Place, RiskClass, RiskNotice, Stage, StateChange, Status, UnitId, Warning, WarningId, WhyEnded,
};
use serde::{Deserialize, Serialize};

/// One change of the city. On the wire `{"sequence": n, "at": "…Z", "status": "Exercise", "type": …}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its place in the journal; each is one more than the one before.
    pub sequence: u64,
    /// When it happened.
    pub at: CityTime,
    /// Actual, exercise or simulated.
    pub status: Status,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// Who or what reported an incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Source {
    /// A device whose value passed its alarm.
    Device {
        /// Which device.
        device_id: crate::DeviceId,
        /// The value that passed.
        value: f64,
    },
    /// A warning that is not of one device.
    Warning {
        /// Which warning.
        warning_id: WarningId,
    },
    /// A risk notice that somebody turned into an incident.
    Notice {
        /// Which notice.
        notice_id: NoticeId,
        /// Who turned it.
        #[serde(default)]
        by: String,
    },
    /// A resident (渝快办).
    Resident {
        /// Who, as a pseudonym.
        name: String,
    },
    /// A grid worker (网格员).
    GridWorker {
        /// Who.
        name: String,
    },
    /// Somebody at a console.
    Officer {
        /// Who.
        name: String,
    },
    /// The backend does not say.
    #[default]
    Unsaid,
}

/// What happened. A field that may be withheld is empty where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EventBody {
    /// An incident was reported; it is in [`Stage::Perceive`].
    IncidentReported {
        /// Its identifier.
        incident_id: IncidentId,
        /// Its class.
        risk_class: RiskClass,
        /// Its level.
        level: IncidentLevel,
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees.
        lat: f64,
        /// Its district, GB/T 2260.
        district_code: crate::DistrictCode,
        /// Its township.
        township_code: crate::TownshipCode,
        /// What was reported, in words.
        #[serde(default)]
        text: String,
        /// Who or what reported it.
        #[serde(default)]
        source: Source,
    },
    /// Somebody acknowledged it.
    IncidentAcknowledged {
        /// Which incident.
        incident_id: IncidentId,
        /// Who.
        #[serde(default)]
        by: String,
    },
    /// A unit was sent.
    UnitDispatched {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
        /// Who sent it.
        #[serde(default)]
        by: String,
        /// The way it takes, longitude and latitude in degrees.
        #[serde(default)]
        path: Vec<LonLat>,
        /// How long it will take, seconds.
        duration_s: f64,
    },
    /// A unit was called back.
    UnitRecalled {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
        /// Who called it back.
        #[serde(default)]
        by: String,
    },
    /// A unit arrived.
    UnitArrived {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
    },
    /// A unit began to handle.
    UnitHandling {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
    },
    /// A unit is done.
    UnitReportedBack {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
        /// The result, in words.
        #[serde(default)]
        text: String,
    },
    /// A unit is back on patrol.
    UnitOnPatrol {
        /// Which unit.
        unit_id: UnitId,
    },
    /// A unit on patrol said where it is.
    UnitCheckedIn {
        /// Which unit.
        unit_id: UnitId,
        /// Longitude, degrees; NaN where it is withheld.
        #[serde(default = "crate::place::unsaid")]
        lon: f64,
        /// Latitude, degrees; NaN where it is withheld.
        #[serde(default = "crate::place::unsaid")]
        lat: f64,
    },
    /// An incident entered another stage.
    StageChanged {
        /// Which incident.
        incident_id: IncidentId,
        /// The stage it is in now.
        stage: Stage,
    },
    /// An incident was closed and rated.
    IncidentClosed {
        /// Which incident.
        incident_id: IncidentId,
        /// 1 (poor) to 5 (excellent).
        rating: u8,
        /// In words.
        #[serde(default)]
        note: String,
        /// Who closed it.
        #[serde(default)]
        by: String,
    },
    /// A warning became graver than the incident it led to, whose level rose with it.
    IncidentLevelRaised {
        /// Which incident.
        incident_id: IncidentId,
        /// Its level now.
        level: IncidentLevel,
        /// The warning that became graver.
        warning_id: WarningId,
    },
    /// All devices of a class were stopped or started.
    DevicesSwitched {
        /// Which class.
        risk_class: RiskClass,
        /// True: they report.
        reporting: bool,
        /// Who switched them.
        #[serde(default)]
        by: String,
    },
    /// A rule warns.
    WarningRaised {
        /// The warning.
        warning: Box<Warning>,
    },
    /// A warning has another colour, more members, or comes and goes.
    WarningChanged {
        /// The warning as it is now.
        warning: Box<Warning>,
    },
    /// Somebody took note of a warning.
    WarningNoted {
        /// Which warning.
        warning_id: WarningId,
        /// Who.
        #[serde(default)]
        by: String,
    },
    /// A warning is over.
    WarningEnded {
        /// Which warning.
        warning_id: WarningId,
        /// Why.
        why: WhyEnded,
    },
    /// A risk notice was issued.
    NoticeIssued {
        /// The notice.
        notice: Box<RiskNotice>,
    },
    /// A risk notice was answered, or ran out.
    NoticeChanged {
        /// Which notice.
        notice_id: NoticeId,
        /// What became of it.
        state: NoticeState,
    },
    /// Time proved a risk notice right or wrong.
    NoticeJudged {
        /// Which notice.
        notice_id: NoticeId,
        /// Which of the two.
        outcome: Outcome,
    },
    /// The files of the watch's rules were read. Where they have faults the rules before stay.
    RulesRead {
        /// How many rules run now.
        rules: u32,
        /// What is wrong with the files: file, line, field and what to do.
        faults: Vec<String>,
    },
    /// An algorithm came into the register, or is there in another version.
    AlgorithmRegistered {
        /// Its entry.
        algorithm: Box<Algorithm>,
    },
    /// An algorithm's state was changed.
    AlgorithmChanged {
        /// The change.
        change: StateChange,
    },
    /// An algorithm was evaluated on recorded data.
    AlgorithmEvaluated {
        /// Which algorithm.
        algorithm_id: AlgorithmId,
        /// How well it did.
        evaluation: Box<Evaluation>,
        /// Who says so; empty where that is withheld.
        #[serde(default)]
        by: String,
    },
}

impl EventBody {
    /// The incident it is about, if any.
    pub fn incident_id(&self) -> Option<&IncidentId> {
        match self {
            Self::IncidentReported { incident_id, .. }
            | Self::IncidentAcknowledged { incident_id, .. }
            | Self::UnitDispatched { incident_id, .. }
            | Self::UnitRecalled { incident_id, .. }
            | Self::UnitArrived { incident_id, .. }
            | Self::UnitHandling { incident_id, .. }
            | Self::UnitReportedBack { incident_id, .. }
            | Self::StageChanged { incident_id, .. }
            | Self::IncidentClosed { incident_id, .. }
            | Self::IncidentLevelRaised { incident_id, .. } => Some(incident_id),
            _ => None,
        }
    }

    /// The unit it is about, if any.
    pub fn unit_id(&self) -> Option<&UnitId> {
        match self {
            Self::UnitDispatched { unit_id, .. }
            | Self::UnitRecalled { unit_id, .. }
            | Self::UnitArrived { unit_id, .. }
            | Self::UnitHandling { unit_id, .. }
            | Self::UnitReportedBack { unit_id, .. }
            | Self::UnitOnPatrol { unit_id }
            | Self::UnitCheckedIn { unit_id, .. } => Some(unit_id),
            _ => None,
        }
    }

    /// The warning it is about, if any. The rise of an incident's level is about the incident: who sees that is told of it.
    pub fn warning_id(&self) -> Option<&WarningId> {
        match self {
            Self::WarningRaised { warning } | Self::WarningChanged { warning } => Some(&warning.id),
            Self::WarningNoted { warning_id, .. } | Self::WarningEnded { warning_id, .. } => Some(warning_id),
            _ => None,
        }
    }

    /// The risk notice it is about, if any.
    pub fn notice_id(&self) -> Option<&NoticeId> {
        match self {
            Self::NoticeIssued { notice } => Some(&notice.id),
            Self::NoticeChanged { notice_id, .. } | Self::NoticeJudged { notice_id, .. } => Some(notice_id),
            _ => None,
        }
    }

    /// The key of what happened, as on the wire; also the key of its words.
    pub fn key(&self) -> &'static str {
        match self {
            Self::IncidentReported { .. } => "incidentReported",
            Self::IncidentAcknowledged { .. } => "incidentAcknowledged",
            Self::UnitDispatched { .. } => "unitDispatched",
            Self::UnitRecalled { .. } => "unitRecalled",
            Self::UnitArrived { .. } => "unitArrived",
            Self::UnitHandling { .. } => "unitHandling",
            Self::UnitReportedBack { .. } => "unitReportedBack",
            Self::UnitOnPatrol { .. } => "unitOnPatrol",
            Self::UnitCheckedIn { .. } => "unitCheckedIn",
            Self::StageChanged { .. } => "stageChanged",
            Self::IncidentClosed { .. } => "incidentClosed",
            Self::IncidentLevelRaised { .. } => "incidentLevelRaised",
            Self::DevicesSwitched { .. } => "devicesSwitched",
            Self::WarningRaised { .. } => "warningRaised",
            Self::WarningChanged { .. } => "warningChanged",
            Self::WarningNoted { .. } => "warningNoted",
            Self::WarningEnded { .. } => "warningEnded",
            Self::NoticeIssued { .. } => "noticeIssued",
            Self::NoticeChanged { .. } => "noticeChanged",
            Self::NoticeJudged { .. } => "noticeJudged",
            Self::RulesRead { .. } => "rulesRead",
            Self::AlgorithmRegistered { .. } => "algorithmRegistered",
            Self::AlgorithmChanged { .. } => "algorithmChanged",
            Self::AlgorithmEvaluated { .. } => "algorithmEvaluated",
        }
    }

    /// The place a report names.
    pub fn reported_place(&self) -> Option<Place> {
        match self {
            Self::IncidentReported { district_code, township_code, .. } => {
                Some(Place { district: *district_code, township: *township_code })
            }
            _ => None,
        }
    }
}
