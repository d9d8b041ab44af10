//! A measured elevation model, imported: heights on a grid of longitude and latitude.

use crate::{
    GroundInfo, TerrainError, TileSamples,
    tiling::{Grid, shore_m},
    waters::Waters,
};
use city::LonLat;
use std::path::Path;

pub(crate) mod folder;

/// Places along a tile's side at which longitude and latitude are computed exactly; between them they are blended.
const EXACT: usize = 17;

/// A measured elevation model.
#[derive(Debug)]
pub(crate) struct Model {
    /// Columns and rows.
    pub size: (usize, usize),
    /// The first sample: its west edge's longitude and the north row's latitude, degrees.
    pub north_west: LonLat,
    /// Degrees from one sample to the next, east and south.
    pub step_deg: (f64, f64),
    /// Heights in metres, north row first.
    pub heights_m: Vec<f32>,
    /// The rivers that ship; a model says nothing of shores.
    pub waters: Waters,
}

impl Model {
    /// Opens a folder made by an import.
    pub fn open(folder: &Path) -> Result<(Model, GroundInfo), TerrainError> {
        folder::read(folder)
    }

    /// Height in metres, between the four samples around a place; beyond the edge the edge's.
    pub fn height_m(&self, at: LonLat) -> f64 {
        let (columns, rows) = self.size;
        let x = ((at.lon - self.north_west.lon) / self.step_deg.0).clamp(0.0, (columns - 1) as f64);
        let y = ((self.north_west.lat - at.lat) / self.step_deg.1).clamp(0.0, (rows - 1) as f64);
        let (column, row) = ((x as usize).min(columns - 2), (y as usize).min(rows - 2));
        let (u, v) = (x - column as f64, y - row as f64);
        let first = row * columns + column;
        let h = |index: usize| f64::from(self.heights_m[index]);
        let north = h(first) + (h(first + 1) - h(first)) * u;
        let south = h(first + columns) + (h(first + columns + 1) - h(first + columns)) * u;
        north + (south - north) * v
    }

    /// Samples a tile.
    pub fn sample(&self, grid: &Grid, tile: &mut TileSamples) {
        let n = grid.samples;
        let places = exact_places(grid);
        for row in 0..n {
            for column in 0..n {
                tile.heights_m[row * n + column] = self.height_m(blend(&places, n, column, row)) as f32;
                tile.shore_m[row * n + column] = shore_m(self.waters.near(grid.at(column, row)));
            }
        }
    }
}

/// Longitude and latitude at `EXACT` × `EXACT` places of a tile, south row first.
fn exact_places(grid: &Grid) -> Vec<LonLat> {
    let width_m = grid.spacing_m * (grid.samples - 1) as f64;
    let place = |i: usize| {
        let offset_m = |k: usize| width_m * k as f64 / (EXACT - 1) as f64;
        geodesy::to_lon_lat(geodesy::EastNorth::new(
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
