//! Answers in words: times and lengths, names of roads, and why there is no way.

use crate::told::RowName;
use roads::{Mode, Profile, RoadError};
use shell::{Language, Words};

/// A time: minutes, from an hour on hours and minutes.
pub(crate) fn time(words: &Words, seconds: f64) -> String {
    let minutes = (seconds / 60.0).round().max(1.0) as u64;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => words.fill("ways.minutes", &[("n", &minutes.to_string())]),
        (hours, minutes) => {
            words.fill("ways.hours", &[("h", &hours.to_string()), ("n", &minutes.to_string())])
        }
    }
}

/// A length: metres, from a kilometre on kilometres.
pub(crate) fn length(metres: f64) -> String {
    match metres {
        m if m < 995.0 => format!("{m:.0} m"),
        m if m < 99_500.0 => format!("{:.1} km", m / 1e3),
        m => format!("{:.0} km", m / 1e3),
    }
}

/// What a road is called in the language shown.
pub(crate) fn road<'a>(words: &'a Words, name: &'a RowName) -> &'a str {
    match name {
        RowName::Named(chinese, english) => words.name(chinese, english),
        RowName::Kind(key) => words.get(key),
    }
}

/// Why there is no answer.
pub(crate) fn why(words: &Words, mode: Mode, error: &RoadError) -> String {
    match error {
        RoadError::NoRoad { within_km, .. } => {
            words.fill("ways.noRoad", &[("km", &format!("{within_km:.0}"))])
        }
        RoadError::NoWay { .. } => {
            words.fill("ways.noWay", &[("who", words.get(&format!("wayMode.{mode}")))])
        }
        RoadError::Closed { at: Some(_), .. } => words.get("ways.closedThere").to_owned(),
        RoadError::Closed { at: None, .. } => words.get("ways.allClosed").to_owned(),
        RoadError::TooBig { .. } => {
            let size = Profile::of(mode).size;
            let parts = [size.height_m, size.width_m, size.weight_t].map(|figure| format!("{figure}"));
            let [height, width, weight] = &parts;
            words.fill("ways.tooBig", &[("height", height), ("width", width), ("weight", weight)])
        }
        other if words.language == Language::English => other.to_string(),
        other => words.fill("ways.failed", &[("why", &other.to_string())]),
    }
}
