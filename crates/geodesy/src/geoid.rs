//! From heights above the ellipsoid, as satellites and 3D Tiles give them, to heights above the sea, by the geoid model
//! EGM96 (every quarter degree, between them linear).
//!
//! The table covers the municipality and what lies around it, 100 to 114° E and 24 to 36° N; farther off the value at its
//! edge is taken, which may be tens of metres wrong there.

use city::LonLat;
use std::sync::LazyLock;

const WEST: f64 = 100.0;
const NORTH: f64 = 36.0;
const PER_DEGREE: f64 = 4.0;
const COLUMNS: usize = 57;
const ROWS: usize = 49;

/// Centimetres, row by row from the north.
static TABLE: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let lines = include_str!("../data/egm96.csv").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(',').filter_map(|number| number.trim().parse().ok())).collect()
});

/// How high mean sea level lies above the WGS-84 ellipsoid at a place, metres: negative all over Chongqing.
pub fn sea_level_above_ellipsoid_m(at: LonLat) -> f64 {
    let along = |steps: f64, count: usize| {
        // Also for what is not finite there is an answer.
        let steps = if steps.is_nan() { 0.0 } else { steps.clamp(0.0, (count - 1) as f64) };
        let first = (steps as usize).min(count - 2);
        (first, steps - first as f64)
    };
    let (column, right) = along((at.lon - WEST) * PER_DEGREE, COLUMNS);
    let (row, down) = along((NORTH - at.lat) * PER_DEGREE, ROWS);
    let value = |row: usize, column: usize| TABLE.get(row * COLUMNS + column).copied().unwrap_or(0.0);
    let across = |row| value(row, column) * (1.0 - right) + value(row, column + 1) * right;
    (across(row) * (1.0 - down) + across(row + 1) * down) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_chongqing_lies_below_the_ellipsoid() {
        assert_eq!(TABLE.len(), ROWS * COLUMNS);
        assert!(TABLE.iter().all(|cm| (-6_500.0..0.0).contains(cm)));
        // By the interpolation of NGA's own table at Chaotianmen.
        assert!((sea_level_above_ellipsoid_m(crate::ORIGIN) + 38.588).abs() < 0.01);
        let edge = sea_level_above_ellipsoid_m(LonLat::new(100.0, 36.0));
        assert_eq!(sea_level_above_ellipsoid_m(LonLat::new(10.0, 80.0)), edge);
        assert!(sea_level_above_ellipsoid_m(LonLat::new(f64::NAN, f64::NAN)).is_finite());
    }
}
