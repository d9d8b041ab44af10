//! The shared vocabulary of Shancheng and the rules of the city.
//!
//! What is true of the city lives here: places, risk points, devices, incidents, units, authority
//! and the closed loop. [`City::decide`] says what a [`Command`] may do and which [`Event`]s follow;
//! [`City::apply`] is the only way the state changes. The backend and every console run the same code.
//! Deliberately absent: I/O, a clock, threads, drawing.

mod algorithm;
mod authority;
mod command;
mod dashboard;
mod device;
mod event;
mod incident;
mod journal;
mod place;
mod refusal;
mod risk;
mod risk_notice;
mod rules;
mod share;
mod snapshot;
mod state;
mod telemetry;
mod text_id;
mod time;
mod unit;
mod view;
mod warning;
pub mod watching;
mod withheld;

pub use algorithm::{Algorithm, AlgorithmState, Evaluation, StateChange};
pub use authority::{Actor, Level, Role};
pub use command::{Command, CommandType};
pub use dashboard::{Clock, Clocks, Urgency, urgency};
pub use device::{Device, DeviceReading, Measure};
pub use event::{Event, EventBody, Source};
pub use incident::{HistoryLine, Incident, IncidentLevel, Stage};
pub use journal::{ChainHash, EntryKind, Head, JournalEntry, JournalFault, Verifier};
pub use place::{DistrictCode, Jurisdiction, LonLat, Place, Status, TownshipCode};
pub use refusal::Refusal;
pub use risk::{Layer, RiskClass, RiskGrade, RiskPoint, Segment};
pub use risk_notice::{
    ActOn, Interval, NoticeArea, NoticeKind, NoticeRefusal, NoticeState, Outcome, RiskNotice, Statistic,
    TwoTongues,
};
pub use rules::World;
pub use share::{DailyRate, Share};
pub use snapshot::{DroneRow, IncidentRow, Snapshot, UnitRow};
pub use state::{CLOSED_KEPT, City};
pub use telemetry::{DeviceColumns, MoverColumns, TelemetryBatch};
pub use text_id::{
    AlgorithmId, DeviceId, IncidentId, NoticeId, RiskPointId, SmallEventId, UnitId, WarningId,
};
pub use time::CityTime;
pub use unit::{Suitability, Trip, Unit, UnitKind, UnitState};
pub use view::{Appears, Concern, Disappears, Look, Passes, Sight, Whose};
pub use warning::{Graded, Members, Noted, Raises, Warning, WarningColour, WarningEnd, WhyEnded};
pub use watching::Said;
pub use withheld::{Field, Fields, NegativeList, Telling, Whom, Withheld, Withholding, withhold};
