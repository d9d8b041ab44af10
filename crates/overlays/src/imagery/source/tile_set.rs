//! Which tiles a source has, and how they lie: all that composing needs to know of it.

use crate::imagery::address::{LonLatBox, TileAddress};

/// The reference in which tiles were cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Datum {
    /// WGS-84 or CGCS2000.
    #[default]
    Wgs84,
    /// GCJ-02, shifted on purpose.
    Gcj02,
}

/// Which tiles there are and how they lie.
#[derive(Clone, Copy, Debug, PartialEq)]
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
}

impl Default for TileSet {
    fn default() -> Self {
        Self { min_zoom: 0, max_zoom: 18, side_px: 256, datum: Datum::Wgs84, bounds: None }
    }
}

impl TileSet {
    /// Whether there may be such a tile.
    pub fn covers(&self, address: TileAddress) -> bool {
        (self.min_zoom..=self.max_zoom).contains(&address.zoom)
            && self.bounds.is_none_or(|bounds| bounds.touches(&address.bounds()))
    }
}
