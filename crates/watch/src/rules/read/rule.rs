//! Reading one `[[rule]]`: names, whom it watches, what follows. Its condition is read by `read_when`.

use super::fields::Fields;
use super::follows::{by_colour, read_flap, read_level, read_raise};
use super::when::read_when;
use super::{Draft, Heading, Known};
use crate::rules::Unit;
use crate::rules::condition::Condition;
use crate::rules::error::{Page, nearest};
use crate::rules::rule::{AlgorithmName, Logic, Raise, Rule, Watch};
use city::{DistrictCode, Level, RiskClass, RiskGrade, TownshipCode};
use std::sync::Arc;

/// Reads a rule; `None` when something was wrong.
pub(super) fn read_rule(
    mut rule: Fields,
    heading: &Heading,
    known: &Known,
    page: &mut Page,
) -> Option<Draft> {
    let before = page.errors.len();
    let span = rule.span.clone();
    let line = crate::rules::error::line_and_column(page.text, span.start).0;
    let id = rule.needed("id", page, "id = \"flood-level\"").unwrap_or_default();
    if !id.is_empty() && !is_id(id) {
        rule.wrong(page, "id", format!("is `{id}`"), "write 1 to 64 small letters, digits and hyphens");
    }
    let zh = rule.needed("zh", page, "zh = \"水位超警戒\"").unwrap_or_default();
    let en = rule.needed("en", page, "en = \"River above its warning level\"").unwrap_or_default();
    let algorithm = rule.needed("algorithm", page, "algorithm = \"…\": its id in the register of algorithms");
    let version = rule.needed("version", page, "version = \"1.0.0\": its version in the register");
    let source =
        rule.needed("source", page, "source = \"GB …\" or \"training value\": where its values come from");
    let watch = read_watch(&mut rule, page);
    let unit = read_unit(&mut rule, page);
    let condition = read_when(&mut rule, known, page);
    rule.get("clear");
    let flap = read_flap(&mut rule, page);
    let used = condition.as_ref().map(|c| c.steps().levels.map(|step| step.is_some()));
    let raise = by_colour(&mut rule, "raise", used, Raise::Nothing, read_raise, page);
    let centre = by_colour(&mut rule, "centre", used, Level::City, read_level, page);
    let departments = rule.texts("departments", page).into_iter().map(|(name, _)| name.into()).collect();
    let (mut advice_zh, mut advice_en) = ("", "");
    if let Some(mut advice) = rule.table("advice", page) {
        advice_zh = advice.needed("zh", page, "zh = \"…\"").unwrap_or_default();
        advice_en = advice.needed("en", page, "en = \"…\"").unwrap_or_default();
        advice.finish(page);
    } else if !rule.has("advice") {
        rule.missing("advice", page, "advice = { zh = \"…\", en = \"…\" }: what to do");
    }
    let silence = matches!(condition, Some(Condition::Silence { of: None, .. }));
    let group = rule.text("group", page).unwrap_or(if silence { "silence" } else { &heading.system });
    let drivers = rule.texts("drivers", page);
    let mut storm = heading.storm;
    if let Some(own) = rule.table("storm", page) {
        storm = super::read_storm(own, page);
    }
    if let Some(watch) = &watch {
        if let Some(condition) = &condition {
            check_watch(&rule, watch, condition, page);
        }
        check_unit(&rule, watch, unit, condition.as_ref(), known, page);
    }
    let driver_spans = drivers.iter().map(|(id, span)| ((*id).into(), span.clone())).collect();
    let text = |text: &str| Arc::<str>::from(text);
    let algorithm =
        AlgorithmName { id: text(algorithm.unwrap_or_default()), version: text(version.unwrap_or_default()) };
    rule.finish(page);
    if page.errors.len() > before {
        return None;
    }
    let logic = Logic { watch: watch?, unit, condition: condition?, flap };
    let rule = Rule {
        id: text(id),
        zh: text(zh),
        en: text(en),
        system: text(&heading.system),
        algorithm,
        source: text(source?),
        logic,
        raise: raise?,
        centre: centre?,
        departments,
        advice_zh: text(advice_zh),
        advice_en: text(advice_en),
        group: text(group),
        drivers: drivers.iter().map(|(id, _)| text(id)).collect(),
        storm,
        stands: (text(page.file), line),
    };
    Some(Draft { rule, span, drivers: driver_spans })
}

pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn read_watch(rule: &mut Fields, page: &mut Page) -> Option<Watch> {
    if !rule.has("watch") {
        rule.missing("watch", page, "watch = { class = \"flood\" }");
    }
    let before = page.errors.len();
    let mut watch = rule.table("watch", page)?;
    let class = watch.text("class", page);
    if let Some(class) = class {
        check_class(&watch, class, page);
    }
    let property = watch.text("property", page).map(Arc::from);
    let districts = codes(&mut watch, "districts", 100_000..1_000_000, "six digits such as 500103", page);
    let townships =
        codes(&mut watch, "townships", 100_000_000..1_000_000_000, "nine digits such as 500103001", page);
    let devices = watch.texts("devices", page).into_iter().map(|(id, _)| id.into()).collect();
    let grades = [
        ("major", RiskGrade::Major),
        ("considerable", RiskGrade::Considerable),
        ("general", RiskGrade::General),
        ("low", RiskGrade::Low),
    ];
    let grade = watch.choice("grade", &grades, page);
    watch.finish(page);
    (page.errors.len() == before).then(|| Watch {
        class: class.map(RiskClass::from),
        property,
        districts: districts.into_iter().map(DistrictCode).collect(),
        townships: townships.into_iter().map(TownshipCode).collect(),
        devices,
        grade,
    })
}

/// A class may be one that data brings, but not a known one with a letter wrong.
pub(crate) fn check_class(table: &Fields, class: &str, page: &mut Page) {
    if !RiskClass::is_valid_key(class) {
        table.wrong(page, "class", format!("is `{class}`"), "write 1 to 40 letters and digits");
    } else if let RiskClass::Other(_) = RiskClass::from(class)
        && let Some(meant) = nearest(class, RiskClass::KNOWN.iter().map(RiskClass::key))
    {
        table.wrong(page, "class", format!("is `{class}`"), format!("did you mean `{meant}`?"));
    }
}

fn codes(
    watch: &mut Fields,
    field: &'static str,
    right: std::ops::Range<u32>,
    form: &str,
    page: &mut Page,
) -> Vec<u32> {
    let mut found = Vec::new();
    for (value, path) in watch.list(field, page) {
        let Some(code) = super::fields::number(value, &path, page) else { continue };
        if code.fract() == 0.0 && right.contains(&(code as u32)) {
            found.push(code as u32);
        } else {
            page.wrong(value.span(), &path, format!("is {code}"), format!("write a code of {form}"));
        }
    }
    if watch.has(field) && found.is_empty() {
        watch.wrong(page, field, "names none", "name one, or leave the field out to watch all");
    }
    found
}

fn read_unit(rule: &mut Fields, page: &mut Page) -> Option<Unit> {
    let value = rule.get("unit")?;
    let text = value.get_ref().as_str();
    let unit = text.and_then(Unit::read);
    if unit.is_none() {
        let fix = match text.and_then(Unit::near) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write a unit such as m, mg/L, %LEL or °C".to_owned(),
        };
        rule.wrong(page, "unit", "is no unit known here", fix);
    }
    unit
}

fn check_watch(rule: &Fields, watch: &Watch, condition: &Condition, page: &mut Page) {
    let open = matches!(condition, Condition::Silence { .. } | Condition::Together { .. });
    if !open && watch.class.is_none() && watch.devices.is_empty() {
        rule.wrong(page, "watch", "names neither a class nor devices", "add class = \"flood\"");
    }
    if let Condition::Together { .. } = condition
        && (watch.class.is_some()
            || watch.property.is_some()
            || !watch.devices.is_empty()
            || watch.grade.is_some())
    {
        rule.wrong(
            page,
            "watch",
            "says which devices, but warnings are watched here",
            "say only districts or townships, or watch = {}",
        );
    }
}

/// The unit must be one of what the devices measure, and no level may be a value they cannot have.
fn check_unit(
    rule: &Fields,
    watch: &Watch,
    unit: Option<Unit>,
    condition: Option<&Condition>,
    known: &Known,
    page: &mut Page,
) {
    let filters = match condition {
        Some(Condition::Value { .. } | Condition::Rate { .. }) => true,
        Some(Condition::Count { at_least, at_most, .. }) => at_least.is_finite() || at_most.is_finite(),
        Some(_) => false,
        // The condition is wrong itself; a unit that was said is looked at all the same.
        None => unit.is_some(),
    };
    if rule.has("unit") && unit.is_none() {
        return;
    }
    let Some(unit) = unit else {
        if filters {
            rule.wrong(page, "unit", "is missing", "add the unit of the levels, such as unit = \"mg/L\"");
        }
        return;
    };
    if !filters {
        rule.wrong(page, "unit", "does nothing: this condition compares no values", "leave it out");
        return;
    }
    let Some(quantity) = known.quantity(watch.class.as_ref(), watch.property.as_deref()) else { return };
    if !unit.fits(quantity.unit) {
        let what = format!("is `{unit}`, but this is measured in `{}`", quantity.unit);
        rule.wrong(page, "unit", what, format!("write the levels in {} or a unit like it", quantity.unit));
        return;
    }
    let Some(Condition::Value { steps, .. }) = condition else { return };
    for (colour, step) in steps.used() {
        let level = unit.convert(step.level, quantity.unit).unwrap_or(step.level);
        if level < quantity.min || level > quantity.max {
            let what = format!("the {} level {} {unit} is a value it cannot have", colour.key(), step.level);
            let fix = format!(
                "write one from {} to {} {}; is the unit right?",
                quantity.min, quantity.max, quantity.unit
            );
            rule.wrong(page, "when", what, fix);
        }
    }
}
