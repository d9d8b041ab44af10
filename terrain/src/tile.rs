//! Tiles of the ground: a quadtree in the city frame, and the samples of one tile.

use geodesy::EastNorth;

/// South-west corner of the root square in the city frame, metres.
const ROOT_SOUTH_WEST: EastNorth = EastNorth::new(-140_000.0, -190_000.0);
/// Width of the root square, metres: 2¹⁹, so that every tile's width is exact.
const ROOT_WIDTH_M: f64 = 524_288.0;
/// The deepest level: tiles 16 m wide.
const DEEPEST: u8 = 15;

/// One square of the quadtree. `x` counts east and `y` north from the root's south-west corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileKey {
    /// 0 is the root; each level halves the width.
    pub level: u8,
    /// Column from the west.
    pub x: u32,
    /// Row from the south.
    pub y: u32,
}

impl TileKey {
    /// The root square, 524,288 m wide.
    pub const ROOT: TileKey = TileKey { level: 0, x: 0, y: 0 };

    /// The four squares it is made of: south-west, south-east, north-west, north-east.
    pub fn children(self) -> [TileKey; 4] {
        let child = |dx, dy| TileKey { level: self.level + 1, x: self.x * 2 + dx, y: self.y * 2 + dy };
        [child(0, 0), child(1, 0), child(0, 1), child(1, 1)]
    }

    /// The square it is a quarter of; none above the root.
    pub fn parent(self) -> Option<TileKey> {
        let level = self.level.checked_sub(1)?;
        Some(TileKey { level, x: self.x / 2, y: self.y / 2 })
    }

    /// Its south-west corner in the city frame.
    pub fn south_west(self) -> EastNorth {
        let width_m = self.width_m();
        EastNorth::new(
            ROOT_SOUTH_WEST.east_m + self.x as f64 * width_m,
            ROOT_SOUTH_WEST.north_m + self.y as f64 * width_m,
        )
    }

    /// Its width (and height), metres.
    pub fn width_m(self) -> f64 {
        ROOT_WIDTH_M / (1_u64 << self.level) as f64
    }

    /// The square of a level (at most 15) that contains a position; none outside the root.
    pub fn containing(level: u8, at: EastNorth) -> Option<TileKey> {
        let across =
            |offset_m: f64| (0.0..ROOT_WIDTH_M).contains(&offset_m).then_some(offset_m / ROOT_WIDTH_M);
        let x = across(at.east_m - ROOT_SOUTH_WEST.east_m)?;
        let y = across(at.north_m - ROOT_SOUTH_WEST.north_m)?;
        let count = (1_u64 << level.min(DEEPEST)) as f64;
        Some(TileKey { level: level.min(DEEPEST), x: (x * count) as u32, y: (y * count) as u32 })
    }
}

/// The ground of one tile, sampled on a square grid that includes all four edges. Neighbours of one level share
/// their edge samples to the bit. Outside the covered box the ground is continued, never missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TileSamples {
    /// Samples along one side.
    pub samples: usize,
    /// Heights in metres above sea level (on water: of its surface), row 0 south, x fastest, `samples` × `samples`.
    pub heights_m: Vec<f32>,
    /// Distance in metres to the nearest shore, positive in the water, clamped to ± [`SHORE_CLAMP_M`]; same order.
    pub shore_m: Vec<f32>,
    /// Height above the nearest river's level, metres: 0 on it; [`FAR_FROM_WATER_M`] where none is near; same order.
    pub above_water_m: Vec<f32>,
    /// The lowest of the heights, metres.
    pub min_m: f32,
    /// The highest of the heights, metres.
    pub max_m: f32,
}

/// Stands for "no river near" in [`TileSamples::above_water_m`], metres.
pub const FAR_FROM_WATER_M: f32 = 1.0e4;

/// Where [`TileSamples::shore_m`] is clamped, metres.
pub const SHORE_CLAMP_M: f32 = 600.0;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn children_and_parents_agree() {
        let at = EastNorth::new(1234.5, -9876.5);
        for level in 0..=DEEPEST {
            let key = TileKey::containing(level, at).unwrap();
            let corner = key.south_west();
            assert!((corner.east_m..corner.east_m + key.width_m()).contains(&at.east_m));
            assert!((corner.north_m..corner.north_m + key.width_m()).contains(&at.north_m));
            assert!(key.children().iter().all(|child| child.parent() == Some(key)));
        }
        assert_eq!(TileKey::ROOT.parent(), None);
        assert_eq!(TileKey::containing(3, EastNorth::new(f64::NAN, 0.0)), None);
        assert_eq!(TileKey::containing(3, EastNorth::new(-140_001.0, 0.0)), None);
    }
}
