//! Reading the condition of a rule, `when`.

use super::Known;
use super::fields::Fields;
use super::steps::{Entry, read_steps};
use crate::rules::condition::{Condition, Direction, Fence, Near, ShareOf, Shared, Side};
use crate::rules::error::{Page, nearest};
use crate::rules::{Hours, Shape};
use std::sync::Arc;

const KINDS: [(&str, &str); 12] = [
    ("above", "above"),
    ("over", "over"),
    ("below", "below"),
    ("under", "under"),
    ("rising", "rising"),
    ("falling", "falling"),
    ("changing", "changing"),
    ("inside", "inside"),
    ("outside", "outside"),
    ("silent", "silent"),
    ("together", "together"),
    ("count", "count"),
];

/// Reads `when` of `rule`; `None` when something was wrong.
pub(super) fn read_when(rule: &mut Fields, known: &Known, page: &mut Page) -> Option<Condition> {
    if !rule.has("when") {
        rule.missing("when", page, "when = { kind = \"above\", yellow = 5.0 }");
    }
    let mut when = rule.table("when", page)?;
    if !when.has("kind") {
        when.missing("kind", page, "kind = \"above\"");
    }
    let kind = when.choice("kind", &KINDS, page)?;
    let condition = match kind {
        "above" | "over" => value(&mut when, rule, Side::Above, kind == "over", known, page),
        "below" | "under" => value(&mut when, rule, Side::Below, kind == "under", known, page),
        "rising" => rate(&mut when, rule, Direction::Rising, page),
        "falling" => rate(&mut when, rule, Direction::Falling, page),
        "changing" => rate(&mut when, rule, Direction::Changing, page),
        "inside" | "outside" => place(&mut when, rule, kind, known, page),
        "silent" => silence(&mut when, rule, page),
        "together" => together(&mut when, rule, page),
        _ => count(&mut when, rule, page),
    };
    when.finish(page);
    condition
}

fn value(
    when: &mut Fields,
    rule: &mut Fields,
    side: Side,
    strict: bool,
    known: &Known,
    page: &mut Page,
) -> Option<Condition> {
    let fence = fence(when, known, page);
    let steps = read_steps(when, rule, Entry::Level(side), true, page)?;
    Some(Condition::Value { side, strict, fence: fence?, steps })
}

fn rate(when: &mut Fields, rule: &mut Fields, direction: Direction, page: &mut Page) -> Option<Condition> {
    let per = when.choice("per", &[("minute", 60_000), ("hour", 3_600_000), ("day", 86_400_000)], page);
    if !when.has("per") {
        when.missing("per", page, "per = \"hour\" (or minute, day)");
    }
    let mut over = when.duration("over", page);
    if !when.has("over") {
        when.missing("over", page, "over = \"30min\": how long the change is looked for");
    }
    if over.is_some_and(|ms| ms < 5_000) {
        when.wrong(page, "over", "is too short for five readings", "write at least 5s");
        over = None;
    }
    let points = when.whole("points", 4, 12, page).unwrap_or(5);
    let steps = read_steps(when, rule, Entry::Level(Side::Above), true, page)?;
    if let Some((colour, step)) = steps.used().find(|(_, step)| step.level <= 0.0) {
        let what = format!("is {}, but a rate has no sign", step.level);
        when.wrong(page, colour.key(), what, "write a number above 0; `falling` says which way");
        return None;
    }
    Some(Condition::Rate { direction, per_ms: per?, over_ms: over?, points, steps })
}

fn place(
    when: &mut Fields,
    rule: &mut Fields,
    kind: &str,
    known: &Known,
    page: &mut Page,
) -> Option<Condition> {
    let shapes = areas(when, "areas", known, page);
    if !when.has("areas") {
        when.missing("areas", page, "areas = [\"the id of an [[area]]\"]");
    }
    let hours = hours(when, page);
    let steps = read_steps(when, rule, Entry::Time { must: false }, true, page);
    let (inside, outside) = if kind == "inside" { (shapes?, Vec::new()) } else { (Vec::new(), shapes?) };
    Some(Condition::Place { fence: Fence { inside, outside, hours: hours? }, steps: steps? })
}

fn silence(when: &mut Fields, rule: &mut Fields, page: &mut Page) -> Option<Condition> {
    if !when.has("by") {
        let steps = read_steps(when, rule, Entry::Time { must: true }, false, page)?;
        return Some(Condition::Silence { of: None, steps });
    }
    let choices = [
        ("gateway", Shared::Gateway),
        ("source", Shared::Source),
        ("district", Shared::District),
        ("township", Shared::Township),
    ];
    let by = when.choice("by", &choices, page);
    let at_least = when.whole("at_least", 2, 1_000_000, page).unwrap_or(5);
    let silent_ms = when.duration("silent", page);
    if !when.has("silent") {
        when.missing("silent", page, "silent = \"10min\": how long each device must be silent");
    }
    let steps = read_steps(when, rule, Entry::Level(Side::Above), false, page)?;
    if let Some((colour, step)) = steps.used().find(|(_, step)| step.level <= 0.0 || step.level > 1.0) {
        let what = format!("is {}, which is no share", step.level);
        when.wrong(page, colour.key(), what, "write a number above 0 and at most 1: 0.3 is 30 %");
        return None;
    }
    Some(Condition::Silence { of: Some(ShareOf { by: by?, silent_ms: silent_ms?, at_least }), steps })
}

