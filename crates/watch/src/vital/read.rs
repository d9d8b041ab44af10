//! Reading the file of vital signs. Every fault is told with its line; one is enough for no definitions at all.

mod sign;

use super::definition::{Definitions, DeviceKind};
use super::level::{Datum, Station};
use crate::rules::error::{Page, nearest};
use crate::rules::read::fields::Fields;
use crate::rules::read::rule::{check_class, is_id};
use crate::rules::{RuleError, Unit};
use city::{DistrictCode, RiskClass};
use sign::read_sign;
use std::sync::Arc;
use toml::de::DeTable;

/// The definitions of one file, or every fault it has.
pub(super) fn read(file: &str, text: &str) -> Result<Definitions, Vec<RuleError>> {
    let (table, faults) = DeTable::parse_recoverable(text);
    let mut page = Page::new(file, text);
    for fault in &faults {
        let why = fault.message().lines().collect::<Vec<_>>().join(", ");
        page.wrong(fault.span().unwrap_or(0..0), "", why, "correct the TOML here");
    }
    let mut found = Definitions::default();
    if faults.is_empty() {
        let mut file = Fields::new(table.get_ref(), 0..0, "");
        each(&mut file, "devices", &mut page, |fields, page| {
            let kind = read_kind(fields, &found.kinds, page)?;
            found.kinds.push(kind);
            Some(())
        });
        each(&mut file, "station", &mut page, |fields, page| {
            let station = read_station(fields, &found.stations, page)?;
            found.stations.push(station);
            Some(())
        });
        let kinds = std::mem::take(&mut found.kinds);
        each(&mut file, "sign", &mut page, |fields, page| {
            let sign = read_sign(fields, &kinds, &found.signs, page)?;
            found.signs.push(sign);
            Some(())
        });
        found.kinds = kinds;
        if !file.has("sign") {
            file.missing("sign", &mut page, "[[sign]]: what is to be shown");
        }
        file.finish(&mut page);
    }
    if page.errors.is_empty() {
        return Ok(found);
    }
    page.errors.sort_by_key(|error| (error.line, error.column));
    Err(page.errors)
}

fn each<'a>(
    file: &mut Fields<'a>,
    name: &'static str,
    page: &mut Page,
    mut read: impl FnMut(&mut Fields<'a>, &mut Page) -> Option<()>,
) {
    for (value, path) in file.list(name, page) {
        if let Some(mut fields) = Fields::inside(value, path, page) {
            read(&mut fields, page);
            fields.finish(page);
        }
    }
}

/// The id of a table; one that another table of its sort has is a fault.
fn read_id<'a>(
    fields: &mut Fields<'a>,
    taken: impl Fn(&str) -> bool,
    example: &str,
    page: &mut Page,
) -> Option<&'a str> {
    let id = fields.needed("id", page, example)?;
    if !is_id(id) {
        fields.wrong(page, "id", format!("is `{id}`"), "write 1 to 64 small letters, digits and hyphens");
        return None;
    }
    if taken(id) {
        fields.wrong(page, "id", format!("`{id}` is taken"), "give one of them another id");
        return None;
    }
    Some(id)
}

fn read_unit(fields: &mut Fields, page: &mut Page) -> Option<Unit> {
    fields.get("unit");
    if !fields.has("unit") {
        fields.missing("unit", page, "unit = \"mg/L\", or \"\" for an index");
        return None;
    }
    let text = fields.plain("unit");
    let unit = text.and_then(Unit::read);
    if unit.is_none() {
        let fix = match text.and_then(Unit::near) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write a unit such as m, mg/L, %LEL or km/h".to_owned(),
        };
        fields.wrong(page, "unit", "is no unit known here", fix);
    }
    unit
}

