//! The rounded ground: nodes 256 m apart, each an average of the triangles around it, under a cubic B-spline.
//!
//! What lies between the nodes is smooth to its second derivative. Nodes are made in blocks when first asked for,
//! and kept: nothing is made for ground nobody looks at.

use crate::{
    detail::{self, Asked},
    surface::Surface,
    tile::TileKey,
    tiling::Grid,
};
use geodesy::EastNorth;
use std::sync::OnceLock;

/// Distance of nodes, metres.
pub(crate) const NODE_M: f64 = 256.0;
/// Nodes along one side of a block.
const BLOCK: usize = 16;
/// Blocks along one side: the root tile and a block around it.
const BLOCKS: usize = 130;
/// Directions in which a node looks around itself to be rounded.
const AROUND: [(f64, f64); 6] =
    [(1.0, 0.0), (0.5, 0.866), (-0.5, 0.866), (-1.0, 0.0), (-0.5, -0.866), (0.5, -0.866)];

/// What is known at a place before the detail.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Node {
    /// Height, metres.
    pub height_m: f32,
    /// How steep the ground is around here, metres up per metre.
    pub relief: f32,
    /// How far the plane of the detail is shifted here, metres east.
    pub warp_east_m: f32,
    /// And north.
    pub warp_north_m: f32,
}

impl Node {
    /// Adds a part of another node.
    fn add(&mut self, part: f32, other: &Node) {
        self.height_m += part * other.height_m;
        self.relief += part * other.relief;
        self.warp_east_m += part * other.warp_east_m;
        self.warp_north_m += part * other.warp_north_m;
    }

    /// The question for the detail at a place where this is known.
    pub fn asks(&self, at: EastNorth) -> Asked {
        Asked { at, warp_m: (self.warp_east_m, self.warp_north_m), relief: self.relief }
    }

    fn sum(parts: [f32; 4], nodes: [&Node; 4]) -> Node {
        let mut sum = Node::default();
        parts.into_iter().zip(nodes).for_each(|(part, node)| sum.add(part, node));
        sum
    }

    /// The node straight from the triangles, without rounding: for samples farther apart than nodes.
    pub fn unrounded(surface: &Surface, at: EastNorth, triangle: &mut u32) -> Node {
        let spot = surface.find(at, *triangle);
        *triangle = spot.triangle;
        let lie = surface.lie(at, spot);
        let (east_m, north_m) = detail::warp_m(at);
        Node {
            height_m: lie.height_m as f32,
            relief: lie.relief as f32,
            warp_east_m: east_m,
            warp_north_m: north_m,
        }
    }
}

/// The nodes made so far.
#[derive(Debug)]
pub(crate) struct Lattice {
    blocks: Vec<OnceLock<Box<[Node]>>>,
}

/// Some of the nodes, row by row from the south.
pub(crate) struct Window {
    first: (usize, usize),
    columns: usize,
    nodes: Vec<Node>,
}

impl Lattice {
    /// No node made yet.
    pub fn new() -> Self {
        Self { blocks: (0..BLOCKS * BLOCKS).map(|_| OnceLock::new()).collect() }
    }

    /// The rounded ground at one place.
    pub fn at(&self, surface: &Surface, at: EastNorth) -> Node {
        let ((column, x), (row, y)) =
            (split(at.east_m, origin().east_m), split(at.north_m, origin().north_m));
        // Up the columns first, then along, as rows of tiles do it.
        let up = |column: usize| {
            let nodes: [Node; 4] = std::array::from_fn(|k| self.node(surface, column, row + k));
            Node::sum(weights(y), nodes.each_ref())
        };
        let columns: [Node; 4] = std::array::from_fn(|k| up(column + k));
        Node::sum(weights(x), columns.each_ref())
    }

    /// The nodes that the samples of a tile need.
    pub fn window(&self, surface: &Surface, grid: &Grid) -> Window {
        let (low, high) = (grid.at(0, 0), grid.at(grid.samples - 1, grid.samples - 1));
        let range = |a: f64, b: f64, origin_m: f64| (split(a, origin_m).0, split(b, origin_m).0 + 4);
        let (west, east) = range(low.east_m, high.east_m, origin().east_m);
        let (south, north) = range(low.north_m, high.north_m, origin().north_m);
        let columns = east - west;
        let count = columns * (north - south);
        let nodes = (0..count).map(|i| self.node(surface, west + i % columns, south + i / columns)).collect();
        Window { first: (west, south), columns, nodes }
    }

