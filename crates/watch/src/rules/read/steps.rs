//! Reading the levels of the colours, their times, and how a warning clears.

use super::fields::{Fields, Value, duration, number};
use crate::rules::condition::{OnGap, Side, Step, Steps};
use crate::rules::duration::duration_text;
use crate::rules::error::Page;
use city::WarningColour;
use toml::de::DeValue;

/// What a colour's entry says.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Entry {
    /// A level, graver on this side: `red = 5.0` or `red = { value = 5.0, for = "3d" }`.
    Level(Side),
    /// Only how long: `red = "30min"`, or `colour = "red"` with `for`; true when a time must be said.
    Time { must: bool },
}

const COLOURS: [&str; 4] = ["red", "orange", "yellow", "blue"];

/// Reads colours, `for`, `max_gap`, `on_gap` and `coverage` of `when`, and `clear` of the rule around it.
/// `by_readings` is true where a hold goes by the readings' own times, so that gaps matter.
pub(super) fn read_steps(
    when: &mut Fields,
    rule: &mut Fields,
    entry: Entry,
    by_readings: bool,
    page: &mut Page,
) -> Option<Steps> {
    let before = page.errors.len();
    let common = when.duration("for", page).unwrap_or(0);
    let mut levels = [None; 4];
    for (slot, name) in levels.iter_mut().zip(COLOURS) {
        if let Some(value) = when.get(name) {
            *slot = read_entry(value, when.name(name), entry, common, page);
        }
    }
    if let Entry::Time { .. } = entry {
        let choices = WarningColour::ALL.map(|colour| (colour.key(), colour));
        if let Some(colour) = when.choice("colour", &choices, page) {
            let slot = &mut levels[crate::rules::rule::rank(colour)];
            if slot.is_some() {
                when.wrong(page, "colour", "is said twice", "leave `colour` out");
            }
            *slot = Some(Step { level: 0.0, hold_ms: common });
        }
    }
    if levels.iter().all(Option::is_none) && page.errors.len() == before {
        let example = match entry {
            Entry::Level(_) => "a level such as yellow = 5.0",
            Entry::Time { .. } => "colour = \"yellow\"",
        };
        when.missing("yellow", page, example);
    }
    check_order(when, &levels, entry, page);
    let (max_gap_ms, on_gap) = read_gap(when, &levels, by_readings, page);
    let (margin, clear_after_ms) = read_clear(rule, &levels, entry, page);
    (page.errors.len() == before).then_some(Steps { levels, margin, clear_after_ms, max_gap_ms, on_gap })
}

fn read_entry(value: Value, path: String, entry: Entry, common: i64, page: &mut Page) -> Option<Step> {
    match (value.get_ref(), entry) {
        (DeValue::Table(_), _) => {
            let mut table = Fields::inside(value, path, page)?;
            let hold_ms = table.duration("for", page).unwrap_or(common);
            let level = match entry {
                Entry::Level(_) => {
                    if table.get("value").is_none() {
                        table.missing("value", page, "value = 5.0");
                    }
                    table.number("value", page)
                }
                Entry::Time { .. } => Some(0.0),
            };
            table.finish(page);
            Some(Step { level: level?, hold_ms })
        }
        (_, Entry::Level(_)) => Some(Step { level: number(value, &path, page)?, hold_ms: common }),
        (_, Entry::Time { .. }) => Some(Step { level: 0.0, hold_ms: duration(value, &path, page)? }),
    }
}