fn read_kind(fields: &mut Fields, before: &[DeviceKind], page: &mut Page) -> Option<DeviceKind> {
    let id = read_id(fields, |id| before.iter().any(|kind| &*kind.id == id), "id = \"methane\"", page);
    let class = fields.needed("class", page, "class = \"gas\"");
    if let Some(class) = class {
        check_class(fields, class, page);
    }
    let property: Option<Arc<str>> = fields.text("property", page).map(Arc::from);
    let unit = read_unit(fields, page);
    let possible = unit.map_or((f64::NEG_INFINITY, f64::INFINITY), Unit::possible);
    let min = fields.number("min", page).unwrap_or(possible.0);
    let max = fields.number("max", page).unwrap_or(possible.1);
    if !(min.is_finite() && max.is_finite() && min < max) {
        let what = format!("and `min` leave values from {min} to {max}");
        fields.wrong(page, "max", what, "write min = … and a greater max = …: which values are valid");
    }
    let stale_ms = fields.duration("stale", page);
    if !fields.has("stale") {
        fields.missing("stale", page, "stale = \"15min\": how old a value may be and still count");
    }
    let class = class.map(RiskClass::from)?;
    if before.iter().any(|kind| kind.class == class && kind.property == property) {
        fields.wrong(page, "class", "is declared twice with this property", "leave one of them out");
    }
    Some(DeviceKind { id: id?.into(), class, property, unit: unit?, min, max, stale_ms: stale_ms? })
}

fn read_station(fields: &mut Fields, before: &[Station], page: &mut Page) -> Option<Station> {
    let id = read_id(fields, |id| before.iter().any(|s| &*s.id == id), "id = \"cuntan\"", page);
    let zh = fields.needed("zh", page, "zh = \"寸滩\"");
    let en = fields.needed("en", page, "en = \"Cuntan\"");
    let source = fields.needed("source", page, "source = \"…\": where its levels come from");
    let district = fields.whole("district", 100_000, 999_999, page);
    if !fields.has("district") {
        fields.missing("district", page, "district = 500105");
    }
    if !fields.has("datum") {
        fields.missing("datum", page, "datum = \"wusong\": the zero its levels count from");
    }
    let datum = fields.choice("datum", &Datum::NAMES, page);
    let warning_m = fields.number("warning_m", page);
    if !fields.has("warning_m") {
        fields.missing("warning_m", page, "warning_m = 180.5");
    }
    let guarantee_m = fields.number("guarantee_m", page);
    if let (Some(warning), Some(guarantee)) = (warning_m, guarantee_m)
        && guarantee <= warning
    {
        let what = format!("is {guarantee}, not above the warning level {warning}");
        fields.wrong(page, "guarantee_m", what, "are the two exchanged?");
    }
    let mut offset = |name| {
        let metres = fields.number(name, page)?;
        if metres.abs() > 20.0 {
            fields.wrong(page, name, format!("is {metres}"), "write a difference of datums, at most 20 m");
        }
        Some(metres)
    };
    let wusong_over_yellow_sea_m = offset("wusong_over_yellow_sea_m");
    let egm96_over_yellow_sea_m = offset("egm96_over_yellow_sea_m");
    Some(Station {
        id: id?.into(),
        zh: zh?.into(),
        en: en?.into(),
        district: DistrictCode(district?),
        datum: datum?,
        warning_m: warning_m?,
        guarantee_m,
        wusong_over_yellow_sea_m,
        egm96_over_yellow_sea_m,
        source: source?.into(),
    })
}

/// The kinds of devices that a sign names, by their place.
fn read_kinds(fields: &mut Fields, kinds: &[DeviceKind], page: &mut Page) -> Vec<u16> {
    let mut found = Vec::new();
    for (name, span) in fields.texts("devices", page) {
        if name == "*" {
            return (0..kinds.len() as u16).collect();
        }
        match kinds.iter().position(|kind| &*kind.id == name) {
            Some(place) => found.push(place as u16),
            None => {
                let fix = match nearest(name, kinds.iter().map(|kind| &*kind.id)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "name the id of a [[devices]], or \"*\" for all".to_owned(),
                };
                let path = fields.name("devices");
                page.wrong(span, &path, format!("names `{name}`, which no [[devices]] has"), fix);
            }
        }
    }
    if !fields.has("devices") {
        fields.missing("devices", page, "devices = [\"methane\"]");
    }
    found
}
