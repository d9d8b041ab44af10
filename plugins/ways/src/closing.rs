//! Which road is meant by a click: the one seen nearest to the pointer, so that a deck is met where it is drawn and not
//! where the ground under it is.

use bevy_egui::egui;
use city::LonLat;
use layers::Structure;
use roads::{Edge, Mode, StreetClass, Streets};
use shell::{GroundModel, Projector};

/// A road farther than this from the pointer is not meant, points.
const REACH_POINTS: f32 = 12.0;
/// The other carriageway is at most this far beside, metres.
const BESIDE_M: f64 = 45.0;
/// A road on a deck is seen this much farther off than its ground, metres.
const PARALLAX_M: f64 = 400.0;
/// No road farther than this from the ground under the pointer is looked at, metres.
const FURTHEST_M: f64 = 4_000.0;

/// A click on the map.
#[derive(Clone, Copy, Debug)]
pub struct Click {
    /// Where on the screen.
    pub at: egui::Pos2,
    /// The ground under it.
    pub ground: LonLat,
    /// How the map was seen then.
    pub projector: Projector,
}

/// The edges of the road that a click means, the nearest first: with the other carriageway where there is one. Empty
/// where `mode` has no road there. It builds the network's index when first asked, so it is no work for a frame.
pub fn road_at(streets: &Streets, ground: &GroundModel, mode: Mode, click: &Click) -> Vec<u32> {
    let depth_m = click
        .projector
        .project(click.ground, ground.drawn_height_m(click.ground))
        .map_or(0.0, |seen| seen.depth_m);
    // From afar some points on the screen are more than the parallax; seen along the ground they are twice as much.
    let reach_m = 2.0 * f64::from(REACH_POINTS) * click.projector.metres_a_point(depth_m);
    let near = streets.edges_in(around(click.ground, reach_m.clamp(PARALLAX_M, FURTHEST_M)));
    let open = |edge: &Edge| {
        (edge.admits(mode, false) || edge.admits(mode, true)) && edge.class() != StreetClass::Barrier
    };
    let edges = near.into_iter().map(|edge| streets.edge(edge)).filter(open);
    let seen = edges.filter_map(|edge| Some((nearness(&edge, ground, click)?, edge)));
    let nearest = seen.min_by(|a, b| a.0.0.total_cmp(&b.0.0)).filter(|found| found.0.0 <= REACH_POINTS);
    let Some(((_, place, heading), edge)) = nearest else { return Vec::new() };
    let mut road = vec![edge.index()];
    if is_one_way(&edge) {
        road.extend(other_carriageway(streets, &edge, place, heading));
    }
    road
}

/// How near an edge is seen to the pointer, points; where on the earth that is, and where the edge leads there.
fn nearness(edge: &Edge, ground: &GroundModel, click: &Click) -> Option<(f32, LonLat, f64)> {
    let line: Vec<(LonLat, f64)> = edge.line().collect();
    let on_screen = |&(at, height_m): &(LonLat, f64)| {
        let known = height_m.is_finite().then_some(height_m * ground.exaggeration);
        let height_m = known.unwrap_or_else(|| ground.drawn_height_m(at));
        click.projector.project(at, height_m).map(|seen| seen.at)
    };
    let pieces = line.windows(2).filter_map(|pair| {
        let (a, b) = (on_screen(&pair[0])?, on_screen(&pair[1])?);
        let along = b - a;
        let share = ((click.at - a).dot(along) / along.length_sq().max(1e-6)).clamp(0.0, 1.0);
        let (from, to) = (pair[0].0, pair[1].0);
        let mid = |a: f64, b: f64| a + (b - a) * f64::from(share);
        let place = LonLat::new(mid(from.lon, to.lon), mid(from.lat, to.lat));
        Some((click.at.distance(a + along * share), place, heading(from, to)))
    });
    pieces.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// The one-way edges beside `edge` that lead the other way and are the same road.
fn other_carriageway(streets: &Streets, edge: &Edge, place: LonLat, heading_rad: f64) -> Option<u32> {
    let alike = |other: &Edge| {
        other.index() != edge.index()
            && (other.class(), other.structure() == Structure::Ground)
                == (edge.class(), edge.structure() == Structure::Ground)
            && (other.layer(), other.name()) == (edge.layer(), edge.name())
            && is_one_way(other)
    };
    let beside = streets.edges_in(around(place, BESIDE_M)).into_iter().map(|other| streets.edge(other));
    let opposite = beside.filter(alike).filter_map(|other| {
        let line: Vec<LonLat> = other.line().map(|point| point.0).collect();
        let (far_m, lead) = line
            .windows(2)
            .map(|pair| (piece_distance_m(place, pair[0], pair[1]), heading(pair[0], pair[1])))
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        // Opposite within 40°.
        (far_m <= BESIDE_M && (lead - heading_rad).cos() < -0.77).then_some((far_m, other.index()))
    });
    opposite.min_by(|a, b| a.0.total_cmp(&b.0)).map(|found| found.1)
}

fn is_one_way(edge: &Edge) -> bool {
    edge.admits(Mode::Car, false) != edge.admits(Mode::Car, true)
}

fn metres(at: LonLat, from: LonLat) -> (f64, f64) {
    let east = 111_195.0 * from.lat.to_radians().cos();
    ((at.lon - from.lon) * east, (at.lat - from.lat) * 111_195.0)
}

fn heading(from: LonLat, to: LonLat) -> f64 {
    let (east, north) = metres(to, from);
    east.atan2(north)
}

fn piece_distance_m(place: LonLat, from: LonLat, to: LonLat) -> f64 {
    let ((ax, ay), (bx, by)) = (metres(from, place), metres(to, place));
    let (dx, dy) = (bx - ax, by - ay);
    let share = (-(ax * dx + ay * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
    (ax + dx * share).hypot(ay + dy * share)
}

/// A box (west, south, east, north) that reaches `half_m` about a place.
pub(crate) fn around(at: LonLat, half_m: f64) -> [f64; 4] {
    let (dx, dy) = (half_m / (111_195.0 * at.lat.to_radians().cos().max(0.01)), half_m / 111_195.0);
    [at.lon - dx, at.lat - dy, at.lon + dx, at.lat + dy]
}
