//! What of the ground is under the pointer, and what the pointer did on the map.

use crate::{GroundModel, Projector, screen::MapArea};
use bevy::input::mouse::{MouseButton, MouseButtonInput};
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
const DOUBLE_CLICK_S: f64 = 0.45;

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
    /// How far it went since the last frame, points, panels or not.
    pub moved: egui::Vec2,
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

/// What the left button did, from frame to frame.
#[derive(Default)]
pub(crate) struct Press {
    /// Where on the map it went down.
    at: Option<egui::Pos2>,
    moved: bool,
    last_click: Option<(f64, egui::Pos2)>,
    /// Where the pointer was.
    last: Option<egui::Pos2>,
}

impl Press {
    fn goes_down(&mut self, free: Option<egui::Pos2>) {
        (self.at, self.moved) = (free, false);
    }

    /// Says whether this was a click, and whether the second of two.
    fn comes_up(&mut self, free: Option<egui::Pos2>, seconds: f64) -> (bool, bool) {
        let (Some(_), Some(at), false) = (self.at.take(), free, self.moved) else { return (false, false) };
        let second = self.last_click.is_some_and(|(then, there)| {
            seconds - then < DOUBLE_CLICK_S && there.distance(at) < 2.0 * STILL_POINTS
        });
        self.last_click = (!second).then_some((seconds, at));
        (true, second)
    }
}

/// Reads the pointer. Presses come as messages, so that a quick click between two frames is not lost.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn read_pointer(
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    zoom: Option<Single<&EguiZoomFactor>>,
    mut buttons: MessageReader<MouseButtonInput>,
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
    if let (Some(last), Some(at)) = (press.last, screen) {
        now.moved = at - last;
    }
    press.last = screen;
    if let (Some(start), Some(at)) = (press.at, screen) {
        press.moved |= start.distance(at) > STILL_POINTS;
    }
    for button in buttons.read().filter(|input| input.button == MouseButton::Left) {
        if button.state.is_pressed() {
            press.goes_down(free);
        } else {
            let (click, second) = press.comes_up(free, time.elapsed_secs_f64());
            now.clicked |= click;
            now.double_clicked |= second;
        }
    }
    now.dragging = press.at.is_some() && press.moved;
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
    fn two_quick_clicks_are_a_double_click_and_a_drag_is_none() {
        let (mut press, at) = (Press::default(), Some(egui::pos2(100.0, 80.0)));
        let mut click = |seconds: f64, moved: bool| {
            press.goes_down(at);
            press.moved = moved;
            press.comes_up(at, seconds)
        };
        assert_eq!(click(1.0, false), (true, false));
        assert_eq!(click(1.0, false), (true, true));
        assert_eq!(click(1.1, false), (true, false));
        assert_eq!(click(2.0, false), (true, false));
        assert_eq!(click(2.1, true), (false, false));
        press.goes_down(None);
        assert_eq!(press.comes_up(at, 3.0), (false, false));
    }

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
