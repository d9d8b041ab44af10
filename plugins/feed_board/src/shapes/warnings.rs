//! Warnings that hold: their areas in their colour, the graver the stronger, dashed where they are an exercise. Names and
//! signs are [`crate::signs`]'.

use super::{Told, ToldShape, area, plain, rgba, ring, thing};
use city::{DistrictCode, LonLat};
use feeds::cap::{Area, Circle, MessageStatus, WarningState};
use feeds::told::Warned;
use geo::Polygon;
use overlays::shapes::Style;
use shell::told_look::{infos, warning_colour, warning_level};
use shell::{CitySource, ToldId, ToldThing};
use std::collections::HashSet;

/// All of Chongqing.
const CITY: DistrictCode = DistrictCode(500_000);
/// The corners of a circle.
const CORNERS: usize = 64;
/// More warnings than this are not laid: the gravest are.
const MOST: usize = 300;
/// Metres of a degree of latitude, on the mean sphere.
const DEGREE_M: f64 = 111_195.0;
/// How wide the edge of an area is, points: red, orange, yellow, blue, none.
const EDGES: [f32; 5] = [3.2, 2.8, 2.0, 1.4, 1.4];

/// A warning that is on the map, and where.
pub(crate) struct Shown<'a> {
    /// The warning.
    pub warned: &'a Warned,
    /// What a click on it selects.
    pub thing: ToldThing,
    /// Where it holds.
    pub areas: Vec<Vec<Polygon<f64>>>,
    /// Places that it names without an area around them.
    pub spots: Vec<LonLat>,
}

/// The warnings that hold: exercises, then truth; of each the gravest last, and of these the newest.
pub(crate) fn shown(told: Told) -> Vec<Shown> {
    let listed = || {
        told.read().flat_map(|source| {
            let all = source.held.warnings.as_deref().unwrap_or_default();
            all.iter().map(move |warned| (source, warned))
        })
    };
    // What one source says is over is over, though another may still hold its copy for true.
    let is_over =
        |warned: &Warned| matches!(warned.state, WarningState::Cancelled | WarningState::Superseded);
    let over = listed().filter(|(_, warned)| is_over(warned)).map(|(_, warned)| warned.alert.reference());
    let over: HashSet<_> = over.collect();
    // One message that several sources pass on is one warning.
    let (mut known, mut held) = (HashSet::new(), Vec::new());
    for (source, warned) in listed().filter(|(_, warned)| is_meant(warned, told)) {
        let name = warned.alert.reference();
        if !over.contains(&name) && known.insert(name) {
            held.push((source, warned));
        }
    }
    // What lies on top comes last.
    held.sort_by_key(|(_, warned)| {
        let is_truth = warned.alert.status == MessageStatus::Actual;
        (is_truth, std::cmp::Reverse(warning_level(warned)), warned.alert.sent)
    });
    let first = held.len().saturating_sub(MOST);
    held.drain(first..).map(|(source, warned)| place(source, warned, told)).collect()
}

/// A test, a draft, and what machines tell one another is for nobody to act on.
fn is_meant(warned: &Warned, told: Told) -> bool {
    let is_for_people = matches!(warned.alert.status, MessageStatus::Actual | MessageStatus::Exercise);
    is_for_people && warned.state_at(told.now) == WarningState::InForce
}

fn place<'a>(source: &CitySource, warned: &'a Warned, told: Told) -> Shown<'a> {
    let (mut areas, mut spots) = (Vec::new(), Vec::new());
    for held in infos(&warned.alert, told.words).into_iter().flat_map(|info| &info.areas) {
        areas.push(polygons(held, told));
        let bare = held.circles.iter().filter(|circle| circle.radius_m <= 0.0);
        spots.extend(bare.map(|circle| circle.centre));
    }
    areas.retain(|area| !area.is_empty());
    Shown { warned, thing: thing(source, ToldId::Warning(warned.alert.reference())), areas, spots }
}

/// Their areas as shapes.
pub(crate) fn warnings(all: &[Shown], told: Told) -> Vec<ToldShape> {
    let mut shapes = Vec::new();
    for Shown { warned, thing, areas, .. } in all {
        let is_exercise = warned.alert.status == MessageStatus::Exercise;
        let colour = warning_colour(warned, told.theme);
        let place = usize::from(warning_level(warned).clamp(1, 5) - 1);
        let width_pt = EDGES[place];
        let covers = told.theme.map.warning_cover[place.min(3)];
        let covers = if is_exercise { 0.3 * covers } else { covers };
        let style = Style {
            stroke: Some(plain(colour, width_pt, is_exercise.then_some(9.0))),
            fill: Some(rgba(colour.with_alpha(covers))),
        };
        let made = areas.iter().filter_map(|polygons| area(polygons.clone(), style.clone(), None));
        shapes.extend(made.map(|shape| (shape, thing.clone())));
    }
    shapes
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
