//! Which tiles of the ground a camera needs: a function of the camera alone, so that the same view is the same picture.
//! The tile that looks widest is split first, until every one looks narrow enough or the budget is spent.

use bevy::math::DVec3;
use bevy::platform::collections::HashSet;
use shell::Projector;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use terrain::TileKey;

/// A tile is split while its width is more than this part of its distance, on a screen of [`SPLIT_FOCAL`].
const SPLIT: f64 = 0.42;
/// The focal length of a screen 720 points high, points. Larger screens split by its square root: finer to look at,
/// and not four times the work for twice the screen.
const SPLIT_FOCAL: f64 = 869.0;
/// How far the drawn ground may lie from its samples on the screen, pixels.
pub const MOST_ERROR_PX: f64 = 1.0;
/// At most this many tiles are drawn: more than any view of the municipality asks for on an ordinary screen.
pub const MOST_TILES: usize = 200;
/// The finest level: tiles 256 m wide, a sample a metre.
pub const FINEST: u8 = 11;
/// How fine the ground is drawn for a screen: a function of the screen alone, so that tiles serve every view on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fineness {
    /// A tile is split while its width is more than this part of its distance.
    split: f64,
    /// How far triangles may leave the samples, as a part of the tile's width.
    bound: f64,
}

impl Fineness {
    /// For an eye whose screen has so many pixels to a point.
    pub fn of(eye: &Projector, pixels_a_point: f64) -> Self {
        let split = SPLIT * (SPLIT_FOCAL / eye.focal).sqrt();
        // A leaf is never nearer than its width over `split`, and there an error looks largest.
        Self { split, bound: MOST_ERROR_PX / (eye.focal * pixels_a_point * split) }
    }

    /// How far a tile's triangles may leave its samples, metres.
    pub fn bound_m(&self, key: TileKey) -> f64 {
        self.bound * key.width_m()
    }

    /// Between which distances from the eye a tile passes into the one above it, metres.
    pub fn morph_m(&self, key: TileKey) -> (f64, f64) {
        let until_m = 2.0 * key.width_m() / self.split;
        // A tile of this level lies beside finer ones as far as a diagonal behind the distance at which it is split;
        // until there it keeps its own form, which is the one these have passed into.
        let from_m = key.width_m() / self.split + std::f64::consts::SQRT_2 * key.width_m();
        (from_m.min(0.95 * until_m), until_m)
    }

    /// True while meshes made for `other` still serve: a little finer or coarser is not worth making all anew.
    pub fn serves(&self, other: &Self) -> bool {
        let ratio = self.bound / other.bound;
        self.split == other.split && (0.8..1.25).contains(&ratio)
    }
}

/// Heights between which a tile lies as drawn, metres.
pub type Span = (f64, f64);

/// The tiles of a camera.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// What should be drawn, the widest looking first.
    pub leaves: Vec<TileKey>,
    /// What was split to get there, the coarsest first.
    pub split: Vec<TileKey>,
}

struct Candidate {
    key: TileKey,
    looks: f64,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.looks.total_cmp(&other.looks).then_with(|| other.key.cmp(&self.key))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

/// The tiles for a camera; `span` tells between which heights a tile lies.
pub fn select(eye: &Projector, fineness: &Fineness, mut span: impl FnMut(TileKey) -> Span) -> Selection {
    let planes = planes(eye);
    let mut look = |key: TileKey| {
        let (low, high) = corners(key, span(key));
        let looks = key.width_m() / eye.eye.distance(eye.eye.clamp(low, high)).max(1.0);
        is_seen(&planes, eye.eye, low, high).then_some(Candidate { key, looks })
    };
    let mut open = BinaryHeap::with_capacity(MOST_TILES);
    open.extend(look(TileKey::ROOT));
    let list = || Vec::with_capacity(MOST_TILES);
    let mut selection = Selection { leaves: list(), split: list() };
    while let Some(widest) = open.pop() {
        let full = open.len() + selection.leaves.len() + 4 > MOST_TILES;
        if widest.looks <= fineness.split || widest.key.level >= FINEST || full {
            selection.leaves.push(widest.key);
            continue;
        }
        selection.split.push(widest.key);
        open.extend(widest.key.children().into_iter().filter_map(&mut look));
    }
    selection.split.sort_by_key(|key| (key.level, key.x, key.y));
    selection
}

/// Two opposite corners of a tile: east, north, height.
fn corners(key: TileKey, (lowest, highest): Span) -> (DVec3, DVec3) {
    let south_west = key.south_west();
    let low = DVec3::new(south_west.east_m, south_west.north_m, lowest);
    (low, low + DVec3::new(key.width_m(), key.width_m(), highest - lowest))
}

/// Inward normals of the planes through the eye that bound what it sees: left, right, top, bottom, and its back.
fn planes(eye: &Projector) -> [DVec3; 5] {
    let (right, up, forward) = (eye.right * eye.focal, eye.up * eye.focal, eye.forward);
    [
        forward * eye.centre.x + right,
        forward * (eye.size.x - eye.centre.x) - right,
        forward * eye.centre.y - up,
        forward * (eye.size.y - eye.centre.y) + up,
        forward,
    ]
}

/// False when a box lies wholly outside one of the planes.
fn is_seen(planes: &[DVec3; 5], eye: DVec3, low: DVec3, high: DVec3) -> bool {
    planes.iter().all(|normal| {
        let furthest = DVec3::select(normal.cmpge(DVec3::ZERO), high, low);
        normal.dot(furthest - eye) >= 0.0
    })
}

/// What to draw of a selection while only some tiles are ready: a coarser tile stands in until all the finer ones
/// are there, finer ones stand in for a coarser one that is to come back; there are no holes while any can fill them.
pub fn cover(selection: &Selection, is_ready: &impl Fn(TileKey) -> bool) -> Vec<TileKey> {
    let leaves: HashSet<_> = selection.leaves.iter().copied().collect();
    let split: HashSet<_> = selection.split.iter().copied().collect();
    let cover = Cover { leaves: &leaves, split: &split, is_ready };
    let mut drawn = Vec::new();
    if !cover.add(TileKey::ROOT, &mut drawn) {
        drawn.extend(selection.leaves.iter().copied().filter(|&key| is_ready(key)));
    }
    drawn.sort();
    drawn
}

struct Cover<'a, R> {
    leaves: &'a HashSet<TileKey>,
    split: &'a HashSet<TileKey>,
    is_ready: &'a R,
}

