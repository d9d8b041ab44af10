//! Warnings by the OASIS Common Alerting Protocol: CAP 1.2, and CAP 1.1 as far as it differs (China: GB/T 35965.1).
//!
//! [`read_alert`] reads one alert, [`read_list`] what a service publishes: an Atom feed, an RSS channel, an EDXL
//! distribution. [`Warnings`] says which are in force. [`write_alert`] and [`write_atom`] write the same.
//! Deliberately absent: sockets, a clock, and XML signatures, which are neither kept nor checked: whom to believe
//! is settled by whom one connects to.

mod alert;
mod colour;
mod geocode;
mod geometry;
mod list;
mod read;
mod seen;
mod warnings;
mod words;
mod write;

pub use alert::{Alert, Area, CapVersion, Circle, Info, NamedValue, Reference, Resource};
pub use colour::{Colour, ColourRule};
pub use list::{AlertList, EntryBody, ListEntry, read_list};
pub use read::{CapError, read_alert};
pub use seen::SeenEntries;
pub use warnings::{Standing, Taken, WarningRule, WarningState, Warnings};
pub use words::{Category, Certainty, MessageStatus, MessageType, ResponseType, Scope, Severity, Urgency};
pub use write::{write_alert, write_atom};

#[cfg(test)]
mod tests;
