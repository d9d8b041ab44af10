//! Why the ground gives no answer.

use city::LonLat;

/// An error of a question.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AskError {
    /// A place that must have a height has none.
    #[error("{what} {:.6},{:.6} lies outside the ground; `shancheng terrain info` says how far it reaches", at.lon, at.lat)]
    Outside {
        /// What the place is in the question.
        what: &'static str,
        /// The place.
        at: LonLat,
    },
    /// The question cannot be asked like this: what is wrong, and what would do.
    #[error("{0}")]
    Question(String),
}

impl AskError {
    /// An error of the question's words.
    pub(super) fn question(problem: impl Into<String>) -> Self {
        Self::Question(problem.into())
    }
}

/// Refuses a number that is not finite or lies outside `from..=to`, naming it and its unit.
pub(super) fn within(what: &str, value: f64, from: f64, to: f64, unit: &str) -> Result<f64, AskError> {
    if (from..=to).contains(&value) {
        return Ok(value);
    }
    let with_unit = |value: f64| if unit.is_empty() { value.to_string() } else { format!("{value} {unit}") };
    let (value, to) = (with_unit(value), with_unit(to));
    Err(AskError::question(format!("{what} of {value} is not from {from} to {to}")))
}

/// Refuses a place off the globe.
pub(super) fn on_globe(what: &str, at: LonLat) -> Result<LonLat, AskError> {
    if at.is_valid() {
        return Ok(at);
    }
    Err(AskError::question(format!(
        "{what} {},{} lies off the globe: longitude first, degrees",
        at.lon, at.lat
    )))
}
