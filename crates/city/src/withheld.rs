//! The negative list (数据共享负面清单): which fields are withheld from which departments, levels and roles.
//!
//! A field that is withheld is taken out of what goes over the wire, and its name stands in a list `withheld` beside it:
//! who reads it can tell "withheld" from "none", and never sees a wrong value in its place.
//! Deliberately absent: the file a list is read from.

mod fields;
mod take_out;

pub use fields::{Field, Fields};
pub use take_out::{Telling, withhold};

use crate::{Actor, Level, Role, Sight};
use serde::{Deserialize, Serialize};

/// From whom a field is withheld: whoever every criterion that is named fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    /// These levels of authority.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// These departments, as tokens name them. Whoever is in none is not meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<String>,
    /// These roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withholding {
    /// Which field.
    pub what: Field,
    /// From whom.
    pub from: Whom,
    /// Why, for those who ask.
    pub reason: String,
}

/// A field that somebody misses, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// Which field.
    pub what: Field,
    /// Why.
    pub reason: String,
}

/// The negative list of a city; an empty one withholds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NegativeList {
    /// Its entries.
    pub withhold: Vec<Withholding>,
}

impl Whom {
    /// True when it names nobody.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.departments.is_empty() && self.roles.is_empty()
    }

    /// True when it means `actor`.
    pub fn means(&self, actor: &Actor) -> bool {
        let in_department = |d: &Vec<String>| actor.department.as_ref().is_some_and(|own| d.contains(own));
        !self.is_empty()
            && (self.levels.is_empty() || self.levels.contains(&actor.level))
            && (self.departments.is_empty() || in_department(&self.departments))
            && (self.roles.is_empty() || self.roles.contains(&actor.role))
    }
}

impl NegativeList {
    /// What of the city `actor` sees.
    pub fn sight(&self, actor: &Actor) -> Sight {
        let withheld = self.withheld_from(actor).map(|entry| entry.what).collect();
        Sight { jurisdiction: actor.jurisdiction, withheld }
    }

    /// What is withheld from `actor`, and why.
    pub fn withheld_from<'a>(&'a self, actor: &'a Actor) -> impl Iterator<Item = &'a Withholding> {
        self.withhold.iter().filter(|entry| entry.from.means(actor))
    }
}

#[cfg(test)]
mod tests;
