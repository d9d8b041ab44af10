//! How far from one another the points of a layer stand, so that far views show few of many.
//!
//! Each point is given the coarsest grid on which it is the first of its cell. A view that has room for a symbol
//! every so many metres shows the points of that grid and coarser ones: the sets are nested, so zooming only adds.

use geodesy::EastNorth;
use std::collections::HashSet;

/// Width of the finest grid, metres; a point that is not even first there gets half of it.
const FINEST_M: f64 = 60.0;
/// How many grids, each twice as wide as the one before: the coarsest is over 120 km.
const GRIDS: i32 = 12;

/// The ground each point has for itself, metres, in the order given; earlier points win over later ones.
pub(crate) fn spacings_m(points: &[EastNorth]) -> Vec<f32> {
    let mut spacing = vec![(FINEST_M / 2.0) as f32; points.len()];
    let mut waiting: Vec<usize> = (0..points.len()).collect();
    let mut placed: Vec<usize> = Vec::new();
    for grid in (0..GRIDS).rev() {
        let width_m = FINEST_M * f64::from(1_u32 << grid);
        let cell =
            |at: EastNorth| ((at.east_m / width_m).floor() as i64, (at.north_m / width_m).floor() as i64);
        let mut taken: HashSet<(i64, i64)> = placed.iter().map(|&i| cell(points[i])).collect();
        waiting.retain(|&i| {
            let first = taken.insert(cell(points[i]));
            if first {
                spacing[i] = width_m as f32;
                placed.push(i);
            }
            !first
        });
    }
    spacing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_points_win_and_every_scale_is_thin() {
        let points: Vec<EastNorth> = (0..10_000)
            .map(|i| EastNorth::new(f64::from(i % 100) * 97.0, f64::from(i / 100) * 103.0))
            .collect();
        let spacing = spacings_m(&points);
        assert!(spacing[0] > 100_000.0);
        for width_m in [240.0_f32, 960.0, 3840.0] {
            let shown: Vec<_> = (0..points.len()).filter(|&i| spacing[i] >= width_m).collect();
            let room = (9_700.0 / width_m).ceil() * (10_300.0 / width_m).ceil();
            assert!(shown.len() as f32 <= room + 1.0, "{} at {width_m}", shown.len());
            assert!(!shown.is_empty());
        }
        assert!(spacings_m(&[]).is_empty());
    }
}
