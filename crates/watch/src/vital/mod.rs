//! The pulse of the city (城市体征): what the newest values of many devices say of a township, a district, the city.
//!
//! [`Definitions`] are read from a file: what a sign is, of which devices, how they are gathered, where it is grave.
//! [`VitalSigns`] runs them: devices are enrolled once, observations go in, [`Reading`]s, histories, comparisons, rankings
//! and the way down to the device come out. A city's value is made of its devices, never of its districts' values.
//! Deliberately absent: a clock, files, drawing; warnings on single devices, which [`crate::rules`] gives.

mod calendar;
mod cell;
mod compare;
mod definition;
mod devices;
mod drill;
mod engine;
mod enrol;
mod gather;
mod histogram;
mod history;
mod level;
mod observe;
mod places;
mod profile;
mod read;
mod reading;
mod ring;
mod tick;
pub mod told;
mod wheel;

pub use compare::{Comparison, FEWEST_WEEKS, LastYear, Usual};
pub use definition::{Baseline, Compare, Definitions, DeviceKind, Grades, Least, VitalSign};
pub use drill::{Child, Part, Ranked};
pub use engine::{SignHandle, VitalSigns};
pub use enrol::{EnrolError, Enrolment, Gauge};
pub use gather::{Gather, Side};
pub use history::{Point, Remembered};
pub use level::{Datum, Reference, Standing, Station};
pub use observe::{FUTURE_MS, Refused};
pub use places::Places;
pub use reading::{Reading, Validity};
