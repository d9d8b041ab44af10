//! The reconstruction: a smooth surface through spot heights, rivers carved into it, fine detail from a seed.

use crate::{
    GroundInfo, GroundKind, TerrainError, detail, rivers,
    surface::{Spot, Surface},
    table,
    waters::{NearWater, Waters},
};
use geodesy::{EastNorth, to_city_frame};

const SPOT_HEIGHTS: &str = include_str!("../data/spot_heights.csv");
/// The covered box: west, south, east, north in degrees.
const BOUNDS: [f64; 4] = [105.2, 28.1, 110.25, 32.25];
/// Around a river the valley is shaped by it up to this distance from the shore, metres.
const BANK_M: f64 = 260.0;
/// Between these distances from the shore (metres) the rule fades that nothing lies below the river.
const FLOOR_FADE_M: (f64, f64) = (1200.0, 1700.0);

/// The reconstruction.
#[derive(Debug)]
pub(crate) struct Relief {
    pub surface: Surface,
    pub waters: Waters,
}

impl Relief {
    /// Builds it from the tables that ship.
    pub fn shipped() -> Result<(Relief, GroundInfo), TerrainError> {
        let rivers = rivers::shipped()?;
        let (mut points, mut heights_m) = (Vec::new(), Vec::new());
        for spot in table::spot_heights(SPOT_HEIGHTS)? {
            points.push(to_city_frame(spot.at));
            heights_m.push(spot.height_m);
        }
        for point in rivers.iter().flat_map(|river| &river.centreline).step_by(2) {
            points.push(to_city_frame(point.at));
            heights_m.push(point.level_m);
        }
        surround(&mut points, &mut heights_m);
        let relief = Relief { surface: Surface::new(points, &heights_m), waters: Waters::new(rivers) };
        let info = GroundInfo {
            kind: GroundKind::Reconstruction,
            sources: table::sources(SPOT_HEIGHTS),
            bounds: BOUNDS,
            resolution_m: 900.0,
        };
        Ok((relief, info))
    }

    /// Height of the ground or the water, metres, with all its detail.
    pub fn height_m(&self, at: EastNorth) -> f64 {
        // A walk starts at the triangle remembered for the place's neighbourhood.
        let spot = self.surface.find(at, self.surface.start(at));
        self.at(at, spot, self.waters.near(at), 0.0)
    }

    /// Height where surface and water have been found already, with the detail that samples `spacing_m` apart carry.
    pub fn at(&self, at: EastNorth, spot: Spot, water: Option<NearWater>, spacing_m: f64) -> f64 {
        if let Some(water) = water.filter(|water| water.shore_m >= 0.0) {
            return water.level_m;
        }
        let ground_m =
            spot.height_m(&self.surface) + detail::height_m(at, spot.relief(&self.surface), spacing_m);
        carve(ground_m, water)
    }
}

/// Lowers the ground to the water and keeps it above the water beside it.
fn carve(ground_m: f64, water: Option<NearWater>) -> f64 {
    let Some(NearWater { shore_m, level_m }) = water else { return ground_m };
    let inland_m = -shore_m;
    if inland_m <= 0.0 {
        return level_m;
    }
    // A soft maximum: above the water by a little that grows inland, without a crease where the rule begins.
    let floor_m = level_m + 0.004 * inland_m;
    let above_m = ground_m - floor_m;
    let kept_m = floor_m + 0.5 * (above_m + (above_m * above_m + 100.0).sqrt());
    let fade = ((inland_m - FLOOR_FADE_M.0) / (FLOOR_FADE_M.1 - FLOOR_FADE_M.0)).clamp(0.0, 1.0);
    let floored_m = kept_m + (ground_m - kept_m) * fade * fade * (3.0 - 2.0 * fade);
    let rise = 1.0 - (1.0 - (inland_m / BANK_M).min(1.0)).powi(2);
    level_m + (floored_m - level_m) * rise
}

/// Puts far corners around the points, so that the root tile is covered; each takes the nearest point's height.
fn surround(points: &mut Vec<EastNorth>, heights_m: &mut Vec<f64>) {
    let (west, south) = (-160_000.0, -210_000.0);
    let count = points.len();
    for k in 0..16 {
        let along = f64::from(k % 4) * 141_000.0;
        let corner = match k / 4 {
            0 => EastNorth::new(west + along, south),
            1 => EastNorth::new(west + 564_000.0, south + along),
            2 => EastNorth::new(west + 564_000.0 - along, south + 564_000.0),
            _ => EastNorth::new(west, south + 564_000.0 - along),
        };
        let near = |i: &usize| corner.distance_m(points[*i]);
        let nearest = (0..count).min_by(|a, b| near(a).total_cmp(&near(b)));
        points.push(corner);
        heights_m.push(nearest.map_or(0.0, |i| heights_m[i]));
    }
}
