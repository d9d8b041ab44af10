//! Distances on a small plane: degrees scaled to metres at one latitude.
//!
//! Good to 0.5 % over some tens of kilometres anywhere in the municipality, and a hundred times cheaper
//! than a projection; lengths that are shown or timed use [`LonLat::distance_m`].

use city::LonLat;

/// Metres a degree of latitude on the sphere that [`LonLat::distance_m`] uses.
pub(crate) const METRES_PER_DEGREE: f64 = 111_195.08;

/// The box `[west, south, east, north]`, degrees, that reaches `reach_m` to each side of `at`, and a hundredth more.
pub(crate) fn box_around(at: LonLat, reach_m: f64) -> [f64; 4] {
    let dlat = reach_m / METRES_PER_DEGREE * 1.01;
    let dlon = dlat / at.lat.to_radians().cos().max(0.01);
    [at.lon - dlon, at.lat - dlat, at.lon + dlon, at.lat + dlat]
}

/// The nearest thing to `at` within `within_m`: asked in growing boxes `[west, south, east, north]`, for most questions end
/// in the first, of `first_m` to each side. `nearest_in` names the nearest in a box with its distance in metres.
pub(crate) fn nearest_in_growing_boxes(
    at: LonLat,
    within_m: f64,
    first_m: f64,
    mut nearest_in: impl FnMut([f64; 4]) -> Option<(usize, f64)>,
) -> Option<(usize, f64)> {
    let mut reach_m = within_m.min(first_m);
    loop {
        let found = nearest_in(box_around(at, reach_m));
        // What lies farther may be in a corner of the box, and something nearer beside it.
        let found = found.filter(|(_, distance_m)| *distance_m <= reach_m);
        if found.is_some() || reach_m >= within_m || !reach_m.is_finite() {
            return found;
        }
        reach_m = (reach_m * 4.0).min(within_m);
    }
}

/// A plane of metres around a position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    origin: LonLat,
    east_per_degree: f64,
}

impl Plane {
    /// The plane that touches the globe at `origin`.
    pub fn at(origin: LonLat) -> Self {
        Self { origin, east_per_degree: METRES_PER_DEGREE * origin.lat.to_radians().cos() }
    }

    /// Metres east and north of the origin.
    pub fn metres(self, at: LonLat) -> [f64; 2] {
        [(at.lon - self.origin.lon) * self.east_per_degree, (at.lat - self.origin.lat) * METRES_PER_DEGREE]
    }

    /// The position `east_m` and `north_m` from the origin.
    pub fn lon_lat(self, [east_m, north_m]: [f64; 2]) -> LonLat {
        LonLat::new(
            self.origin.lon + east_m / self.east_per_degree,
            self.origin.lat + north_m / METRES_PER_DEGREE,
        )
    }
}

/// The share 0–1 along segment `a`–`b` nearest to `p`, and its distance from `p`.
pub(crate) fn nearest_on_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> (f64, f64) {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let share = if length2 > 0.0 {
        (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (share, (a[0] + share * dx - p[0]).hypot(a[1] + share * dy - p[1]))
}

/// The share 0–1 along `a`–`b` where it crosses `c`–`d`, if it does.
pub(crate) fn crossing(a: [f64; 2], b: [f64; 2], c: [f64; 2], d: [f64; 2]) -> Option<f64> {
    let (rx, ry) = (b[0] - a[0], b[1] - a[1]);
    let (sx, sy) = (d[0] - c[0], d[1] - c[1]);
    let cross = rx * sy - ry * sx;
    if cross == 0.0 {
        return None;
    }
    let (qx, qy) = (c[0] - a[0], c[1] - a[1]);
    let t = (qx * sy - qy * sx) / cross;
    let u = (qx * ry - qy * rx) / cross;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some(t)
}
