//! What a token of another issuer says of its bearer.

use city::{Actor, DistrictCode, Jurisdiction, Level, Role, TownshipCode};
use serde_json::{Map, Value};

/// The longest name of a person, characters.
const LONGEST_NAME: usize = 100;

/// The roles a person may have; crews and reporters are no persons at a desk.
const ROLES: [Role; 5] = [Role::Observer, Role::DutyOfficer, Role::Commander, Role::Planner, Role::Auditor];
const LEVELS: [(&str, Level); 4] = [
    ("city", Level::City),
    ("district", Level::District),
    ("township", Level::Township),
    ("grid", Level::Grid),
];

/// What the journal calls whoever a token names: their `sub` at the issuer's host, for no two issuers know of each
/// other's people. `None` where it is no name.
pub fn name(claims: &Map<String, Value>, host: &str) -> Option<String> {
    let subject = claims.get("sub")?.as_str()?;
    let fits = !subject.trim().is_empty()
        && subject.chars().count() <= LONGEST_NAME
        && !subject.chars().any(char::is_control);
    fits.then(|| format!("officer:{subject}@{host}"))
}

/// Whom the claims `role`, `level` and `jurisdiction`, and `department` where there is one, their names after `prefix`, make of the person called `name`.
pub fn actor(claims: &Map<String, Value>, prefix: &str, name: &str) -> Result<Actor, String> {
    let text = |claim: &str| {
        let named = format!("{prefix}{claim}");
        match claims.get(&named) {
            Some(Value::String(text)) => Ok((named, text.clone())),
            Some(Value::Number(number)) => Ok((named, number.to_string())),
            Some(_) => Err(format!("its claim `{named}` is no word")),
            None => Err(format!("it lacks the claim `{named}`")),
        }
    };
    let (named, word) = text("role")?;
    let role = ROLES.into_iter().find(|role| role.key() == word).ok_or_else(|| {
        format!("its claim `{named}` is `{}`: {} are known", shown(&word), ROLES.map(Role::key).join(", "))
    })?;
    let (named, word) = text("level")?;
    let level =
        LEVELS.into_iter().find(|(key, _)| *key == word).map(|(_, level)| level).ok_or_else(|| {
            let known = LEVELS.map(|(key, _)| key).join(", ");
            format!("its claim `{named}` is `{}`: {known} are known", shown(&word))
        })?;
    let (named, word) = text("jurisdiction")?;
    let jurisdiction = jurisdiction(&word).ok_or_else(|| {
        format!(
            "its claim `{named}` is `{}`: city, or the code of a district (such as 500103) or township is known",
            shown(&word)
        )
    })?;
    match (level, jurisdiction) {
        (Level::City, Jurisdiction::City)
        | (Level::District, Jurisdiction::District(_))
        | (Level::Township | Level::Grid, Jurisdiction::Township(_)) => {
            let department = text("department").ok().map(|(_, department)| department);
            Ok(Actor { name: name.to_owned(), role, level, jurisdiction, department })
        }
        _ => Err(format!("its level does not fit its jurisdiction `{}`", shown(&word))),
    }
}

fn jurisdiction(word: &str) -> Option<Jurisdiction> {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    match (word, word.len(), word.parse::<u32>()) {
        ("city", ..) => Some(Jurisdiction::City),
        (_, 6, Ok(code)) if digits => Some(Jurisdiction::District(DistrictCode(code))),
        (_, 9, Ok(code)) if digits => Some(Jurisdiction::Township(TownshipCode(code))),
        _ => None,
    }
}

/// A word from outside, short enough for a message.
fn shown(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn read(claims: Value, prefix: &str) -> Result<Actor, String> {
        actor(claims.as_object().unwrap(), prefix, "officer:li@idp.example")
    }

    #[test]
    fn claims_make_an_officer_also_under_another_name() {
        let district = json!({"role": "dutyOfficer", "level": "district", "jurisdiction": 500_103});
        let li = read(district, "").unwrap();
        assert_eq!(
            (li.role, li.jurisdiction),
            (Role::DutyOfficer, Jurisdiction::District(DistrictCode(500_103)))
        );
        let prefixed = json!({"https://city.example/role": "auditor", "https://city.example/level": "grid",
                              "https://city.example/jurisdiction": "500103001",
                              "https://city.example/department": "气象局"});
        let wang = read(prefixed.clone(), "https://city.example/").unwrap();
        assert_eq!(
            (wang.role, wang.level, wang.department.as_deref()),
            (Role::Auditor, Level::Grid, Some("气象局"))
        );
        assert!(read(prefixed, "").unwrap_err().contains("lacks the claim `role`"));
    }

    #[test]
    fn what_is_not_known_is_told_with_what_is() {
        let good = json!({"role": "observer", "level": "city", "jurisdiction": "city"});
        read(good.clone(), "").unwrap();
        for (claim, value, words) in [
            ("role", json!("king"), "dutyOfficer"),
            ("role", json!("crew"), "dutyOfficer"),
            ("role", json!(["observer"]), "no word"),
            ("level", json!("country"), "township"),
            ("level", json!("district"), "does not fit"),
            ("jurisdiction", json!("Paris"), "500103"),
            ("jurisdiction", json!("500103"), "does not fit"),
            ("jurisdiction", json!("+50010"), "500103"),
        ] {
            let mut claims = good.clone();
            claims[claim] = value.clone();
            let said = read(claims, "").unwrap_err();
            assert!(said.contains(words), "{claim} {value}: {said}");
        }
    }

    #[test]
    fn a_name_is_one_of_its_issuer_alone() {
        let of = |sub: Value| name(json!({ "sub": sub }).as_object().unwrap(), "idp.example");
        assert_eq!(of(json!("li")).as_deref(), Some("officer:li@idp.example"));
        for bad in [json!(""), json!(" "), json!("a\nb"), json!(7), json!("x".repeat(101))] {
            assert_eq!(of(bad), None);
        }
    }
}
