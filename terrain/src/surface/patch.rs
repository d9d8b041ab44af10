//! The Clough–Tocher patch: three cubics over the thirds of a triangle that meet smoothly (Clough & Tocher 1965;
//! Bézier form after Farin 1986), given heights and slopes at the corners. Along an edge the slope across it
//! changes linearly, so neighbours agree on it.

use geodesy::EastNorth;

/// The Bézier heights of a triangle. Index k is a corner; thirds are named by the corner they lack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    corner: [f32; 3],
    /// `edge[k] = [near corner k, near corner k+1]` on the edge from k to k + 1.
    edge: [[f32; 2]; 3],
    /// From corner k towards the centre, one third in.
    inward: [f32; 3],
    /// The middle of the third over the edge from k to k + 1.
    middle: [f32; 3],
    /// From corner k towards the centre, two thirds in.
    inner: [f32; 3],
    centre: f32,
}

impl Patch {
    /// The patch through three corners (anticlockwise) with their heights and slopes.
    pub fn new(at: [EastNorth; 3], height_m: [f64; 3], slope: [(f64, f64); 3]) -> Self {
        let next = |k: usize| (k + 1) % 3;
        let centre_at = EastNorth::new(
            at.iter().map(|p| p.east_m).sum::<f64>() / 3.0,
            at.iter().map(|p| p.north_m).sum::<f64>() / 3.0,
        );
        let towards = |k: usize, p: EastNorth| {
            height_m[k]
                + (slope[k].0 * (p.east_m - at[k].east_m) + slope[k].1 * (p.north_m - at[k].north_m)) / 3.0
        };
        let edge: [[f64; 2]; 3] = std::array::from_fn(|k| [towards(k, at[next(k)]), towards(next(k), at[k])]);
        let inward: [f64; 3] = std::array::from_fn(|k| towards(k, centre_at));
        let middle: [f64; 3] = std::array::from_fn(|k| {
            let (a, b) = (at[k], at[next(k)]);
            let (ex, ey) = (b.east_m - a.east_m, b.north_m - a.north_m);
            let (cx, cy) = (centre_at.east_m - a.east_m, centre_at.north_m - a.north_m);
            // The centre seen from the edge: `along` of its length, and the rest straight across. Requiring the
            // slope straight across to be linear fixes the one height that is still free.
            let along = (cx * ex + cy * ey) / (ex * ex + ey * ey);
            let b_row = [height_m[k], edge[k][0], edge[k][1], height_m[next(k)]];
            let d: [f64; 3] = std::array::from_fn(|i| b_row[i + 1] - b_row[i]);
            let across_0 = inward[k] - b_row[0] - along * d[0];
            let across_2 = inward[next(k)] - b_row[2] - along * d[2];
            (across_0 + across_2) / 2.0 + b_row[1] + along * d[1]
        });
        let inner: [f64; 3] = std::array::from_fn(|k| (inward[k] + middle[k] + middle[(k + 2) % 3]) / 3.0);
        let centre = (inner[0] + inner[1] + inner[2]) / 3.0;
        Self {
            corner: height_m.map(|v| v as f32),
            edge: edge.map(|pair| pair.map(|v| v as f32)),
            inward: inward.map(|v| v as f32),
            middle: middle.map(|v| v as f32),
            inner: inner.map(|v| v as f32),
            centre: centre as f32,
        }
    }

    /// Its height at barycentric coordinates of the whole triangle, metres.
    pub fn height_m(&self, barycentric: [f64; 3]) -> f64 {
        let [b0, b1, b2] = barycentric;
        // The third that lacks corner k is the one where that coordinate is the least.
        let lacking = if b0 <= b1 && b0 <= b2 {
            0
        } else if b1 <= b2 {
            1
        } else {
            2
        };
        let (i, j) = ((lacking + 1) % 3, (lacking + 2) % 3);
        let w = 3.0 * barycentric[lacking];
        let u = barycentric[i] - barycentric[lacking];
        let v = barycentric[j] - barycentric[lacking];
        let f = |height: f32| f64::from(height);
        let [near_i, near_j] = self.edge[i];
        u * u * u * f(self.corner[i])
            + v * v * v * f(self.corner[j])
            + w * w * w * f(self.centre)
            + 3.0 * (u * u * v * f(near_i) + u * v * v * f(near_j))
            + 3.0 * (u * u * w * f(self.inward[i]) + v * v * w * f(self.inward[j]))
            + 3.0 * (u * w * w * f(self.inner[i]) + v * w * w * f(self.inner[j]))
            + 6.0 * u * v * w * f(self.middle[i])
    }
}
