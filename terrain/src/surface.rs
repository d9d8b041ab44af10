//! A surface through scattered heights: Delaunay triangles, each curved by the slopes at its corners, and how much
//! each place may be rounded.
//!
//! It is the skeleton only; [`lattice`](crate::lattice) rounds it. Asked place by place: nothing is rastered ahead.

use geodesy::EastNorth;

const NONE: u32 = u32::MAX;
/// Cells along one side of the grid of walks' beginnings.
const START_CELLS: usize = 160;
/// How much of the slope at its corners curves a triangle. The whole of it overshoots where neighbours are far apart:
/// 0, 0.5 and 1 lie 42, 43 and 47 m (root mean square) from a 15″ elevation model of the centre, and 0 shows terraces.
const CURVING: f64 = 0.5;

/// A height at a place, and how far around it the ground may be rounded, as a part of the distance to its neighbours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vertex {
    /// Where.
    pub at: EastNorth,
    /// Metres above sea level.
    pub height_m: f64,
    /// 0 keeps a crest's edge, 0.3 makes a gentle floor.
    pub roundness: f64,
    /// How much of the detail the ground carries here, from 0 to 1: little where the height is known to the metre.
    pub detail: f64,
}

/// What the neighbours of a vertex say of it.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    /// How steep its edges are, metres up per metre.
    relief: f64,
    /// How far around it to round, metres.
    round_m: f64,
    /// The slope of the ground through it, metres up per metre east and north.
    slope: (f64, f64),
}

/// A surface through scattered heights.
#[derive(Debug)]
pub(crate) struct Surface {
    vertices: Vec<Vertex>,
    around: Vec<Around>,
    triangles: Vec<Triangle>,
    /// A triangle in or near each cell of a coarse grid, from which a walk is short.
    starts: Vec<u32>,
    /// South-west and north-east corner.
    bounds: (EastNorth, EastNorth),
}

/// One triangle, its corners anticlockwise, and the triangle across the edge opposite to each corner.
#[derive(Clone, Copy, Debug)]
struct Triangle {
    corners: [u32; 3],
    neighbours: [u32; 3],
    /// Its last corner, and what the first two barycentric coordinates grow by for each metre east and north of it:
    /// a walk reads triangles and no vertices.
    last: EastNorth,
    growth: [(f64, f64); 2],
}

impl Triangle {
    fn new(corners: [usize; 3], neighbours: [u32; 3], vertices: &[Vertex]) -> Self {
        let [a, b, c] = corners.map(|corner| vertices[corner].at);
        let whole = 1.0 / area2([a, b, c]);
        let growth = [
            ((b.north_m - c.north_m) * whole, (c.east_m - b.east_m) * whole),
            ((c.north_m - a.north_m) * whole, (a.east_m - c.east_m) * whole),
        ];
        Self { corners: corners.map(|corner| corner as u32), neighbours, last: c, growth }
    }

    fn barycentric(&self, at: EastNorth) -> [f64; 3] {
        let (east_m, north_m) = (at.east_m - self.last.east_m, at.north_m - self.last.north_m);
        let [u, v] = self.growth.map(|(east, north)| east * east_m + north * north_m);
        [u, v, 1.0 - u - v]
    }
}

/// Where in the surface a place is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    /// The number of its triangle, from which the next walk may start.
    pub triangle: u32,
    barycentric: [f64; 3],
}

/// What the surface is at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lie {
    /// Height, metres.
    pub height_m: f64,
    /// How steep the ground is around here, metres up per metre.
    pub relief: f64,
    /// How far around to round, metres.
    pub round_m: f64,
}

