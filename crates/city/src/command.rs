//! Commands: every act of an operator, a hot key, a script, a drill or a crew is one value.

use crate::{AlgorithmId, AlgorithmState, Evaluation, IncidentId, NoticeId, RiskClass, UnitId, WarningId};
use serde::{Deserialize, Serialize};

/// What somebody wants done. On the wire `{"type": "dispatch", "incidentId": …, "unitId": …}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Command {
    /// Take note of an incident: it stops pulsing and enters the stage of decision.
    Acknowledge {
        /// Which incident.
        incident_id: IncidentId,
    },
    /// 派单: send a free unit. An incident nobody acknowledged yet is acknowledged with it.
    Dispatch {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
    },
    /// Call a unit back that was sent.
    Recall {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
    },
    /// 办结: close and rate. Without a handled report-back a note must say why.
    Close {
        /// Which incident.
        incident_id: IncidentId,
        /// 1 (poor) to 5 (excellent).
        rating: u8,
        /// In words; may be empty when a unit has reported back.
        #[serde(default)]
        note: String,
    },
    /// Report an incident seen.
    Report {
        /// Its class.
        risk_class: RiskClass,
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees.
        lat: f64,
        /// What is seen, in words.
        text: String,
    },
    /// A crew says it has arrived.
    Arrive {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
    },
    /// A crew says it has begun to handle.
    Handle {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
    },
    /// 反馈: a crew says it is done, and with what result.
    ReportBack {
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: UnitId,
        /// The result, in words.
        text: String,
    },
    /// A crew says it is back on patrol.
    ResumePatrol {
        /// Which unit.
        unit_id: UnitId,
    },
    /// A crew on patrol says where it is (巡逻打卡).
    CheckIn {
        /// Which unit.
        unit_id: UnitId,
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees.
        lat: f64,
    },
    /// An exercise's director stops or starts all devices of a class.
    SwitchDevices {
        /// Which class of devices.
        risk_class: RiskClass,
        /// True: they report; false: they are silent.
        reporting: bool,
    },
    /// Take note of a warning.
    NoteWarning {
        /// Which warning.
        warning_id: WarningId,
    },
    /// Take a risk notice on.
    AcceptNotice {
        /// Which notice.
        notice_id: NoticeId,
    },
    /// Find nothing in a risk notice.
    RejectNotice {
        /// Which notice.
        notice_id: NoticeId,
        /// Why.
        reason: String,
    },
    /// Turn a risk notice into an incident.
    NoticeToIncident {
        /// Which notice.
        notice_id: NoticeId,
    },
    /// Put an algorithm of the register to trial, take it into use, or withdraw it.
    ChangeAlgorithm {
        /// Which algorithm.
        algorithm_id: AlgorithmId,
        /// The state it is to have.
        state: AlgorithmState,
        /// Why.
        reason: String,
    },
    /// Keep with an algorithm of the register how well it did on recorded data.
    RecordEvaluation {
        /// Which algorithm.
        algorithm_id: AlgorithmId,
        /// How well it did.
        evaluation: Box<Evaluation>,
    },
}

/// The kinds of command, without their fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommandType {
    /// [`Command::Acknowledge`].
    Acknowledge,
    /// [`Command::Dispatch`].
    Dispatch,
    /// [`Command::Recall`].
    Recall,
    /// [`Command::Close`].
    Close,
    /// [`Command::Report`].
    Report,
    /// What crews say: arrive, handle, report back, resume patrol, check in.
    Crew,
    /// [`Command::SwitchDevices`].
    SwitchDevices,
    /// [`Command::NoteWarning`].
    NoteWarning,
    /// What is answered to a risk notice: accept, reject, turn into an incident.
    AnswerNotice,
    /// [`Command::ChangeAlgorithm`].
    ChangeAlgorithm,
    /// [`Command::RecordEvaluation`].
    RecordEvaluation,
}

