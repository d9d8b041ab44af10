//! A smooth surface through scattered heights: Delaunay triangles, each a Clough–Tocher patch.
//!
//! The surface is continuous with its slope (C1), passes through every height, and is evaluated locally:
//! a walk over the triangles and one cubic. Nothing is rastered ahead.

use geodesy::EastNorth;

mod gradient;
mod patch;

pub(crate) use patch::Patch;

const NONE: u32 = u32::MAX;
/// Cells along one side of the grid of walks' beginnings.
const START_CELLS: usize = 160;

/// A surface through scattered heights.
#[derive(Debug)]
pub(crate) struct Surface {
    points: Vec<EastNorth>,
    /// How steep the edges at each point are, metres up per metre.
    relief: Vec<f32>,
    /// A triangle in or near each cell of a coarse grid, from which a walk is short.
    starts: Vec<u32>,
    bounds: (EastNorth, EastNorth),
    triangles: Vec<Triangle>,
}

/// One triangle, its corners anticlockwise.
#[derive(Clone, Copy, Debug)]
struct Triangle {
    corners: [u32; 3],
    /// The triangle across the edge opposite to each corner.
    neighbours: [u32; 3],
    patch: Patch,
}

/// Where in the surface a place is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    triangle: u32,
    barycentric: [f64; 3],
}

impl Surface {
    /// A surface through `points` with `heights_m`. Points outside no triangle can be asked for: it takes the
    /// nearest edge's, so the caller puts far corners around what matters.
    pub fn new(points: Vec<EastNorth>, heights_m: &[f64]) -> Self {
        let plane: Vec<delaunator::Point> =
            points.iter().map(|p| delaunator::Point { x: p.east_m, y: p.north_m }).collect();
        let mesh = delaunator::triangulate(&plane);
        // delaunator winds clockwise in a frame whose north points up: corners are taken in reverse.
        let across = |edge: usize| match mesh.halfedges[edge] {
            delaunator::EMPTY => NONE,
            twin => (twin / 3) as u32,
        };
        let gradients = gradient::estimate(&points, heights_m, &mesh.triangles);
        let triangles = (0..mesh.triangles.len() / 3)
            .map(|t| {
                let corner = |k: usize| mesh.triangles[t * 3 + k];
                let mut corners = [corner(0), corner(1), corner(2)];
                // Edge k runs from corner k to corner k + 1, opposite to corner k + 2.
                let mut neighbours = [across(t * 3 + 1), across(t * 3 + 2), across(t * 3)];
                if area2(corners.map(|c| points[c])) < 0.0 {
                    corners.swap(1, 2);
                    neighbours.swap(1, 2);
                }
                let patch = Patch::new(
                    corners.map(|c| points[c]),
                    corners.map(|c| heights_m[c]),
                    corners.map(|c| gradients[c]),
                );
                Triangle { corners: corners.map(|c| c as u32), neighbours, patch }
            })
            .collect();
        let relief = gradient::steepness(&points, heights_m, &mesh.triangles);
        let edge =
            |pick: fn(f64, f64) -> f64, of: fn(&EastNorth) -> f64| points.iter().map(of).fold(f64::NAN, pick);
        let bounds = (
            EastNorth::new(edge(f64::min, |p| p.east_m), edge(f64::min, |p| p.north_m)),
            EastNorth::new(edge(f64::max, |p| p.east_m), edge(f64::max, |p| p.north_m)),
        );
        let mut surface = Self { points, relief, triangles, starts: Vec::new(), bounds };
        surface.remember_starts();
        surface
    }

    /// Finds a triangle for the middle of each start cell, each walk beginning where the last one ended.
    fn remember_starts(&mut self) {
        let (low, high) = self.bounds;
        let step = |a: f64, b: f64, k: usize| a + (b - a) * (k as f64 + 0.5) / START_CELLS as f64;
        let mut triangle = 0;
        for cell in 0..START_CELLS * START_CELLS {
            let east_m = step(low.east_m, high.east_m, cell % START_CELLS);
            let north_m = step(low.north_m, high.north_m, cell / START_CELLS);
            triangle = self.find(EastNorth { east_m, north_m }, triangle).triangle;
            self.starts.push(triangle);
        }
    }

    /// A triangle near a place, from which to begin the walk.
    pub fn start(&self, at: EastNorth) -> u32 {
        let (low, high) = self.bounds;
        let cell =
            |v: f64, a: f64, b: f64| (((v - a) / (b - a) * START_CELLS as f64) as usize).min(START_CELLS - 1);
        let (x, y) = (cell(at.east_m, low.east_m, high.east_m), cell(at.north_m, low.north_m, high.north_m));
        self.starts[y * START_CELLS + x]
    }

    /// Finds the triangle of a place by walking from `from`.
    pub fn find(&self, at: EastNorth, from: u32) -> Spot {
        let mut triangle = from;
        let mut spot = Spot { triangle, barycentric: self.barycentric(triangle, at) };
        // A walk over a Delaunay mesh never circles; the bound is for what is not finite.
        for _ in 0..self.triangles.len() {
            let lowest =
                (0..3).min_by(|&a, &b| spot.barycentric[a].total_cmp(&spot.barycentric[b])).unwrap_or(0);
            let next = self.triangles[triangle as usize].neighbours[lowest];
            if spot.barycentric[lowest] >= 0.0 || next == NONE {
                break;
            }
            triangle = next;
            spot = Spot { triangle, barycentric: self.barycentric(triangle, at) };
        }
        self.settle(spot, at)
    }

    /// A place on an edge belongs to both triangles, whose cubics agree there but for the last bits. Taking the one
    /// of the lower number makes the answer independent of where the walk came from.
    fn settle(&self, spot: Spot, at: EastNorth) -> Spot {
        let mut settled = spot;
        for corner in 0..3 {
            let across = self.triangles[spot.triangle as usize].neighbours[corner];
            if spot.barycentric[corner] < 1e-9 && across < settled.triangle {
                settled = Spot { triangle: across, barycentric: self.barycentric(across, at) };
            }
        }
        settled
    }

    fn barycentric(&self, triangle: u32, at: EastNorth) -> [f64; 3] {
        let [a, b, c] = self.triangles[triangle as usize].corners.map(|c| self.points[c as usize]);
        let whole = area2([a, b, c]);
        let (u, v) = (area2([at, b, c]) / whole, area2([a, at, c]) / whole);
        [u, v, 1.0 - u - v]
    }
}

impl Spot {
    /// The number of its triangle, from which the next walk may start.
    pub fn triangle(&self) -> u32 {
        self.triangle
    }

    /// The surface's height here, metres.
    pub fn height_m(&self, surface: &Surface) -> f64 {
        surface.triangles[self.triangle as usize].patch.height_m(self.barycentric)
    }

    /// How steep the ground is around here, metres up per metre, blended between the corners.
    pub fn relief(&self, surface: &Surface) -> f64 {
        let corners = surface.triangles[self.triangle as usize].corners;
        (0..3).map(|k| self.barycentric[k].max(0.0) * f64::from(surface.relief[corners[k] as usize])).sum()
    }
}

/// Twice the signed area of a triangle, positive when anticlockwise.
fn area2([a, b, c]: [EastNorth; 3]) -> f64 {
    (b.east_m - a.east_m) * (c.north_m - a.north_m) - (c.east_m - a.east_m) * (b.north_m - a.north_m)
}
