//! Rules that warn: declared in files, checked before they are taken, run over observations.
//!
//! [`RuleSet::read`] turns rule files into checked rules, or into every fault they have. An [`Engine`] runs them: devices
//! are enrolled once, observations go in, [`Change`]s of warnings come out. It has no clock: time is what it is told.
//! Deliberately absent: the incidents and notices that follow, which `city` decides; what a warning looks like.

mod area;
mod condition;
mod duration;
pub(crate) mod error;
mod health;
mod observation;
pub(crate) mod read;
pub(crate) mod rule;
mod run;
mod set;
mod shipped;
mod unit;
mod warning;

pub use area::{Area, Shape};
pub use condition::{Condition, Direction, Fence, Near, OnGap, ShareOf, Shared, Side, Step, Steps};
pub use duration::{Hours, duration_text};
pub use error::RuleError;
pub use health::{
    CLOCK_DEVICES, CLOCK_READINGS, CLOCK_TOLERANCE_MS, FUTURE_MS, Fault, Health, Sample, Unused,
};
pub use observation::{DeviceHandle, DeviceInfo, EnrolError, Observation};
pub use rule::{AlgorithmName, Flap, Logic, Quantity, Raise, Rule, StormLimit, Watch};
pub use run::{CAUSE_SHARE, Cause, CauseKind, Engine, Group, Memory, RECENT_KEPT};
pub use set::RuleSet;
pub use shipped::{shipped, shipped_files};
pub use unit::Unit;
pub use warning::{Change, Ended, Evidence, Subject, Warning, What};
