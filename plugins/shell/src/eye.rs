//! The eye: follows the map camera smoothly, stays above the ground, and says where it is to [`Projector`].

use crate::{
    CameraEye, GroundModel, MapArea, MapCamera, Picture, Projector, RenderOrigin, Screen, Theme, lens::Lens,
};
use bevy::camera::{ClearColorConfig, RenderTarget};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::math::{DVec2, DVec3};
use bevy::prelude::*;
use bevy::render::render_resource::{TextureFormat, TextureUsages};
use bevy_egui::{EguiZoomFactor, PrimaryEguiContext};
use geodesy::{EastNorth, to_city_frame, to_lon_lat};

/// The eye never comes nearer to the ground under it, metres.
const LEAST_CLEARANCE_M: f64 = 20.0;
/// What is further is not drawn, metres.
const FAR_M: f32 = 3_000_000.0;
/// How fast the eye nears its goal: this part of what is left, a second, in the exponent.
const NEARING_PER_S: f64 = 7.0;

/// The pose of the eye on its way to [`MapCamera`].
#[derive(Resource, Clone, Copy, Debug)]
pub struct EyePose {
    /// Where it is now.
    pub pose: MapCamera,
    /// False once it has arrived.
    pub moving: bool,
    /// Set for one frame by what moves the goal by hand: the eye goes with it at once.
    pub at_once: bool,
}

/// Makes the eye, and the image it draws into where there is no window.
pub(crate) fn spawn_eye(
    mut commands: Commands,
    screen: Res<Screen>,
    theme: Res<Theme>,
    mut images: ResMut<Assets<Image>>,
) {
    let mut eye = commands.spawn((
        CameraEye,
        // Points ask how near the ground is before they are drawn.
        Camera3d {
            depth_texture_usages: (TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING).into(),
            ..default()
        },
        Camera { clear_color: sky(&theme), ..default() },
        Projection::custom(Lens::of(&Projector::default(), 1.0, FAR_M)),
        Tonemapping::None,
        DebandDither::Disabled,
        Msaa::Off,
        PrimaryEguiContext,
    ));
    if let Screen::Offscreen { width, height } = *screen {
        let image = images.add(Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None));
        eye.insert(RenderTarget::Image(image.clone().into()));
        commands.insert_resource(Picture(image));
    }
}

/// Behind everything is the theme's sky.
pub(crate) fn colour_sky(theme: Res<Theme>, mut eye: Single<&mut Camera, With<CameraEye>>) {
    eye.clear_color = sky(&theme);
}

fn sky(theme: &Theme) -> ClearColorConfig {
    ClearColorConfig::Custom(theme.ground.sky.linear().into())
}

/// What the eye looks at stands on the ground.
pub(crate) fn rest_focus_on_ground(ground: Option<Res<GroundModel>>, mut camera: ResMut<MapCamera>) {
    if let Some(ground) = ground.filter(|_| camera.is_changed()) {
        let height_m = ground.drawn_height_m(camera.focus);
        camera.bypass_change_detection().focus_height_m = height_m;
    }
}

/// One step of the eye towards its goal.
pub(crate) fn follow_camera(
    time: Res<Time<Real>>,
    screen: Res<Screen>,
    camera: Res<MapCamera>,
    mut eye: ResMut<EyePose>,
) {
    let at_once = screen.is_still() || std::mem::take(&mut eye.bypass_change_detection().at_once);
    if !at_once && eye.pose == *camera {
        if eye.moving {
            eye.moving = false;
        }
        return;
    }
    let part = if at_once { 1.0 } else { 1.0 - (-NEARING_PER_S * time.delta_secs_f64()).exp() };
    let next = nearer(&eye.pose, &camera, part);
    if eye.pose != next {
        (eye.pose, eye.moving) = (next, next != *camera);
    }
}

/// A pose `part` of the way from one to another; the goal itself once nothing more can be seen of the way.
fn nearer(from: &MapCamera, goal: &MapCamera, part: f64) -> MapCamera {
    let (a, b) = (to_city_frame(from.focus), to_city_frame(goal.focus));
    let turn = (goal.heading_deg - from.heading_deg + 180.0).rem_euclid(360.0) - 180.0;
    let zoom = (goal.distance_m / from.distance_m).ln();
    let rest = a.distance_m(b) / goal.distance_m
        + zoom.abs()
        + turn.abs() / 57.0
        + (goal.pitch_deg - from.pitch_deg).abs() / 57.0
        + (goal.focus_height_m - from.focus_height_m).abs() / goal.distance_m;
    if part >= 1.0 || rest < 5e-4 {
        return *goal;
    }
    let mix = |a: f64, b: f64| a + (b - a) * part;
    MapCamera {
        focus: to_lon_lat(EastNorth::new(mix(a.east_m, b.east_m), mix(a.north_m, b.north_m))),
        focus_height_m: mix(from.focus_height_m, goal.focus_height_m),
        distance_m: from.distance_m * (zoom * part).exp(),
        heading_deg: (from.heading_deg + turn * part).rem_euclid(360.0),
        pitch_deg: mix(from.pitch_deg, goal.pitch_deg),
    }
}

