//! The slope at each scattered height, fitted to its neighbours.

use geodesy::EastNorth;

/// Estimates the slope at each point: the plane through the point that fits its neighbours best, near ones weighing
/// more. Summits and crests come out level, which is what keeps them from overshooting.
pub(super) fn estimate(points: &[EastNorth], heights_m: &[f64], triangles: &[usize]) -> Vec<(f64, f64)> {
    // Σ w dx², Σ w dx dy, Σ w dy², Σ w dx dh, Σ w dy dh; each neighbour is met from two triangles alike.
    let mut sums = vec![[0.0_f64; 5]; points.len()];
    for corners in triangles.chunks_exact(3) {
        for k in 0..3 {
            for (a, b) in [(corners[k], corners[(k + 1) % 3]), (corners[(k + 1) % 3], corners[k])] {
                let dx = points[b].east_m - points[a].east_m;
                let dy = points[b].north_m - points[a].north_m;
                let dh = heights_m[b] - heights_m[a];
                let weight = (dx * dx + dy * dy).powf(-1.5);
                let terms = [dx * dx, dx * dy, dy * dy, dx * dh, dy * dh];
                sums[a].iter_mut().zip(terms).for_each(|(sum, term)| *sum += weight * term);
            }
        }
    }
    let solve = |[xx, xy, yy, xh, yh]: [f64; 5]| {
        let determinant = xx * yy - xy * xy;
        if determinant <= 1e-9 * (xx + yy) * (xx + yy) {
            return (0.0, 0.0);
        }
        ((xh * yy - yh * xy) / determinant, (yh * xx - xh * xy) / determinant)
    };
    sums.into_iter().map(solve).collect()
}
