//! Outlines in metres, cleaned and turned the same way round: what walls and roofs are made of.

use super::Footprint;
use city::LonLat;
use geo::LineString;
use geodesy::{EastNorth, to_city_frame};

/// Places nearer than this to the one before are the same, metres.
const SAME_M: f64 = 0.02;
/// Areas smaller than this are none, square metres.
const LEAST_AREA_M2: f64 = 0.5;

/// East and north of the anchor, metres.
pub(super) type Spot = [f64; 2];

/// An outline: the outer ring anticlockwise, the courtyards clockwise, none of them closed by its first place again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outline {
    pub rings: Vec<Vec<Spot>>,
    /// Of the outer ring, square metres.
    pub area_m2: f64,
}

impl Outline {
    /// The outline of a footprint; none where it covers nothing.
    pub fn of(footprint: &Footprint, anchor: EastNorth) -> Option<Self> {
        let (mut outer, area_m2) = cleaned(footprint.polygon.exterior(), anchor)?;
        if area_m2 < 0.0 {
            outer.reverse();
        }
        let courtyards = footprint.polygon.interiors().iter().filter_map(|ring| cleaned(ring, anchor));
        let courtyards = courtyards.map(|(mut ring, area_m2)| {
            if area_m2 > 0.0 {
                ring.reverse();
            }
            ring
        });
        let rings = std::iter::once(outer).chain(courtyards).collect();
        Some(Self { rings, area_m2: area_m2.abs() })
    }

    /// A box around it along its longest edge, no larger in area than itself: what it looks like from afar.
    pub fn boxed(&self) -> Self {
        let ring = self.rings.first().map_or(&[][..], Vec::as_slice);
        let edges = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| [b[0] - a[0], b[1] - a[1]]);
        let longest = edges.max_by(|a, b| a[0].hypot(a[1]).total_cmp(&b[0].hypot(b[1])));
        let along = longest.filter(|edge| edge[0].hypot(edge[1]) > 0.0).unwrap_or([1.0, 0.0]);
        let length = along[0].hypot(along[1]);
        let (x, y) = (along[0] / length, along[1] / length);
        let mut span = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for [east, north] in ring {
            let (u, v) = (east * x + north * y, north * x - east * y);
            span = [span[0].min(u), span[1].min(v), span[2].max(u), span[3].max(v)];
        }
        let (middle_u, middle_v) = ((span[0] + span[2]) / 2.0, (span[1] + span[3]) / 2.0);
        let share = (self.area_m2 / ((span[2] - span[0]) * (span[3] - span[1])).max(1e-6)).sqrt().min(1.0);
        let (half_u, half_v) = ((span[2] - span[0]) / 2.0 * share, (span[3] - span[1]) / 2.0 * share);
        let corner = |u: f64, v: f64| {
            let (u, v) = (middle_u + u * half_u, middle_v + v * half_v);
            [u * x - v * y, u * y + v * x]
        };
        let ring = vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        Self { rings: vec![ring], area_m2: self.area_m2 }
    }
}

impl Outline {
    /// A square of so much area around a place, its sides along the first one of this.
    pub fn square_at(&self, [east_m, north_m]: Spot, area_m2: f64) -> Self {
        let ring = self.rings.first().map_or(&[][..], Vec::as_slice);
        let along = ring.first().zip(ring.get(1)).map_or([1.0, 0.0], |(a, b)| [b[0] - a[0], b[1] - a[1]]);
        let scale = area_m2.sqrt() / 2.0 / along[0].hypot(along[1]).max(1e-9);
        let [x, y] = along.map(|part| part * scale);
        let corner = |u: f64, v: f64| [east_m + u * x - v * y, north_m + u * y + v * x];
        let ring = vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        Self { rings: vec![ring], area_m2 }
    }
}

/// A ring without repeated places, and its area: positive when it runs anticlockwise.
fn cleaned(ring: &LineString<f64>, anchor: EastNorth) -> Option<(Vec<Spot>, f64)> {
    let mut out: Vec<Spot> = Vec::with_capacity(ring.0.len());
    let apart = |a: Spot, b: Spot| (a[0] - b[0]).hypot(a[1] - b[1]) > SAME_M;
    for place in &ring.0 {
        let at = to_city_frame(LonLat::new(place.x, place.y));
        let spot = [at.east_m - anchor.east_m, at.north_m - anchor.north_m];
        if spot.iter().all(|metres| metres.is_finite()) && out.last().is_none_or(|last| apart(*last, spot)) {
            out.push(spot);
        }
    }
    while out.len() > 1 && out.first().zip(out.last()).is_some_and(|(first, last)| !apart(*first, *last)) {
        out.pop();
    }
    let next = out.iter().cycle().skip(1);
    let area_m2 = out.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0;
    (out.len() > 2 && area_m2.abs() >= LEAST_AREA_M2).then_some((out, area_m2))
}