fn together(when: &mut Fields, rule: &mut Fields, page: &mut Page) -> Option<Condition> {
    let of: Vec<Arc<str>> = when.texts("of", page).into_iter().map(|(id, _)| id.into()).collect();
    let (names, all) = (of.len(), of.len().max(1));
    if names < 2 {
        let fix = "name at least two: of = [\"a\", \"b\"]";
        when.wrong(page, "of", format!("names {names} rules"), fix);
    }
    let twice = (1..names).any(|n| of[..n].contains(&of[n]));
    if twice {
        when.wrong(page, "of", "names a rule twice", "name each once");
    }
    let need = if when.is_number("need") {
        when.whole("need", 1, all as u32, page).map(|need| need as usize)
    } else if when.has("need") {
        when.choice("need", &[("all", all), ("any", 1)], page)
    } else {
        when.get("need");
        Some(all)
    };
    let near = near(when, page);
    let lingers = if when.has("within") { when.duration("within", page) } else { Some(0) };
    when.get("within");
    let steps = read_steps(when, rule, Entry::Time { must: false }, false, page)?;
    if names < 2 || twice {
        return None;
    }
    Some(Condition::Together { of, need: need?, near: near?, lingers_ms: lingers?, steps })
}

fn count(when: &mut Fields, rule: &mut Fields, page: &mut Page) -> Option<Condition> {
    let near = near(when, page);
    let within = when.duration("within", page);
    if !when.has("within") {
        when.missing("within", page, "within = \"30min\"");
    }
    let distinct = when.yes("distinct", page).unwrap_or(false);
    let at_least = when.number("at_least", page).unwrap_or(f64::NEG_INFINITY);
    let at_most = when.number("at_most", page).unwrap_or(f64::INFINITY);
    if at_least > at_most {
        when.wrong(page, "at_least", "is more than `at_most`", "no value is both: change one");
    }
    let steps = read_steps(when, rule, Entry::Level(Side::Above), false, page)?;
    for (colour, step) in steps.used() {
        if step.level.fract() != 0.0 || !(1.0..=10_000.0).contains(&step.level) {
            let what = format!("is {}, which is no number of reports", step.level);
            when.wrong(page, colour.key(), what, "write a whole number from 1 to 10000");
            return None;
        }
    }
    Some(Condition::Count { near: near?, within_ms: within?, distinct, at_least, at_most, steps })
}

/// `near = "township"` or `metres = 300`.
fn near(when: &mut Fields, page: &mut Page) -> Option<Near> {
    let choices = [("township", Near::Township), ("district", Near::District), ("city", Near::City)];
    let near = when.choice("near", &choices, page);
    let metres = when.number("metres", page);
    match (near, metres) {
        (Some(near), None) => Some(near),
        (None, Some(metres)) if (1.0..=100_000.0).contains(&metres) => Some(Near::Metres(metres)),
        (None, Some(metres)) => {
            when.wrong(page, "metres", format!("is {metres}"), "write metres from 1 to 100000");
            None
        }
        (Some(_), Some(_)) => {
            when.wrong(page, "metres", "stands beside `near`", "leave one of them out");
            None
        }
        (None, None) => {
            if !when.has("near") && !when.has("metres") {
                when.missing("near", page, "near = \"township\" (or district, city) or metres = 300");
            }
            None
        }
    }
}

fn fence(when: &mut Fields, known: &Known, page: &mut Page) -> Option<Fence> {
    let inside = areas(when, "inside", known, page);
    let outside = areas(when, "outside", known, page);
    let hours = hours(when, page);
    Some(Fence { inside: inside?, outside: outside?, hours: hours? })
}

fn areas(when: &mut Fields, field: &'static str, known: &Known, page: &mut Page) -> Option<Vec<Arc<Shape>>> {
    let mut shapes = Some(Vec::new());
    let path = when.name(field);
    for (id, span) in when.texts(field, page) {
        match known.areas.get(id) {
            Some(shape) => {
                if let Some(all) = &mut shapes {
                    all.push(shape.clone());
                }
            }
            None => {
                let fix = match nearest(id, known.areas.keys().map(|id| &**id)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "add an [[area]] with this id".to_owned(),
                };
                page.wrong(span, &path, format!("names the area `{id}`, which no file has"), fix);
                shapes = None;
            }
        }
    }
    if when.has(field) && shapes.as_ref().is_some_and(Vec::is_empty) {
        when.wrong(page, field, "names no area", "name one, or leave the field out");
        return None;
    }
    shapes
}

fn hours(when: &mut Fields, page: &mut Page) -> Option<Option<Hours>> {
    let there = when.has("hours");
    let Some(text) = when.text("hours", page) else { return (!there).then_some(None) };
    match Hours::read(text) {
        Ok(hours) => Some(Some(hours)),
        Err(why) => {
            when.wrong(page, "hours", why, "write hours of Asia/Shanghai such as 22:00-06:00");
            None
        }
    }
}
