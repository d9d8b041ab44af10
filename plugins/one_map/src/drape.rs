//! Lines laid over the ground: cut into short steps, each with the height of the ground under it, and dealt to
//! square chunks so that what is off the screen costs nothing.

use crate::stroke::{LinePoint, Strokes};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use std::collections::BTreeMap;

/// Width of a chunk, metres.
pub(crate) const CHUNK_M: f64 = 24_000.0;

/// A chunk by its place in the city frame.
pub(crate) type ChunkKey = (i32, i32);

/// The chunk a place lies in.
pub(crate) fn chunk_of(at: EastNorth) -> ChunkKey {
    ((at.east_m / CHUNK_M).floor() as i32, (at.north_m / CHUNK_M).floor() as i32)
}

/// The middle of a chunk, to which its mesh is relative.
pub(crate) fn anchor_of((x, y): ChunkKey) -> EastNorth {
    EastNorth::new((f64::from(x) + 0.5) * CHUNK_M, (f64::from(y) + 0.5) * CHUNK_M)
}

/// How high a line lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Lie {
    /// On the ground, this many metres above it.
    Ground(f64),
    /// Straight from its first to its last point, as a bridge does, this many metres above them.
    Straight(f64),
}

/// The height of the ground at a place, metres.
pub(crate) type HeightOf<'a> = &'a dyn Fn(LonLat) -> f64;

/// A place on a draped line: where, how high, how far along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DrapedPoint {
    /// City frame.
    pub at: EastNorth,
    /// Height, metres, not exaggerated.
    pub height_m: f64,
    /// Metres along the line.
    pub along_m: f64,
}

/// Lays a line over the ground with a point every `step_m` at most.
pub(crate) fn drape(path: &[EastNorth], step_m: f64, lie: Lie, height_of: HeightOf) -> Vec<DrapedPoint> {
    let mut line: Vec<DrapedPoint> = Vec::with_capacity(path.len());
    for (i, &to) in path.iter().enumerate() {
        let from = line.last().map(|p| (p.at, p.along_m));
        let (from, along_m) = from.unwrap_or((to, 0.0));
        let length_m = from.distance_m(to);
        if i > 0 && length_m < 0.5 {
            continue;
        }
        let steps = (length_m / step_m).ceil().max(1.0) as usize;
        for k in 1..=steps {
            let share = k as f64 / steps as f64;
            let at = EastNorth::new(
                from.east_m + (to.east_m - from.east_m) * share,
                from.north_m + (to.north_m - from.north_m) * share,
            );
            line.push(DrapedPoint { at, height_m: 0.0, along_m: along_m + length_m * share });
        }
    }
    match lie {
        Lie::Ground(above_m) => {
            for p in &mut line {
                p.height_m = height_of(to_lon_lat(p.at)) + above_m;
            }
            line = closer(&line, above_m, height_of);
        }
        Lie::Straight(above_m) => {
            let end = |p: Option<&DrapedPoint>| p.map_or(0.0, |p| height_of(to_lon_lat(p.at)));
            let (first_m, last_m) = (end(line.first()), end(line.last()));
            let length_m = line.last().map_or(1.0, |p| p.along_m.max(1.0));
            for p in &mut line {
                p.height_m = first_m + (last_m - first_m) * p.along_m / length_m + above_m;
            }
        }
    }
    line
}

/// Pieces of a line shorter than this are not cut for the ground's sake, metres.
const SHORTEST_M: f64 = 30.0;

/// The line with a point more wherever its middle would lie off the ground by more than a fifth of what it lies above,
/// or a hundredth of the piece, and again in the halves: a road keeps to the ground over the edge of a terrace.
fn closer(line: &[DrapedPoint], above_m: f64, height_of: HeightOf) -> Vec<DrapedPoint> {
    let mut out: Vec<DrapedPoint> = line.first().copied().into_iter().collect();
    let mut open: Vec<DrapedPoint> = Vec::new();
    for &to in line.iter().skip(1) {
        open.push(to);
        while let (Some(&from), Some(&to)) = (out.last(), open.last()) {
            let length_m = to.along_m - from.along_m;
            let at = EastNorth::new(
                (from.at.east_m + to.at.east_m) / 2.0,
                (from.at.north_m + to.at.north_m) / 2.0,
            );
            let straight_m = (from.height_m + to.height_m) / 2.0;
            let bound_m = (above_m / 5.0).max(length_m / 100.0);
            let height_m =
                if length_m > SHORTEST_M { height_of(to_lon_lat(at)) + above_m } else { straight_m };
            if (height_m - straight_m).abs() > bound_m {
                open.push(DrapedPoint { at, height_m, along_m: from.along_m + length_m / 2.0 });
            } else {
                out.extend(open.pop());
            }
        }
    }
    out
}

