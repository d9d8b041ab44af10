//! The slope at each scattered height: the minimum norm network (Nielson 1983) under tension.
//!
//! The slopes are those for which the curves along all edges bend and stretch least together. Tension keeps the
//! surface from overshooting between summits and valleys that stand close to each other.

use geodesy::EastNorth;

/// How much stretching counts against bending, for an edge of unit length.
const TENSION: f64 = 30.0;
/// What is kept of the balanced slopes; 1 overshoots between extremes, 0 makes a terrace of every point.
const DAMPING: f64 = 0.45;
/// Sweeps of Gauss and Seidel; the slopes settle to a thousandth within these.
const SWEEPS: usize = 24;

/// An edge as seen from one of its ends.
struct Edge {
    other: usize,
    length_m: f64,
    towards: (f64, f64),
    rise_m: f64,
}

/// Estimates the slope at each point: metres up per metre east and north.
pub(super) fn estimate(points: &[EastNorth], heights_m: &[f64], triangles: &[usize]) -> Vec<(f64, f64)> {
    let edges = edges_of(points, heights_m, triangles);
    let mut slopes = vec![(0.0, 0.0); points.len()];
    for _ in 0..SWEEPS {
        for (point, around) in edges.iter().enumerate() {
            slopes[point] = balanced(around, &slopes).unwrap_or((0.0, 0.0));
        }
    }
    // Slopes are damped further: summits and valley floors in the table are the extremes of their surroundings.
    slopes.iter_mut().for_each(|slope| *slope = (slope.0 * DAMPING, slope.1 * DAMPING));
    slopes
}

/// The slope that balances the edges around a point while the other ends keep theirs.
fn balanced(around: &[Edge], slopes: &[(f64, f64)]) -> Option<(f64, f64)> {
    let (mut xx, mut xy, mut yy, mut x, mut y) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for edge in around {
        let (east, north) = edge.towards;
        let there = slopes[edge.other].0 * east + slopes[edge.other].1 * north;
        let per_m = 1.0 / edge.length_m;
        let mean = edge.rise_m * per_m;
        let stiffness = (4.0 + TENSION * 4.0 / 30.0) * per_m;
        let pull = (6.0 * mean - 2.0 * there + TENSION * (3.0 * mean + there) / 30.0) * per_m;
        xx += stiffness * east * east;
        xy += stiffness * east * north;
        yy += stiffness * north * north;
        x += pull * east;
        y += pull * north;
    }
    let determinant = xx * yy - xy * xy;
    (determinant > 1e-9 * (xx + yy) * (xx + yy))
        .then(|| ((x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant))
}

/// The edges around each point, each once.
fn edges_of(points: &[EastNorth], heights_m: &[f64], triangles: &[usize]) -> Vec<Vec<Edge>> {
    let mut edges: Vec<Vec<Edge>> = points.iter().map(|_| Vec::with_capacity(8)).collect();
    for corners in triangles.chunks_exact(3) {
        for (a, b) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)].map(|(i, j)| (corners[i], corners[j]))
        {
            if edges[a].iter().any(|edge| edge.other == b) {
                continue;
            }
            let length_m = points[a].distance_m(points[b]).max(1.0);
            let towards = (points[b].east_m - points[a].east_m, points[b].north_m - points[a].north_m);
            edges[a].push(Edge {
                other: b,
                length_m,
                towards: (towards.0 / length_m, towards.1 / length_m),
                rise_m: heights_m[b] - heights_m[a],
            });
        }
    }
    edges
}

/// How steep the edges at each point are on average (root mean square), metres up per metre.
pub(super) fn steepness(points: &[EastNorth], heights_m: &[f64], triangles: &[usize]) -> Vec<f32> {
    let mean = |around: &Vec<Edge>| {
        let sum: f64 = around.iter().map(|edge| (edge.rise_m / edge.length_m).powi(2)).sum();
        (sum / around.len().max(1) as f64).sqrt() as f32
    };
    edges_of(points, heights_m, triangles).iter().map(mean).collect()
}
