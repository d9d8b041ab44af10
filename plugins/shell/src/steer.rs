//! Mouse and keys on the map: grab and drag the ground, orbit, zoom toward the pointer, named views.
//! Letters without Shift that an officer's panel uses (A, D) never move the map.

use crate::{EyePose, FlyTo, MapCamera, MapPointer, NAMED_VIEWS, Projector, Theme, Words};
use bevy::input::mouse::{AccumulatedMouseScroll, MouseScrollUnit};
use bevy::math::DVec3;
use bevy::prelude::*;
use bevy_egui::{egui, input::EguiWantsInput};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};

/// Nearest and furthest distance of the camera, metres.
pub const DISTANCE_M: (f64, f64) = (50.0, 900_000.0);
/// Least and greatest pitch, degrees.
pub const PITCH_DEG: (f64, f64) = (8.0, 90.0);
/// Degrees the camera turns a point the pointer goes.
const TURN_DEG_A_POINT: f64 = 0.25;
/// One notch of the wheel brings the camera this much nearer.
const NOTCH: f64 = 0.82;

impl MapCamera {
    /// Keeps distance, pitch and heading in their ranges.
    pub fn keep_in_range(&mut self) {
        self.distance_m = self.distance_m.clamp(DISTANCE_M.0, DISTANCE_M.1);
        self.pitch_deg = self.pitch_deg.clamp(PITCH_DEG.0, PITCH_DEG.1);
        self.heading_deg = self.heading_deg.rem_euclid(360.0);
    }

    /// Moves what it looks at, metres in the city frame; not further than the root square of the ground.
    pub fn shift_focus(&mut self, east_m: f64, north_m: f64) {
        let at = to_city_frame(self.focus);
        self.focus = to_lon_lat(EastNorth::new(
            (at.east_m + east_m).clamp(-140_000.0, 384_000.0),
            (at.north_m + north_m).clamp(-190_000.0, 334_000.0),
        ));
    }

    /// Brings the camera nearer (`factor` < 1) so that `towards` stays where it is on the screen.
    pub fn zoom(&mut self, factor: f64, towards: Option<LonLat>) {
        let before_m = self.distance_m;
        self.distance_m = (before_m * factor).clamp(DISTANCE_M.0, DISTANCE_M.1);
        let moved = 1.0 - self.distance_m / before_m;
        if let Some(towards) = towards {
            let (from, to) = (to_city_frame(self.focus), to_city_frame(towards));
            self.shift_focus((to.east_m - from.east_m) * moved, (to.north_m - from.north_m) * moved);
        }
    }
}

/// The place that the left button holds, and its height as drawn.
#[derive(Default)]
pub(crate) struct Grab(Option<DVec3>);

/// The mouse moves the map.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn steer_by_mouse(
    buttons: Res<ButtonInput<MouseButton>>,
    scroll: Res<AccumulatedMouseScroll>,
    pointer: Res<MapPointer>,
    projector: Res<Projector>,
    mut camera: ResMut<MapCamera>,
    mut eye: ResMut<EyePose>,
    mut fly: MessageWriter<FlyTo>,
    mut grab: Local<Grab>,
    mut orbiting: Local<bool>,
) {
    if buttons.just_pressed(MouseButton::Left) {
        grab.0 = pointer.at.and(pointer.ground).map(|(at, height_m)| {
            let at = to_city_frame(at);
            DVec3::new(at.east_m, at.north_m, height_m)
        });
    } else if !buttons.pressed(MouseButton::Left) {
        grab.0 = None;
    }
    if let (Some(held), Some(at), true) = (grab.0, pointer.at, pointer.dragging)
        && let Some(under) = on_level(&projector, at, held.z)
        && under.distance(held) > 1e-3
    {
        let step = (held - under).clamp_length_max(camera.distance_m);
        // The goal restarts from the present pose: the held ground stays under the pointer without lag.
        *camera = eye.pose;
        camera.shift_focus(step.x, step.y);
        eye.at_once = true;
    }
    if buttons.just_pressed(MouseButton::Right) {
        *orbiting = pointer.at.is_some();
    }
    if *orbiting && buttons.pressed(MouseButton::Right) && pointer.moved != egui::Vec2::ZERO {
        camera.heading_deg += f64::from(pointer.moved.x) * TURN_DEG_A_POINT;
        camera.pitch_deg += f64::from(pointer.moved.y) * TURN_DEG_A_POINT;
        camera.keep_in_range();
    }
    if scroll.delta.y != 0.0 && pointer.at.is_some() {
        let notches = match scroll.unit {
            MouseScrollUnit::Line => f64::from(scroll.delta.y),
            MouseScrollUnit::Pixel => f64::from(scroll.delta.y) / 50.0,
        };
        camera.zoom(NOTCH.powf(notches.clamp(-6.0, 6.0)), pointer.ground.map(|(at, _)| at));
    }
    if pointer.double_clicked
        && let Some((at, _)) = pointer.ground
    {
        fly.write(FlyTo::Place { at, distance_m: (camera.distance_m * 0.4).max(1_000.0) });
    }
}

