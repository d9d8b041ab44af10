//! A measured elevation model, imported: a pyramid of heights.

use crate::{
    GroundInfo, TerrainError, TileSamples,
    detail::TOGETHER,
    pyramid::{Held, Pyramid},
    tiling::{Grid, above_water_m, shore_m},
    waters::Waters,
};
use city::LonLat;
use geodesy::EastNorth;
use std::path::Path;

pub(crate) mod folder;

/// Places along a tile's side at which longitude and latitude are computed exactly; between them they are blended.
const EXACT: usize = 17;

/// A measured elevation model.
#[derive(Debug)]
pub(crate) struct Model {
    /// Its heights.
    pub pyramid: Pyramid,
    /// The rivers that ship; a model says nothing of shores.
    pub waters: Waters,
}

impl Model {
    /// Opens a folder made by an import.
    pub fn open(folder: &Path) -> Result<(Model, GroundInfo), TerrainError> {
        folder::read(folder)
    }

    /// Height in metres, between the finest samples around a place; none where nothing is known. `held` is what the
    /// last question was answered from.
    pub fn height_m(&self, at: LonLat, held: &mut Held) -> Option<f64> {
        self.pyramid.height_m(0, at, held)
    }

    /// Samples a tile, from the level that is as fine as its samples; where nothing is known, the last known height
    /// of the row is continued.
    pub fn sample(&self, grid: &Grid, tile: &mut TileSamples) {
        let n = grid.samples;
        let places = exact_places(grid);
        let level = self.pyramid.level_for(grid.spacing_m);
        let (mut held, mut last_m) = (Held::default(), 0.0);
        let mut row_places = vec![EastNorth::default(); n];
        let mut waters = vec![None; n];
        for row in 0..n {
            row_places.iter_mut().enumerate().for_each(|(column, place)| *place = grid.at(column, row));
            for (places, waters) in row_places.chunks(TOGETHER).zip(waters.chunks_mut(TOGETHER)) {
                self.waters.near_row(places, grid.spacing_m, waters);
            }
            for (column, water) in waters.iter().enumerate() {
                let height_m = self.pyramid.height_m(level, blend(&places, n, column, row), &mut held);
                last_m = height_m.unwrap_or(last_m);
                tile.heights_m[row * n + column] = last_m as f32;
                tile.shore_m[row * n + column] = shore_m(*water);
                tile.above_water_m[row * n + column] = above_water_m(last_m, *water);
            }
        }
    }
}

/// Longitude and latitude at `EXACT` × `EXACT` places of a tile, south row first.
fn exact_places(grid: &Grid) -> Vec<LonLat> {
    let width_m = grid.spacing_m * (grid.samples - 1) as f64;
    let place = |i: usize| {
        let offset_m = |k: usize| width_m * k as f64 / (EXACT - 1) as f64;
        geodesy::to_lon_lat(EastNorth::new(
            grid.south_west.east_m + offset_m(i % EXACT),
            grid.south_west.north_m + offset_m(i / EXACT),
        ))
    };
    (0..EXACT * EXACT).map(place).collect()
}

/// Longitude and latitude of a sample, blended from the four exact places around it.
fn blend(places: &[LonLat], samples: usize, column: usize, row: usize) -> LonLat {
    let split = |k: usize| {
        let scaled = k as f64 * (EXACT - 1) as f64 / (samples - 1) as f64;
        let first = (scaled as usize).min(EXACT - 2);
        (first, scaled - first as f64)
    };
    let ((i, u), (j, v)) = (split(column), split(row));
    let mix = |a: f64, b: f64, t: f64| a * (1.0 - t) + b * t;
    let pick = |value: fn(&LonLat) -> f64| {
        let at = |dx: usize, dy: usize| value(&places[(j + dy) * EXACT + i + dx]);
        mix(mix(at(0, 0), at(1, 0), u), mix(at(0, 1), at(1, 1), u), v)
    };
    LonLat::new(pick(|p| p.lon), pick(|p| p.lat))
}
