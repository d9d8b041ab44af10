//! Addresses in the tile matrix set WebMercatorQuad: <https://docs.ogc.org/is/17-083r4/17-083r4.html>, annex D.1.
//!
//! The whole world is one square; a place in it is a fraction from the west and from the north.

use city::LonLat;
use std::f64::consts::PI;

/// The latitude at which the square of the world ends, degrees north and south.
pub const LATITUDE_LIMIT: f64 = 85.051_128_779_806_59;

/// A tile: the world is one at zoom 0, and each further zoom halves the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileAddress {
    /// The zoom, which is the tile matrix.
    pub zoom: u8,
    /// Columns from the west.
    pub column: u32,
    /// Rows from the north.
    pub row: u32,
}

/// A place in the square of the world: 0 at its west and north, 1 at its east and south.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldFraction {
    /// From the west.
    pub x: f64,
    /// From the north.
    pub y: f64,
}

/// A box in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLatBox {
    /// Longitude of the western edge.
    pub west: f64,
    /// Latitude of the southern edge.
    pub south: f64,
    /// Longitude of the eastern edge.
    pub east: f64,
    /// Latitude of the northern edge.
    pub north: f64,
}

impl TileAddress {
    /// The deepest zoom whose columns and rows are counted here.
    pub const DEEPEST: u8 = 30;

    /// The address, where the zoom has such a column and row.
    pub fn new(zoom: u8, column: u32, row: u32) -> Option<Self> {
        let count = (zoom <= Self::DEEPEST).then(|| 1_u32 << zoom)?;
        (column < count && row < count).then_some(Self { zoom, column, row })
    }

    /// The tile of a zoom, 30 at most, that contains a place; places outside the square get the nearest one.
    pub fn containing(zoom: u8, place: WorldFraction) -> Self {
        let zoom = zoom.min(Self::DEEPEST);
        let count = 1_u32 << zoom;
        // What is not a number becomes 0.
        let index = |fraction: f64| ((fraction * f64::from(count)) as u32).min(count - 1);
        Self { zoom, column: index(place.x), row: index(place.y) }
    }

    /// The tile of the zoom before in which it lies; none above zoom 0.
    pub fn parent(self) -> Option<Self> {
        let zoom = self.zoom.checked_sub(1)?;
        Some(Self { zoom, column: self.column / 2, row: self.row / 2 })
    }

    /// The row counted from the south, as the Tile Map Service and MBTiles do.
    pub fn row_from_south(self) -> u32 {
        (1_u32 << self.zoom) - 1 - self.row
    }

    /// The edges of the tile, degrees.
    pub fn bounds(self) -> LonLatBox {
        let count = f64::from(1_u32 << self.zoom);
        let corner = |column: u32, row: u32| {
            WorldFraction { x: f64::from(column) / count, y: f64::from(row) / count }.lon_lat()
        };
        let (north_west, south_east) = (corner(self.column, self.row), corner(self.column + 1, self.row + 1));
        LonLatBox { west: north_west.lon, south: south_east.lat, east: south_east.lon, north: north_west.lat }
    }
}

impl WorldFraction {
    /// Where a place lies; latitudes beyond [`LATITUDE_LIMIT`] lie on the edge.
    pub fn of(at: LonLat) -> Self {
        let latitude = at.lat.clamp(-LATITUDE_LIMIT, LATITUDE_LIMIT).to_radians();
        Self { x: at.lon / 360.0 + 0.5, y: 0.5 - latitude.sin().atanh() / (2.0 * PI) }
    }

    /// Longitude and latitude, degrees.
    pub fn lon_lat(self) -> LonLat {
        let latitude = ((0.5 - self.y) * 2.0 * PI).sinh().atan();
        LonLat::new((self.x - 0.5) * 360.0, latitude.to_degrees())
    }
}

impl LonLatBox {
    /// Whether the two have anything in common.
    pub fn touches(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }
}

#[cfg(test)]
mod tests;
