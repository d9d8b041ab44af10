//! A drone on the map: body with heading, a pole down to the ground, its trail.

use crate::fleet::{DroneNow, Fleet};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{Painter, Pos2, Stroke, vec2};
use geodesy::EastNorth;
use shell::{OnScreenLayers, Projector, Theme};

/// Poles, trails and names are drawn when the eye is nearer than this, metres.
pub(crate) const DETAIL_WITHIN_M: f64 = 40_000.0;
/// Drones are drawn when the eye is nearer than this, metres.
pub(crate) const SEEN_WITHIN_M: f64 = 160_000.0;

/// Paints all drones, under the panels.
pub(crate) fn paint(
    mut contexts: EguiContexts,
    fleet: Res<Fleet>,
    projector: Res<Projector>,
    layers: Res<OnScreenLayers>,
    theme: Res<Theme>,
) -> Result {
    if !layers.is_on("drones") {
        return Ok(());
    }
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    for drone in &fleet.drones {
        let Some(seen) = projector.project_city(drone.at, drone.height_m) else { continue };
        if !projector.is_on_screen(seen.at, 60.0) || seen.depth_m > SEEN_WITHIN_M {
            continue;
        }
        let colour = if drone.stale { theme.map.stale } else { theme.map.drone };
        let near = seen.depth_m < DETAIL_WITHIN_M;
        if near {
            let trail = fleet.trails.get(&drone.id).into_iter().flatten().map(|p| (p.at, p.height_m));
            paint_trail(&painter, &projector, trail.chain([(drone.at, drone.height_m)]), colour);
            if let Some(foot) = projector.project_city(drone.at, drone.ground_m) {
                painter.line_segment([foot.at, seen.at], Stroke::new(1.0, colour.with_alpha(0.8).egui()));
                painter.circle_filled(foot.at, 1.8, colour.with_alpha(0.8).egui());
            }
        }
        let size = theme.size.unit * if near { 1.0 } else { 0.7 };
        paint_body(
            &painter,
            seen.at,
            course_on_screen(&projector, drone, seen.at),
            size,
            colour,
            &theme,
            drone.free,
        );
    }
    Ok(())
}

fn paint_trail(
    painter: &Painter,
    projector: &Projector,
    points: impl Iterator<Item = (EastNorth, f64)>,
    colour: shell::Colour,
) {
    let line: Vec<Pos2> =
        points.filter_map(|(at, height_m)| Some(projector.project_city(at, height_m)?.at)).collect();
    for (i, pair) in line.windows(2).enumerate() {
        let age = (i + 1) as f32 / line.len() as f32;
        painter.line_segment([pair[0], pair[1]], Stroke::new(2.0, colour.with_alpha(0.65 * age).egui()));
    }
}

/// The direction of flight on the screen, a unit vector.
fn course_on_screen(projector: &Projector, drone: &DroneNow, here: Pos2) -> egui::Vec2 {
    let (sin, cos) = drone.heading_deg.to_radians().sin_cos();
    let ahead = EastNorth::new(drone.at.east_m + 50.0 * sin, drone.at.north_m + 50.0 * cos);
    let ahead = projector.project_city(ahead, drone.height_m).map_or(here, |s| s.at) - here;
    if ahead.length() > 1e-4 { ahead.normalized() } else { vec2(0.0, -1.0) }
}

/// Four rotors around a body, and an arrow head where it flies; filled when it is out.
fn paint_body(
    painter: &Painter,
    at: Pos2,
    course: egui::Vec2,
    size: f32,
    colour: shell::Colour,
    theme: &Theme,
    free: bool,
) {
    let (ink, halo) = (colour.egui(), theme.map.halo.egui());
    let across = vec2(-course.y, course.x);
    let arm = size * 0.42;
    for (a, b) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let rotor = at + (course * a + across * b) * arm;
        painter.line_segment([at, rotor], Stroke::new(4.0, halo));
        painter.circle_filled(rotor, size * 0.24 + 1.2, halo);
    }
    for (a, b) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let rotor = at + (course * a + across * b) * arm;
        painter.line_segment([at, rotor], Stroke::new(2.0, ink));
        painter.circle(rotor, size * 0.22, if free { halo } else { ink }, Stroke::new(1.5, ink));
    }
    painter.circle_filled(at, size * 0.2, ink);
    let tip = at + course * size * 1.05;
    let head = vec![
        tip,
        at + course * size * 0.7 + across * size * 0.2,
        at + course * size * 0.7 - across * size * 0.2,
    ];
    painter.add(egui::Shape::convex_polygon(head, ink, Stroke::new(1.0, halo)));
}