    fn node(&self, surface: &Surface, column: usize, row: usize) -> Node {
        let (column, row) = (column.min(BLOCKS * BLOCK - 1), row.min(BLOCKS * BLOCK - 1));
        let block = row / BLOCK * BLOCKS + column / BLOCK;
        let nodes =
            self.blocks[block].get_or_init(|| make(surface, column / BLOCK * BLOCK, row / BLOCK * BLOCK));
        nodes[row % BLOCK * BLOCK + column % BLOCK]
    }
}

impl Window {
    /// The rounded ground along one row of a tile's samples, into `out`.
    pub fn row(&self, grid: &Grid, row: usize, out: &mut [Node]) {
        let (south, y) = split(grid.at(0, row).north_m, origin().north_m);
        let parts = weights(y);
        let from = (south - self.first.1) * self.columns;
        // First up the columns, once for the row; then along it.
        let column =
            |c: usize| Node::sum(parts, std::array::from_fn(|k| &self.nodes[from + k * self.columns + c]));
        let columns: Vec<Node> = (0..self.columns).map(column).collect();
        for (index, node) in out.iter_mut().enumerate() {
            let (west, x) = split(grid.at(index, row).east_m, origin().east_m);
            *node = Node::sum(weights(x), std::array::from_fn(|k| &columns[west - self.first.0 + k]));
        }
    }
}

/// The place of the first node: a block outside the root tile's south-west corner.
fn origin() -> EastNorth {
    let corner = TileKey::ROOT.south_west();
    EastNorth::new(corner.east_m - NODE_M * BLOCK as f64, corner.north_m - NODE_M * BLOCK as f64)
}

/// The first of the four nodes around a coordinate, and how far it lies between the second and the third.
fn split(coordinate_m: f64, origin_m: f64) -> (usize, f32) {
    let scaled = ((coordinate_m - origin_m) / NODE_M).clamp(1.0, (BLOCKS * BLOCK - 3) as f64);
    let second = scaled as usize;
    (second - 1, (scaled - second as f64) as f32)
}

/// The four parts of the uniform cubic B-spline.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3, rest) = (t * t, t * t * t, 1.0 - t);
    let sixth = 1.0 / 6.0;
    [
        rest * rest * rest * sixth,
        (3.0 * t3 - 6.0 * t2 + 4.0) * sixth,
        (-3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0) * sixth,
        t3 * sixth,
    ]
}

/// Makes the nodes of a block. A B-spline flattens what passes between its nodes; each node is raised or lowered by a
/// sixth of what its neighbours differ from it, so that the curve comes back to the ground (the spline's inverse
/// filter to first order), and crests keep their height.
fn make(surface: &Surface, first_column: usize, first_row: usize) -> Box<[Node]> {
    const WITH_RIM: usize = BLOCK + 2;
    let place = |index: usize| {
        EastNorth::new(
            origin().east_m + (first_column + index % WITH_RIM) as f64 * NODE_M - NODE_M,
            origin().north_m + (first_row + index / WITH_RIM) as f64 * NODE_M - NODE_M,
        )
    };
    let mut triangle = surface.start(place(0));
    let rounded: Vec<Node> =
        (0..WITH_RIM * WITH_RIM).map(|index| rounded(surface, place(index), &mut triangle)).collect();
    (0..BLOCK * BLOCK)
        .map(|index| {
            let inner = (index / BLOCK + 1) * WITH_RIM + index % BLOCK + 1;
            let height_m = |index: usize| rounded[index].height_m;
            let beside = [inner - 1, inner + 1, inner - WITH_RIM, inner + WITH_RIM].map(height_m);
            let differ_m = 4.0 * height_m(inner) - beside.iter().sum::<f32>();
            Node { height_m: height_m(inner) + differ_m / 6.0, ..rounded[inner] }
        })
        .collect()
}

/// The average of the surface around a place, as far around as it may be rounded there.
fn rounded(surface: &Surface, at: EastNorth, triangle: &mut u32) -> Node {
    let node = Node::unrounded(surface, at, triangle);
    let round_m = surface.lie(at, surface.find(at, *triangle)).round_m;
    let mut near = *triangle;
    let mut sum_m = f64::from(node.height_m);
    for (east, north) in AROUND {
        let beside = EastNorth::new(at.east_m + east * round_m, at.north_m + north * round_m);
        let spot = surface.find(beside, near);
        near = spot.triangle;
        sum_m += surface.lie(beside, spot).height_m;
    }
    Node { height_m: (sum_m / (AROUND.len() + 1) as f64) as f32, ..node }
}
