//! Which zoom and which tiles fit a square of ground.

use super::address::{TileAddress, WorldFraction};
use super::grid::Level;
use super::quadrangle::{Quadrangle, Square};
use super::source::TileSet;
use city::LonLat;
use std::ops::RangeInclusive;

/// A square that would need more tiles than this has no imagery: it is seen from too far for the zooms there are.
const MOST_TILES: u64 = 64;
/// The same for pixels along a side.
const MOST_PIXELS: u64 = 4096;

/// The tiles of one zoom that a square needs.
pub(super) struct Fit {
    pub(super) grid: Quadrangle,
    pub(super) zoom: u8,
    pub(super) level: Level,
    /// The pixels that are needed, counted from the level's corner to the east and to the south.
    pub(super) columns_px: RangeInclusive<u64>,
    pub(super) rows_px: RangeInclusive<u64>,
    /// The first pixel that shows anything, and the one behind the last, both ways: beyond the bounds of the tiles
    /// there may be anything in them, black mostly.
    pub(super) shown_px: [(u64, u64); 2],
}

impl Fit {
    /// The zoom whose pixels come nearest to a `side`th of the square's side, as far as there are tiles of it.
    pub(super) fn of(set: &TileSet, square: &Square, side: usize) -> Option<Self> {
        let grid = Quadrangle::of(square, set.datum, set.plane)?;
        let texel = grid.width() / side as f64;
        let max = set.max_zoom.min(TileAddress::DEEPEST);
        let levels = (set.min_zoom.min(max)..=max).rev().filter_map(|zoom| Some((zoom, set.level(zoom)?)));
        let off = |level: &Level| (level.pixel / texel).log2().abs();
        // Of two that are as near the finer one, which comes first.
        let (zoom, level) = levels.min_by(|a, b| off(&a.1).total_cmp(&off(&b.1)))?;
        let (least, most) = grid.bounds();
        let side_px = u64::from(level.side_px);
        let px = |fraction: f64, from: f64| (fraction - from) / level.pixel;
        // A pixel more on each side, because pixels are mixed with their neighbours.
        let span = |from: f64, to: f64, corner: f64, count: u32| {
            let end = (u64::from(count) + 1) * side_px - 1;
            let (from, to) = (px(from, corner) - 1.5, px(to, corner) + 1.5);
            (to >= 0.0 && from <= end as f64).then(|| (from.max(0.0) as u64).min(end)..=(to as u64).min(end))
        };
        let columns_px = span(least.x, most.x, level.corner.x, level.columns.1)?;
        let rows_px = span(least.y, most.y, level.corner.y, level.rows.1)?;
        let shown_px = match set.bounds {
            None => [(0, u64::MAX); 2],
            Some(bounds) => {
                let (north_west, south_east) = (
                    set.plane.fraction(LonLat::new(bounds.west, bounds.north)),
                    set.plane.fraction(LonLat::new(bounds.east, bounds.south)),
                );
                let shown = |from: f64, to: f64, corner: f64| {
                    (
                        (px(from, corner) - 0.01).ceil().max(0.0) as u64,
                        (px(to, corner) + 0.01).floor().max(0.0) as u64,
                    )
                };
                [
                    shown(north_west.x, south_east.x, level.corner.x),
                    shown(north_west.y, south_east.y, level.corner.y),
                ]
            }
        };
        let fit = Self { zoom, level, columns_px, rows_px, shown_px, grid };
        let length = |range: &RangeInclusive<u64>| range.end() - range.start() + 1;
        let (columns, rows) = fit.tiles();
        let few = length(&columns) * length(&rows) <= MOST_TILES
            && length(&fit.columns_px).max(length(&fit.rows_px)) <= MOST_PIXELS;
        few.then_some(fit)
    }

    /// Columns and rows of the tiles that hold the pixels.
    fn tiles(&self) -> (RangeInclusive<u64>, RangeInclusive<u64>) {
        let side_px = u64::from(self.level.side_px);
        let tiles = |px: &RangeInclusive<u64>| px.start() / side_px..=px.end() / side_px;
        (tiles(&self.columns_px), tiles(&self.rows_px))
    }

    /// The tiles that hold the pixels, as far as there are any, row by row.
    pub(super) fn addresses(&self, set: &TileSet) -> Vec<TileAddress> {
        let (columns, rows) = self.tiles();
        let all = rows.flat_map(|row| columns.clone().map(move |column| (column as u32, row as u32)));
        let all = all.map(|(column, row)| TileAddress { zoom: self.zoom, column, row });
        all.filter(|address| set.covers(*address)).collect()
    }

    /// How many pixels of the zoom lie along one of `side` texels.
    pub(super) fn pixels_per_texel(&self, side: usize) -> f64 {
        self.grid.width() / self.level.pixel / side as f64
    }

    /// Where a place lies among the needed pixels: 0 is the centre of the first.
    pub(super) fn pixel(&self, place: WorldFraction) -> (f64, f64) {
        let offset = |fraction: f64, corner: f64, px: &RangeInclusive<u64>| {
            (fraction - corner) / self.level.pixel - *px.start() as f64 - 0.5
        };
        let Level { corner, .. } = self.level;
        (offset(place.x, corner.x, &self.columns_px), offset(place.y, corner.y, &self.rows_px))
    }

    /// Where a picture of a tile of `level` begins among all pixels of this zoom, and how many it covers along a side.
    pub(super) fn lies(&self, level: &Level, tile: TileAddress) -> ([f64; 2], f64) {
        let (from, _) = level.span(tile);
        let px = |fraction: f64, corner: f64| (fraction - corner) / self.level.pixel;
        let origin = [px(from.x, self.level.corner.x), px(from.y, self.level.corner.y)];
        (origin, f64::from(level.side_px) * level.pixel / self.level.pixel)
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
        assert_eq!(wanted(&TileSet { bounds: Some(bounds), ..set.clone() }, &square(8_192.0), 512), []);
        let only = TileSet { bounds: Some(LonLatBox { east: 106.60, ..WORLD }), ..set };
        let some = wanted(&only, &square(8_192.0), 512);
        assert!(!some.is_empty() && some.len() < all.len());
    }

    const WORLD: LonLatBox = LonLatBox { west: -180.0, south: -85.0, east: 180.0, north: 85.0 };

    #[test]
    fn shifted_tiles_are_others() {
        let set = TileSet { max_zoom: 20, ..TileSet::default() };
        let shifted = TileSet { datum: Datum::Gcj02, ..set.clone() };
        let (plain, shifted) = (wanted(&set, &square(64.0), 512), wanted(&shifted, &square(64.0), 512));
        assert!(!plain.is_empty() && shifted.iter().all(|tile| !plain.contains(tile)));
    }
}
