//! The rules that ship, a file a system of the city.

use super::{RuleError, RuleSet};

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The files that ship, as `(name, text)`.
        pub fn shipped_files() -> Vec<(&'static str, &'static str)> {
            vec![$(($name, include_str!(concat!("../../../../assets/watch/rules/", $name)))),+]
        }
    };
}

files! {
    "flood.toml",
    "landslide.toml",
    "gas.toml",
    "septic.toml",
    "forest_fire.toml",
    "bridge.toml",
    "fire.toml",
    "water_quality.toml",
    "traffic.toml",
    "crowd.toml",
    "muck_truck.toml",
    "parking.toml",
    "complaint.toml",
    "patrol.toml",
    "devices.toml",
}

/// The rules that ship. A test reads them, so that this does not fail with a program that passed it.
pub fn shipped() -> Result<RuleSet, Vec<RuleError>> {
    RuleSet::read(&shipped_files())
}
