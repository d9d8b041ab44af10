//! Samples of a tile, row by row. Every sample is a function of its place alone, so neighbours share their edges.

use crate::{
    TileKey, TileSamples,
    detail::{Asked, Detail, TOGETHER},
    ground::Source,
    lattice::{NODE_M, Node},
    relief::{Relief, carve},
    tile::{FAR_FROM_WATER_M, SHORE_CLAMP_M},
    waters::NearWater,
};
use geodesy::EastNorth;

/// Samples one tile.
pub(crate) fn sample(source: &Source, key: TileKey, samples: usize) -> TileSamples {
    let grid =
        Grid { south_west: key.south_west(), spacing_m: key.width_m() / (samples - 1) as f64, samples };
    let mut tile = TileSamples { samples, ..TileSamples::default() };
    tile.heights_m = vec![0.0; samples * samples];
    tile.shore_m = vec![-SHORE_CLAMP_M; samples * samples];
    tile.above_water_m = vec![FAR_FROM_WATER_M; samples * samples];
    match source {
        Source::Relief(relief) => sample_relief(relief, &grid, &mut tile),
        Source::Model(model) => model.sample(&grid, &mut tile),
    }
    let fold = |pick: fn(f32, f32) -> f32, start| tile.heights_m.iter().copied().fold(start, pick);
    (tile.min_m, tile.max_m) = (fold(f32::min, f32::INFINITY), fold(f32::max, f32::NEG_INFINITY));
    tile
}

/// Where the samples of a tile lie.
pub(crate) struct Grid {
    /// The first sample.
    pub south_west: EastNorth,
    /// Metres from one sample to the next.
    pub spacing_m: f64,
    /// Samples along one side.
    pub samples: usize,
}

impl Grid {
    /// The place of a sample.
    pub fn at(&self, column: usize, row: usize) -> EastNorth {
        EastNorth::new(
            self.south_west.east_m + column as f64 * self.spacing_m,
            self.south_west.north_m + row as f64 * self.spacing_m,
        )
    }
}

fn sample_relief(relief: &Relief, grid: &Grid, tile: &mut TileSamples) {
    let n = grid.samples;
    let window = (grid.spacing_m < NODE_M).then(|| relief.lattice.window(&relief.surface, grid));
    let mut detail = Detail::default();
    let mut nodes = vec![Node::default(); n];
    let mut triangle = relief.surface.start(grid.south_west);
    for row in 0..n {
        match &window {
            Some(window) => window.row(grid, row, &mut nodes),
            None => nodes.iter_mut().enumerate().for_each(|(column, node)| {
                *node = Node::unrounded(&relief.surface, grid.at(column, row), &mut triangle);
            }),
        }
        for first in (0..n).step_by(TOGETHER) {
            let columns = first..(first + TOGETHER).min(n);
            let mut asked = [Asked::default(); TOGETHER];
            columns.clone().zip(&mut asked).for_each(|(c, place)| *place = nodes[c].asks(grid.at(c, row)));
            let mut waters = [None; TOGETHER];
            let mut places = [EastNorth::default(); TOGETHER];
            asked.iter().zip(&mut places).for_each(|(asked, place)| *place = asked.at);
            relief.waters.near_row(&places[..columns.len()], grid.spacing_m, &mut waters);
            let details_m = detail.heights_m(&asked[..columns.len()], grid.spacing_m);
            for ((column, detail_m), water) in columns.zip(details_m).zip(waters) {
                let ground_m = f64::from(nodes[column].height_m + detail_m);
                tile.shore_m[row * n + column] = shore_m(water);
                let height_m = carve(ground_m, water);
                tile.heights_m[row * n + column] = height_m as f32;
                tile.above_water_m[row * n + column] = above_water_m(height_m, water);
            }
        }
    }
}

/// The height above the nearest river as a tile tells it.
pub(crate) fn above_water_m(height_m: f64, water: Option<NearWater>) -> f32 {
    water.map_or(FAR_FROM_WATER_M, |water| ((height_m - water.level_m) as f32).min(FAR_FROM_WATER_M))
}

/// The distance to the shore as a tile tells it.
pub(crate) fn shore_m(water: Option<NearWater>) -> f32 {
    water.map_or(-SHORE_CLAMP_M, |water| (water.shore_m as f32).clamp(-SHORE_CLAMP_M, SHORE_CLAMP_M))
}
