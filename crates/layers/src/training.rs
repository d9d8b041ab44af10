//! The training city's still parts, made from a seed: risk points, sensing devices, stations of units.
//!
//! None of it exists: the places are plausible (floods by rivers, slides on slopes, gas where people live),
//! so that an officer can train on them. The same seed gives the same city, to the bit.

mod devices;
mod hills;
mod risk_points;
mod sites;
mod stations;

pub use devices::training_devices;
pub use risk_points::training_risk_points;
pub use stations::{Station, training_stations};