/// Strokes by chunk.
#[derive(Default)]
pub(crate) struct Chunks {
    /// What lies in each chunk, in a fixed order.
    pub by_place: BTreeMap<ChunkKey, Strokes>,
}

impl Chunks {
    /// Deals a draped line to the chunks its pieces lie in.
    pub fn add(&mut self, class: u8, line: &[DrapedPoint]) {
        let mut start = 0;
        while start + 1 < line.len() {
            let key = middle_chunk(&line[start], &line[start + 1]);
            let run = line[start + 1..].windows(2).take_while(|w| middle_chunk(&w[0], &w[1]) == key).count();
            let end = start + 1 + run;
            let anchor = anchor_of(key);
            let points: Vec<LinePoint> = line[start..=end]
                .iter()
                .map(|p| LinePoint {
                    east_m: (p.at.east_m - anchor.east_m) as f32,
                    north_m: (p.at.north_m - anchor.north_m) as f32,
                    height_m: p.height_m as f32,
                    along_m: p.along_m as f32,
                })
                .collect();
            self.by_place.entry(key).or_default().add(class, &points);
            start = end;
        }
    }
}

/// Lays a line at heights of its own, one a point (the last one for points beyond), with a point every `step_m` at most.
pub(crate) fn at_heights(path: &[EastNorth], heights_m: &[f64], step_m: f64) -> Vec<DrapedPoint> {
    let height_m = |i: usize| heights_m.get(i).or(heights_m.last()).copied().unwrap_or(0.0);
    let mut line: Vec<DrapedPoint> = Vec::with_capacity(path.len());
    for (i, &at) in path.iter().enumerate() {
        let Some(&from) = line.last() else {
            line.push(DrapedPoint { at, height_m: height_m(i), along_m: 0.0 });
            continue;
        };
        let length_m = from.at.distance_m(at);
        let steps = (length_m / step_m).ceil().max(1.0) as usize;
        for k in 1..=steps {
            let share = k as f64 / steps as f64;
            let between = |a: f64, b: f64| a + (b - a) * share;
            line.push(DrapedPoint {
                at: EastNorth::new(between(from.at.east_m, at.east_m), between(from.at.north_m, at.north_m)),
                height_m: between(from.height_m, height_m(i)),
                along_m: from.along_m + length_m * share,
            });
        }
    }
    line
}

fn middle_chunk(a: &DrapedPoint, b: &DrapedPoint) -> ChunkKey {
    chunk_of(EastNorth::new((a.at.east_m + b.at.east_m) / 2.0, (a.at.north_m + b.at.north_m) / 2.0))
}

/// A path in the city frame.
pub(crate) fn city_path(path: &[LonLat]) -> Vec<EastNorth> {
    path.iter().map(|p| to_city_frame(*p)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_follows_the_ground_and_a_bridge_does_not() {
        let valley = |at: LonLat| to_city_frame(at).east_m.abs() / 10.0;
        let path = [EastNorth::new(-1000.0, 0.0), EastNorth::new(1000.0, 0.0)];
        let road = drape(&path, 250.0, Lie::Ground(2.0), &valley);
        assert_eq!(road.len(), 9);
        let lowest = road.iter().map(|p| p.height_m).fold(f64::MAX, f64::min);
        assert!((lowest - 2.0).abs() < 0.5, "{lowest}");
        let bridge = drape(&path, 250.0, Lie::Straight(2.0), &valley);
        assert!(bridge.iter().all(|p| (p.height_m - 102.0).abs() < 0.5));
        assert!((road[8].along_m - 2000.0).abs() < 1e-6);
    }

    #[test]
    fn a_line_over_an_edge_gets_points_there() {
        let terrace = |at: LonLat| if to_city_frame(at).east_m > 130.0 { 40.0 } else { 0.0 };
        let path = [EastNorth::new(-1000.0, 0.0), EastNorth::new(1000.0, 0.0)];
        let road = drape(&path, 500.0, Lie::Ground(2.0), &terrace);
        let near = road.iter().filter(|p| (p.at.east_m - 130.0).abs() < 40.0).count();
        assert!(near >= 2 && road.len() < 30, "{near} of {}", road.len());
        assert!(road.windows(2).all(|pair| pair[0].along_m < pair[1].along_m));
    }

    #[test]
    fn pieces_are_dealt_to_their_chunks_without_a_gap() {
        let path = [EastNorth::new(-30_000.0, 5.0), EastNorth::new(30_000.0, 5.0)];
        let line = drape(&path, 1000.0, Lie::Ground(0.0), &|_| 0.0);
        let mut chunks = Chunks::default();
        chunks.add(1, &line);
        let keys: Vec<_> = chunks.by_place.keys().copied().collect();
        assert_eq!(keys, [(-2, 0), (-1, 0), (0, 0), (1, 0)]);
    }
}
