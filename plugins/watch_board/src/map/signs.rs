//! The signs of warnings in force: of single ones at their place, of grouped ones in their box with how many they are.

use crate::chip::colour_of;
use crate::saying;
use city::{City, LonLat, Status, Warning};
use geo::{MultiPolygon, Rect};
use shell::labels::on_map;
use shell::signs::middle;
use shell::{Sign, Theme, ToldThing, Words};

/// More than this are not on the map: the gravest, and of these the newest, are. The list has all.
pub(crate) const MOST: usize = 300;

/// The warnings that are on the map, the gravest last.
pub(crate) fn shown(city: &City) -> Vec<&Warning> {
    let in_force = city.warnings.values().filter(|warning| warning.is_in_force());
    let mut shown: Vec<&Warning> = in_force.filter(|warning| has_place(warning)).collect();
    shown.sort_by(|a, b| b.colour.cmp(&a.colour).then(a.since.cmp(&b.since)).then(b.id.cmp(&a.id)));
    let over = shown.len().saturating_sub(MOST);
    shown.drain(..over);
    shown
}

fn has_place(warning: &Warning) -> bool {
    bounds(warning).is_some() || warning.at.is_some_and(LonLat::is_valid)
}

/// The box of a grouped warning: west, south, east, north.
pub(crate) fn bounds(warning: &Warning) -> Option<[f64; 4]> {
    let [west, south, east, north] = warning.members.as_ref()?.bounds?;
    let is_box = LonLat::new(west, south).is_valid() && LonLat::new(east, north).is_valid();
    (is_box && west < east && south < north).then_some([west, south, east, north])
}

/// The box as an area; empty for a warning at a place.
pub(crate) fn area(warning: &Warning) -> MultiPolygon<f64> {
    let corners = bounds(warning);
    let polygon =
        corners.map(|[west, south, east, north]| Rect::new((west, south), (east, north)).to_polygon());
    MultiPolygon(polygon.into_iter().collect())
}

/// Their signs, in the same order.
pub(crate) fn signs(shown: &[&Warning], city: &City, words: &Words, theme: &Theme) -> Vec<Sign> {
    shown.iter().filter_map(|warning| sign(warning, city.status, words, theme)).collect()
}

fn sign(warning: &Warning, status: Status, words: &Words, theme: &Theme) -> Option<Sign> {
    let area = area(warning);
    let middle = middle(&area).or(warning.at.filter(|at| at.is_valid()))?;
    let name = saying::told(words, &warning.name);
    Some(Sign {
        thing: ToldThing::city_warning(&warning.id),
        name: on_map(name),
        level: warning.colour.level(),
        colour: colour_of(theme, warning.colour),
        is_exercise: status != Status::Actual,
        count: warning.members.as_ref().map_or(1, |members| members.up.max(1)),
        middle,
        area,
    })
}
