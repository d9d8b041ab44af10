//! The network that people and vehicles move on, and how long it takes.
//!
//! [`import`] makes [`Streets`] of OpenStreetMap PBF or GeoJSON lines: edges with height, slope, access and limits, kept
//! in one file. A [`Router`] answers for one [`Profile`] and its [`Closure`]s: exact [`Route`]s, and [`Isochrone`]s of
//! what is reached in a time. [`RoadNetwork`] is what units move on: such a network, or the schematic one that ships.
//! Deliberately absent: live traffic, a clock, sockets, drawing.

mod class;
mod closures;
mod error;
mod file;
mod import;
mod isochrone;
mod itinerary;
mod limits;
mod locate;
mod mode;
mod network;
mod reach;
mod router;
mod routing;
mod schematic;
mod speed;
mod standing;
mod streets;
pub mod synthetic;
mod vehicle;
mod way;

pub use class::StreetClass;
pub use closures::{Closed, Closure, read_closures};
pub use error::RoadError;
pub use import::{ImportReport, Problem, Progress, Share, import};
pub use isochrone::Isochrone;
pub use itinerary::{Joint, Route, RoutePoint, RouteStep};
pub(crate) use limits::Limits;
pub use locate::Stop;
pub use mode::{Mode, Profile, Size};
pub use network::RoadNetwork;
pub use reach::{Reach, ReachedEdge};
pub use router::Router;
pub use speed::walking_mps;
pub use streets::{Edge, StreetName, Streets, StreetsInfo};
pub use vehicle::{DRONE_RANGE_M, DRONE_SPEED_MPS, OFF_ROAD_DETOUR, OFF_ROAD_SPEED_MPS, Vehicle};
pub use way::{Way, fly, path_length_m, position_along};
