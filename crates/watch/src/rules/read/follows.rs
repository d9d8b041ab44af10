//! Reading what follows from a rule's warning: what each colour raises, whom it goes to, and when it flaps.

use super::fields::Fields;
use crate::rules::error::Page;
use crate::rules::{Flap, Raise};
use city::{IncidentLevel, Level, WarningColour};

/// Reads `flap`.
pub(super) fn read_flap(rule: &mut Fields, page: &mut Page) -> Option<Flap> {
    let mut flap = rule.table("flap", page)?;
    let raises = flap.whole("raises", 1, 100, page);
    let within_ms = flap.duration("within", page);
    let calm_ms = flap.duration("calm", page);
    for (field, example) in
        [("raises", "raises = 3"), ("within", "within = \"10min\""), ("calm", "calm = \"15min\"")]
    {
        if !flap.has(field) {
            flap.missing(field, page, example);
        }
    }
    flap.finish(page);
    Some(Flap { raises: raises?, within_ms: within_ms?, calm_ms: calm_ms? })
}

/// One word for all colours, or a table with one for each colour the condition uses.
pub(super) fn by_colour<T: Copy>(
    rule: &mut Fields,
    field: &'static str,
    used: Option<[bool; 4]>,
    unused: T,
    read: fn(&str) -> Result<T, String>,
    page: &mut Page,
) -> Option<[T; 4]> {
    if !rule.has(field) {
        rule.missing(
            field,
            page,
            &format!("{field} = \"{}\"", if field == "raise" { "notice" } else { "district" }),
        );
        return None;
    }
    if !rule.is_table(field) {
        let word = rule.text(field, page)?;
        return match read(word) {
            Ok(one) => Some([one; 4]),
            Err(fix) => {
                rule.wrong(page, field, format!("is `{word}`"), fix);
                None
            }
        };
    }
    let before = page.errors.len();
    let mut table = rule.table(field, page)?;
    let mut all = [unused; 4];
    for (n, colour) in WarningColour::ALL.into_iter().enumerate() {
        match (table.text(colour.key(), page), used.map(|used| used[n])) {
            (Some(word), Some(true) | None) => match read(word) {
                Ok(one) => all[n] = one,
                Err(fix) => table.wrong(page, colour.key(), format!("is `{word}`"), fix),
            },
            (Some(_), Some(false)) => {
                table.wrong(page, colour.key(), "is a colour that `when` does not use", "leave it out");
            }
            (None, Some(true)) if !table.has(colour.key()) => {
                table.missing(colour.key(), page, &format!("{}: `when` uses this colour", colour.key()));
            }
            _ => {}
        }
    }
    table.finish(page);
    (page.errors.len() == before).then_some(all)
}

pub(super) fn read_raise(word: &str) -> Result<Raise, String> {
    let level = |n| IncidentLevel::new(n).map(Raise::Incident);
    let read = match word {
        "notice" => Some(Raise::Notice),
        "nothing" => Some(Raise::Nothing),
        "incident 1" | "incident Ⅰ" => level(1),
        "incident 2" | "incident Ⅱ" => level(2),
        "incident 3" | "incident Ⅲ" => level(3),
        "incident 4" | "incident Ⅳ" => level(4),
        _ => None,
    };
    read.ok_or_else(|| "write notice, nothing, or incident 1 to incident 4".to_owned())
}

pub(super) fn read_level(word: &str) -> Result<Level, String> {
    match word {
        "city" => Ok(Level::City),
        "district" => Ok(Level::District),
        "township" => Ok(Level::Township),
        _ => Err("write city, district or township".to_owned()),
    }
}
