//! Drones, vehicles and teams where they were seen last, with their missions.

use super::{Told, line, place, plain};
use city::CityTime;
use feeds::mavlink::HeightAbove;
use feeds::told::{Track, TrackKind, TrackMission};
use overlays::shapes::{Lie, Shape};
use shell::Colour;

/// More than this are not laid.
const MOST: usize = 1_000;
/// Without a word from it for so long a track is shown as old, seconds, where its source does not say when it is.
const OLD_S: f64 = 60.0;

pub(crate) fn tracks(told: Told, now: CityTime) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for source in told.read() {
        let routes = source.held.missions.values();
        shapes.extend(routes.filter_map(|mission| route(mission, told.theme.map.drone_route)));
    }
    let tracks = told.read().flat_map(|source| source.held.tracks.values());
    shapes.extend(tracks.take(MOST).map(|track| {
        let age_s = now.seconds_since(track.seen);
        let is_old = track.stale_at.map_or(age_s > OLD_S, |stale| stale <= now);
        let name = if track.name.is_empty() { &track.id } else { &track.name };
        let ago = is_old.then(|| told.words.ago(age_s));
        place(track.at, Some(colour(track, told, is_old)), Some(shell::aged(name, ago.as_deref())))
    }));
    shapes
}

fn colour(track: &Track, told: Told, is_old: bool) -> Colour {
    let map = &told.theme.map;
    match track.kind {
        TrackKind::Emergency => told.theme.panel.bad,
        _ if is_old => map.stale,
        TrackKind::Aircraft => map.drone,
        TrackKind::Ground => map.unit_busy,
        TrackKind::Other => map.device,
    }
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
