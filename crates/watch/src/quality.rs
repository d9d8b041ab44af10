//! The quality of each data source: completeness, timeliness, validity, duplicates, positions; a score with its reasons.
//!
//! A [`Book`] takes reports one by one and keeps counts: so much a source, and [`DEVICE_BYTES`] a device. [`Score`] says
//! in words why it is what it is and names the worst devices; [`History`] holds half a year of weeks and their trend.
//! [`Standards`] are data. Deliberately absent: the reports themselves, what repairs a source, and drawing.

mod book;
mod delays;
mod devices;
mod history;
mod plausible;
mod score;
mod shift;
mod source;
mod standards;
pub mod told;

pub use book::Book;
pub use delays::Delays;
pub use devices::DEVICE_BYTES;
pub use history::{Course, History, WeekScore};
pub use plausible::{PositionFault, Surroundings};
pub use score::{Offender, Part, PartKind, Reason, Score};
pub use shift::{Shift, ShiftEvidence, ShiftFound};
pub use source::{Declared, Report};
pub use standards::Standards;

#[cfg(test)]
mod tests;
