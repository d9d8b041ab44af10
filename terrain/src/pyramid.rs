//! A pyramid of heights in one file: each level half as fine as the one before, tiles read when they are asked for
//! and kept within a budget of memory. Fine levels may have tiles only where a fine source lay.
//!
//! Deliberately absent: where the heights come from (`import`) and what is drawn of them.

pub(crate) mod codec;
pub(crate) mod cog;
mod read;
mod shape;
mod tile;

pub(crate) use read::{bytes, open};
pub(crate) use shape::{Key, Shape};

use crate::kept::{Kept, Weighs};
use city::LonLat;
use codec::TILE;
use cog::Span;
use std::{
    fs::File,
    num::NonZeroUsize,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tile::Tile;

/// What heights kept in memory may take, bytes: all of the municipality at 30 m.
const BUDGET: NonZeroUsize = NonZeroUsize::new(384 << 20).unwrap();

/// A pyramid of heights, open.
#[derive(Debug)]
pub(crate) struct Pyramid {
    pub shape: Shape,
    path: PathBuf,
    file: File,
    /// By level: where each tile lies, rows from the north.
    directory: Vec<Vec<Span>>,
    kept: Kept<Key, Tile>,
    /// Tiles that could not be read or unpacked.
    damaged: AtomicU64,
}

impl Weighs for Tile {
    fn bytes(&self) -> usize {
        Tile::BYTES
    }
}

/// The tile a question was last answered from: the next one is likely to lie in it too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Option<(Key, Arc<Tile>)>);

impl Pyramid {
    /// The height at a place, metres, from `level` or, where it has no tile, the next coarser: between the four samples
    /// around it, of which those that are not known do not count. None outside, and where the nearest sample is unknown.
    pub fn height_m(&self, level: u8, at: LonLat, held: &mut Held) -> Option<f64> {
        let (x, y) = self.shape.place(level, at);
        let (columns, rows) = self.shape.size(level);
        let within = |v: f64, count: usize| v >= -0.500_001 && v <= count as f64 - 0.499_999;
        if !(within(x, columns) && within(y, rows)) {
            return None;
        }
        let (x, y) = (x.clamp(0.0, (columns - 1) as f64), y.clamp(0.0, (rows - 1) as f64));
        self.between(level, (x, y), held)
    }

    fn between(&self, level: u8, (x, y): (f64, f64), held: &mut Held) -> Option<f64> {
        let (column, row) = (x as usize, y as usize);
        let (u, v) = (x - column as f64, y - row as f64);
        let key = Key { level, x: (column / TILE) as u32, y: (row / TILE) as u32 };
        let (i, j) = (column % TILE, row % TILE);
        let is_inside = i + 1 < TILE && j + 1 < TILE;
        match self.tile(key, held) {
            Some(tile) if is_inside => {
                let first = j * TILE + i;
                let corners =
                    [tile.at(first), tile.at(first + 1), tile.at(first + TILE), tile.at(first + TILE + 1)];
                return blend(corners, u, v);
            }
            None if is_inside || !self.is_beside_a_tile(key, i, j) => {
                return self.coarser_m(level, (x, y), held);
            }
            _ => {}
        }
        // Across tiles, of which some may not be there: each corner by itself, so that no border shows as a step.
        let (east, south) = (usize::from(u > 0.0), usize::from(v > 0.0));
        let corners = [(0, 0), (east, 0), (0, south), (east, south)]
            .map(|(dx, dy)| self.sample(level, column + dx, row + dy, held));
        blend(corners, u, v)
    }

    /// True where a sample on the last column or row of a tile that is not there has a tile beside it.
    fn is_beside_a_tile(&self, key: Key, i: usize, j: usize) -> bool {
        let (across, down) = self.shape.tiles(key.level);
        let (last_column, last_row) = (i + 1 == TILE, j + 1 == TILE);
        let is_there = |dx: u32, dy: u32| {
            let (x, y) = (key.x + dx, key.y + dy);
            x < across
                && y < down
                && self.directory[usize::from(key.level)][(y * across + x) as usize].length > 0
        };
        last_column && is_there(1, 0)
            || last_row && is_there(0, 1)
            || last_column && last_row && is_there(1, 1)
    }

    /// What the next coarser level says of a place, given in samples of this one.
    fn coarser_m(&self, level: u8, (x, y): (f64, f64), held: &mut Held) -> Option<f64> {
        let coarser = |v: f64| (v + 0.5) / 2.0 - 0.5;
        let is_there = usize::from(level) + 1 < self.directory.len();
        is_there.then(|| self.between(level + 1, self.clamped(level + 1, coarser(x), coarser(y)), held))?
    }

    fn clamped(&self, level: u8, x: f64, y: f64) -> (f64, f64) {
        let (columns, rows) = self.shape.size(level);
        (x.clamp(0.0, (columns - 1) as f64), y.clamp(0.0, (rows - 1) as f64))
    }

    /// One sample; where its tile is not there, what the coarser level says of its place.
    fn sample(&self, level: u8, column: usize, row: usize, held: &mut Held) -> f32 {
        let (columns, rows) = self.shape.size(level);
        let (column, row) = (column.min(columns - 1), row.min(rows - 1));
        let key = Key { level, x: (column / TILE) as u32, y: (row / TILE) as u32 };
        match self.tile(key, held) {
            Some(tile) => tile.at(row % TILE * TILE + column % TILE),
            None => self.coarser_m(level, (column as f64, row as f64), held).map_or(f32::NAN, |h| h as f32),
        }
    }

    /// A tile, from memory or the file; none where the level has none there.
    fn tile<'a>(&self, key: Key, held: &'a mut Held) -> Option<&'a Tile> {
        if held.0.as_ref().is_none_or(|(other, _)| *other != key) {
            held.0 = Some((key, self.load(key)?));
        }
        held.0.as_ref().map(|(_, tile)| &**tile)
    }

    fn load(&self, key: Key) -> Option<Arc<Tile>> {
        let across = self.shape.tiles(key.level).0;
        let span = self.directory[usize::from(key.level)][(key.y * across + key.x) as usize];
        if span.length == 0 {
            return None;
        }
        self.kept.get_or(key, || Ok::<_, std::convert::Infallible>(self.read(span))).ok()
    }

    /// Reads a tile; a damaged one is counted, and unknown.
    fn read(&self, span: Span) -> Tile {
        let heights_m = read::bytes(&self.file, span).ok().and_then(|packed| codec::decode(&packed));
        heights_m.map_or_else(
            || {
                self.damaged.fetch_add(1, Ordering::Relaxed);
                Tile::new(&vec![f32::NAN; codec::SAMPLES])
            },
            |heights_m| Tile::new(&heights_m),
        )
    }

    /// What is wrong with the file, if tiles of it could not be read so far.
    pub fn damage(&self) -> Option<String> {
        let count = self.damaged.load(Ordering::Relaxed);
        (count > 0).then(|| {
            format!(
                "{}: {count} tiles are damaged, their heights unknown; import the elevation model again",
                self.path.display()
            )
        })
    }

    /// The coarsest level whose samples are no farther apart than `spacing_m` metres.
    pub fn level_for(&self, spacing_m: f64) -> u8 {
        let halvings = (spacing_m / self.shape.resolution_m()).log2().floor().max(0.0);
        (halvings as u8).min(self.shape.levels() - 1)
    }
}

/// Between four corners (north-west, north-east, south-west, south-east), `u` of the way east, `v` south.
#[inline]
fn blend(corners: [f32; 4], u: f64, v: f64) -> Option<f64> {
    let [nw, ne, sw, se] = corners.map(f64::from);
    let north = nw + (ne - nw) * u;
    let height_m = north + (sw + (se - sw) * u - north) * v;
    if height_m.is_finite() {
        return Some(height_m);
    }
    let nearest = corners[usize::from(u > 0.5) + 2 * usize::from(v > 0.5)];
    if nearest.is_nan() {
        return None;
    }
    let weights = [(1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v];
    let known = corners.iter().zip(weights).filter(|(corner, _)| !corner.is_nan());
    let (sum, whole) = known.fold((0.0, 0.0), |(sum, whole), (c, w)| (sum + f64::from(*c) * w, whole + w));
    (whole > 0.0).then(|| sum / whole)
}
