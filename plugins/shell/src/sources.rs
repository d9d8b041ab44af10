//! The other systems the city is read from, as far as they told.

use bevy::prelude::*;
use city::{NoticeId, WarningId};
use feeds::FeedHealth;
use feeds::cap::Reference;
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

impl CitySources {
    /// A source by its name.
    pub fn named(&self, name: &str) -> Option<&CitySource> {
        self.all.iter().find(|source| source.name == name)
    }
}

/// Something that a source told of; or the city's own watch, which is a source without a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ToldThing {
    /// The name of the source.
    pub source: String,
    /// Which of what it told.
    pub id: ToldId,
}

impl ToldThing {
    /// A warning of the city.
    pub fn city_warning(id: &WarningId) -> Self {
        Self { source: String::new(), id: ToldId::CityWarning(id.clone()) }
    }

    /// A risk notice of the city.
    pub fn risk_notice(id: &NoticeId) -> Self {
        Self { source: String::new(), id: ToldId::RiskNotice(id.clone()) }
    }
}

/// What tells the things of one source apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ToldId {
    /// A warning, by its message.
    Warning(Reference),
    /// A warning of the city's own watch.
    CityWarning(WarningId),
    /// A risk notice of the city's own watch.
    RiskNotice(NoticeId),
    /// A drone, a vehicle or a team.
    Track(String),
    /// A resident's request, by its number.
    Request(String),
    /// A device.
    Device(String),
    /// A feature, by its collection and its place in it, which changes only when the collection is read anew.
    Feature {
        /// The id of its collection.
        collection: String,
        /// Its number among the features.
        row: usize,
        /// Its own id, which it keeps.
        id: Option<String>,
    },
}

/// Switch a source on or off; the console remembers it.
#[derive(Message, Clone, Debug)]
pub struct SwitchSource {
    /// Its name.
    pub name: String,
    /// On.
    pub on: bool,
}
