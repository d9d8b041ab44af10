//! What of the ground is under the pointer, and what the pointer did on the map.

use crate::{GroundModel, Projector, screen::MapArea};
use bevy::input::mouse::MouseButton;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::{EguiZoomFactor, egui, input::EguiWantsInput};
use city::LonLat;
use geodesy::{EastNorth, to_lon_lat};

/// Higher than any ground of the city, metres, before exaggeration.
const ABOVE_ALL_M: f64 = 3_200.0;
/// Lower than any, metres, before exaggeration.
const BELOW_ALL_M: f64 = -200.0;
/// No sight is followed further, metres.
const FURTHEST_M: f64 = 1_500_000.0;
/// A press that moves less than this is a click, points.
const STILL_POINTS: f32 = 4.0;
/// Two clicks within this are a double click, seconds.
const DOUBLE_CLICK_S: f64 = 0.35;

/// The pointer on the map in this frame. Written before [`CitySet::Decide`](crate::CitySet::Decide).
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct MapPointer {
    /// Where it is, egui points; `None` while it is outside the window or over a panel.
    pub at: Option<egui::Pos2>,
    /// The ground under it and its height as drawn, metres. Followed only when the pointer or the eye moved.
    pub ground: Option<(LonLat, f64)>,
    /// The left button went down on the map and came up at the same place in this frame.
    pub clicked: bool,
    /// The second click of two.
    pub double_clicked: bool,
    /// The left button is down since a place on the map, and the pointer moved away from it.
    pub dragging: bool,
}

/// The ground under a point of the screen and its height as drawn, metres: the line of sight followed to where it
/// meets the ground. `None` where it meets the sky.
pub fn cursor_ground(projector: &Projector, ground: &GroundModel, at: egui::Pos2) -> Option<(LonLat, f64)> {
    let sight = projector.sight(at);
    let height_under = |t: f64| {
        let place = sight.from + sight.towards * t;
        let lon_lat = to_lon_lat(EastNorth::new(place.x, place.y));
        (lon_lat, ground.drawn_height_m(lon_lat), place.z)
    };
    let reaches = |height_m: f64| (height_m * ground.exaggeration - sight.from.z) / sight.towards.z;
    let first = if sight.towards.z < 0.0 { reaches(ABOVE_ALL_M).max(0.0) } else { 0.0 };
    let last = if sight.towards.z < -1e-9 { reaches(BELOW_ALL_M).min(FURTHEST_M) } else { FURTHEST_M };
    let (mut before, mut t) = (first, first);
    for _ in 0..256 {
        let (_, ground_m, sight_m) = height_under(t);
        if sight_m <= ground_m {
            return Some(meeting(before, t, height_under));
        }
        if t >= last {
            return None;
        }
        before = t;
        // Ground is seldom steeper than 45°, so half the clearance cannot step through a crest that matters.
        t = (t + ((sight_m - ground_m) * 0.7).max(20.0 + t * 2e-4)).min(last);
    }
    None
}

/// Halves the way between a place above the ground and one below it.
fn meeting(above: f64, below: f64, height_under: impl Fn(f64) -> (LonLat, f64, f64)) -> (LonLat, f64) {
    let (mut above, mut below) = (above, below);
    for _ in 0..24 {
        let middle = (above + below) / 2.0;
        let (_, ground_m, sight_m) = height_under(middle);
        if sight_m > ground_m {
            above = middle;
        } else {
            below = middle;
        }
    }
    let (lon_lat, ground_m, _) = height_under(below);
    (lon_lat, ground_m)
}

/// What the buttons did, from frame to frame.
#[derive(Default)]
pub(crate) struct Press {
    at: Option<egui::Pos2>,
    moved: bool,
    last_click: Option<(f64, egui::Pos2)>,
}

/// Reads the pointer.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn read_pointer(
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    zoom: Option<Single<&EguiZoomFactor>>,
    buttons: Res<ButtonInput<MouseButton>>,
    time: Res<Time<Real>>,
    area: Res<MapArea>,
    wants: Res<EguiWantsInput>,
    projector: Res<Projector>,
    ground: Option<Res<GroundModel>>,
    mut pointer: ResMut<MapPointer>,
    mut press: Local<Press>,
    mut followed: Local<Option<(egui::Pos2, Projector)>>,
) {
    let zoom = zoom.map_or(1.0, |z| z.zoom_factor);
    let screen = window.and_then(|w| w.cursor_position()).map(|p| egui::pos2(p.x / zoom, p.y / zoom));
    let free = screen.filter(|&p| area.contains(p) && !wants.is_pointer_over_area());
    let mut now = MapPointer { at: free, ground: pointer.ground, ..default() };
    if buttons.just_pressed(MouseButton::Left) {
        *press = Press { at: free, moved: false, last_click: press.last_click };
    }
    if let (Some(start), Some(at)) = (press.at, screen) {
        press.moved |= start.distance(at) > STILL_POINTS;
        now.dragging = press.moved && buttons.pressed(MouseButton::Left);
        if buttons.just_released(MouseButton::Left) && !press.moved && free.is_some() {
            let seconds = time.elapsed_secs_f64();
            now.clicked = true;
            now.double_clicked = press.last_click.is_some_and(|(then, there)| {
                seconds - then < DOUBLE_CLICK_S && there.distance(at) < 2.0 * STILL_POINTS
            });
            press.last_click = (!now.double_clicked).then_some((seconds, at));
        }
    }
    if buttons.just_released(MouseButton::Left) {
        press.at = None;
    }
    let seen = free.map(|at| (at, *projector));
    if seen != *followed {
        now.ground =
            seen.zip(ground).and_then(|((at, projector), ground)| cursor_ground(&projector, &ground, at));
        *followed = seen;
    }
    *pointer = now;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bevy::math::{DVec2, DVec3};

    #[test]
    fn the_sight_meets_the_ground_it_is_projected_from() {
        let ground = GroundModel { ground: terrain::Ground::shipped().unwrap(), exaggeration: 1.5 };
        let projector =
            Projector::looking(DVec3::new(0.0, -9000.0, 7000.0), 10.0, 40.0, DVec2::new(1280.0, 720.0));
        for (x, y) in [(640.0, 360.0), (100.0, 650.0), (1200.0, 500.0)] {
            let at = egui::pos2(x, y);
            let (place, height_m) = cursor_ground(&projector, &ground, at).unwrap();
            assert!((height_m - ground.drawn_height_m(place)).abs() < 1e-6);
            assert!(projector.project(place, height_m).unwrap().at.distance(at) < 1.0);
        }
        assert_eq!(
            cursor_ground(&Projector { forward: DVec3::Z, ..projector }, &ground, egui::pos2(640.0, 1.0)),
            None
        );
    }
}
