//! Why there is no way.

use crate::DRONE_RANGE_M;
use city::LonLat;
use thiserror::Error;

/// Why no way could be found.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RoadError {
    /// A position that is not on the globe.
    #[error("{lon}, {lat} is no longitude and latitude in degrees", lon = at.lon, lat = at.lat)]
    NoPosition {
        /// The position.
        at: LonLat,
    },
    /// Farther than a drone flies.
    #[error("{far_km:.0} km are farther than a drone flies ({range_km:.0} km)", range_km = DRONE_RANGE_M / 1e3)]
    TooFar {
        /// How far it is, kilometres.
        far_km: f64,
    },
    /// No road near a position.
    #[error(
        "no road within {within_km:.0} km of {lon:.4}, {lat:.4}; is it outside the city?",
        lon = at.lon, lat = at.lat
    )]
    NoRoad {
        /// The position.
        at: LonLat,
        /// How far was looked, kilometres.
        within_km: f64,
    },
    /// Two positions on parts of the network that do not meet.
    #[error(
        "no way from {:.4}, {:.4} to {:.4}, {:.4}: their roads do not meet",
        from.lon, from.lat, to.lon, to.lat
    )]
    NoWay {
        /// Where it should begin.
        from: LonLat,
        /// Where it should end.
        to: LonLat,
    },
}
