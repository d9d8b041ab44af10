//! Teams over Cursor on Target (CoT event schema 2.0, and TAK protocol versions 0 and 1): where people, vehicles and
//! drones of other services are, their alarms and words.
//!
//! [`EventReader`] cuts a stream into events, [`read_datagram`] reads one; [`Meaning`] says what a type means,
//! [`Teams`] keeps the newest of each, [`write_event`] tells of our own. Deliberately absent: sockets, a clock,
//! certificates, the negotiation of a protocol version and data packages.
//!
//! The crate `cot-proto` was not taken: it refuses an event without `detail`, keeps a detail as unread lines, and
//! brings another XML parser and another library of times.

mod event;
mod meaning;
mod proto;
mod read;
mod reader;
mod split;
mod teams;
mod write;

pub use event::{Chat, CotEvent, Detail, Emergency, Link};
pub use meaning::{Affiliation, Dimension, Meaning, Shape, meaning};
pub use read::{CotError, read_xml};
pub use reader::{EventReader, LONGEST_EVENT, read_datagram};
pub use teams::{Member, MemberState, Taken, Teams, TeamsRule};
pub use write::write_event;

#[cfg(test)]
mod tests;
