//! Earth-centred coordinates (EPSG:4978), in which 3D Tiles are given: metres from the middle of the Earth, x towards
//! the prime meridian, z towards the north pole.

use crate::city_frame::{E2, SEMI_MAJOR_M};
use city::LonLat;

/// From earth-centred metres to degrees and metres above the ellipsoid. Exact to well under a millimetre from 1,000 km
/// below the ground to 10,000 km above it; what is not finite stays so.
pub fn from_earth_centred([x, y, z]: [f64; 3]) -> (LonLat, f64) {
    let level = x.hypot(y);
    let semi_minor = SEMI_MAJOR_M * (1.0 - E2).sqrt();
    // Bowring's formula by the parametric latitude; twice is more than enough.
    let (mut sin_b, mut cos_b) = unit(z * SEMI_MAJOR_M, level * semi_minor);
    let (mut sin_lat, mut cos_lat) = (0.0, 1.0);
    for _ in 0..2 {
        let up = z + E2 / (1.0 - E2) * semi_minor * sin_b.powi(3);
        let out = level - E2 * SEMI_MAJOR_M * cos_b.powi(3);
        (sin_lat, cos_lat) = unit(up, out);
        (sin_b, cos_b) = unit((1.0 - E2).sqrt() * sin_lat, cos_lat);
    }
    let height_m = level * cos_lat + z * sin_lat - SEMI_MAJOR_M * (1.0 - E2 * sin_lat * sin_lat).sqrt();
    (LonLat::new(y.atan2(x).to_degrees(), sin_lat.atan2(cos_lat).to_degrees()), height_m)
}

/// The other way.
pub fn to_earth_centred(at: LonLat, height_m: f64) -> [f64; 3] {
    let (sin_lat, cos_lat) = at.lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.lon.to_radians().sin_cos();
    let normal = SEMI_MAJOR_M / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    let level = (normal + height_m) * cos_lat;
    [level * cos_lon, level * sin_lon, (normal * (1.0 - E2) + height_m) * sin_lat]
}

/// Sine and cosine of the angle whose tangent is `up / out`.
fn unit(up: f64, out: f64) -> (f64, f64) {
    let length = up.hypot(out);
    if length > 0.0 { (up / length, out / length) } else { (0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn agrees_with_proj_and_comes_back() {
        let definition =
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=GRS80";
        let proj = proj::Proj::new(definition).unwrap();
        for (lon, lat) in [(106.55, 29.56), (-70.0, -33.0), (0.0, 0.0), (179.9, 89.5), (12.0, -45.0)] {
            let there = to_earth_centred(LonLat::new(lon, lat), 0.0);
            let theirs = proj.convert((lon, lat)).unwrap();
            assert!((there[0] - theirs.0).abs() < 1e-6 && (there[1] - theirs.1).abs() < 1e-6, "{there:?}");
            for height_m in [-400.0, 0.0, 250.0, 9_000.0, 400_000.0] {
                let (at, back_m) = from_earth_centred(to_earth_centred(LonLat::new(lon, lat), height_m));
                assert!((at.lon - lon).abs() < 1e-10 && (at.lat - lat).abs() < 1e-10, "{at:?}");
                assert!((back_m - height_m).abs() < 1e-6, "{back_m}");
            }
        }
        let (at, _) = from_earth_centred([f64::NAN, 0.0, 0.0]);
        assert!(at.lat.is_nan() || at.lon.is_nan());
        assert!(from_earth_centred([0.0; 3]).1.is_finite());
    }
}
