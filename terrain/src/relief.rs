//! The reconstruction: a smooth surface through spot heights, rivers carved into it, fine detail from a seed.

use crate::{
    GroundInfo, GroundKind, TerrainError,
    detail::Detail,
    lattice::Lattice,
    rivers,
    surface::{Surface, Vertex},
    table::{self, SpotKind},
    waters::{NearWater, Waters},
};
use city::LonLat;
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
    pub lattice: Lattice,
    pub waters: Waters,
}

impl Relief {
    /// Builds it from the tables that ship.
    pub fn shipped() -> Result<(Relief, GroundInfo), TerrainError> {
        let rivers = rivers::shipped()?;
        let mut vertices = Vec::new();
        for spot in table::spot_heights(SPOT_HEIGHTS)? {
            let (roundness, detail) = match spot.kind {
                SpotKind::Peak => (0.02, 0.25),
                SpotKind::Island => (0.06, 0.25),
                SpotKind::Ridge => (0.06, 1.0),
                SpotKind::Valley | SpotKind::Flank | SpotKind::Plain => (0.3, 1.0),
            };
            vertices.push(Vertex { at: to_city_frame(spot.at), height_m: spot.height_m, roundness, detail });
        }
        for point in rivers.iter().flat_map(|river| &river.centreline).step_by(2) {
            vertices.push(Vertex {
                at: to_city_frame(point.at),
                height_m: point.level_m,
                roundness: 0.3,
                detail: 0.6,
            });
        }
        mirror(&mut vertices);
        surround(&mut vertices);
        let relief =
            Relief { surface: Surface::new(vertices), lattice: Lattice::new(), waters: Waters::new(rivers) };
        let info = GroundInfo {
            kind: GroundKind::Reconstruction,
            sources: table::sources(SPOT_HEIGHTS),
            credits: Vec::new(),
            bounds: BOUNDS,
            resolution_m: 900.0,
        };
        Ok((relief, info))
    }

    /// Height of the ground or the water, metres, with all its detail.
    pub fn height_m(&self, at: EastNorth) -> f64 {
        let water = self.waters.near(at);
        if let Some(water) = water.filter(|water| water.shore_m >= 0.0) {
            return water.level_m;
        }
        let node = self.lattice.at(&self.surface, at);
        let detail_m = Detail::default().heights_m(&[node.asks(at)], 0.0)[0];
        carve(f64::from(node.height_m + detail_m), water)
    }
}

/// Lowers the ground to the water and keeps it above the water beside it.
pub(crate) fn carve(ground_m: f64, water: Option<NearWater>) -> f64 {
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

/// Continues the land beyond the covered box with its mirror image, as far as the root tile reaches.
fn mirror(vertices: &mut Vec<Vertex>) {
    const REACH_DEG: f64 = 0.45;
    let [west, south, east, north] = BOUNDS;
    for (edge, of_lon) in [(west, true), (east, true), (south, false), (north, false)] {
        for index in 0..vertices.len() {
            let at = geodesy::to_lon_lat(vertices[index].at);
            let beyond = if of_lon { 2.0 * edge - at.lon } else { 2.0 * edge - at.lat };
            let distance_deg = (beyond - edge).abs();
            if (0.01..REACH_DEG).contains(&distance_deg) {
                let image = if of_lon { LonLat::new(beyond, at.lat) } else { LonLat::new(at.lon, beyond) };
                vertices.push(Vertex { at: to_city_frame(image), ..vertices[index] });
            }
        }
    }
}

/// Puts far corners around the vertices, so that the root tile is covered; each takes the nearest one's height.
fn surround(vertices: &mut Vec<Vertex>) {
    let (west, south, width) = (-160_000.0, -210_000.0, 564_000.0);
    let inner = vertices.clone();
    for k in 0..16 {
        let along = f64::from(k % 4) / 4.0 * width;
        let at = match k / 4 {
            0 => EastNorth::new(west + along, south),
            1 => EastNorth::new(west + width, south + along),
            2 => EastNorth::new(west + width - along, south + width),
            _ => EastNorth::new(west, south + width - along),
        };
        let distance = |vertex: &&Vertex| at.distance_m(vertex.at);
        if let Some(nearest) = inner.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            vertices.push(Vertex { at, height_m: nearest.height_m, roundness: 0.3, detail: 1.0 });
        }
    }
}
