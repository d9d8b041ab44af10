//! How steep the ground is at a place, and where it falls to.

use super::{
    AskError,
    earth::radii_m,
    error::{on_globe, within},
};
use crate::Ground;
use city::LonLat;
use serde::Serialize;

/// The slope at a place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Slope {
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Height, metres above sea level.
    #[serde(rename = "height_m")]
    pub height_m: f64,
    /// Steepness, degrees from level.
    #[serde(rename = "slope_deg")]
    pub slope_deg: f64,
    /// Steepness, metres up per hundred metres.
    #[serde(rename = "slope_percent")]
    pub slope_percent: f64,
    /// Where it falls to, degrees clockwise from true north; none where the ground is level.
    #[serde(rename = "aspect_deg")]
    pub aspect_deg: Option<f64>,
    /// Distance of the nine samples, metres.
    #[serde(rename = "spacing_m")]
    pub spacing_m: f64,
}

/// The slope at a place by the eight samples around it (Horn 1981, *Hill shading and the reflectance map*), which lie
/// `spacing_m` (0.01 to 100,000) apart along the meridian and the parallel on the ellipsoid: a slope at that scale,
/// smaller forms are averaged. `height_m` gives metres above sea level, none outside.
pub fn slope(
    at: LonLat,
    spacing_m: f64,
    mut height_m: impl FnMut(LonLat) -> Option<f64>,
) -> Result<Slope, AskError> {
    on_globe("the place", at)?;
    within("a spacing", spacing_m, 0.01, 100_000.0, "m")?;
    let (meridian_m, prime_m) = radii_m(at.lat);
    let lat_step = (spacing_m / meridian_m).to_degrees();
    let lon_step = (spacing_m / (prime_m * at.lat.to_radians().cos())).to_degrees();
    let mut beside = |east: f64, north: f64| {
        let place = LonLat::new(at.lon + east * lon_step, at.lat + north * lat_step);
        height_m(place)
            .filter(|h| h.is_finite())
            .ok_or(AskError::Outside { what: "the place, or one beside it,", at: place })
    };
    let here_m = beside(0.0, 0.0)?;
    let [nw, n, ne] = [beside(-1.0, 1.0)?, beside(0.0, 1.0)?, beside(1.0, 1.0)?];
    let [sw, s, se] = [beside(-1.0, -1.0)?, beside(0.0, -1.0)?, beside(1.0, -1.0)?];
    let [w, e] = [beside(-1.0, 0.0)?, beside(1.0, 0.0)?];
    let east = ((ne + 2.0 * e + se) - (nw + 2.0 * w + sw)) / (8.0 * spacing_m);
    let north = ((nw + 2.0 * n + ne) - (sw + 2.0 * s + se)) / (8.0 * spacing_m);
    let steep = east.hypot(north);
    Ok(Slope {
        lon: at.lon,
        lat: at.lat,
        height_m: here_m,
        slope_deg: steep.atan().to_degrees(),
        slope_percent: 100.0 * steep,
        // Less than a millimetre in ten metres is rounding, and has no direction.
        aspect_deg: (steep > 1e-7).then(|| (-east).atan2(-north).to_degrees().rem_euclid(360.0)),
        spacing_m,
    })
}

impl Ground {
    /// The slope at a place, at the ground's own [spacing](Ground::spacing_m) or another, metres.
    pub fn slope(&self, at: LonLat, spacing_m: Option<f64>) -> Result<Slope, AskError> {
        let mut cursor = self.cursor();
        slope(at, spacing_m.unwrap_or(self.spacing_m()), |at| cursor.height_m(at))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A plane that rises `east` and `north` metres a metre around a place.
    fn plane(at: LonLat, east: f64, north: f64) -> impl FnMut(LonLat) -> Option<f64> {
        let (meridian_m, prime_m) = radii_m(at.lat);
        move |p: LonLat| {
            let east_m = (p.lon - at.lon).to_radians() * prime_m * at.lat.to_radians().cos();
            Some(300.0 + east * east_m + north * (p.lat - at.lat).to_radians() * meridian_m)
        }
    }

    #[test]
    fn a_tilted_plane_has_its_slope_and_its_aspect() {
        let at = LonLat::new(109.9, 31.8);
        for (east, north, aspect_deg) in
            [(0.0, 1.0, 180.0), (0.0, -1.0, 0.0), (1.0, 0.0, 270.0), (-1.0, 0.0, 90.0), (-0.3, -0.3, 45.0)]
        {
            let found = slope(at, 30.0, plane(at, east, north)).unwrap();
            let steep = f64::hypot(east, north);
            assert!((found.slope_percent - 100.0 * steep).abs() < 1e-6, "{found:?}");
            assert!((found.slope_deg - steep.atan().to_degrees()).abs() < 1e-8);
            assert!((found.aspect_deg.unwrap() - aspect_deg).abs() < 1e-6, "{found:?}");
            assert!((found.height_m - 300.0).abs() < 1e-9);
        }
        assert_eq!(slope(at, 30.0, |_| Some(7.0)).unwrap().aspect_deg, None);
    }

    #[test]
    fn the_weights_are_horns() {
        let at = LonLat::new(106.5, 29.5);
        // Only the sample north-east of the place stands out: its weight is 1 of 8 in either direction.
        let found =
            slope(at, 10.0, |p| Some(if p.lon > at.lon && p.lat > at.lat { 80.0 } else { 0.0 })).unwrap();
        assert!((found.slope_percent - 100.0 * 2_f64.sqrt()).abs() < 1e-9);
        assert!((found.aspect_deg.unwrap() - 225.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_answered_is_said() {
        let at = LonLat::new(106.5, 29.5);
        let edge = |p: LonLat| (p.lon <= at.lon).then_some(1.0);
        assert!(matches!(slope(at, 30.0, edge), Err(AskError::Outside { .. })));
        assert!(matches!(slope(at, f64::NAN, |_| Some(1.0)), Err(AskError::Question(_))));
        assert!(matches!(slope(LonLat::new(f64::NAN, 0.0), 1.0, |_| Some(1.0)), Err(AskError::Question(_))));
    }
}
