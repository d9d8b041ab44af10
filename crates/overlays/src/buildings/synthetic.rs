//! Made-up buildings to test and measure with: rows in blocks, the blocks around the middle of the city outwards.

use super::Footprint;
use city::LonLat;
use geo::{Coord, LineString, Polygon};
use geodesy::{EastNorth, to_city_frame, to_lon_lat};

/// The middle of the made-up city: Jiefangbei.
const MIDDLE: LonLat = LonLat::new(106.577, 29.557);
/// Width of a block with its streets, metres.
const BLOCK_M: f64 = 170.0;
/// Rows in a block and buildings in a row.
const ROWS: [u32; 2] = [3, 4];
/// Blocks farther than so many from the middle are not built.
const FARTHEST: i32 = 250;

/// Makes `count` buildings of a seed, where `stands` says that there is land; fewer where there is not enough of it.
pub fn synthetic(seed: u64, count: usize, stands: &dyn Fn(LonLat) -> bool) -> Vec<Footprint> {
    let middle = to_city_frame(MIDDLE);
    let mut blocks: Vec<(i32, i32)> =
        (-FARTHEST..=FARTHEST).flat_map(|x| (-FARTHEST..=FARTHEST).map(move |y| (x, y))).collect();
    blocks.sort_by_key(|(x, y)| (x * x + y * y, *x, *y));
    let mut out = Vec::with_capacity(count);
    for (x, y) in blocks {
        if out.len() >= count {
            break;
        }
        let mut dice = Dice(seed ^ (x as u64) << 32 ^ u64::from(y as u32));
        let (east, north) = (f64::from(x) * BLOCK_M, f64::from(y) * BLOCK_M);
        // Streets turn with the hills: slowly from block to block.
        let turn = 0.5 * (east / 1_900.0).sin() + 0.45 * (north / 1_500.0).cos() + 0.1 * dice.share();
        let block = Block { at: EastNorth::new(middle.east_m + east, middle.north_m + north), turn };
        let central = (-east.hypot(north) / 2_500.0).exp();
        let kind = dice.share();
        for (row, place) in (0..ROWS[0]).flat_map(|row| (0..ROWS[1]).map(move |place| (row, place))) {
            let footprint = building(&mut dice, &block, kind, central, f64::from(row), f64::from(place));
            let at = footprint.polygon.exterior().0.first().copied().unwrap_or_default();
            if out.len() < count && dice.share() < 0.94 && stands(LonLat::new(at.x, at.y)) {
                out.push(footprint);
            }
        }
    }
    out
}

struct Block {
    at: EastNorth,
    turn: f64,
}

fn building(dice: &mut Dice, block: &Block, kind: f64, central: f64, row: f64, place: f64) -> Footprint {
    let floors = match kind + 0.25 * (dice.share() - 0.5) {
        low if low < 0.42 => 2.0 + 5.0 * dice.share(),
        middle if middle < 0.68 => 7.0 + 11.0 * dice.share(),
        high if high < 0.97 => 20.0 + 14.0 * dice.share(),
        _ => 30.0 + (20.0 + 45.0 * central) * dice.share(),
    };
    let (width, depth) = if floors > 19.0 {
        (18.0 + 8.0 * dice.share(), 16.0 + 8.0 * dice.share())
    } else {
        (24.0 + 8.0 * dice.share(), 13.0 + 14.0 * dice.share())
    };
    let [x, y] = [(place - 1.5) * 37.0 + 3.0 * dice.share(), (row - 1.0) * 46.0 + 4.0 * dice.share()];
    let (sin, cos) = block.turn.sin_cos();
    let ring = |shape: &[[f64; 2]]| {
        let spot = |[u, v]: &[f64; 2]| {
            let (u, v) = (x + u * width, y + v * depth);
            let at =
                EastNorth::new(block.at.east_m + u * cos - v * sin, block.at.north_m + u * sin + v * cos);
            let at = to_lon_lat(at);
            Coord { x: at.lon, y: at.lat }
        };
        let places = shape.iter().chain(shape.first()).map(spot);
        LineString(places.collect())
    };
    let cut = 0.3 + 0.2 * dice.share();
    let (outer, courtyard): (Vec<[f64; 2]>, Option<LineString<f64>>) = match (dice.share() * 10.0) as u32 {
        // A courtyard, an L, a tower with cut corners, an H, a plain house.
        0 if floors < 10.0 => (
            vec![[-0.5, -0.9], [0.5, -0.9], [0.5, 0.9], [-0.5, 0.9]],
            Some(ring(&[[-0.2, -0.45], [-0.2, 0.45], [0.2, 0.45], [0.2, -0.45]])),
        ),
        0..4 => (
            vec![[-0.5, -0.5], [0.5, -0.5], [0.5, 0.0], [0.5 - cut, 0.0], [0.5 - cut, 0.5], [-0.5, 0.5]],
            None,
        ),
        4..6 if floors > 12.0 => {
            let c = 0.5 - cut / 3.0;
            (
                vec![[-c, -0.5], [c, -0.5], [0.5, -c], [0.5, c], [c, 0.5], [-c, 0.5], [-0.5, c], [-0.5, -c]],
                None,
            )
        }
        4..8 => {
            let (a, b) = (0.22, 0.18);
            let upper = [[0.5, 0.5], [a, 0.5], [a, b], [-a, b], [-a, 0.5], [-0.5, 0.5]];
            let lower = [[-0.5, -0.5], [-a, -0.5], [-a, -b], [a, -b], [a, -0.5], [0.5, -0.5]];
            (lower.into_iter().chain(upper).collect(), None)
        }
        _ => (vec![[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], None),
    };
    let polygon = Polygon::new(ring(&outer), courtyard.into_iter().collect());
    Footprint { polygon, height_m: (floors.floor() * 3.0 + 1.0).min(330.0), base_m: 0.0 }
}

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    /// From 0 up to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ bits >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
