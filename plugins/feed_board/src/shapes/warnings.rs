//! Warnings that hold: their areas in their colour, dashed where they are an exercise, each named once.

use super::{Told, area, place, plain, rgba, ring};
use city::{DistrictCode, LonLat};
use feeds::cap::{Area, Circle, Info, MessageStatus, WarningState};
use feeds::told::Warned;
use geo::Polygon;
use overlays::shapes::{Shape, Style};
use shell::Colour;
use std::collections::HashSet;

/// All of Chongqing.
const CITY: DistrictCode = DistrictCode(500_000);
/// The corners of a circle.
const CORNERS: usize = 64;
/// More warnings than this are not laid: the gravest are.
const MOST: usize = 300;
/// Metres of a degree of latitude, on the mean sphere.
const DEGREE_M: f64 = 111_195.0;

pub(crate) fn warnings(told: Told) -> Vec<Shape> {
    let listed = told.read().filter_map(|source| source.held.warnings.as_deref()).flatten();
    // One message that several sources pass on is one warning.
    let (mut known, mut held) = (HashSet::new(), Vec::new());
    for warned in listed.filter(|warned| is_shown(warned)) {
        if known.insert(warned.alert.reference()) {
            held.push(warned);
        }
    }
    // What lies on top comes last: the gravest, and of these the newest.
    held.sort_by_key(|warned| (std::cmp::Reverse(level(warned)), warned.alert.sent));
    let first = held.len().saturating_sub(MOST);
    held[first..].iter().flat_map(|warned| of_one(warned, told)).collect()
}

/// A test, a draft, and what machines tell one another is for nobody to act on.
fn is_shown(warned: &Warned) -> bool {
    let is_meant = matches!(warned.alert.status, MessageStatus::Actual | MessageStatus::Exercise);
    is_meant && warned.state == WarningState::InForce
}

fn level(warned: &Warned) -> u8 {
    warned.colour.colour.map_or(5, |colour| colour.level())
}

fn of_one(warned: &Warned, told: Told) -> Vec<Shape> {
    let is_exercise = warned.alert.status == MessageStatus::Exercise;
    let colour = colour(warned, told);
    let style = Style {
        stroke: Some(plain(colour, 2.0, is_exercise.then_some(8.0))),
        fill: Some(rgba(colour.with_alpha(if is_exercise { 0.08 } else { 0.16 }))),
    };
    let (mut shapes, mut name) = (Vec::new(), Some(name(warned, told)));
    for info in warned.alert.infos_to_read() {
        for held in info.areas.iter() {
            // The name stands on the first piece.
            let shape = area(polygons(held, told), style.clone(), name.clone());
            if shape.is_some() {
                name = None;
            }
            shapes.extend(shape);
            for circle in held.circles.iter().filter(|circle| circle.radius_m <= 0.0) {
                shapes.push(place(circle.centre, Some(colour), name.take()));
            }
        }
    }
    shapes
}

fn colour(warned: &Warned, told: Told) -> Colour {
    let grades = told.theme.map.grade;
    warned.colour.colour.map_or(told.theme.map.stale, |colour| grades[usize::from(colour.level() - 1)])
}

/// Such as 暴雨橙色预警, after 演练 where it is one.
fn name(warned: &Warned, told: Told) -> String {
    let infos = warned.alert.infos_to_read();
    let event = infos.first().map_or("", |info: &&Info| info.event.as_str());
    let words = told.words;
    let colour = match warned.colour.colour {
        Some(colour) => words.get(&format!("warningColour.{}", colour.key())).to_owned(),
        None => String::new(),
    };
    let text = words.fill("source.warning", &[("event", event.trim()), ("colour", &colour)]);
    match warned.alert.status {
        MessageStatus::Exercise => format!("【{}】{text}", words.get("source.exercise")),
        _ => text,
    }
}

/// Its outlines and circles; where it has neither, the districts it names.
fn polygons(held: &Area, told: Told) -> Vec<Polygon<f64>> {
    let outlines = held.polygons.iter().filter(|outline| outline.len() >= 4);
    let outlines = outlines.map(|outline| Polygon::new(ring(outline.iter().copied()), Vec::new()));
    let circles = held.circles.iter().filter(|circle| circle.radius_m > 0.0);
    let drawn: Vec<_> = outlines.chain(circles.map(round)).collect();
    if !drawn.is_empty() || held.circles.iter().any(|circle| circle.radius_m <= 0.0) {
        return drawn;
    }
    let named = held.districts();
    let districts = &told.city.layers.districts;
    let meant = districts.iter().filter(|d| named.contains(&d.code) || named.contains(&CITY));
    meant.flat_map(|district| district.polygons.0.iter().cloned()).collect()
}

fn round(circle: &Circle) -> Polygon<f64> {
    let Circle { centre, radius_m } = *circle;
    let (lat, lon) = (radius_m / DEGREE_M, radius_m / DEGREE_M / centre.lat.to_radians().cos().max(0.01));
    let corner = |n: usize| {
        let (sin, cos) = (n as f64 / CORNERS as f64 * std::f64::consts::TAU).sin_cos();
        LonLat::new(centre.lon + lon * sin, centre.lat + lat * cos)
    };
    Polygon::new(ring((0..=CORNERS).map(|n| corner(n % CORNERS))), Vec::new())
}
