//! The lens of the eye: what it looks at stands in the middle of the map's part of the screen, not of the whole,
//! so that panels never hide it.

use crate::Projector;
use bevy::camera::{CameraProjection, SubCameraView};
use bevy::math::Vec3A;
use bevy::prelude::*;

/// A perspective with an infinite far plane (reverse z) whose middle may lie anywhere on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// Clip units a unit of tangent, across and up.
    scale: Vec2,
    /// Where the eye looks at, from −1 to 1 of the screen, across and up.
    middle: Vec2,
    /// Nothing nearer is drawn, metres.
    near_m: f32,
    /// Nothing further is drawn, metres.
    far_m: f32,
}

impl Lens {
    /// The lens that draws what `projector` says.
    pub fn of(projector: &Projector, near_m: f32, far_m: f32) -> Self {
        let part = projector.centre / projector.size * 2.0 - 1.0;
        let scale = 2.0 * projector.focal / projector.size;
        Self { scale: scale.as_vec2(), middle: Vec2::new(part.x as f32, -part.y as f32), near_m, far_m }
    }
}

impl CameraProjection for Lens {
    fn get_clip_from_view(&self) -> Mat4 {
        Mat4::from_cols(
            Vec4::new(self.scale.x, 0.0, 0.0, 0.0),
            Vec4::new(0.0, self.scale.y, 0.0, 0.0),
            Vec4::new(-self.middle.x, -self.middle.y, 0.0, -1.0),
            Vec4::new(0.0, 0.0, self.near_m, 0.0),
        )
    }

    // No part of the screen is ever drawn alone.
    fn get_clip_from_view_for_sub(&self, _: &SubCameraView) -> Mat4 {
        self.get_clip_from_view()
    }

    // The projector brings the size along.
    fn update(&mut self, _: f32, _: f32) {}

    fn far(&self) -> f32 {
        self.far_m
    }

    fn get_frustum_corners(&self, z_near: f32, z_far: f32) -> [Vec3A; 8] {
        let corner = |x: f32, y: f32, z: f32| {
            let at = (Vec2::new(x, y) - self.middle) / self.scale * z.abs();
            Vec3A::new(at.x, at.y, z)
        };
        let around = [(1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        std::array::from_fn(|i| {
            let (x, y) = around[i % 4];
            corner(x, y, if i < 4 { z_near } else { z_far })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::math::{DVec2, DVec3};
    use geodesy::EastNorth;

    #[test]
    fn the_lens_draws_where_the_projector_says() {
        let mut projector = Projector::looking(DVec3::ZERO, 0.0, 0.0, DVec2::new(1280.0, 720.0));
        projector.centre = DVec2::new(450.0, 380.0);
        let Some(seen) = projector.project_city(EastNorth::new(120.0, 1000.0), -35.0) else {
            panic!("it is ahead")
        };
        // Looking north, view space is east, up, south.
        let clip =
            Lens::of(&projector, 1.0, 1e6).get_clip_from_view() * Vec4::new(120.0, -35.0, -1000.0, 1.0);
        let x = (clip.x / clip.w + 1.0) / 2.0 * 1280.0;
        let y = (1.0 - clip.y / clip.w) / 2.0 * 720.0;
        assert!((x - seen.at.x).abs() < 0.01 && (y - seen.at.y).abs() < 0.01, "{x} {y} {seen:?}");
    }
}
