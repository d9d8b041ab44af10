//! How a pyramid of heights lies on the globe, and its levels.

use super::codec::TILE;
use city::LonLat;

/// One tile of a pyramid: level 0 is the finest, rows count from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub level: u8,
    pub x: u32,
    pub y: u32,
}

impl Key {
    /// The four tiles of the level below it covers: north-west, north-east, south-west, south-east.
    pub fn children(self) -> [Key; 4] {
        let child = |dx, dy| Key { level: self.level - 1, x: self.x * 2 + dx, y: self.y * 2 + dy };
        [child(0, 0), child(1, 0), child(0, 1), child(1, 1)]
    }
}

/// The size and place of a pyramid. A sample is the middle of a pixel, as in a GeoTIFF whose pixels are areas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    /// Samples of the finest level from west to east and from north to south.
    pub columns: usize,
    pub rows: usize,
    /// The outer corner of the first pixel, degrees.
    pub north_west: LonLat,
    /// Degrees from one sample to the next, east and south.
    pub step_deg: (f64, f64),
}

impl Shape {
    /// Samples of a level.
    pub fn size(&self, level: u8) -> (usize, usize) {
        let half = |count: usize| count.div_ceil(1 << level).max(1);
        (half(self.columns), half(self.rows))
    }

    /// Tiles of a level.
    pub fn tiles(&self, level: u8) -> (u32, u32) {
        let (columns, rows) = self.size(level);
        (columns.div_ceil(TILE) as u32, rows.div_ceil(TILE) as u32)
    }

    /// How many levels there are: the last is one tile.
    pub fn levels(&self) -> u8 {
        let is_one_tile = |level: &u8| self.tiles(*level) == (1, 1);
        (0..40).find(is_one_tile).unwrap_or(39) + 1
    }

    /// Where a place lies among the samples of a level: whole numbers are samples, from the north-west.
    #[inline]
    pub fn place(&self, level: u8, at: LonLat) -> (f64, f64) {
        let wide = 1.0 / (1_u64 << level) as f64;
        (
            (at.lon - self.north_west.lon) / self.step_deg.0 * wide - 0.5,
            (self.north_west.lat - at.lat) / self.step_deg.1 * wide - 0.5,
        )
    }

    /// The place of a sample of a level, fractions too.
    pub fn lon_lat(&self, level: u8, column: f64, row: f64) -> LonLat {
        let wide = (1_u64 << level) as f64;
        LonLat::new(
            self.north_west.lon + (column + 0.5) * wide * self.step_deg.0,
            self.north_west.lat - (row + 0.5) * wide * self.step_deg.1,
        )
    }

    /// West, south, east, north of the finest samples, degrees.
    pub fn bounds(&self) -> [f64; 4] {
        let first = self.lon_lat(0, 0.0, 0.0);
        let last = self.lon_lat(0, self.columns as f64 - 1.0, self.rows as f64 - 1.0);
        // Rounded to a thousandth of a second of arc's hundredth, so that 106 is not told as 105.99999999999999.
        [first.lon, last.lat, last.lon, first.lat].map(|degrees| (degrees * 1e10).round() / 1e10)
    }

    /// Distance of the finest samples from north to south, metres: a degree of latitude at 30° N is 110,852 m on GRS80.
    pub fn resolution_m(&self) -> f64 {
        self.step_deg.1 * 110_852.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_halve_until_one_tile_is_left() {
        let shape = Shape {
            columns: 3601,
            rows: 1201,
            north_west: LonLat::new(106.0, 30.0),
            step_deg: (1.0 / 3600.0, 1.0 / 3600.0),
        };
        assert_eq!((shape.tiles(0), shape.tiles(3), shape.levels()), ((15, 5), (2, 1), 5));
        let at = shape.lon_lat(2, 10.25, 7.5);
        let (x, y) = shape.place(2, at);
        assert!((x - 10.25).abs() < 1e-6 && (y - 7.5).abs() < 1e-6);
        assert_eq!(Key { level: 3, x: 1, y: 0 }.children()[3], Key { level: 2, x: 3, y: 1 });
    }
}
