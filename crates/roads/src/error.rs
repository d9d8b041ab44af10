//! Why there is no way, and why a file is no network.

use crate::DRONE_RANGE_M;
use city::LonLat;
use std::path::PathBuf;
use thiserror::Error;

/// Why no way could be found, or no network read or written.
#[derive(Debug, Error)]
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
    /// The only ways lead over closed roads.
    #[error(
        "no open way from {:.4}, {:.4} to {:.4}, {:.4}: {}",
        from.lon, from.lat, to.lon, to.lat,
        at.map_or_else(
            || "the only ways lead over closed roads".to_owned(),
            |at| format!("the road at {:.4}, {:.4} is closed", at.lon, at.lat)
        )
    )]
    Closed {
        /// Where it should begin.
        from: LonLat,
        /// Where it should end.
        to: LonLat,
        /// The end whose own road is closed, where that is the reason.
        at: Option<LonLat>,
    },
    /// The only ways are too low, too narrow or too weak for the vehicle.
    #[error(
        "no way from {:.4}, {:.4} to {:.4}, {:.4} for a vehicle this high, wide or heavy; a smaller one finds one",
        from.lon, from.lat, to.lon, to.lat
    )]
    TooBig {
        /// Where it should begin.
        from: LonLat,
        /// Where it should end.
        to: LonLat,
    },
    /// A file could not be read or written.
    #[error("{}: {doing} failed: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A source that is damaged, cut off, or of another kind.
    #[error(
        "{}: {what}; fetch the file again (OpenStreetMap PBF, or GeoJSON lines) and check its size",
        file.display()
    )]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Sources without a single road.
    #[error(
        "{}: no road in it that anyone may use{}; is it an extract with `highway` ways, and does --bbox touch it?",
        files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", "),
        if problems.is_empty() { String::new() } else { format!(" ({problems})") }
    )]
    NoRoads {
        /// The files.
        files: Vec<PathBuf>,
        /// What could not be read, by kind.
        problems: String,
    },
    /// A file that is no network of this version.
    #[error("{}: {problem}; make it again with `shancheng roads import`", file.display())]
    NoNetwork {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}
