//! How large a ball is seen.

use bevy::math::DVec3;
use shell::Projector;

/// How wide a ball is on the screen, points; within it, as wide as can be.
pub(crate) fn size_pt(eye: &Projector, middle: DVec3, radius_m: f64) -> f64 {
    let distance_m = (middle - eye.eye).length() - radius_m;
    if distance_m <= radius_m { f64::MAX } else { 2.0 * radius_m * eye.focal / distance_m }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::math::DVec2;

    #[test]
    fn what_is_ahead_is_seen_and_what_is_beside_or_behind_is_not() {
        let eye = Projector::looking(DVec3::ZERO, 0.0, 0.0, DVec2::new(800.0, 600.0));
        assert!(eye.sees(DVec3::new(0.0, 1_000.0, 0.0), 10.0));
        assert!(!eye.sees(DVec3::new(0.0, -1_000.0, 0.0), 10.0));
        assert!(!eye.sees(DVec3::new(2_000.0, 1_000.0, 0.0), 10.0));
        assert!(eye.sees(DVec3::new(2_000.0, 1_000.0, 0.0), 1_500.0));
        let near = size_pt(&eye, DVec3::new(0.0, 1_000.0, 0.0), 10.0);
        assert!((near / (20.0 * eye.focal / 990.0) - 1.0).abs() < 1e-9);
        assert_eq!(size_pt(&eye, DVec3::new(0.0, 5.0, 0.0), 10.0), f64::MAX);
    }
}
