//! The words of the training city, from the table that ships.

use crate::BackendError;
use city::RiskClass;
use serde::Deserialize;
use std::collections::BTreeMap;

const TABLE: &str = include_str!("../../data/words.toml");

/// What people report of a class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// The class.
    pub class: RiskClass,
    /// How often, relative to the others.
    pub share: f64,
    /// What they say.
    pub texts: Vec<String>,
}

/// How a class is handled.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handled {
    /// How long at least and at most, minutes.
    pub minutes: [f64; 2],
    /// What the crew reports back.
    pub results: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Officers {
    notes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    surnames: Vec<String>,
}

/// All words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What people report.
    pub reported: Vec<Reported>,
    handled: BTreeMap<RiskClass, Handled>,
    officers: Officers,
    people: People,
}

impl Words {
    /// The table that ships.
    pub fn shipped() -> Result<Self, BackendError> {
        let wrong = |why: String| BackendError::Table { table: "words.toml", why };
        let words: Self = toml::from_str(TABLE).map_err(|e| wrong(e.to_string()))?;
        let other = words.handled.contains_key(&RiskClass::from("other"));
        let said = words.reported.iter().all(|r| !r.texts.is_empty());
        let done = words.handled.values().all(|h| !h.results.is_empty());
        if other && said && done { Ok(words) } else { Err(wrong("a list of words is empty".to_owned())) }
    }

    /// How `class` is handled.
    pub fn handled(&self, class: &RiskClass) -> Option<&Handled> {
        self.handled.get(class).or_else(|| self.handled.get(&RiskClass::from("other")))
    }

    /// The notes of duty officers.
    pub fn notes(&self) -> &[String] {
        &self.officers.notes
    }

    /// Surnames of people.
    pub fn surnames(&self) -> &[String] {
        &self.people.surnames
    }
}
