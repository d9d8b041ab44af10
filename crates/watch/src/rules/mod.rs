//! Rules that warn: declared in files, checked before they are taken, run over observations.
//!
//! [`RuleSet::read`] turns rule files into checked rules or into every fault they have.

mod area;
mod condition;
mod cross_check;
mod duration;
mod error;
mod fields;
mod read;
mod read_rule;
mod read_steps;
mod read_when;
mod rule;
mod set;
mod unit;

pub use area::{Area, Shape};
pub use condition::{Condition, Direction, Fence, Near, OnGap, ShareOf, Shared, Side, Step, Steps};
pub use duration::{Hours, duration_text};
pub use error::RuleError;
pub use rule::{AlgorithmName, Flap, Logic, Quantity, Raise, Rule, StormLimit, Watch};
pub use set::RuleSet;
pub use unit::Unit;
