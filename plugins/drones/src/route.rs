//! The route of the selected drone: the one it flies along, painted over the faint ones of all.

use crate::fleet::Fleet;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use layers::DroneRoute;
use shell::{GroundModel, OnScreenLayers, Projector, Selected, Selection, StaticCity, Theme};

/// A drone farther from a route than this does not fly it, metres.
const ON_ROUTE_M: f64 = 120.0;
/// A route is painted with a point this often, metres.
const STEP_M: f64 = 60.0;

/// The route to be painted.
#[derive(Resource, Default)]
pub(crate) struct SelectedRoute {
    /// Its place among the layers' routes.
    pub index: Option<usize>,
    /// Its line, city frame and metres as drawn.
    line: Vec<(EastNorth, f64)>,
}

/// How far a place is from a route, metres.
fn distance_m(route: &DroneRoute, at: EastNorth) -> f64 {
    let path: Vec<EastNorth> = route.path.iter().map(|p| to_city_frame(*p)).collect();
    let to_piece = |pair: &[EastNorth]| {
        let (dx, dy) = (pair[1].east_m - pair[0].east_m, pair[1].north_m - pair[0].north_m);
        let (px, py) = (at.east_m - pair[0].east_m, at.north_m - pair[0].north_m);
        let t = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
        (px - t * dx).hypot(py - t * dy)
    };
    path.windows(2).map(to_piece).fold(f64::MAX, f64::min)
}

/// The route a drone flies, by where it is; the one that was chosen stays while the drone keeps to it.
fn flown(routes: &[DroneRoute], at: EastNorth, before: Option<usize>) -> Option<usize> {
    if let Some(kept) = before.filter(|i| routes.get(*i).is_some_and(|r| distance_m(r, at) < ON_ROUTE_M)) {
        return Some(kept);
    }
    let nearest = routes.iter().map(|r| distance_m(r, at)).enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
    (nearest.1 < ON_ROUTE_M).then_some(nearest.0)
}

/// Chooses the route of the selected drone.
pub(crate) fn choose(
    mut selected: ResMut<SelectedRoute>,
    selection: Res<Selection>,
    fleet: Res<Fleet>,
    city: Option<Res<StaticCity>>,
    ground: Option<Res<GroundModel>>,
) {
    let (Some(city), Some(ground)) = (city, ground) else { return };
    let before = if selection.is_changed() { None } else { selected.index };
    let index = match &selection.selected {
        Selected::Unit(id) => fleet
            .drones
            .iter()
            .find(|d| d.id == *id && d.free)
            .and_then(|d| flown(&city.layers.drone_routes, d.at, before)),
        _ => None,
    };
    if index == selected.index && !ground.is_changed() {
        return;
    }
    let route = index.and_then(|i| city.layers.drone_routes.get(i));
    *selected = SelectedRoute { index, line: route.map_or(Vec::new(), |r| line(r, &ground)) };
}

fn line(route: &DroneRoute, ground: &GroundModel) -> Vec<(EastNorth, f64)> {
    let path: Vec<EastNorth> = route.path.iter().map(|p| to_city_frame(*p)).collect();
    let mut line = Vec::new();
    for pair in path.windows(2) {
        let steps = (pair[0].distance_m(pair[1]) / STEP_M).ceil().max(1.0) as usize;
        for k in 0..=steps {
            let t = k as f64 / steps as f64;
            let at = EastNorth::new(
                pair[0].east_m + (pair[1].east_m - pair[0].east_m) * t,
                pair[0].north_m + (pair[1].north_m - pair[0].north_m) * t,
            );
            let above_m = route.above_ground_m * ground.exaggeration;
            line.push((at, ground.drawn_height_m(to_lon_lat(at)) + above_m));
        }
    }
    line
}

/// Paints it.
pub(crate) fn paint(
    mut contexts: EguiContexts,
    selected: Res<SelectedRoute>,
    projector: Res<Projector>,
    layers: Res<OnScreenLayers>,
    theme: Res<Theme>,
) -> Result {
    if selected.line.is_empty() || !layers.is_on("drones") {
        return Ok(());
    }
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    let points: Vec<egui::Pos2> = selected
        .line
        .iter()
        .filter_map(|(at, height_m)| Some(projector.project_city(*at, *height_m)?.at))
        .collect();
    let colour = theme.map.drone_route;
    painter.add(egui::Shape::line(points.clone(), egui::Stroke::new(4.5, theme.map.halo.egui())));
    painter.add(egui::Shape::line(points, egui::Stroke::new(2.2, colour.egui())));
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_drone_on_a_route_flies_it() {
        let layers = layers::StaticLayers::shipped().unwrap();
        let routes = &layers.drone_routes;
        for (i, route) in routes.iter().enumerate() {
            let at = to_city_frame(route.path[1]);
            let found = flown(routes, at, Some(i)).unwrap();
            assert_eq!(found, i);
            assert!(flown(routes, at, None).is_some());
        }
        assert_eq!(flown(routes, EastNorth::new(90_000.0, 0.0), Some(0)), None);
    }
}
