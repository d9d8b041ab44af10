//! A square grid in the city frame, and the heights on one.

use crate::Ground;
use geodesy::EastNorth;
use rayon::prelude::*;

/// A grid of places in the city frame, the same distance apart in both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CityGrid {
    /// The first place, metres.
    pub south_west: EastNorth,
    /// Metres of the city frame from one place to the next.
    pub spacing_m: f64,
    /// Places from west to east.
    pub columns: usize,
    /// Places from south to north.
    pub rows: usize,
}

impl CityGrid {
    /// The place in a column from the west and a row from the south.
    pub fn at(&self, column: usize, row: usize) -> EastNorth {
        EastNorth::new(
            self.south_west.east_m + column as f64 * self.spacing_m,
            self.south_west.north_m + row as f64 * self.spacing_m,
        )
    }

    /// Its number of places.
    pub fn len(&self) -> usize {
        self.columns * self.rows
    }

    /// Whether it has no place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The ground on a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// Where its heights lie.
    pub grid: CityGrid,
    /// Heights in metres above sea level, row 0 south, west first; NaN outside the ground.
    pub heights_m: Vec<f32>,
}

impl Patch {
    /// A patch of any ground: `height_m` gives metres above sea level at a place of the city frame, none outside.
    pub fn sample(grid: CityGrid, height_m: impl Fn(EastNorth) -> Option<f64> + Sync) -> Self {
        Self::by_rows(grid, || &height_m)
    }

    /// A patch whose rows are sampled side by side, each by an asker that is made for it.
    fn by_rows<A: FnMut(EastNorth) -> Option<f64>>(grid: CityGrid, asker: impl Fn() -> A + Sync) -> Self {
        let mut heights_m = vec![f32::NAN; grid.len()];
        heights_m.par_chunks_mut(grid.columns.max(1)).enumerate().for_each_init(
            &asker,
            |ask, (row, line)| {
                for (column, height_m) in line.iter_mut().enumerate() {
                    *height_m = ask(grid.at(column, row)).map_or(f32::NAN, |height_m| height_m as f32);
                }
            },
        );
        Self { grid, heights_m }
    }
}

impl Ground {
    /// The ground on a grid of the city frame that begins at `south_west`, `spacing_m` apart: NaN outside
    /// [`GroundInfo::bounds`](crate::GroundInfo::bounds).
    pub fn patch(&self, south_west: EastNorth, spacing_m: f64, columns: usize, rows: usize) -> Patch {
        let grid = CityGrid { south_west, spacing_m, columns, rows };
        Patch::by_rows(grid, || {
            let mut cursor = self.cursor();
            move |at| cursor.height_m(geodesy::to_lon_lat(at))
        })
    }
}
