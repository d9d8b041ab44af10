//! A way found: its line, length and time; positions along it.

use crate::RoadError;
use city::{CityTime, LonLat, Trip};

/// A way from one position to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The line travelled, from where it starts to where it ends.
    pub path: Vec<LonLat>,
    /// Its length in metres.
    pub length_m: f64,
    /// How long it takes, seconds.
    pub duration_s: f64,
}

impl Way {
    /// The trip that begins at `began`.
    pub fn trip(self, began: CityTime) -> Trip {
        Trip { path: self.path, duration_s: self.duration_s, began }
    }
}

/// The straight way of what flies at `speed_mps` metres a second.
pub fn fly(from: LonLat, to: LonLat, speed_mps: f64) -> Result<Way, RoadError> {
    if let Some(at) = [from, to].into_iter().find(|at| !at.is_valid()) {
        return Err(RoadError::NoPosition { at });
    }
    let length_m = from.distance_m(to);
    // A drone that stands still would never arrive; 1 m/s is slower than any flies.
    let duration_s = length_m / speed_mps.max(1.0);
    Ok(Way { path: vec![from, to], length_m, duration_s })
}

/// The length of a path in metres.
pub fn path_length_m(path: &[LonLat]) -> f64 {
    path.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum()
}

/// The position after `share` (0–1, clamped) of a path's length; `None` for an empty path.
pub fn position_along(path: &[LonLat], share: f64) -> Option<LonLat> {
    let mut left_m = path_length_m(path) * if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    for pair in path.windows(2) {
        let piece_m = pair[0].distance_m(pair[1]);
        if piece_m > 0.0 && left_m <= piece_m {
            let t = left_m / piece_m;
            let (a, b) = (pair[0], pair[1]);
            return Some(LonLat::new(a.lon + (b.lon - a.lon) * t, a.lat + (b.lat - a.lat) * t));
        }
        left_m -= piece_m;
    }
    path.last().copied()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn positions_along_a_path_keep_its_ends() {
        let path = [LonLat::new(106.5, 29.5), LonLat::new(106.5, 29.5), LonLat::new(106.6, 29.5)];
        assert_eq!(position_along(&path, 0.0), Some(path[0]));
        assert_eq!(position_along(&path, 7.0), Some(path[2]));
        let middle = position_along(&path, 0.5).unwrap();
        assert!((middle.lon - 106.55).abs() < 1e-9, "{middle:?}");
        assert_eq!(position_along(&path[..1], 0.5), Some(path[0]));
        assert_eq!(position_along(&[], 0.5), None);
    }

    #[test]
    fn a_drone_flies_straight() {
        let way = fly(LonLat::new(106.484, 29.670), LonLat::new(106.505, 29.672), 15.0).unwrap();
        assert!((way.length_m - 2_041.0).abs() < 20.0 && (way.duration_s - 136.0).abs() < 2.0, "{way:?}");
        assert!(fly(LonLat::new(f64::NAN, 0.0), LonLat::new(0.0, 0.0), 15.0).is_err());
    }
}
