//! Why a command was refused, in the operator's language.

use city::City;
use link::Problem;
use serde_json::Value;
use shell::Words;

/// The rule in the operator's words where this program knows it, else what the backend said.
pub(crate) fn in_words(problem: &Problem, words: &Words, city: &City) -> String {
    let Some(refusal) = &problem.refusal else { return problem.to_string() };
    let key = format!("refusal.{}", refusal.key());
    if words.get(&key) == key {
        return problem.to_string();
    }
    let fields = match serde_json::to_value(refusal) {
        Ok(Value::Object(fields)) => fields,
        _ => return problem.to_string(),
    };
    let parts: Vec<_> =
        fields.iter().map(|(name, value)| (name.as_str(), part(name, &text(value), words, city))).collect();
    let parts: Vec<_> = parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.fill(&key, &parts)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// One thing a rule names: stages, states, acts and roles have words, units have names.
fn part(name: &str, value: &str, words: &Words, city: &City) -> String {
    let keyed = |group: &str, key: &str| {
        let full = format!("{group}.{key}");
        match words.get(&full) {
            found if found == full => value.to_owned(),
            found => found.to_owned(),
        }
    };
    match name {
        "role" => keyed("role", value),
        "act" => keyed("act", &value.to_lowercase()),
        "state" => keyed("unitState", value),
        "stage" => keyed("stage", value),
        "unit" => {
            city.units.get(&value.into()).map_or_else(|| value.to_owned(), |unit| words.unit(unit).to_owned())
        }
        _ => value.to_owned(),
    }
}
