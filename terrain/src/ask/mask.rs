//! An answer that is a map: one of three values for each place of a grid.

use crate::{CityGrid, ask::earth::true_area};
use serde::Serialize;

/// What a place of a [`Mask`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum Cell {
    /// Not asked for, or outside the ground.
    Outside = 0,
    /// Hidden, or dry.
    No = 1,
    /// Visible, or under water.
    Yes = 2,
}

/// An answer for each place of a grid; each place stands for the square of the grid's spacing around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// Where the places lie.
    pub grid: CityGrid,
    /// [`Cell`]s as numbers, row 0 south, west first.
    pub cells: Vec<u8>,
}

impl Mask {
    /// How many places are what is asked.
    pub fn count(&self, cell: Cell) -> usize {
        self.cells.iter().filter(|&&c| c == cell as u8).count()
    }

    /// The area of the places that are what is asked, square metres on the ellipsoid: each column's squares are
    /// divided by the square of the city frame's scale there (1.0000 at Chaotianmen, 1.0016 at 110° E).
    pub fn area_m2(&self, cell: Cell) -> f64 {
        let mut columns = vec![0_u64; self.grid.columns];
        for row in self.cells.chunks_exact(self.grid.columns.max(1)) {
            columns.iter_mut().zip(row).for_each(|(count, &c)| *count += u64::from(c == cell as u8));
        }
        let areas = columns.iter().enumerate().map(|(c, &count)| count as f64 * square_m2(&self.grid, c));
        areas.sum()
    }
}

/// The area of the square around a place of a column, square metres on the ellipsoid.
pub(super) fn square_m2(grid: &CityGrid, column: usize) -> f64 {
    grid.spacing_m * grid.spacing_m * true_area(grid.at(column, 0))
}
