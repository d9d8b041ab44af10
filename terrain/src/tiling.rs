//! Samples of a tile, row by row. Every sample is a function of its place alone, so neighbours share their edges.

use crate::{
    TileKey, TileSamples,
    ground::Source,
    relief::{Relief, carve},
    tile::SHORE_CLAMP_M,
    waters::{Chord, Waters, nearest},
};
use geodesy::EastNorth;

/// Side of the blocks in which the nearby river chords are sorted out together, samples.
const BLOCK: usize = 16;

/// Samples one tile.
pub(crate) fn sample(source: &Source, key: TileKey, samples: usize) -> TileSamples {
    let grid =
        Grid { south_west: key.south_west(), spacing_m: key.width_m() / (samples - 1) as f64, samples };
    let mut tile = TileSamples { samples, ..TileSamples::default() };
    tile.heights_m = vec![0.0; samples * samples];
    tile.shore_m = vec![-SHORE_CLAMP_M; samples * samples];
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
    let mut triangle = 0;
    for row in 0..n {
        for column in 0..n {
            let spot = relief.surface.find(grid.at(column, row), triangle);
            triangle = spot.triangle();
            tile.heights_m[row * n + column] = spot.height_m(&relief.surface) as f32;
        }
    }
    each_water(&relief.waters, grid, |index, water| {
        tile.shore_m[index] = (water.shore_m as f32).clamp(-SHORE_CLAMP_M, SHORE_CLAMP_M);
        tile.heights_m[index] = carve(f64::from(tile.heights_m[index]), Some(water)) as f32;
    });
}

/// Calls `visit` for each sample within reach of water.
pub(crate) fn each_water(
    waters: &Waters,
    grid: &Grid,
    mut visit: impl FnMut(usize, crate::waters::NearWater),
) {
    let n = grid.samples;
    let mut chords: Vec<Chord> = Vec::new();
    for first_row in (0..n).step_by(BLOCK) {
        for first_column in (0..n).step_by(BLOCK) {
            let (last_row, last_column) = ((first_row + BLOCK).min(n), (first_column + BLOCK).min(n));
            let (low, high) = (grid.at(first_column, first_row), grid.at(last_column - 1, last_row - 1));
            let middle = EastNorth::new((low.east_m + high.east_m) / 2.0, (low.north_m + high.north_m) / 2.0);
            waters.gather(middle, middle.distance_m(low), &mut chords);
            if chords.is_empty() {
                continue;
            }
            for row in first_row..last_row {
                for column in first_column..last_column {
                    if let Some(water) = nearest(chords.iter(), grid.at(column, row)) {
                        visit(row * n + column, water);
                    }
                }
            }
        }
    }
}
