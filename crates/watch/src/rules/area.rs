//! Places a rule draws: a circle or a polygon, on WGS-84.

use city::LonLat;
use std::sync::Arc;

/// A named place of a rule file, such as the square of Jiefangbei.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its name in the rules.
    pub id: Arc<str>,
    /// Its Chinese name.
    pub zh: Arc<str>,
    /// Its English name.
    pub en: Arc<str>,
    /// Where it is.
    pub shape: Shape,
}

/// The shape of an [`Area`].
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Everything at most so many metres from a point.
    Circle {
        /// The middle.
        at: LonLat,
        /// How far it reaches, metres.
        radius_m: f64,
    },
    /// Everything inside a ring of at least three corners; a straight line in longitude and latitude joins two.
    Polygon {
        /// The corners, the first not repeated.
        ring: Vec<LonLat>,
        /// West, south, east, north of all of it, degrees.
        bounds: [f64; 4],
    },
}

impl Shape {
    /// A polygon; `None` with fewer than three corners, a corner off the globe, no surface, or sides that cross.
    pub fn polygon(mut ring: Vec<LonLat>) -> Option<Self> {
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        if ring.len() < 3 || !ring.iter().all(|at| at.is_valid()) || surface(&ring).abs() < 1e-12 {
            return None;
        }
        if crosses_itself(&ring) {
            return None;
        }
        let bounds = ring.iter().fold([180.0_f64, 90.0_f64, -180.0_f64, -90.0_f64], |b, at| {
            [b[0].min(at.lon), b[1].min(at.lat), b[2].max(at.lon), b[3].max(at.lat)]
        });
        Some(Self::Polygon { ring, bounds })
    }

    /// True when `at` lies inside.
    pub fn contains(&self, at: LonLat) -> bool {
        match self {
            // A degree of latitude is 111.2 km on the sphere of `distance_m`; most questions end here.
            Self::Circle { at: middle, radius_m } => {
                (at.lat - middle.lat).abs() * 111_000.0 <= *radius_m && middle.distance_m(at) <= *radius_m
            }
            Self::Polygon { ring, bounds } => {
                at.lon >= bounds[0]
                    && at.lat >= bounds[1]
                    && at.lon <= bounds[2]
                    && at.lat <= bounds[3]
                    && inside(ring, at)
            }
        }
    }
}

fn sides(ring: &[LonLat]) -> impl Iterator<Item = (LonLat, LonLat)> + '_ {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| (*a, *b))
}

/// Even-odd rule.
fn inside(ring: &[LonLat], at: LonLat) -> bool {
    sides(ring).fold(false, |inside, (a, b)| {
        let crosses = (a.lat > at.lat) != (b.lat > at.lat)
            && at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon;
        inside != crosses
    })
}

fn surface(ring: &[LonLat]) -> f64 {
    sides(ring).map(|(a, b)| a.lon * b.lat - b.lon * a.lat).sum::<f64>() / 2.0
}

fn crosses_itself(ring: &[LonLat]) -> bool {
    let all: Vec<_> = sides(ring).collect();
    let turn = |a: LonLat, b: LonLat, c: LonLat| {
        (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)
    };
    all.iter().enumerate().any(|(i, (a, b))| {
        all[i + 1..].iter().any(|(c, d)| {
            turn(*a, *b, *c) * turn(*a, *b, *d) < 0.0 && turn(*c, *d, *a) * turn(*c, *d, *b) < 0.0
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(corners: &[(f64, f64)]) -> Vec<LonLat> {
        corners.iter().map(|(lon, lat)| LonLat::new(*lon, *lat)).collect()
    }

    #[test]
    fn a_square_a_circle_and_what_is_neither() {
        let square = [(106.5, 29.5), (106.6, 29.5), (106.6, 29.6), (106.5, 29.6), (106.5, 29.5)];
        let shape = Shape::polygon(ring(&square)).unwrap();
        assert!(shape.contains(LonLat::new(106.55, 29.55)) && !shape.contains(LonLat::new(106.61, 29.55)));
        let circle = Shape::Circle { at: LonLat::new(106.577, 29.557), radius_m: 400.0 };
        assert!(
            circle.contains(LonLat::new(106.580, 29.557)) && !circle.contains(LonLat::new(106.582, 29.557))
        );
        assert!(Shape::polygon(ring(&square[..2])).is_none());
        assert!(Shape::polygon(ring(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])).is_none());
        assert!(Shape::polygon(ring(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])).is_none());
    }
}
