//! Which tiles a source has, and how they lie: all that composing needs to know of it.

use crate::imagery::address::{LonLatBox, TileAddress};
use crate::imagery::grid::{Grid, Level, Plane, box_of};

/// The reference in which tiles were cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Datum {
    /// WGS-84 or CGCS2000.
    #[default]
    Wgs84,
    /// GCJ-02, shifted on purpose.
    Gcj02,
    /// BD-09, shifted once more.
    Bd09,
}

/// Which tiles there are and how they lie.
#[derive(Clone, Debug, PartialEq)]
pub struct TileSet {
    /// The first zoom that has tiles.
    pub min_zoom: u8,
    /// The last zoom that has tiles; beyond it they are enlarged.
    pub max_zoom: u8,
    /// Pixels along the side of a tile.
    pub side_px: u32,
    /// The reference in which they were cut.
    pub datum: Datum,
    /// Where there are any, in that reference; none for everywhere.
    pub bounds: Option<LonLatBox>,
    /// How the world they were cut of was laid out.
    pub plane: Plane,
    /// How it was cut.
    pub grid: Grid,
}

impl Default for TileSet {
    fn default() -> Self {
        Self {
            min_zoom: 0,
            max_zoom: 18,
            side_px: 256,
            datum: Datum::Wgs84,
            bounds: None,
            plane: Plane::Mercator,
            grid: Grid::Halving,
        }
    }
}

impl TileSet {
    /// Whether there may be such a tile.
    pub fn covers(&self, address: TileAddress) -> bool {
        let Some(level) = self.level(address.zoom) else { return false };
        let within = |(first, last): (u32, u32), index: u32| (first..=last).contains(&index);
        (self.min_zoom..=self.max_zoom).contains(&address.zoom)
            && within(level.columns, address.column)
            && within(level.rows, address.row)
            && self.bounds.is_none_or(|bounds| bounds.touches(&box_of(self.plane, level.span(address))))
    }

    /// How the tiles of a zoom lie.
    pub fn level(&self, zoom: u8) -> Option<Level> {
        self.grid.level(self.plane, zoom, self.side_px)
    }

    /// The tile of the next coarser zoom that contains this one; none where none does.
    pub fn above(&self, address: TileAddress) -> Option<TileAddress> {
        if self.grid == Grid::Halving {
            return address.parent();
        }
        let (least, most) = self.level(address.zoom)?.span(address);
        (self.min_zoom..address.zoom).rev().find_map(|zoom| {
            let level = self.level(zoom)?;
            let tile = level.pixel * f64::from(level.side_px);
            let index = |from: f64, least: f64, most: f64| {
                let (first, slack) = (((least + most) / 2.0 - from) / tile, 1e-6);
                let index = first.floor();
                let contains =
                    (least - from) / tile >= index - slack && (most - from) / tile <= index + 1.0 + slack;
                (contains && index >= 0.0).then_some(index as u32)
            };
            let column = index(level.corner.x, least.x, most.x)?;
            let row = index(level.corner.y, least.y, most.y)?;
            Some(TileAddress { zoom, column, row })
        })
    }
}
