//! The squares buildings are dealt to, so that what is off the screen or far costs nothing.

use super::Footprint;
use city::LonLat;
use geo::{BoundingRect, CoordsIter};
use geodesy::{EastNorth, to_city_frame};
use std::collections::BTreeMap;

/// Width of a square, metres: some hundred buildings, few enough to be raised within a frame or two of time.
pub const CHUNK_M: f64 = 1_000.0;

/// A square by its place in the city frame.
pub type ChunkKey = (i32, i32);

/// What stands in a square.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Which footprints.
    pub members: Vec<u32>,
    /// How many corners they have together: what its block costs follows from it.
    pub corners: usize,
}

/// The square a building belongs to, by the middle of its box; none where it has no outline.
pub fn chunk_of(footprint: &Footprint) -> Option<ChunkKey> {
    let middle = footprint.polygon.bounding_rect()?.center();
    let at = to_city_frame(LonLat::new(middle.x, middle.y));
    let square = |metres: f64| (metres / CHUNK_M).floor() as i32;
    Some((square(at.east_m), square(at.north_m)))
}

/// The middle of a square, to which its block is relative.
pub fn anchor_of((x, y): ChunkKey) -> EastNorth {
    EastNorth::new((f64::from(x) + 0.5) * CHUNK_M, (f64::from(y) + 0.5) * CHUNK_M)
}

/// Deals footprints to squares.
pub fn deal(footprints: &[Footprint]) -> BTreeMap<ChunkKey, Chunk> {
    let mut chunks = BTreeMap::<ChunkKey, Chunk>::new();
    for (number, footprint) in (0_u32..).zip(footprints) {
        if let Some(key) = chunk_of(footprint) {
            let chunk = chunks.entry(key).or_default();
            chunk.members.push(number);
            chunk.corners += footprint.polygon.coords_count();
        }
    }
    chunks
}
