//! What a record says of itself.

use crate::register::{FileFault, from_toml};
use city::{AlgorithmId, CityTime};
use serde::{Deserialize, Serialize};

/// The longest a record may be, and the longest before it that is looked at, milliseconds: 400 days. Every second of it is
/// lived through.
pub(super) const LONGEST_MS: i64 = 400 * 86_400_000;

/// What a record says of itself, as in `record.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The record in words: whose data, of where, of when.
    pub name: String,
    /// From when on it is judged; what was told before lets rules that look back begin.
    pub from: CityTime,
    /// Until before when it is judged.
    pub until: CityTime,
    /// True where the data were made up, as in an exercise.
    pub made_up: bool,
    /// The algorithms of which `truth.csv` holds all that was true; the others are not judged.
    pub judges: Vec<AlgorithmId>,
}

impl About {
    pub(super) fn read(file: &str, text: &str) -> Result<Self, FileFault> {
        let about: Self = from_toml(file, text)?;
        let fault = |field: &str, problem: &str| {
            let stands = text.lines().position(|line| line.trim_start().starts_with(field));
            FileFault {
                file: file.to_owned(),
                line: stands.map_or(1, |line| line + 1),
                field: format!("`{field}`"),
                problem: problem.to_owned(),
            }
        };
        if about.name.trim().is_empty() || about.name.chars().count() > 500 {
            return Err(fault("name", "say whose data, of where and when, in 1 to 500 characters"));
        }
        if about.from >= about.until {
            return Err(fault("until", "the record must end after it begins"));
        }
        if about.until.0 - about.from.0 > LONGEST_MS {
            return Err(fault("until", "a record has 400 days at most"));
        }
        if about.judges.is_empty() {
            return Err(fault("judges", "name the algorithms of which the truth is known"));
        }
        Ok(about)
    }
}
