//! Where drones are going to fly.

use super::{Told, ToldShape, line, plain, thing};
use feeds::mavlink::HeightAbove;
use feeds::told::TrackMission;
use overlays::shapes::{Lie, Shape};
use shell::{Colour, ToldId};

pub(crate) fn missions(told: Told) -> Vec<ToldShape> {
    let all =
        told.read().flat_map(|source| source.held.missions.values().map(move |mission| (source, mission)));
    let routes = all.filter_map(|(source, mission)| {
        let route = route(mission, told.theme.map.drone_route)?;
        Some((route, thing(source, ToldId::Track(mission.track.clone()))))
    });
    routes.collect()
}

/// The way a drone is going to fly: from item to item, at the heights they say where all are above the sea, else over
/// the ground.
fn route(mission: &TrackMission, colour: Colour) -> Option<Shape> {
    let placed: Vec<_> = mission.items.iter().filter_map(|item| Some((item, item.at?))).collect();
    let path = placed.iter().map(|(_, at)| *at).collect();
    let home_m = mission.home.map(|(_, height_m)| height_m);
    let heights: Option<Vec<f64>> = placed
        .iter()
        .map(|(item, _)| match item.above {
            HeightAbove::SeaLevel => item.height_m,
            HeightAbove::Home => Some(item.height_m? + home_m?),
            _ => None,
        })
        .collect();
    let above_m = placed.iter().filter_map(|(item, _)| item.height_m).fold(f64::NAN, f64::max);
    let above_m = if above_m.is_finite() { above_m.clamp(0.0, 500.0) } else { 0.0 };
    let lie = heights.map_or(Lie::AboveGround(above_m), Lie::Heights);
    line(path, lie, plain(colour, 1.8, (!mission.is_complete).then_some(6.0)))
}
