//! Reading rule files: each whole file, then what they say of one another.

mod cross_check;
pub(crate) mod fields;
mod follows;
pub(crate) mod rule;
mod steps;
mod when;

use super::area::{Area, Shape};
use super::error::{Page, RuleError};

use super::rule::{Quantity, Rule, StormLimit, quantity};
use super::{RuleSet, Unit};
use city::{LonLat, RiskClass};
use fields::{Fields, number};
use rule::{check_class, is_id, read_rule};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

/// What all files together declare.
#[derive(Default)]
pub(super) struct Known {
    pub areas: BTreeMap<Arc<str>, Arc<Shape>>,
    pub named: Vec<Area>,
    pub quantities: Vec<Quantity>,
}

/// What a file says of all its rules.
pub(super) struct Heading {
    pub system: String,
    pub storm: StormLimit,
}

/// A rule that was read, and where its parts stand.
pub(super) struct Draft {
    pub rule: Rule,
    pub span: Range<usize>,
    pub drivers: Vec<(Arc<str>, Range<usize>)>,
}

impl Known {
    /// What devices of this class and property measure, as declared, else as [`Measure`] says.
    pub fn quantity(&self, class: Option<&RiskClass>, property: Option<&str>) -> Option<Quantity> {
        quantity(&self.quantities, class?, property)
    }
}

/// The files `(name, text)` as one set, or every fault that was found.
pub(super) fn read_files(files: &[(&str, &str)]) -> Result<RuleSet, Vec<RuleError>> {
    let parsed: Vec<_> = files.iter().map(|(_, text)| DeTable::parse_recoverable(text)).collect();
    let mut pages: Vec<Page> = files.iter().map(|(name, text)| Page::new(name, text)).collect();
    let mut known = Known::default();
    for (page, (table, faults)) in pages.iter_mut().zip(&parsed) {
        for fault in faults {
            let why = fault.message().lines().collect::<Vec<_>>().join(", ");
            page.wrong(fault.span().unwrap_or(0..0), "", why, "correct the TOML here");
        }
        if faults.is_empty() {
            let mut file = Fields::new(table.get_ref(), 0..0, "");
            read_areas(&mut file, &mut known, page);
            read_quantities(&mut file, &mut known, page);
        }
    }
    let mut drafts: Vec<(usize, Draft)> = Vec::new();
    for (n, (page, (table, faults))) in pages.iter_mut().zip(&parsed).enumerate() {
        if faults.is_empty() {
            let file = Fields::new(table.get_ref(), 0..0, "");
            drafts.extend(read_file(file, &known, page).into_iter().map(|draft| (n, draft)));
        }
    }
    // A name that a broken file may hold is not called missing.
    let complete = pages.iter().all(|page| page.errors.is_empty());
    cross_check::check(&mut drafts, &mut pages, complete);
    let mut errors: Vec<RuleError> = pages.into_iter().flat_map(|page| page.errors).collect();
    if errors.is_empty() {
        let rules = drafts.into_iter().map(|(_, draft)| Arc::new(draft.rule)).collect();
        return Ok(RuleSet { rules, areas: known.named, quantities: known.quantities });
    }
    let order = |e: &RuleError| files.iter().position(|(name, _)| *name == e.file);
    errors.sort_by_key(|e| (order(e), e.line, e.column));
    Err(errors)
}

fn read_file(mut file: Fields, known: &Known, page: &mut Page) -> Vec<Draft> {
    for declared in ["area", "quantity"] {
        file.get(declared);
    }
    let system = file.needed("system", page, "system = \"flood\"").unwrap_or_default().to_owned();
    file.needed("zh", page, "zh = \"防汛\": the system's name");
    file.needed("en", page, "en = \"Flood control\": the system's name");
    let storm = file.table("storm", page).map(|storm| read_storm(storm, page)).unwrap_or_default();
    let heading = Heading { system, storm };
    let mut drafts = Vec::new();
    for (value, path) in file.list("rule", page) {
        if let Some(rule) = Fields::inside(value, path, page) {
            drafts.extend(read_rule(rule, &heading, known, page));
        }
    }
    file.finish(page);
    drafts
}

fn read_storm(mut storm: Fields, page: &mut Page) -> StormLimit {
    let usual = StormLimit::default();
    let more_than = storm.whole("more_than", 1, 10_000, page).unwrap_or(usual.more_than);
    let within_ms = storm.duration("within", page).unwrap_or(usual.within_ms);
    storm.finish(page);
    StormLimit { more_than, within_ms }
}

