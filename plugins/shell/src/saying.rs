//! What every board says alike: words of a key, measured values, and why a command is refused.

use crate::Words;
use city::{City, Measure, Refusal, RiskClass, UnitId};

/// The words of `group.key`; the key itself where there are none.
pub fn keyed(words: &Words, group: &str, key: &str) -> String {
    let full = format!("{group}.{key}");
    let found = words.get(&full);
    if found == full { key.to_owned() } else { found.to_owned() }
}

/// A measured value: two decimals below ten, one above, none where they are zero.
pub fn figure(value: f64) -> String {
    let text = if value.abs() < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A value of a device of `class` with its unit.
pub fn measured(class: &RiskClass, value: f32) -> String {
    let unit = Measure::of(class).map_or("", |measure| measure.unit);
    format!("{} {unit}", figure(value.into())).trim_end().to_owned()
}

/// Why a command is refused.
pub fn refusal(words: &Words, city: &City, refusal: &Refusal) -> String {
    let say = |parts: &[(&str, &str)]| words.fill(&format!("refusal.{}", refusal.key()), parts);
    let act_word = |act: &str| keyed(words, "act", &act.to_lowercase());
    let state_word = |state: &str| keyed(words, "unitState", state);
    let unit_name = |id: &str| {
        city.units.get(&UnitId::from(id)).map_or_else(|| id.to_owned(), |unit| words.unit(unit).to_owned())
    };
    match refusal {
        Refusal::Forbidden { role, act } => {
            say(&[("role", &keyed(words, "role", role)), ("act", &act_word(act))])
        }
        Refusal::OutsideJurisdiction { name } => say(&[("name", name)]),
        Refusal::NoSuchIncident { id } | Refusal::NoSuchUnit { id } => say(&[("id", id)]),
        Refusal::UnitTaken { unit, state, incident } => {
            say(&[("unit", &unit_name(unit)), ("state", &state_word(state)), ("incident", incident)])
        }
        Refusal::UnitNotThere { unit, state, act, incident } => say(&[
            ("unit", &unit_name(unit)),
            ("state", &state_word(state)),
            ("act", &act_word(act)),
            ("incident", incident),
        ]),
        Refusal::WrongStage { incident, stage, act } => {
            let stage = keyed(words, "stage", stage);
            say(&[("incident", incident), ("stage", &stage), ("act", &act_word(act))])
        }
        Refusal::UnitsStillOut { incident, units } => {
            say(&[("incident", incident), ("units", &units.to_string())])
        }
        Refusal::BadField { field, why } => match field.as_str() {
            "rating" => words.get("refusal.badRating").to_owned(),
            "note" => words.get("refusal.badNote").to_owned(),
            "text" => words.get("refusal.badText").to_owned(),
            "reason" => words.get("refusal.badReason").to_owned(),
            "lon, lat" => words.get("refusal.badPosition").to_owned(),
            _ => say(&[("field", field), ("why", why)]),
        },
        Refusal::NoSuchWarning { id }
        | Refusal::NoSuchNotice { id }
        | Refusal::NoSuchAlgorithm { id }
        | Refusal::NoPlace { id } => say(&[("id", id)]),
        Refusal::NoticeSettled { id, state } => {
            say(&[("id", id), ("state", &keyed(words, "noticeState", state))])
        }
        Refusal::AlgorithmState { id, state, asked } => {
            let state_of = |state: &str| keyed(words, "algorithmState", state);
            say(&[("id", id), ("state", &state_of(state)), ("asked", &state_of(asked))])
        }
        Refusal::OtherVersion { id, runs, evaluated } => {
            say(&[("id", id), ("runs", runs), ("evaluated", evaluated)])
        }
        Refusal::NoWay { unit, incident } => say(&[("unit", &unit_name(unit)), ("incident", incident)]),
    }
}