/// A graver colour must be harder to reach than a milder one.
fn check_order(when: &Fields, levels: &[Option<Step>; 4], entry: Entry, page: &mut Page) {
    let used: Vec<(usize, Step)> = levels.iter().enumerate().filter_map(|(n, s)| Some((n, (*s)?))).collect();
    for pair in used.windows(2) {
        let ((graver, g), (milder, m)) = (pair[0], pair[1]);
        let further = match entry {
            Entry::Level(Side::Above) => g.level - m.level,
            Entry::Level(Side::Below) => m.level - g.level,
            Entry::Time { .. } => 0.0,
        };
        if further > 0.0 || further == 0.0 && g.hold_ms > m.hold_ms {
            continue;
        }
        let (red, blue) = (COLOURS[graver], COLOURS[milder]);
        let what = if further == 0.0 {
            format!("is reached no later than `{blue}`, which is milder")
        } else {
            format!("is {}, which is passed before the {} of `{blue}`", g.level, m.level)
        };
        when.wrong(page, red, what, format!("order the levels so that {blue} comes first and {red} last"));
    }
    if let Entry::Time { must: true } = entry {
        for (n, _) in used.iter().filter(|(_, step)| step.hold_ms == 0) {
            let name = if when.has(COLOURS[*n]) { COLOURS[*n] } else { "colour" };
            when.wrong(page, name, "says no time", "add for = \"10min\"");
        }
    }
}

fn read_gap(
    when: &mut Fields,
    levels: &[Option<Step>; 4],
    by_readings: bool,
    page: &mut Page,
) -> (Option<i64>, OnGap) {
    if !by_readings {
        return (None, OnGap::Break);
    }
    let max_gap_ms = when.duration("max_gap", page);
    let suspend = when.choice("on_gap", &[("break", false), ("suspend", true)], page);
    let coverage = when.number("coverage", page);
    let shortest = levels.iter().flatten().map(|step| step.hold_ms).filter(|ms| *ms > 0).min();
    match (shortest, max_gap_ms) {
        (Some(hold), None) if !when.has("max_gap") => when.missing(
            "max_gap",
            page,
            &format!(
                "max_gap = \"…\": how far apart readings may be that show {} unbroken",
                duration_text(hold)
            ),
        ),
        (Some(hold), Some(gap)) if gap > hold => when.wrong(
            page,
            "max_gap",
            format!("is {}, longer than the {} it should cover", duration_text(gap), duration_text(hold)),
            "make it shorter, so that more than one reading must agree",
        ),
        (None, Some(_)) => {
            when.wrong(page, "max_gap", "does nothing without `for`", "leave it out or add for")
        }
        _ => {}
    }
    if coverage.is_some_and(|share| share <= 0.0 || share > 1.0) {
        when.wrong(page, "coverage", "is no share", "write a number above 0 and at most 1, such as 0.9");
    }
    if coverage.is_some() && suspend != Some(true) {
        when.wrong(page, "coverage", "does nothing here", "add on_gap = \"suspend\" or leave it out");
    }
    let on_gap = match suspend {
        Some(true) => OnGap::Suspend { coverage: coverage.unwrap_or(0.9) },
        _ => OnGap::Break,
    };
    (max_gap_ms, on_gap)
}

fn read_clear(rule: &mut Fields, levels: &[Option<Step>; 4], entry: Entry, page: &mut Page) -> (f64, i64) {
    let Some(mut clear) = rule.table("clear", page) else { return (0.0, 0) };
    let after = clear.duration("after", page).unwrap_or(0);
    let mut margin = 0.0;
    if let Entry::Level(side) = entry
        && let Some(at) = clear.number("at", page)
    {
        let mildest = levels.iter().flatten().map(|step| step.level);
        let (first, wrong_side, safe) = match side {
            Side::Above => (mildest.fold(f64::INFINITY, f64::min), "above", "at most"),
            Side::Below => (mildest.fold(f64::NEG_INFINITY, f64::max), "below", "at least"),
        };
        margin = if side == Side::Above { first - at } else { at - first };
        if margin < 0.0 {
            let what = format!("is {at}, {wrong_side} the first level of {first}: it would never clear");
            clear.wrong(page, "at", what, format!("write {safe} {first}"));
            margin = 0.0;
        } else if !margin.is_finite() {
            margin = 0.0;
        }
    }
    clear.finish(page);
    (margin, after)
}