impl Surface {
    /// A surface through vertices. Outside their hull the nearest triangle is continued, so the caller puts far
    /// corners around what matters.
    pub fn new(vertices: Vec<Vertex>) -> Self {
        let plane: Vec<_> =
            vertices.iter().map(|v| delaunator::Point { x: v.at.east_m, y: v.at.north_m }).collect();
        let mesh = delaunator::triangulate(&plane);
        let across = |edge: usize| match mesh.halfedges[edge] {
            delaunator::EMPTY => NONE,
            twin => (twin / 3) as u32,
        };
        let triangles = (0..mesh.triangles.len() / 3)
            .map(|t| {
                let mut corners: [usize; 3] = std::array::from_fn(|k| mesh.triangles[t * 3 + k]);
                // Edge k runs from corner k to corner k + 1, opposite to corner k + 2.
                let mut neighbours = [across(t * 3 + 1), across(t * 3 + 2), across(t * 3)];
                if area2(corners.map(|c| vertices[c].at)) < 0.0 {
                    corners.swap(1, 2);
                    neighbours.swap(1, 2);
                }
                Triangle::new(corners, neighbours, &vertices)
            })
            .collect();
        let edge =
            |pick: fn(f64, f64) -> f64, of: fn(&Vertex) -> f64| vertices.iter().map(of).fold(f64::NAN, pick);
        let bounds = (
            EastNorth::new(edge(f64::min, |v| v.at.east_m), edge(f64::min, |v| v.at.north_m)),
            EastNorth::new(edge(f64::max, |v| v.at.east_m), edge(f64::max, |v| v.at.north_m)),
        );
        let around = surroundings(&vertices, &mesh.triangles);
        let mut surface = Self { vertices, around, triangles, starts: Vec::new(), bounds };
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

    /// Finds the triangle of a place by walking from `from`. On an edge either side gives the same height but for the
    /// last bits; the one of the lower number is taken, so that the answer does not depend on where the walk came from.
    pub fn find(&self, at: EastNorth, from: u32) -> Spot {
        let mut spot = self.spot(from, at);
        // A walk over a Delaunay mesh never circles; the bound is for what is not finite.
        for _ in 0..self.triangles.len() {
            let [a, b, c] = spot.barycentric;
            let lowest = if a <= b && a <= c {
                0
            } else if b <= c {
                1
            } else {
                2
            };
            let next = self.triangles[spot.triangle as usize].neighbours[lowest];
            if spot.barycentric[lowest] >= 0.0 || next == NONE {
                break;
            }
            spot = self.spot(next, at);
        }
        let neighbours = self.triangles[spot.triangle as usize].neighbours;
        let mut settled = spot;
        for (corner, across) in neighbours.into_iter().enumerate() {
            if spot.barycentric[corner] < 1e-9 && across < settled.triangle {
                settled = self.spot(across, at);
            }
        }
        settled
    }

    fn spot(&self, triangle: u32, at: EastNorth) -> Spot {
        Spot { triangle, barycentric: self.triangles[triangle as usize].barycentric(at) }
    }

    /// What the surface is at a place that was found: the planes through the three corners, each with the slope of
    /// its corner, blended by the squares of the barycentric coordinates (inverse-distance weighting of local planes,
    /// Franke and Nielson 1980), so that no edge of a triangle shows; nowhere lower than the lowest corner, so that no
    /// pit is dug beside a river.
    pub fn lie(&self, at: EastNorth, spot: Spot) -> Lie {
        let mut lie = Lie { height_m: 0.0, relief: 0.0, round_m: 0.0 };
        let (mut squares, mut lowest_m) = (0.0, f64::INFINITY);
        for (corner, part) in self.triangles[spot.triangle as usize].corners.into_iter().zip(spot.barycentric)
        {
            let (vertex, around) = (&self.vertices[corner as usize], &self.around[corner as usize]);
            let (east_m, north_m) = (at.east_m - vertex.at.east_m, at.north_m - vertex.at.north_m);
            let square = part * part;
            squares += square;
            lowest_m = vertex.height_m.min(lowest_m);
            lie.height_m += square * (vertex.height_m + around.slope.0 * east_m + around.slope.1 * north_m);
            lie.relief += part * around.relief;
            lie.round_m += part * around.round_m;
        }
        lie.height_m = (lie.height_m / squares).max(lowest_m);
        lie
    }
}

/// What the neighbours of each vertex say of it.
fn surroundings(vertices: &[Vertex], triangles: &[usize]) -> Vec<Around> {
    let mut sums = vec![Sums::default(); vertices.len()];
    for corners in triangles.chunks_exact(3) {
        for (i, j) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
            sums[corners[i]].add(&vertices[corners[i]], &vertices[corners[j]]);
        }
    }
    vertices.iter().zip(&sums).map(|(vertex, sums)| sums.finish(vertex)).collect()
}

/// Sums over the edges of a vertex.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    length_m: f64,
    steep2: f64,
    /// Of the least squares for the slope, metres squared.
    ee: f64,
    en: f64,
    nn: f64,
    eh: f64,
    nh: f64,
}

impl Sums {
    fn add(&mut self, from: &Vertex, to: &Vertex) {
        let (east_m, north_m) = (to.at.east_m - from.at.east_m, to.at.north_m - from.at.north_m);
        let (up_m, length_m) = (to.height_m - from.height_m, from.at.distance_m(to.at).max(1.0));
        self.count += 1.0;
        self.length_m += length_m;
        self.steep2 += (up_m / length_m).powi(2);
        self.ee += east_m * east_m;
        self.en += east_m * north_m;
        self.nn += north_m * north_m;
        self.eh += east_m * up_m;
        self.nh += north_m * up_m;
    }

    fn finish(&self, vertex: &Vertex) -> Around {
        let count = self.count.max(1.0);
        let determinant = self.ee * self.nn - self.en * self.en;
        // Neighbours in one line say nothing of the slope across it.
        let fits = determinant > 0.02 * (self.ee + self.nn).powi(2);
        let curving = if fits { CURVING / determinant } else { 0.0 };
        let slope = (
            curving * (self.eh * self.nn - self.nh * self.en),
            curving * (self.nh * self.ee - self.eh * self.en),
        );
        Around {
            relief: (self.steep2 / count).sqrt() * vertex.detail,
            round_m: self.length_m / count * vertex.roundness,
            slope,
        }
    }
}

/// Twice the signed area of a triangle, positive when anticlockwise.
fn area2([a, b, c]: [EastNorth; 3]) -> f64 {
    (b.east_m - a.east_m) * (c.north_m - a.north_m) - (c.east_m - a.east_m) * (b.north_m - a.north_m)
}
