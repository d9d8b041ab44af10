//! From footprints to walls and roofs.
//!
//! A roof lies its height above the mean of the ground under the outline, because heights are surveyed from the street
//! and streets run along the slope: above the lowest corner towers on a slope would be drawn too low, above the highest
//! too high. It never lies less than a floor above the highest corner, so that no house drowns in its own slope. Walls
//! reach down to the lowest corner, so that nothing floats.

use super::corner::{Corner, Side};
use super::massed::{Mass, masses};
use super::outline::{Outline, Spot};
use super::{ChunkKey, Footprint, anchor_of};
use city::LonLat;
use earcut::Earcut;
use geodesy::{EastNorth, to_lon_lat};

/// Walls reach this far into the ground, which is drawn within such a bound of what it is, metres.
const SUNK_M: f64 = 1.5;
/// Less far into ground that is drawn for afar.
const SUNK_AFAR_M: f64 = 6.0;
/// A roof lies this far above the highest corner at least, metres.
const FLOOR_M: f64 = 3.0;
/// The ground is asked for no closer than this, and in the middle of edges longer than that, metres.
const ASKED_APART_M: f64 = 6.0;
const LONG_M: f64 = 60.0;
/// From afar buildings are left out whose width and height together are less than this, metres.
const SEEN_AFAR_M: f64 = 26.0;

/// How finely buildings are raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fineness {
    /// As they are.
    Fine,
    /// Boxes, without the small ones.
    Coarse,
    /// Boxes for several each.
    Massed,
}

/// The walls and roofs of a square, triangles of corners that run anticlockwise as seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The corners.
    pub corners: Vec<Corner>,
    /// Three a triangle.
    pub indices: Vec<u32>,
    /// How many footprints covered nothing or crossed themselves beyond repair.
    pub skipped: usize,
}

impl Block {
    /// What it takes on the graphics card, bytes.
    pub fn bytes(&self) -> usize {
        self.corners.len() * size_of::<Corner>() + self.indices.len() * size_of::<u32>()
    }
}

/// Raises footprints relative to the middle of a square. `height_of` is the ground, metres above the sea.
pub fn raise<'a>(
    footprints: impl IntoIterator<Item = &'a Footprint>,
    chunk: ChunkKey,
    fineness: Fineness,
    height_of: &dyn Fn(LonLat) -> f64,
) -> Block {
    let anchor = anchor_of(chunk);
    let mut raising = Raising { block: Block::default(), earcut: Earcut::new(), triangles: Vec::new() };
    if fineness == Fineness::Massed {
        for mass in masses(footprints, anchor, &mut raising.block.skipped) {
            raising.add_mass(&mass, under(&mass.outline, anchor, height_of));
        }
        return raising.finished();
    }
    for footprint in footprints {
        let Some(outline) = Outline::of(footprint, anchor) else {
            raising.block.skipped += 1;
            continue;
        };
        let outline = match fineness {
            Fineness::Fine => outline,
            _ if outline.area_m2.sqrt() + footprint.height_m < SEEN_AFAR_M => continue,
            _ => outline.boxed(),
        };
        let ground = under(&outline, anchor, height_of);
        let sunk_m = if fineness == Fineness::Fine { SUNK_M } else { SUNK_AFAR_M };
        raising.add(footprint, &outline, ground, sunk_m);
    }
    raising.finished()
}

/// A level of a building: the ground it is counted from, and metres above it.
type Level = (f64, f64);

/// The ground under an outline.
#[derive(Clone, Copy)]
struct Under {
    lowest_m: f64,
    mean_m: f64,
    highest_m: f64,
}

impl Under {
    /// Where a roof lies.
    fn roof(&self, height_m: f64) -> Level {
        let least_m = height_m.min(FLOOR_M);
        let is_drowned = self.mean_m + height_m < self.highest_m + least_m;
        if is_drowned { (self.highest_m, least_m) } else { (self.mean_m, height_m) }
    }
}

fn under(outline: &Outline, anchor: EastNorth, height_of: &dyn Fn(LonLat) -> f64) -> Under {
    let ring = outline.rings.first().map_or(&[][..], Vec::as_slice);
    let mut out = Under { lowest_m: f64::INFINITY, mean_m: 0.0, highest_m: f64::NEG_INFINITY };
    let (mut count, mut last) = (0.0, None::<Spot>);
    let mut ask = |[east_m, north_m]: Spot| {
        let at = EastNorth::new(anchor.east_m + east_m, anchor.north_m + north_m);
        let height_m = height_of(to_lon_lat(at));
        (out.lowest_m, out.highest_m) = (out.lowest_m.min(height_m), out.highest_m.max(height_m));
        (out.mean_m, count) = (out.mean_m + height_m, count + 1.0);
    };
    for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        if last.is_none_or(|last| (last[0] - from[0]).hypot(last[1] - from[1]) > ASKED_APART_M) {
            ask(*from);
            last = Some(*from);
        }
        if (to[0] - from[0]).hypot(to[1] - from[1]) > LONG_M {
            ask([(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0]);
        }
    }
    Under { mean_m: out.mean_m / f64::max(count, 1.0), ..out }
}

