//! Named lines cut into short pieces, and an index of their segments.

use crate::plane::{METRES_PER_DEGREE, Plane, nearest_in_growing_boxes, nearest_on_segment};
use crate::points::FixedBox;
use city::LonLat;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::ops::Range;

/// A piece is never asked to be shorter, metres: a river has no millions of them.
const SHORTEST_M: f64 = 1.0;

/// The box of a segment, with its number.
type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// Pieces of named lines.
#[derive(Clone, Debug)]
pub struct Pieces {
    names: Vec<String>,
    positions: Vec<LonLat>,
    /// Of each piece its positions, and its name's number.
    pieces: Vec<(Range<usize>, usize)>,
    /// Of each segment its first position and its piece.
    segments: Vec<(usize, usize)>,
    index: RTree<Boxed>,
}

impl Pieces {
    /// Cuts each line into equal pieces of at most `piece_m` metres; lines stay whole where that is no length. Positions
    /// that are not on the globe are left out, and lines of fewer than two.
    pub fn new<L: AsRef<[LonLat]>>(lines: impl IntoIterator<Item = (String, L)>, piece_m: f64) -> Self {
        let piece_m = if piece_m > 0.0 { piece_m.max(SHORTEST_M) } else { f64::INFINITY };
        let (mut names, mut positions, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
        for (name, line) in lines {
            let line: Vec<LonLat> = line.as_ref().iter().copied().filter(|at| at.is_valid()).collect();
            if line.len() < 2 {
                continue;
            }
            names.push(name);
            for piece in cut(&line, piece_m) {
                let from = positions.len();
                positions.extend(piece);
                pieces.push((from..positions.len(), names.len() - 1));
            }
        }
        let of_piece = |(n, (range, _)): (usize, &(Range<usize>, usize))| {
            (range.start..range.end.saturating_sub(1)).map(move |first| (first, n))
        };
        let segments: Vec<(usize, usize)> = pieces.iter().enumerate().flat_map(of_piece).collect();
        let boxed = |(n, (first, _)): (usize, &(usize, usize))| {
            let corner = |at: LonLat| [at.lon, at.lat];
            let (a, b) = (corner(positions[*first]), corner(positions[first + 1]));
            Boxed::new(Rectangle::from_corners(a, b), n)
        };
        let index = RTree::bulk_load(segments.iter().enumerate().map(boxed).collect());
        Self { names, positions, pieces, segments, index }
    }

    /// How many pieces.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The positions of a piece, two at least; none past the last piece.
    pub fn line(&self, piece: usize) -> &[LonLat] {
        self.pieces.get(piece).map_or(&[], |(range, _)| &self.positions[range.clone()])
    }

    /// The name of the line that a piece is of; empty past the last piece.
    pub fn name(&self, piece: usize) -> &str {
        self.pieces.get(piece).map_or("", |(_, name)| &self.names[*name])
    }

    fn in_box(&self, [west, south, east, north]: [f64; 4]) -> impl Iterator<Item = usize> + '_ {
        let envelope = AABB::from_corners([west, south], [east, north]);
        self.index.locate_in_envelope_intersecting(&envelope).map(|boxed| boxed.data)
    }

    /// The segments that may lie within `within_m` metres of a position in `held`, where they are at most `most`.
    pub(super) fn around(&self, held: FixedBox, within_m: f64, most: usize) -> Option<Vec<usize>> {
        let (low, high) = (held.low.lon_lat(), held.high.lon_lat());
        let dlat = within_m / METRES_PER_DEGREE * 1.01;
        let dlon = dlat / low.lat.abs().max(high.lat.abs()).to_radians().cos().max(0.01);
        let wider = [low.lon - dlon, low.lat - dlat, high.lon + dlon, high.lat + dlat];
        let around: Vec<usize> = self.in_box(wider).take(most + 1).collect();
        (around.len() <= most).then_some(around)
    }

    /// The piece nearest to `at` within `within_m` metres.
    pub(super) fn nearest(&self, at: LonLat, within_m: f64) -> Option<usize> {
        let found = nearest_in_growing_boxes(at, within_m, 100.0, |bounds| {
            self.nearest_with_distance(self.in_box(bounds), at)
        });
        found.map(|(piece, _)| piece)
    }

    /// The same among `segments` alone.
    pub(super) fn nearest_of(
        &self,
        segments: impl Iterator<Item = usize>,
        at: LonLat,
        within_m: f64,
    ) -> Option<usize> {
        let found = self.nearest_with_distance(segments, at);
        found.filter(|(_, distance_m)| *distance_m <= within_m).map(|(piece, _)| piece)
    }

    fn nearest_with_distance(
        &self,
        segments: impl Iterator<Item = usize>,
        at: LonLat,
    ) -> Option<(usize, f64)> {
        let plane = Plane::at(at);
        let distance = |segment: usize| {
            let (first, piece) = self.segments[segment];
            let (a, b) = (self.positions[first], self.positions[first + 1]);
            (piece, nearest_on_segment([0.0, 0.0], plane.metres(a), plane.metres(b)).1)
        };
        segments.map(distance).min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
    }
}

/// A line as equal pieces of at most `piece_m` metres, each beginning where the one before ends.
fn cut(line: &[LonLat], piece_m: f64) -> Vec<Vec<LonLat>> {
    let length_m: f64 = line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
    let count = (length_m / piece_m).ceil().max(1.0);
    let each_m = length_m / count;
    let mut pieces = vec![vec![line[0]]];
    let mut done_m = 0.0;
    for pair in line.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let segment_m = a.distance_m(b);
        // The last piece takes what rounding leaves.
        while (pieces.len() as f64) < count && pieces.len() as f64 * each_m < done_m + segment_m {
            let share = ((pieces.len() as f64 * each_m - done_m) / segment_m).clamp(0.0, 1.0);
            let at = LonLat::new(a.lon + (b.lon - a.lon) * share, a.lat + (b.lat - a.lat) * share);
            if let Some(piece) = pieces.last_mut() {
                piece.push(at);
            }
            pieces.push(vec![at]);
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(b);
        }
        done_m += segment_m;
    }
    pieces
}
