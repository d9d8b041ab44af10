//! The floating origin: what is drawn stands in f32 metres around a point near the camera.
//!
//! Render axes: x east, y up, z south (Bevy's right-handed y-up). The origin moves when the camera's focus is far
//! from it; whatever carries [`Placed`] follows by itself.

use crate::GroundModel;
use bevy::prelude::*;
use geodesy::EastNorth;

/// The origin follows a focus that is further from it than this, metres: f32 is then 2 mm coarse at the focus.
const JUMP_M: f64 = 20_000.0;

/// Where the render origin lies in the city frame, height 0.
#[derive(Resource, Clone, Copy, Debug)]
pub struct RenderOrigin {
    /// City frame, metres.
    pub at: EastNorth,
}

impl Default for RenderOrigin {
    fn default() -> Self {
        Self { at: EastNorth { east_m: 0.0, north_m: 0.0 } }
    }
}

impl RenderOrigin {
    /// A city-frame position and height (already exaggerated) in render space.
    pub fn to_render(&self, at: EastNorth, height_m: f64) -> Vec3 {
        Vec3::new(
            (at.east_m - self.at.east_m) as f32,
            height_m as f32,
            -(at.north_m - self.at.north_m) as f32,
        )
    }

    /// Jumps to `focus` when it is more than 20 km away.
    pub(crate) fn follow(mut origin: Mut<'_, Self>, focus: EastNorth) {
        if origin.at.distance_m(focus) > JUMP_M {
            origin.at = focus;
        }
    }

    /// A render-space position in the city frame, and its height.
    pub fn to_city(&self, render: Vec3) -> (EastNorth, f64) {
        let at = EastNorth {
            east_m: self.at.east_m + f64::from(render.x),
            north_m: self.at.north_m - f64::from(render.z),
        };
        (at, f64::from(render.y))
    }
}

/// Keeps an entity at a place of the city: its `Transform.translation` is set from this whenever this or the
/// origin changes. Meshes hold coordinates relative to their own anchor.
#[derive(Component, Clone, Copy, Debug)]
#[require(Transform, Visibility)]
pub struct Placed {
    /// City frame, metres.
    pub at: EastNorth,
    /// Height drawn, metres (already exaggerated).
    pub height_m: f64,
}

/// The mesh of an entity holds heights in metres above sea level, drawn as many times as the ground's.
#[derive(Component, Clone, Copy, Debug)]
#[require(Transform)]
pub struct Exaggerated;

/// Stretches what came, and everything when the exaggeration changed.
pub(crate) fn stretch_all(
    ground: Option<Res<GroundModel>>,
    mut stretched: Query<(Ref<Exaggerated>, &mut Transform)>,
) {
    let Some(ground) = ground else { return };
    for (mark, mut transform) in &mut stretched {
        if ground.is_changed() || mark.is_added() {
            transform.scale.y = ground.exaggeration as f32;
        }
    }
}

/// Sets the transforms of what was placed anew, and of everything when the origin jumped.
pub(crate) fn place_all(origin: Res<RenderOrigin>, mut placed: Query<(Ref<Placed>, &mut Transform)>) {
    let jumped = origin.is_changed();
    for (place, mut transform) in &mut placed {
        if jumped || place.is_changed() {
            transform.translation = origin.to_render(place.at, place.height_m);
        }
    }
}
