//! Rules that warn: declared in files, checked before they are taken, run over observations.
//!
//! [`RuleSet::read`] turns rule files into checked rules, or into every fault they have. An [`Engine`] runs them: devices
//! are enrolled once, observations go in, [`Change`]s of warnings come out. It has no clock: time is what it is told.
//! Deliberately absent: the incidents and notices that follow, which `city` decides; what a warning looks like.

mod area;
mod areas;
mod board;
mod cause;
mod condition;
mod cross_check;
mod desk;
mod devices;
mod duration;
mod engine;
mod error;
mod fields;
mod health;
mod near;
mod observation;
mod profile;
mod read;
mod read_rule;
mod read_steps;
mod read_when;
mod recent;
mod reload;
mod rule;
mod set;
mod shipped;
mod silence;
mod slope;
mod slots;
mod state;
mod storm;
mod unit;
mod warning;
mod work;

pub use area::{Area, Shape};
pub use cause::{CAUSE_SHARE, Cause, CauseKind};
pub use condition::{Condition, Direction, Fence, Near, OnGap, ShareOf, Shared, Side, Step, Steps};
pub use duration::{Hours, duration_text};
pub use engine::Engine;
pub use error::RuleError;
pub use health::{
    CLOCK_DEVICES, CLOCK_READINGS, CLOCK_TOLERANCE_MS, FUTURE_MS, Fault, Health, Sample, Unused,
};
pub use observation::{DeviceHandle, DeviceInfo, EnrolError, Observation};
pub use recent::RECENT_KEPT;
pub use rule::{AlgorithmName, Flap, Logic, Quantity, Raise, Rule, StormLimit, Watch};
pub use set::RuleSet;
pub use shipped::{shipped, shipped_files};
pub use storm::{GROUP_OPEN_MS, Group};
pub use unit::Unit;
pub use warning::{Change, Ended, Evidence, Subject, Warning, What};
