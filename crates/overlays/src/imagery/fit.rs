//! Which zoom and which tiles fit a square of ground.

use super::address::{TileAddress, WorldFraction};
use super::quadrangle::{Quadrangle, Square};
use super::source::TileSet;
use std::ops::RangeInclusive;

/// A square that would need more tiles than this has no imagery: it is seen from too far for the zooms there are.
const MOST_TILES: u64 = 64;
/// The same for pixels along a side.
const MOST_PIXELS: u64 = 4096;

/// The tiles of one zoom that a square needs.
pub(super) struct Fit {
    pub(super) grid: Quadrangle,
    pub(super) zoom: u8,
    /// Pixels along the side of the world.
    pub(super) world_px: u64,
    /// The pixels that are needed, from the west and from the north.
    pub(super) columns_px: RangeInclusive<u64>,
    pub(super) rows_px: RangeInclusive<u64>,
}

impl Fit {
    /// The zoom whose pixels come nearest to a `side`th of the square's side, as far as there are tiles of it.
    pub(super) fn of(set: &TileSet, square: &Square, side: usize) -> Option<Self> {
        let grid = Quadrangle::of(square, set.datum)?;
        let side_px = u64::from(set.side_px.max(1));
        let best = (side as f64 / (grid.width() * side_px as f64)).log2().round();
        let max = set.max_zoom.min(TileAddress::DEEPEST);
        let zoom = (best.max(0.0) as u8).clamp(set.min_zoom.min(max), max);
        let world_px = side_px << zoom;
        let (least, most) = grid.bounds();
        // A pixel more on each side, because pixels are mixed with their neighbours.
        let span = |from: f64, to: f64| {
            let from = (from * world_px as f64 - 1.5).max(0.0) as u64;
            let to = (to * world_px as f64 + 1.5) as u64;
            from.min(world_px - 1)..=to.min(world_px - 1)
        };
        let fit =
            Self { zoom, world_px, columns_px: span(least.x, most.x), rows_px: span(least.y, most.y), grid };
        let length = |range: &RangeInclusive<u64>| range.end() - range.start() + 1;
        let (columns, rows) = fit.tiles(side_px);
        let few = length(&columns) * length(&rows) <= MOST_TILES
            && length(&fit.columns_px).max(length(&fit.rows_px)) <= MOST_PIXELS;
        few.then_some(fit)
    }

    /// Columns and rows of the tiles that hold the pixels.
    fn tiles(&self, side_px: u64) -> (RangeInclusive<u64>, RangeInclusive<u64>) {
        let tiles = |px: &RangeInclusive<u64>| px.start() / side_px..=px.end() / side_px;
        (tiles(&self.columns_px), tiles(&self.rows_px))
    }

    /// The tiles that hold the pixels, as far as there are any, row by row.
    pub(super) fn addresses(&self, set: &TileSet) -> Vec<TileAddress> {
        let (columns, rows) = self.tiles(u64::from(set.side_px.max(1)));
        let all = rows.flat_map(|row| columns.clone().map(move |column| (column as u32, row as u32)));
        let all = all.filter_map(|(column, row)| TileAddress::new(self.zoom, column, row));
        all.filter(|address| set.covers(*address)).collect()
    }

    /// How many pixels of the zoom lie along one of `side` texels.
    pub(super) fn pixels_per_texel(&self, side: usize) -> f64 {
        self.grid.width() * self.world_px as f64 / side as f64
    }

    /// Where a place lies among the needed pixels: 0 is the centre of the first.
    pub(super) fn pixel(&self, place: WorldFraction) -> (f64, f64) {
        let offset = |fraction: f64, px: &RangeInclusive<u64>| {
            fraction * self.world_px as f64 - *px.start() as f64 - 0.5
        };
        (offset(place.x, &self.columns_px), offset(place.y, &self.rows_px))
    }
}

/// The tiles that a picture of a square, `side` texels wide, is best made of. None where the square lies outside the
/// world, or is seen from so far that the first zoom would need more than 64 tiles.
pub fn wanted(set: &TileSet, square: &Square, side: usize) -> Vec<TileAddress> {
    Fit::of(set, square, side).map(|fit| fit.addresses(set)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imagery::address::LonLatBox;
    use crate::imagery::source::Datum;
    use geodesy::EastNorth;

    fn square(width_m: f64) -> Square {
        Square { south_west: EastNorth::new(0.0, 0.0), width_m }
    }

    #[test]
    fn the_zoom_whose_pixels_are_nearest_to_the_texels_is_taken() {
        // At 29.57° N a pixel of zoom 18 is 0.519 m wide.
        for (width_m, side, side_px, zoom) in [
            (256.0, 512, 256, 18),
            (270.0, 512, 256, 18),
            (400.0, 512, 256, 17),
            (256.0, 512, 512, 17),
            (256.0, 256, 256, 17),
            (16.0, 512, 256, 18),
            (131_072.0, 512, 256, 9),
            (262_144.0, 512, 256, 8),
        ] {
            let set = TileSet { side_px, ..TileSet::default() };
            let tiles = wanted(&set, &square(width_m), side);
            assert!(tiles.iter().all(|tile| tile.zoom == zoom), "{width_m} {side} {tiles:?}");
            assert!((1..=20).contains(&tiles.len()), "{width_m} {side} {tiles:?}");
        }
    }

    #[test]
    fn tiles_are_those_of_the_zooms_and_the_bounds() {
        let set = TileSet { min_zoom: 12, max_zoom: 14, ..TileSet::default() };
        assert!(wanted(&set, &square(1_000.0), 512).iter().all(|tile| tile.zoom == 14));
        assert!(wanted(&set, &square(40_000.0), 512).iter().all(|tile| tile.zoom == 12));
        assert_eq!(wanted(&set, &square(500_000.0), 512), []);
        let all = wanted(&set, &square(8_192.0), 512);
        let bounds = LonLatBox { west: 0.0, south: 0.0, east: 1.0, north: 1.0 };
        assert_eq!(wanted(&TileSet { bounds: Some(bounds), ..set }, &square(8_192.0), 512), []);
        let only = TileSet { bounds: Some(LonLatBox { east: 106.60, ..WORLD }), ..set };
        let some = wanted(&only, &square(8_192.0), 512);
        assert!(!some.is_empty() && some.len() < all.len());
    }

    const WORLD: LonLatBox = LonLatBox { west: -180.0, south: -85.0, east: 180.0, north: 85.0 };

    #[test]
    fn shifted_tiles_are_others() {
        let set = TileSet { max_zoom: 20, ..TileSet::default() };
        let shifted = TileSet { datum: Datum::Gcj02, ..set };
        let (plain, shifted) = (wanted(&set, &square(64.0), 512), wanted(&shifted, &square(64.0), 512));
        assert!(!plain.is_empty() && shifted.iter().all(|tile| !plain.contains(tile)));
    }
}