struct Raising {
    block: Block,
    earcut: Earcut<f64>,
    triangles: Vec<u32>,
}

impl Raising {
    fn finished(mut self) -> Block {
        self.block.corners.shrink_to_fit();
        self.block.indices.shrink_to_fit();
        self.block
    }

    fn add(&mut self, footprint: &Footprint, outline: &Outline, ground: Under, sunk_m: f64) {
        let places: Vec<Spot> = outline.rings.concat();
        let mut begin = 0;
        let begins = outline.rings.iter().map(|ring| {
            begin += ring.len() as u32;
            begin - ring.len() as u32
        });
        let courtyards: Vec<u32> = begins.skip(1).collect();
        self.earcut.earcut(places.iter().copied(), &courtyards, &mut self.triangles);
        if self.triangles.is_empty() {
            self.block.skipped += 1;
            return;
        }
        // Triangles that look up run anticlockwise, as the outer ring does.
        let turn = |t: &[u32]| match t {
            [a, b, c] => {
                let [a, b, c] = [a, b, c].map(|i| places.get(*i as usize).copied().unwrap_or_default());
                (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
            }
            _ => 0.0,
        };
        if self.triangles.chunks(3).map(turn).sum::<f64>() < 0.0 {
            self.triangles.reverse();
        }
        let tone = tone(footprint);
        let foot = match footprint.base_m > 0.0 {
            true => (ground.mean_m, footprint.base_m),
            false => (ground.lowest_m, -sunk_m),
        };
        let roof = ground.roof(footprint.height_m);
        for ring in &outline.rings {
            for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                self.wall(*from, *to, foot, roof, tone);
            }
        }
        self.cover(&places, roof, Side::Roof.pack(tone));
        if footprint.base_m > 0.0 {
            self.triangles.reverse();
            self.cover(&places, foot, Side::Underside.pack(tone));
        }
    }

    /// A box of eight corners: a facet's look is that of the first corner of its triangles, and each of the four walls
    /// and the roof has one to itself.
    fn add_mass(&mut self, mass: &Mass, ground: Under) {
        let Some([a, b, c, d]) =
            mass.outline.rings.first().and_then(|ring| <[Spot; 4]>::try_from(ring.as_slice()).ok())
        else {
            return;
        };
        let first = self.block.corners.len() as u32;
        let foot = (ground.lowest_m, -SUNK_AFAR_M);
        for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
            let side = Side::Massed { outward: outward(from, to) };
            self.block.corners.push(corner(from, foot, side.pack(mass.tone)));
        }
        let roof = ground.roof(mass.height_m);
        self.block.corners.extend([a, b, c, d].map(|spot| corner(spot, roof, Side::Roof.pack(mass.tone))));
        for wall in 0..4 {
            let next = (wall + 1) % 4;
            self.block.indices.extend([wall, next, 4 + next, wall, 4 + next, 4 + wall].map(|i| first + i));
        }
        self.block.indices.extend([4, 5, 6, 4, 6, 7].map(|i| first + i));
    }

    fn wall(&mut self, from: Spot, to: Spot, foot: Level, roof: Level, tone: u32) {
        let first = self.block.corners.len() as u32;
        let outward = outward(from, to);
        for (far, upper) in [(false, false), (true, false), (true, true), (false, true)] {
            let facet = Side::Wall { outward, far, upper }.pack(tone);
            let (spot, level) = (if far { to } else { from }, if upper { roof } else { foot });
            self.block.corners.push(corner(spot, level, facet));
        }
        self.block.indices.extend([0, 1, 2, 0, 2, 3].map(|i| first + i));
    }

    fn cover(&mut self, places: &[Spot], level: Level, facet: u32) {
        let first = self.block.corners.len() as u32;
        self.block.corners.extend(places.iter().map(|spot| corner(*spot, level, facet)));
        self.block.indices.extend(self.triangles.iter().map(|i| first + i));
    }
}

/// To the right of the way round: outside, of courtyards as well. South is the other way than north.
fn outward(from: Spot, to: Spot) -> [f64; 2] {
    let along = [to[0] - from[0], to[1] - from[1]];
    let length = along[0].hypot(along[1]).max(1e-9);
    [along[1] / length, along[0] / length]
}

fn corner([east_m, north_m]: Spot, (ground_m, above_m): Level, facet: u32) -> Corner {
    let position = [east_m as f32, ground_m as f32, -north_m as f32];
    Corner { position, above_m: above_m as f32, facet }
}

/// A building's own tone: the same wherever it is read from.
pub(super) fn tone(footprint: &Footprint) -> u32 {
    let first = footprint.polygon.exterior().0.first().copied().unwrap_or_default();
    // Whole units of about a metre, so that a format's rounding changes nothing.
    let units = ((first.x * 1e5).round() as i64 as u64) << 32 ^ (first.y * 1e5).round() as i64 as u64;
    (units.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60) as u32
}