/// Where the eye of a pose stands, city frame, and the pitch it then looks down by: lifted where the ground is near.
pub fn eye_place(pose: &MapCamera, ground: Option<&GroundModel>) -> (DVec3, f64) {
    let focus = to_city_frame(pose.focus);
    let focus = DVec3::new(focus.east_m, focus.north_m, pose.focus_height_m);
    let unlifted = Projector::looking(focus, pose.heading_deg, pose.pitch_deg, DVec2::ONE);
    let mut eye = focus - unlifted.forward * pose.distance_m;
    let Some(ground) = ground else { return (eye, pose.pitch_deg) };
    let floor_m = ground.drawn_height_m(to_lon_lat(EastNorth::new(eye.x, eye.y))) + LEAST_CLEARANCE_M;
    if eye.z >= floor_m {
        return (eye, pose.pitch_deg);
    }
    eye.z = floor_m;
    let down = (eye.z - focus.z).atan2((eye - focus).truncate().length());
    (eye, down.to_degrees())
}

/// Moves the engine's camera and the projector to the pose; the origin comes along when the focus is far from it.
pub(crate) fn place_eye(
    pose: Res<EyePose>,
    ground: Option<Res<GroundModel>>,
    area: Res<MapArea>,
    mut origin: ResMut<RenderOrigin>,
    mut projector: ResMut<Projector>,
    eye: Single<(&mut Transform, &mut Projection, &Camera, &EguiZoomFactor), With<CameraEye>>,
) {
    let (mut transform, mut projection, camera, zoom) = eye.into_inner();
    let size = camera.logical_viewport_size().map_or(projector.size, |s| (s / zoom.zoom_factor).as_dvec2());
    let centre = area.centre(size);
    if !pose.is_changed() && size == projector.size && centre == projector.centre {
        return;
    }
    let focus = to_city_frame(pose.pose.focus);
    RenderOrigin::follow(origin.reborrow(), focus);
    let (place, pitch_deg) = eye_place(&pose.pose, ground.as_deref());
    let looking = Projector::looking(place, pose.pose.heading_deg, pitch_deg, size);
    projector.set_if_neq(Projector { centre, ..looking });
    let render = |v: DVec3| Vec3::new(v.x as f32, v.z as f32, -v.y as f32);
    transform.translation = origin.to_render(EastNorth::new(place.x, place.y), place.z);
    transform.rotation = Quat::from_mat3(&Mat3::from_cols(
        render(projector.right),
        render(projector.up),
        render(-projector.forward),
    ));
    let near_m = (pose.pose.distance_m * 0.01).clamp(1.0, 200.0) as f32;
    *projection = Projection::custom(Lens::of(&projector, near_m, FAR_M));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NAMED_VIEWS;

    #[test]
    fn a_flight_arrives_and_turns_the_short_way() {
        let from = MapCamera { heading_deg: 350.0, ..NAMED_VIEWS[0].camera };
        let goal = MapCamera { heading_deg: 10.0, ..NAMED_VIEWS[3].camera };
        let first = nearer(&from, &goal, 0.1);
        assert!((first.heading_deg - 352.0).abs() < 1e-9 && first.distance_m < from.distance_m);
        let mut pose = from;
        let steps = (0..400)
            .take_while(|_| {
                pose = nearer(&pose, &goal, 0.2);
                pose != goal
            })
            .count();
        assert!(steps < 80, "{steps}");
    }

    #[test]
    fn the_eye_is_lifted_above_the_ground() {
        let Ok(relief) = terrain::Ground::shipped() else { panic!("the shipped relief opens") };
        let ground = GroundModel { ground: relief, exaggeration: 1.0 };
        let mut pose = NAMED_VIEWS[2].camera;
        (pose.distance_m, pose.pitch_deg, pose.focus_height_m) = (8_000.0, 0.2, 100.0);
        for heading_deg in [0.0, 90.0, 180.0, 270.0] {
            pose.heading_deg = heading_deg;
            let (eye, _) = eye_place(&pose, Some(&ground));
            let under = ground.drawn_height_m(to_lon_lat(EastNorth::new(eye.x, eye.y)));
            assert!(eye.z >= under + LEAST_CLEARANCE_M - 1e-6);
        }
    }
}
