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

/// What the journal calls whoever a token names: their `sub` at their issuer's place, for no two issuers know of each
/// other's people. `None` where it is no name.
pub fn name(claims: &Map<String, Value>, place: &str) -> Option<String> {
    let subject = claims.get("sub")?.as_str()?;
    is_name(subject).then(|| format!("officer:{subject}@{place}"))
}

/// True where a text can name a person in a token: the journal shows it as it is.
pub fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_NAME && !text.chars().any(is_hidden)
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
            let department = department(claims, prefix)?;
            Ok(Actor { name: name.to_owned(), role, level, jurisdiction, department })
        }
        _ => Err(format!("its level does not fit its jurisdiction `{}`", shown(&word))),
    }
}

/// The department that the claims name; whoever has no such claim is in none.
///
/// A claim that is there and names none is refused, for the negative list would withhold nothing from its bearer.
pub fn department(claims: &Map<String, Value>, prefix: &str) -> Result<Option<String>, String> {
    let named = format!("{prefix}department");
    let given = match claims.get(&named) {
        None => return Ok(None),
        // Some issuers give every attribute as a list.
        Some(Value::Array(all)) if all.len() == 1 => all.first(),
        other => other,
    };
    let word = given.and_then(Value::as_str).map(str::trim);
    match word.filter(|word| is_department(word)) {
        Some(word) => Ok(Some(word.to_owned())),
        None => Err(format!(
            "its claim `{named}` names no department: it needs one word, without hidden characters"
        )),
    }
}

/// True where a word can name a department in a token.
pub fn is_department(word: &str) -> bool {
    !word.trim().is_empty() && !word.chars().any(is_hidden)
}

/// Whether a character makes a name read as what it is not: it controls, turns the direction of writing, or has no width.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
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
    word.chars().filter(|c| !is_hidden(*c)).take(40).collect()
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
    fn a_department_is_one_word_or_none_at_all_and_never_passed_over() {
        let with = |department: Value| {
            let claims = json!({"role": "observer", "level": "city", "jurisdiction": "city", "department": department});
            read(claims, "").map(|actor| actor.department)
        };
        for same in [json!("住建委"), json!(["住建委"]), json!(" 住建委\u{3000}"), json!(["住建委 "])]
        {
            assert_eq!(with(same), Ok(Some("住建委".to_owned())));
        }
        for no_word in [
            json!(""),
            json!(" "),
            json!(null),
            json!(7),
            json!({"x": 1}),
            json!([]),
            json!(["住建委", "气象局"]),
            json!([["住建委"]]),
            json!("住建\u{200b}委"),
        ] {
            let said = with(no_word.clone()).unwrap_err();
            assert!(said.contains("`department` names no department"), "{no_word}: {said}");
        }
    }

    #[test]
    fn a_name_is_one_of_its_issuer_alone() {
        let of = |sub: Value| name(json!({ "sub": sub }).as_object().unwrap(), "idp.example");
        assert_eq!(of(json!("li")).as_deref(), Some("officer:li@idp.example"));
        for bad in [
            json!(""),
            json!(" "),
            json!("a\nb"),
            json!("li\u{202e}x"),
            json!("li\u{200b}"),
            json!(7),
            json!("x".repeat(101)),
        ] {
            assert_eq!(of(bad), None);
        }
    }
}
