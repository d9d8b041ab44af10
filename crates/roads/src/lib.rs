//! The network that people and vehicles move on, and how long it takes.
//!
//! [`RoadNetwork`] is a graph of the static layers' roads with length, slope and speed; [`RoadNetwork::route`]
//! finds the quickest way between two positions, [`fly`] the straight one of a drone. First form: a schematic
//! network; the import of a real one comes later. Deliberately absent: live traffic, files, drawing.

mod error;
mod network;
mod route;
mod snap;
mod vehicle;
mod way;

pub use error::RoadError;
pub use network::RoadNetwork;
pub use vehicle::{DRONE_RANGE_M, DRONE_SPEED_MPS, OFF_ROAD_DETOUR, OFF_ROAD_SPEED_MPS, Vehicle};
pub use way::{Way, fly, path_length_m, position_along};
