//! How the world is laid out flat and cut into tiles: <https://docs.ogc.org/is/17-083r4/17-083r4.html>.

use super::address::{LonLatBox, TileAddress, WorldFraction};
use city::LonLat;
use std::sync::Arc;

/// How the world is laid out flat. A place is a fraction of the world's width, from its west and from its north.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plane {
    /// The square of web mercator.
    #[default]
    Mercator,
    /// Longitude and latitude: as wide as high a degree, so that the world is half as high as wide.
    Geographic,
}

impl Plane {
    /// Where a place lies.
    pub fn fraction(self, at: LonLat) -> WorldFraction {
        match self {
            Self::Mercator => WorldFraction::of(at),
            Self::Geographic => WorldFraction { x: at.lon / 360.0 + 0.5, y: (90.0 - at.lat) / 360.0 },
        }
    }

    /// The place that lies there.
    pub fn lon_lat(self, place: WorldFraction) -> LonLat {
        match self {
            Self::Mercator => place.lon_lat(),
            Self::Geographic => LonLat::new((place.x - 0.5) * 360.0, 90.0 - place.y * 360.0),
        }
    }
}

/// The tiles of one zoom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Where the first tile begins, fractions from the west and from the north.
    pub corner: WorldFraction,
    /// The width and height of a pixel, as a fraction of the world's width.
    pub pixel: f64,
    /// Pixels along the side of a tile.
    pub side_px: u32,
    /// The first and the last column that has tiles.
    pub columns: (u32, u32),
    /// The first and the last row that has tiles.
    pub rows: (u32, u32),
}

impl Level {
    /// Where a tile begins and where it ends.
    pub fn span(&self, address: TileAddress) -> (WorldFraction, WorldFraction) {
        let tile = self.pixel * f64::from(self.side_px);
        let at = |column: f64, row: f64| WorldFraction {
            x: self.corner.x + column * tile,
            y: self.corner.y + row * tile,
        };
        let (column, row) = (f64::from(address.column), f64::from(address.row));
        (at(column, row), at(column + 1.0, row + 1.0))
    }
}

/// How the zooms follow one another.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Grid {
    /// Each halves the one before; a zoom z has 2^z columns around the world.
    #[default]
    Halving,
    /// As a service lists them, the coarsest first: the zoom is the place in the list.
    Listed(Arc<[Level]>),
}

impl Grid {
    /// The tiles of a zoom, those of [`Grid::Halving`] with `side_px` pixels along a side.
    pub fn level(&self, plane: Plane, zoom: u8, side_px: u32) -> Option<Level> {
        match self {
            Self::Listed(levels) => levels.get(usize::from(zoom)).copied(),
            Self::Halving => {
                let count = (zoom <= TileAddress::DEEPEST).then(|| 1_u32 << zoom)?;
                let rows = match plane {
                    Plane::Mercator => count,
                    Plane::Geographic => count.div_ceil(2),
                };
                let side_px = side_px.max(1);
                let pixel = 1.0 / (f64::from(count) * f64::from(side_px));
                let corner = WorldFraction { x: 0.0, y: 0.0 };
                Some(Level { corner, pixel, side_px, columns: (0, count - 1), rows: (0, rows - 1) })
            }
        }
    }
}

/// The box between two places of a plane.
pub(super) fn box_of(plane: Plane, (north_west, south_east): (WorldFraction, WorldFraction)) -> LonLatBox {
    let (north_west, south_east) = (plane.lon_lat(north_west), plane.lon_lat(south_east));
    LonLatBox { west: north_west.lon, south: south_east.lat, east: south_east.lon, north: north_west.lat }
}
