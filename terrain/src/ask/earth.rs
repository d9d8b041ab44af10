//! Shortest lines on the ellipsoid, its radii, and how the city frame lies on it.
//!
//! Lengths and directions come from Karney's geodesics (*Algorithms for geodesics*, 2013; 15 nm) on WGS-84, which
//! differs from the city frame's GRS80 by 0.1 mm.

use city::LonLat;
use geodesy::EastNorth;
use geographiclib_rs::{Geodesic, GeodesicLine, InverseGeodesic, capability};
use std::sync::LazyLock;

/// Places of a line are computed exactly this far apart (metres) and blended between: 4 mm off at 30° N at most.
const KNOT_M: f64 = 500.0;

static ELLIPSOID: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// The shortest line between two places.
pub(super) struct Line {
    pub length_m: f64,
    /// The direction in which it begins, degrees clockwise from north, 0 to 360.
    pub azimuth_deg: f64,
    ends: (LonLat, LonLat),
    curve: GeodesicLine,
}

impl Line {
    pub fn between(from: LonLat, to: LonLat) -> Self {
        let (length_m, azimuth_deg, _, _): (f64, f64, f64, f64) =
            ELLIPSOID.inverse(from.lat, from.lon, to.lat, to.lon);
        let wanted = capability::LATITUDE | capability::LONGITUDE | capability::DISTANCE_IN;
        let curve = GeodesicLine::new(&ELLIPSOID, from.lat, from.lon, azimuth_deg, Some(wanted), None, None);
        Self { length_m, azimuth_deg: azimuth_deg.rem_euclid(360.0), ends: (from, to), curve }
    }

    /// The place `distance_m` along.
    pub fn at(&self, distance_m: f64) -> LonLat {
        let wanted = capability::LATITUDE | capability::LONGITUDE;
        let (_, lat, lon, ..) = self.curve._gen_position(false, distance_m, wanted);
        LonLat::new(lon, lat)
    }

    /// Visits `parts` + 1 places from end to end, `length_m / parts` apart: the first and the last are the ends
    /// themselves, those between are within 4 mm of the line.
    pub fn walk(&self, parts: usize, mut visit: impl FnMut(usize, LonLat)) {
        visit(0, self.ends.0);
        let step_m = self.length_m / parts as f64;
        let together = ((KNOT_M / step_m) as usize).clamp(1, parts);
        let mut near = self.ends.0;
        for first in (0..parts).step_by(together) {
            let last = (first + together).min(parts);
            let far = if last == parts { self.ends.1 } else { self.at(last as f64 * step_m) };
            let share = 1.0 / (last - first) as f64;
            let (lon_step, lat_step) = ((far.lon - near.lon) * share, (far.lat - near.lat) * share);
            for index in first + 1..last {
                let along = (index - first) as f64;
                visit(index, LonLat::new(near.lon + lon_step * along, near.lat + lat_step * along));
            }
            visit(last, far);
            near = far;
        }
    }
}

/// Radii of curvature at a latitude in metres: along the meridian and across it (GRS80).
pub(super) fn radii_m(lat: f64) -> (f64, f64) {
    const SEMI_MAJOR_M: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_380_022_903_416;
    let sin = lat.to_radians().sin();
    let w2 = 1.0 - E2 * sin * sin;
    (SEMI_MAJOR_M * (1.0 - E2) / (w2 * w2.sqrt()), SEMI_MAJOR_M / w2.sqrt())
}

/// How the city frame lies at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameHere {
    /// Metres of the frame per metre on the ellipsoid.
    pub scale: f64,
    /// The azimuth of the frame's north, degrees clockwise from true north.
    pub north_deg: f64,
}

/// How the city frame lies at a place, from a short step north along the meridian: the frame is conformal, so one
/// direction says all.
pub(super) fn frame_at(at: LonLat) -> FrameHere {
    const STEP_DEG: f64 = 1e-4;
    let north = |lat_deg: f64| geodesy::to_city_frame(LonLat::new(at.lon, at.lat + lat_deg));
    let (a, b) = (north(-STEP_DEG), north(STEP_DEG));
    let (east_m, north_m) = (b.east_m - a.east_m, b.north_m - a.north_m);
    let true_m = (2.0 * STEP_DEG).to_radians() * radii_m(at.lat).0;
    FrameHere { scale: east_m.hypot(north_m) / true_m, north_deg: -east_m.atan2(north_m).to_degrees() }
}

/// Square metres on the ellipsoid per square metre of the frame at a position: 1 / scale², with the scale of the
/// transverse Mercator 1 + E²/2R² + E⁴/24R⁴ (Snyder 1987, equation 8-11 shortened); within 1e-6 over the root tile.
pub(super) fn true_area(at: EastNorth) -> f64 {
    // Gaussian radius at Chaotianmen, √(MN), metres.
    const RADIUS_M: f64 = 6_367_130.0;
    let e2 = (at.east_m / RADIUS_M).powi(2);
    let scale = 1.0 + e2 / 2.0 + e2 * e2 / 24.0;
    1.0 / (scale * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_long_as_the_ellipsoid_says() {
        // From Vincenty's formula for WGS-84, an independent method: 111,319.4908 m is a degree of the equator.
        let line = Line::between(LonLat::new(106.0, 0.0), LonLat::new(107.0, 0.0));
        assert!((line.length_m - 111_319.490_793).abs() < 1e-5 && (line.azimuth_deg - 90.0).abs() < 1e-9);
        // A degree of the meridian from 29° to 30° N: the meridian radius integrated by Simpson's rule.
        let line = Line::between(LonLat::new(106.0, 29.0), LonLat::new(106.0, 30.0));
        let simpson = |lat: f64| radii_m(lat).0;
        let expected_m = (simpson(29.0) + 4.0 * simpson(29.5) + simpson(30.0)) / 6.0 * 1_f64.to_radians();
        assert!((line.length_m - expected_m).abs() < 1e-3, "{} {expected_m}", line.length_m);
    }

    #[test]
    fn a_walk_stays_on_its_line_and_is_evenly_spaced() {
        let (from, to) = (LonLat::new(105.3, 28.2), LonLat::new(110.1, 32.1));
        let line = Line::between(from, to);
        let parts = 20_011;
        let (mut count, mut worst_m) = (0, 0.0_f64);
        line.walk(parts, |index, at| {
            count += 1;
            let exact = line.at(line.length_m * index as f64 / parts as f64);
            if index % 37 == 0 {
                worst_m = worst_m.max(Line::between(at, exact).length_m);
            }
        });
        assert!(count == parts + 1 && worst_m < 0.005, "{count} {worst_m}");
    }

    #[test]
    fn the_frame_is_measured_right_far_from_its_meridian() {
        for (lon, lat) in [(106.5878, 29.5657), (105.3, 28.2), (110.2, 32.2), (109.0, 28.2)] {
            let at = LonLat::new(lon, lat);
            let frame = frame_at(at);
            let here = geodesy::to_city_frame(at);
            let there = EastNorth::new(here.east_m + 300.0, here.north_m + 400.0);
            let line = Line::between(at, geodesy::to_lon_lat(there));
            assert!((500.0 / line.length_m / frame.scale - 1.0).abs() < 2e-6, "{lon}: {frame:?}");
            let grid_deg = 0.6_f64.asin().to_degrees();
            assert!((line.azimuth_deg - grid_deg - frame.north_deg).abs() < 1e-3, "{lon}: {frame:?}");
            assert!((true_area(here) * frame.scale * frame.scale - 1.0).abs() < 2e-6, "{lon}");
        }
    }
}