impl Command {
    /// Its kind.
    pub fn kind(&self) -> CommandType {
        match self {
            Self::Acknowledge { .. } => CommandType::Acknowledge,
            Self::Dispatch { .. } => CommandType::Dispatch,
            Self::Recall { .. } => CommandType::Recall,
            Self::Close { .. } => CommandType::Close,
            Self::Report { .. } => CommandType::Report,
            Self::Arrive { .. }
            | Self::Handle { .. }
            | Self::ReportBack { .. }
            | Self::ResumePatrol { .. }
            | Self::CheckIn { .. } => CommandType::Crew,
            Self::SwitchDevices { .. } => CommandType::SwitchDevices,
            Self::NoteWarning { .. } => CommandType::NoteWarning,
            Self::AcceptNotice { .. } | Self::RejectNotice { .. } | Self::NoticeToIncident { .. } => {
                CommandType::AnswerNotice
            }
            Self::ChangeAlgorithm { .. } => CommandType::ChangeAlgorithm,
            Self::RecordEvaluation { .. } => CommandType::RecordEvaluation,
        }
    }

    /// The key of its type, as on the wire.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Acknowledge { .. } => "acknowledge",
            Self::Dispatch { .. } => "dispatch",
            Self::Recall { .. } => "recall",
            Self::Close { .. } => "close",
            Self::Report { .. } => "report",
            Self::Arrive { .. } => "arrive",
            Self::Handle { .. } => "handle",
            Self::ReportBack { .. } => "reportBack",
            Self::ResumePatrol { .. } => "resumePatrol",
            Self::CheckIn { .. } => "checkIn",
            Self::SwitchDevices { .. } => "switchDevices",
            Self::NoteWarning { .. } => "noteWarning",
            Self::AcceptNotice { .. } => "acceptNotice",
            Self::RejectNotice { .. } => "rejectNotice",
            Self::NoticeToIncident { .. } => "noticeToIncident",
            Self::ChangeAlgorithm { .. } => "changeAlgorithm",
            Self::RecordEvaluation { .. } => "recordEvaluation",
        }
    }

    /// The risk notice it answers, if any.
    pub fn notice_id(&self) -> Option<&NoticeId> {
        match self {
            Self::AcceptNotice { notice_id }
            | Self::RejectNotice { notice_id, .. }
            | Self::NoticeToIncident { notice_id } => Some(notice_id),
            _ => None,
        }
    }

    /// The incident it is about, if any.
    pub fn incident_id(&self) -> Option<&IncidentId> {
        match self {
            Self::Acknowledge { incident_id }
            | Self::Dispatch { incident_id, .. }
            | Self::Recall { incident_id, .. }
            | Self::Close { incident_id, .. }
            | Self::Arrive { incident_id, .. }
            | Self::Handle { incident_id, .. }
            | Self::ReportBack { incident_id, .. } => Some(incident_id),
            _ => None,
        }
    }

    /// The unit it is about, if any.
    pub fn unit_id(&self) -> Option<&UnitId> {
        match self {
            Self::Dispatch { unit_id, .. }
            | Self::Recall { unit_id, .. }
            | Self::Arrive { unit_id, .. }
            | Self::Handle { unit_id, .. }
            | Self::ReportBack { unit_id, .. }
            | Self::ResumePatrol { unit_id }
            | Self::CheckIn { unit_id, .. } => Some(unit_id),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_wire_form_and_names_what_is_wrong() {
        let text = r#"{"type":"dispatch","incidentId":"I-1","unitId":"U-1"}"#;
        let command: Command = serde_json::from_str(text).unwrap();
        assert_eq!((serde_json::to_string(&command).unwrap().as_str(), command.key()), (text, "dispatch"));
        let wrong = r#"{"type":"dispatch","incidentId":"I-1","unit":"U-1"}"#;
        let error = serde_json::from_str::<Command>(wrong).unwrap_err().to_string();
        assert!(error.contains("unit"), "{error}");
    }
}