/// Where the sight through a point of the screen meets a level plane; `None` at and above the horizon.
fn on_level(projector: &Projector, at: egui::Pos2, height_m: f64) -> Option<DVec3> {
    let sight = projector.sight(at);
    (sight.towards.z < -1e-3)
        .then(|| sight.from + sight.towards * ((height_m - sight.from.z) / sight.towards.z))
}

/// The keys move the map: arrows (or Shift with W A S D) pan, Q E turn, R F tilt, + − zoom, 1–5 and Home are views.
pub(crate) fn steer_by_keys(
    keys: Res<ButtonInput<KeyCode>>,
    time: Res<Time<Real>>,
    wants: Res<EguiWantsInput>,
    mut camera: ResMut<MapCamera>,
    mut words: ResMut<Words>,
    mut theme: ResMut<Theme>,
    mut fly: MessageWriter<FlyTo>,
) {
    let commanding =
        keys.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::AltLeft, KeyCode::AltRight]);
    if wants.wants_any_keyboard_input()
        || commanding
        || (keys.get_pressed().len() == 0 && keys.get_just_pressed().len() == 0)
    {
        return;
    }
    let shift = keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    let held = |key, letter| keys.pressed(key) || (shift && keys.pressed(letter));
    let axis = |plus: bool, minus: bool| f64::from(i8::from(plus) - i8::from(minus));
    let seconds = time.delta_secs_f64().min(0.1);
    let right = axis(held(KeyCode::ArrowRight, KeyCode::KeyD), held(KeyCode::ArrowLeft, KeyCode::KeyA));
    let ahead = axis(held(KeyCode::ArrowUp, KeyCode::KeyW), held(KeyCode::ArrowDown, KeyCode::KeyS));
    if right != 0.0 || ahead != 0.0 {
        let (sin, cos) = camera.heading_deg.to_radians().sin_cos();
        let step = camera.distance_m * 0.7 * seconds;
        camera.shift_focus((right * cos + ahead * sin) * step, (ahead * cos - right * sin) * step);
    }
    let turn = axis(keys.pressed(KeyCode::KeyE), keys.pressed(KeyCode::KeyQ));
    let tilt = axis(keys.pressed(KeyCode::KeyR), keys.pressed(KeyCode::KeyF));
    if turn != 0.0 || tilt != 0.0 {
        camera.heading_deg += turn * 60.0 * seconds;
        camera.pitch_deg += tilt * 40.0 * seconds;
        camera.keep_in_range();
    }
    let nearer = axis(
        keys.any_pressed([KeyCode::Equal, KeyCode::NumpadAdd]),
        keys.any_pressed([KeyCode::Minus, KeyCode::NumpadSubtract]),
    );
    if nearer != 0.0 {
        camera.zoom((-1.2 * nearer * seconds).exp(), None);
    }
    let views = [KeyCode::Digit1, KeyCode::Digit2, KeyCode::Digit3, KeyCode::Digit4, KeyCode::Digit5];
    for (key, view) in views.into_iter().zip(NAMED_VIEWS) {
        if keys.just_pressed(key) {
            fly.write(FlyTo::View(view.name.to_owned()));
        }
    }
    if keys.just_pressed(KeyCode::Home) {
        fly.write(FlyTo::View(NAMED_VIEWS[0].name.to_owned()));
    }
    if keys.just_pressed(KeyCode::KeyL) {
        words.language = words.language.other();
    }
    if keys.just_pressed(KeyCode::KeyT) {
        *theme = Theme::of(theme.name.other());
    }
}

/// Flies where messages say.
pub(crate) fn fly(mut flights: MessageReader<FlyTo>, mut camera: ResMut<MapCamera>) {
    for flight in flights.read() {
        match flight {
            FlyTo::View(name) => match NAMED_VIEWS.iter().find(|view| view.name == name) {
                Some(view) => *camera = view.camera,
                None => warn!("no view is named '{name}'"),
            },
            FlyTo::Place { at, distance_m } if at.is_valid() => {
                camera.focus = *at;
                camera.distance_m = camera.distance_m.min(*distance_m);
                camera.shift_focus(0.0, 0.0);
                camera.keep_in_range();
            }
            FlyTo::Place { at, .. } => warn!("{at:?} is not a place to fly to"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_place_under_the_pointer() {
        let mut camera = NAMED_VIEWS[2].camera;
        let towards = LonLat::new(106.60, 29.58);
        let before = to_city_frame(camera.focus).distance_m(to_city_frame(towards)) / camera.distance_m;
        camera.zoom(0.5, Some(towards));
        let after = to_city_frame(camera.focus).distance_m(to_city_frame(towards)) / camera.distance_m;
        assert!((before - after).abs() < 1e-6);
    }

    #[test]
    fn the_camera_stays_in_its_range() {
        let mut camera = NAMED_VIEWS[0].camera;
        camera.zoom(1e9, None);
        assert_eq!(camera.distance_m, DISTANCE_M.1);
        camera.zoom(0.0, None);
        assert_eq!(camera.distance_m, DISTANCE_M.0);
        (camera.pitch_deg, camera.heading_deg) = (-20.0, -30.0);
        camera.keep_in_range();
        assert_eq!((camera.pitch_deg, camera.heading_deg), (PITCH_DEG.0, 330.0));
    }
}
