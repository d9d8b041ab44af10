//! The other systems the city is read from, as far as they told.

use bevy::prelude::*;
use feeds::FeedHealth;
use feeds::told::{Heard, Held};

/// All of them, in the order of their settings.
#[derive(Resource, Default)]
pub struct CitySources {
    /// One a source.
    pub all: Vec<CitySource>,
}

/// One system.
pub struct CitySource {
    /// What it is called; no two have one name.
    pub name: String,
    /// Whose it is, such as 气象局; may be empty.
    pub department: String,
    /// Where it is.
    pub url: String,
    /// Whether it is read.
    pub is_on: bool,
    /// How it does.
    pub health: FeedHealth,
    /// How many of its devices are heard from.
    pub heard: Heard,
    /// What it told.
    pub held: Held,
}

/// Switch a source on or off until the console ends.
#[derive(Message, Clone, Debug)]
pub struct SwitchSource {
    /// Its name.
    pub name: String,
    /// On.
    pub on: bool,
}