impl<R: Fn(TileKey) -> bool> Cover<'_, R> {
    /// Adds what covers a tile; false, and adds nothing, when nothing does.
    fn add(&self, key: TileKey, drawn: &mut Vec<TileKey>) -> bool {
        let already = drawn.len();
        let covered = if self.leaves.contains(&key) {
            let finer = key.children();
            if (self.is_ready)(key) {
                drawn.push(key);
                true
            } else if finer.iter().all(|&child| (self.is_ready)(child)) {
                drawn.extend(finer);
                true
            } else {
                false
            }
        } else if self.split.contains(&key) {
            key.children().into_iter().all(|child| self.add(child, drawn))
        } else {
            true
        };
        if covered {
            return true;
        }
        drawn.truncate(already);
        if self.split.contains(&key) && (self.is_ready)(key) {
            drawn.push(key);
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::math::DVec2;
    use shell::NAMED_VIEWS;

    fn flat(_: TileKey) -> Span {
        (150.0, 900.0)
    }

    fn views() -> impl Iterator<Item = Projector> {
        NAMED_VIEWS.iter().map(|view| {
            let (place, pitch_deg) = shell::eye::eye_place(&view.camera, None);
            Projector::looking(place, view.camera.heading_deg, pitch_deg, DVec2::new(1280.0, 720.0))
        })
    }

    #[test]
    fn the_budget_holds_and_tiles_do_not_overlap() {
        for eye in views() {
            let chosen = select(&eye, &Fineness::of(&eye, 1.0), flat);
            // The budget is not what keeps them few, so that every leaf keeps its error.
            assert!((4..MOST_TILES - 8).contains(&chosen.leaves.len()), "{}", chosen.leaves.len());
            for leaf in &chosen.leaves {
                let mut above = leaf.parent();
                while let Some(key) = above {
                    assert!(chosen.split.contains(&key) && !chosen.leaves.contains(&key));
                    above = key.parent();
                }
            }
        }
    }

    #[test]
    fn what_the_eye_looks_at_is_finest() {
        for (eye, view) in views().zip(NAMED_VIEWS) {
            let chosen = select(&eye, &Fineness::of(&eye, 1.0), flat);
            let finest = chosen.leaves.iter().map(|key| key.level).max().unwrap_or(0);
            let focus = geodesy::to_city_frame(view.camera.focus);
            let here = chosen.leaves.iter().find(|key| TileKey::containing(key.level, focus) == Some(**key));
            assert!(here.is_some_and(|key| key.level + 2 >= finest), "{}: {here:?} of {finest}", view.name);
        }
    }

    #[test]
    fn a_coarse_tile_stands_in_until_all_finer_ones_are_ready() {
        let Some(eye) = views().nth(2) else { return };
        let chosen = select(&eye, &Fineness::of(&eye, 1.0), flat);
        assert_eq!(cover(&chosen, &|key| key == TileKey::ROOT), [TileKey::ROOT]);
        let missing = chosen.leaves[chosen.leaves.len() / 2];
        let drawn = cover(&chosen, &|key| key != missing && key.level <= missing.level);
        assert!(!drawn.contains(&missing) && drawn.contains(&missing.parent().unwrap_or(missing)));
        let mut all = chosen.leaves.clone();
        all.sort();
        assert_eq!(cover(&chosen, &|key| chosen.leaves.contains(&key)), all);
        assert_eq!(cover(&chosen, &|_| false), []);
    }
}