fn read_areas(file: &mut Fields, known: &mut Known, page: &mut Page) {
    for (value, path) in file.list("area", page) {
        let Some(mut area) = Fields::inside(value, path, page) else { continue };
        let id = area.needed("id", page, "id = \"jiefangbei\"").unwrap_or_default();
        let zh = area.needed("zh", page, "zh = \"解放碑\"").unwrap_or_default();
        let en = area.needed("en", page, "en = \"Jiefangbei\"").unwrap_or_default();
        if !id.is_empty() && !is_id(id) {
            area.wrong(page, "id", format!("is `{id}`"), "write 1 to 64 small letters, digits and hyphens");
        }
        let shape = read_shape(&mut area, page);
        if known.areas.contains_key(id) {
            area.wrong(page, "id", format!("`{id}` names another area too"), "give one of them another id");
        } else if let Some(shape) = shape {
            known.areas.insert(id.into(), Arc::new(shape.clone()));
            known.named.push(Area { id: id.into(), zh: zh.into(), en: en.into(), shape });
        }
        area.finish(page);
    }
}

fn read_shape(area: &mut Fields, page: &mut Page) -> Option<Shape> {
    let corners = area.list("polygon", page);
    let circle = area.table("circle", page);
    match (area.has("polygon"), circle) {
        (false, Some(mut circle)) => {
            let lon = circle.number("lon", page);
            let lat = circle.number("lat", page);
            let radius = circle.number("radius_m", page);
            let at = position(lon.unwrap_or(f64::NAN), lat.unwrap_or(f64::NAN));
            let fix = "write circle = { lon = 106.577, lat = 29.557, radius_m = 400 }, longitude first";
            if at.is_none() {
                circle.wrong(page, "lon", "and `lat` are no position", fix);
            }
            let radius = radius.filter(|m| (1.0..=200_000.0).contains(m));
            if radius.is_none() {
                circle.wrong(page, "radius_m", "is missing or not from 1 to 200000", fix);
            }
            circle.finish(page);
            Some(Shape::Circle { at: at?, radius_m: radius? })
        }
        (true, None) => {
            let mut ring = Vec::new();
            for (corner, path) in &corners {
                let pair = corner.get_ref().as_array().filter(|pair| pair.len() == 2);
                let mut one = |n: usize| number(pair?.get(n)?, path, page);
                let at = position(one(0).unwrap_or(f64::NAN), one(1).unwrap_or(f64::NAN));
                let fix = "write [longitude, latitude] in degrees, longitude first";
                let Some(at) = at else {
                    page.wrong(corner.span(), path, "is no position", fix);
                    return None;
                };
                ring.push(at);
            }
            let shape = if ring.len() <= 2_000 { Shape::polygon(ring) } else { None };
            if shape.is_none() {
                let fix = "give 3 to 2000 corners in their order along the border";
                area.wrong(page, "polygon", "is no simple polygon", fix);
            }
            shape
        }
        (true, Some(_)) => {
            area.wrong(page, "circle", "stands beside `polygon`", "leave one of them out");
            None
        }
        (false, None) => {
            if !area.has("circle") {
                let example = "polygon = [[lon, lat], …] or circle = { lon = …, lat = …, radius_m = … }";
                area.missing("polygon", page, example);
            }
            None
        }
    }
}

fn position(lon: f64, lat: f64) -> Option<LonLat> {
    Some(LonLat::new(lon, lat)).filter(|at| at.is_valid())
}

fn read_quantities(file: &mut Fields, known: &mut Known, page: &mut Page) {
    for (value, path) in file.list("quantity", page) {
        let before = page.errors.len();
        let Some(mut table) = Fields::inside(value, path, page) else { continue };
        let class = table.needed("class", page, "class = \"gas\"").unwrap_or_default();
        if !class.is_empty() {
            check_class(&table, class, page);
        }
        let property = table.text("property", page).map(Arc::from);
        table.get("unit");
        let text = if table.has("unit") { table.plain("unit") } else { None };
        let unit = text.and_then(Unit::read);
        if unit.is_none() {
            table.wrong(page, "unit", "is missing or no unit known here", "write a unit such as mg/L");
        }
        let possible = unit.map_or((f64::NEG_INFINITY, f64::INFINITY), Unit::possible);
        let min = table.number("min", page).unwrap_or(possible.0);
        let max = table.number("max", page).unwrap_or(possible.1);
        if min >= max {
            table.wrong(page, "max", format!("is {max}, not more than `min`, {min}"), "write a greater one");
        }
        let class = RiskClass::from(class);
        if known.quantities.iter().any(|q| q.class == class && q.property == property) {
            table.wrong(page, "class", "is declared twice with this property", "leave one of them out");
        }
        table.finish(page);
        if let (Some(unit), true) = (unit, page.errors.len() == before) {
            known.quantities.push(Quantity { class, property, unit, min, max });
        }
    }
}
