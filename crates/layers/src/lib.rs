//! The one-map at scale: what of the city stands still, and where things are on it.
//!
//! [`StaticLayers`] holds the layers that ship (districts, townships, rivers, roads, bridges, shelters,
//! drone routes); [`Gazetteer`] says whose a position is; [`points`] holds millions;
//! [`features`] cuts pages of GeoJSON for OGC API – Features. The training city's risk points, devices
//! and stations are made from a seed. Deliberately absent: drawing, live values, files and sockets.

mod age;
mod bridge;
mod district;
mod drone_route;
mod error;
mod features;
mod gazetteer;
mod local_roads;
mod plane;
pub mod points;
mod reading;
mod road;
mod seeded;
mod shelter;
mod spelling;
mod static_layers;
mod township;
mod training;
mod waters;

pub use age::{AgeRule, SENSOR};
pub use bridge::Bridge;
pub use district::District;
pub use drone_route::{DroneRoute, KeyArea};
pub use error::LayerError;
pub use features::{Collection, FeaturePage, collections, features};
pub use gazetteer::{EDGE_TOLERANCE_M, Gazetteer};
pub use reading::{Problem, Reading};
pub use road::{Road, RoadClass, Structure, read_roads};
pub use shelter::Shelter;
pub use spelling::Needle;
pub use static_layers::StaticLayers;
pub use township::Township;
pub use training::{Station, training_devices, training_risk_points, training_stations};
pub use waters::Waters;
