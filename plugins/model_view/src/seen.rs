//! Whether a ball can be seen, and how large.

use bevy::math::DVec3;
use shell::Projector;

/// How wide a ball is on the screen, points; within it, as wide as can be.
pub(crate) fn size_pt(eye: &Projector, middle: DVec3, radius_m: f64) -> f64 {
    let distance_m = (middle - eye.eye).length() - radius_m;
    if distance_m <= radius_m { f64::MAX } else { 2.0 * radius_m * eye.focal / distance_m }
}

/// Whether a ball touches what the eye sees.
pub(crate) fn is_in_view(eye: &Projector, middle: DVec3, radius_m: f64) -> bool {
    let middle = middle - eye.eye;
    let depth_m = middle.dot(eye.forward);
    let beside = |along: f64, reach: f64| {
        let tangent = reach / eye.focal;
        along.abs() > depth_m * tangent + radius_m * tangent.hypot(1.0)
    };
    let reach = eye.centre.max(eye.size - eye.centre);
    depth_m > -radius_m && !beside(middle.dot(eye.right), reach.x) && !beside(middle.dot(eye.up), reach.y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::math::DVec2;

    #[test]
    fn what_is_ahead_is_seen_and_what_is_beside_or_behind_is_not() {
        let eye = Projector::looking(DVec3::ZERO, 0.0, 0.0, DVec2::new(800.0, 600.0));
        assert!(is_in_view(&eye, DVec3::new(0.0, 1_000.0, 0.0), 10.0));
        assert!(!is_in_view(&eye, DVec3::new(0.0, -1_000.0, 0.0), 10.0));
        assert!(!is_in_view(&eye, DVec3::new(2_000.0, 1_000.0, 0.0), 10.0));
        assert!(is_in_view(&eye, DVec3::new(2_000.0, 1_000.0, 0.0), 1_500.0));
        let near = size_pt(&eye, DVec3::new(0.0, 1_000.0, 0.0), 10.0);
        assert!((near / (20.0 * eye.focal / 990.0) - 1.0).abs() < 1e-9);
        assert_eq!(size_pt(&eye, DVec3::new(0.0, 5.0, 0.0), 10.0), f64::MAX);
    }
}
