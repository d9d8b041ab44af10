//! What a sight line passes through: the Earth curves away under it, and the air bends it.

use super::{AskError, earth, error::within};
use city::LonLat;
use serde::Serialize;

/// The usual coefficient of refraction: the ray's curvature is 0.13 of the Earth's (Gauss's value; Torge and Müller,
/// *Geodesy*, 4th edition 2012, section 5.1). It holds by day well above the ground; close above hot or cold ground it
/// goes from −1 to 1 and beyond.
pub const REFRACTION: f64 = 0.13;

/// The coefficients that are accepted: 0 is no refraction, 1 a ray as curved as the Earth (a flat Earth).
const ACCEPTED: (f64, f64) = (-1.0, 1.0);

/// How high an end of a sight line is, metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Eye {
    /// Above the ground at its place.
    AboveGround(f64),
    /// Above sea level.
    AboveSea(f64),
}

impl Eye {
    /// The height above sea level where the ground is `ground_m` high; refuses what is not within ± 100 km.
    pub(super) fn above_sea_m(self, ground_m: f64) -> Result<f64, AskError> {
        let (height_m, base_m) = match self {
            Self::AboveGround(height_m) => (height_m, ground_m),
            Self::AboveSea(height_m) => (height_m, 0.0),
        };
        within("a height", height_m, -100_000.0, 100_000.0, "m").map(|height_m| base_m + height_m)
    }
}

/// How far the level surface falls below a straight ray, per squared metre of distance: (1 − k) / 2R, 1/m, with R the
/// radius of curvature in the direction of the line.
pub(super) fn fall_per_m2(at: LonLat, azimuth_deg: f64, refraction: f64) -> f64 {
    let (meridian_m, prime_m) = earth::radii_m(at.lat);
    let (sin, cos) = azimuth_deg.to_radians().sin_cos();
    // Euler's theorem for the normal section of an azimuth.
    (1.0 - refraction) * 0.5 * (cos * cos / meridian_m + sin * sin / prime_m)
}

/// Refuses a coefficient of refraction that no air has.
pub(super) fn check_refraction(refraction: f64) -> Result<f64, AskError> {
    within("a coefficient of refraction", refraction, ACCEPTED.0, ACCEPTED.1, "")
}
