//! Which squares of buildings a view needs, and how fine: those in view before those behind, near ones first.

use geodesy::EastNorth;
use overlays::buildings::{CHUNK_M, Chunk, ChunkKey, Fineness, anchor_of};
use shell::Projector;

/// Nearer than where so much is a point of the screen buildings are drawn as they are, metres: 6 km on a screen of 1080
/// points, and never nearer or farther than this.
const POINT_M: f64 = 4.6;
const FINE_WITHIN_M: (f64, f64) = (2_500.0, 9_000.0);
/// Farther than where so much is a point of the screen several are drawn as one: 12 km on a screen of 1080 points.
const MASSED_POINT_M: f64 = 9.2;
const MASSED_BEYOND_M: (f64, f64) = (5_000.0, 16_000.0);
/// Between these they sink into the ground, and beyond none is drawn: haze and size leave nothing to see.
pub(crate) const SINK_M: (f64, f64) = (19_000.0, 25_000.0);
/// How far buildings reach out of the square their middle lies in, and how high, metres.
const REACH_M: f64 = 400.0;

/// A square as it is known before anything of it was raised.
#[derive(Clone, Debug)]
pub(crate) struct Square {
    pub key: ChunkKey,
    pub chunk: Chunk,
    /// The ground in its middle, metres above the sea.
    pub ground_m: f64,
}

impl Square {
    /// About what its block takes on the graphics card, bytes.
    pub fn bytes(&self, fineness: Fineness) -> usize {
        match fineness {
            // Four corners and two triangles a wall; one corner and one triangle of the roof.
            Fineness::Fine => self.chunk.corners * (5 * 20 + 9 * 4),
            Fineness::Coarse => self.chunk.members.len() * (20 * 20 + 30 * 4),
            // As if none had a neighbour.
            Fineness::Massed => self.chunk.members.len() * (8 * 20 + 30 * 4),
        }
    }
}

/// A square that a view needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Needed {
    pub key: ChunkKey,
    pub fineness: Fineness,
    /// False where it is behind or beside the view: it is needed as soon as the eye turns.
    pub in_view: bool,
}

/// What a view needs, most urgent first, as much of it as `budget` bytes hold.
pub(crate) fn choose(
    eye: &Projector,
    exaggeration: f64,
    squares: &[Square],
    still: bool,
    budget: usize,
) -> Vec<Needed> {
    let mut near: Vec<(bool, f64, &Square)> = squares
        .iter()
        .map(|square| (is_in_view(eye, square, exaggeration), distance_m(eye, square, exaggeration), square))
        .filter(|(in_view, distance_m, _)| *distance_m < SINK_M.1 && (*in_view || !still))
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)).then(a.2.key.cmp(&b.2.key)));
    let fine_within_m = (POINT_M * eye.focal).clamp(FINE_WITHIN_M.0, FINE_WITHIN_M.1);
    let massed_beyond_m = (MASSED_POINT_M * eye.focal).clamp(MASSED_BEYOND_M.0, MASSED_BEYOND_M.1);
    let fineness_at = |distance_m: f64| match distance_m {
        near if near < fine_within_m => Fineness::Fine,
        far if far > massed_beyond_m => Fineness::Massed,
        _ => Fineness::Coarse,
    };
    let mut bytes = 0;
    near.into_iter()
        .map(|(in_view, distance_m, square)| {
            let fineness = fineness_at(distance_m);
            bytes += square.bytes(fineness);
            (bytes, Needed { key: square.key, fineness, in_view })
        })
        .take_while(|(bytes, _)| *bytes <= budget)
        .map(|(_, needed)| needed)
        .collect()
}

fn distance_m(eye: &Projector, square: &Square, exaggeration: f64) -> f64 {
    let EastNorth { east_m, north_m } = anchor_of(square.key);
    let outside = |eye: f64, middle: f64| ((eye - middle).abs() - CHUNK_M / 2.0).max(0.0);
    let level = outside(eye.eye.x, east_m).hypot(outside(eye.eye.y, north_m));
    level.hypot(eye.eye.z - square.ground_m * exaggeration)
}

/// Whether the ball around a square touches what the eye sees.
fn is_in_view(eye: &Projector, square: &Square, exaggeration: f64) -> bool {
    let EastNorth { east_m, north_m } = anchor_of(square.key);
    // What leans over a slope is higher where heights are exaggerated.
    let radius_m = CHUNK_M * 0.71 + REACH_M * exaggeration;
    eye.sees(bevy::math::DVec3::new(east_m, north_m, square.ground_m * exaggeration), radius_m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::math::{DVec2, DVec3};

    fn squares() -> Vec<Square> {
        let chunk = Chunk { members: (0..100).collect(), corners: 800 };
        let square = |x, y| Square { key: (x, y), chunk: chunk.clone(), ground_m: 200.0 };
        (-30..30).flat_map(|x| (-30..30).map(move |y| square(x, y))).collect()
    }

    fn north() -> Projector {
        Projector::looking(DVec3::new(500.0, 500.0, 600.0), 0.0, 10.0, DVec2::new(1280.0, 720.0))
    }

    #[test]
    fn near_squares_are_fine_far_ones_coarse_and_the_farthest_none() {
        let needed = choose(&north(), 1.0, &squares(), true, usize::MAX);
        let fineness = |key| needed.iter().find(|n| n.key == key).map(|n| n.fineness);
        assert_eq!(fineness((0, 3)), Some(Fineness::Fine));
        assert_eq!(fineness((0, 5)), Some(Fineness::Coarse));
        assert_eq!(fineness((0, 12)), Some(Fineness::Massed));
        assert_eq!(fineness((0, 27)), None);
        assert_eq!(fineness((0, -5)), None, "behind the eye");
        assert_eq!(fineness((20, 0)), None, "beside the view");
        assert_eq!(needed.first().map(|n| n.key), Some((0, 0)));
    }

    #[test]
    fn a_moving_eye_has_what_is_behind_it_last_and_the_budget_holds() {
        let needed = choose(&north(), 1.0, &squares(), false, usize::MAX);
        assert!(needed.iter().any(|n| n.key == (0, -5) && !n.in_view));
        assert!(needed.is_sorted_by_key(|n| !n.in_view));
        let budget = 5_000_000;
        let few = choose(&north(), 1.0, &squares(), false, budget);
        assert!(few.len() < needed.len() && needed.starts_with(&few) && !few.is_empty());
        assert!(choose(&north(), 1.0, &[], true, budget).is_empty());
    }
}
