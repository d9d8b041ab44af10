//! The part of the ground that a question is about, as spans of rows of a grid in the city frame.

use super::{
    AskError,
    earth::frame_at,
    error::{on_globe, within},
};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};

/// Edges of boxes and polygons are straight in longitude and latitude (RFC 7946); in the city frame they are followed
/// by pieces of at most this many degrees, which leave them by 4 cm.
const PIECE_DEG: f64 = 0.01;
/// The city frame is not asked farther from its origin, degrees.
const FAR_DEG: f64 = 15.0;

/// A part of the ground.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// Between west, south, east and north, degrees.
    Box([f64; 4]),
    /// Inside rings of places, by the even-odd rule: an outer ring and its holes, in any order and sense.
    Polygon(Vec<Vec<LonLat>>),
    /// Within a distance (metres, to 300,000) of a place.
    Around(LonLat, f64),
}

/// A region in the city frame.
#[derive(Debug)]
pub(super) struct Shape {
    /// South-west and north-east corner of what holds it, metres.
    pub corners: (EastNorth, EastNorth),
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Pieces of edges, from south to north.
    Edges(Vec<(EastNorth, EastNorth)>),
    Circle(EastNorth, f64),
}

impl Region {
    /// The region in the city frame, or what is wrong with it.
    pub(super) fn shape(&self) -> Result<Shape, AskError> {
        match self {
            Self::Around(at, within_m) => {
                near(*at)?;
                within("a distance", *within_m, 1.0, 300_000.0, "m")?;
                let (centre, radius_m) = (to_city_frame(*at), within_m * frame_at(*at).scale);
                let corner = |sign: f64| {
                    EastNorth::new(centre.east_m + sign * radius_m, centre.north_m + sign * radius_m)
                };
                Ok(Shape { corners: (corner(-1.0), corner(1.0)), form: Form::Circle(centre, radius_m) })
            }
            Self::Box([west, south, east, north]) => {
                if !(west < east && south < north) {
                    return Err(AskError::question("a box goes from west to east and from south to north"));
                }
                let corner = |lon: f64, lat: f64| LonLat::new(lon, lat);
                let ring = [
                    corner(*west, *south),
                    corner(*east, *south),
                    corner(*east, *north),
                    corner(*west, *north),
                ];
                rings(&[&ring])
            }
            Self::Polygon(all) => rings(&all.iter().map(Vec::as_slice).collect::<Vec<_>>()),
        }
    }
}

/// Refuses a place too far away for the city frame.
fn near(at: LonLat) -> Result<LonLat, AskError> {
    on_globe("the place", at)?;
    let (lon, lat) = (at.lon - geodesy::ORIGIN.lon, at.lat - geodesy::ORIGIN.lat);
    if lon.abs() <= FAR_DEG && lat.abs() <= FAR_DEG {
        return Ok(at);
    }
    Err(AskError::question(format!("{:.4},{:.4} lies more than {FAR_DEG}° from Chaotianmen", at.lon, at.lat)))
}

/// The shape inside rings.
fn rings(all: &[&[LonLat]]) -> Result<Shape, AskError> {
    if all.is_empty() || all.iter().any(|ring| ring.len() < 3) {
        return Err(AskError::question("a polygon has at least one ring, and a ring at least three places"));
    }
    let mut edges = Vec::new();
    for ring in all {
        for (index, from) in ring.iter().enumerate() {
            let (from, to) = (near(*from)?, near(ring[(index + 1) % ring.len()])?);
            let (lon, lat) = (to.lon - from.lon, to.lat - from.lat);
            let pieces = (lon.abs().max(lat.abs()) / PIECE_DEG).ceil().max(1.0) as usize;
            let at = |k: usize| {
                let t = k as f64 / pieces as f64;
                to_city_frame(LonLat::new(from.lon + lon * t, from.lat + lat * t))
            };
            edges.extend((0..pieces).map(|k| (at(k), at(k + 1))));
        }
    }
    let fold = |pick: fn(f64, f64) -> f64, of: fn(&EastNorth) -> f64| {
        edges.iter().map(|(a, _)| of(a)).fold(f64::NAN, pick)
    };
    let corner =
        |pick: fn(f64, f64) -> f64| EastNorth::new(fold(pick, |p| p.east_m), fold(pick, |p| p.north_m));
    let corners = (corner(f64::min), corner(f64::max));
    for (a, b) in &mut edges {
        if a.north_m > b.north_m {
            std::mem::swap(a, b);
        }
    }
    edges.sort_by(|one, two| one.0.north_m.total_cmp(&two.0.north_m));
    Ok(Shape { corners, form: Form::Edges(edges) })
}

impl Shape {
    /// Where a row at `north_m` lies inside, from west to east: pairs of metres east. Rows are asked northwards.
    pub fn rows(&self) -> Rows<'_> {
        Rows { shape: self, next: 0, crossed: Vec::new() }
    }
}

/// Asks a shape row by row northwards, keeping the edges at hand.
pub(super) struct Rows<'a> {
    shape: &'a Shape,
    next: usize,
    crossed: Vec<(EastNorth, EastNorth)>,
}

impl Rows<'_> {
    /// The spans of the row at `north_m`.
    pub fn spans(&mut self, north_m: f64) -> Vec<(f64, f64)> {
        match &self.shape.form {
            Form::Circle(centre, radius_m) => {
                let up_m = north_m - centre.north_m;
                let half2 = radius_m * radius_m - up_m * up_m;
                let half_m = half2.max(0.0).sqrt();
                let span = (centre.east_m - half_m, centre.east_m + half_m);
                if half2 >= 0.0 { vec![span] } else { Vec::new() }
            }
            Form::Edges(edges) => {
                while let Some(edge) = edges.get(self.next).filter(|edge| edge.0.north_m <= north_m) {
                    self.crossed.push(*edge);
                    self.next += 1;
                }
                // Half open, so that a corner between two edges is crossed once.
                self.crossed.retain(|edge| edge.1.north_m > north_m);
                let mut east_m: Vec<f64> = self
                    .crossed
                    .iter()
                    .map(|(a, b)| {
                        let share = (north_m - a.north_m) / (b.north_m - a.north_m);
                        a.east_m + (b.east_m - a.east_m) * share
                    })
                    .collect();
                east_m.sort_by(f64::total_cmp);
                east_m.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The area of a shape by strips 10 m high, square metres of the frame.
    fn area_m2(region: &Region) -> f64 {
        let shape = region.shape().unwrap();
        let mut rows = shape.rows();
        let (low, high) = shape.corners;
        let count = ((high.north_m - low.north_m) / 10.0) as usize;
        let row = |k: usize| rows.spans(low.north_m + 5.0 + 10.0 * k as f64);
        (0..=count).map(row).flat_map(|spans| spans.into_iter().map(|(a, b)| 10.0 * (b - a))).sum()
    }

    #[test]
    fn regions_have_their_areas() {
        let at = LonLat::new(106.58, 29.56);
        let circle = area_m2(&Region::Around(at, 2000.0));
        assert!((circle / (std::f64::consts::PI * 4e6) - 1.0).abs() < 1e-3);
        let square = |west: f64, south: f64, side: f64| {
            let corner = |x: f64, y: f64| LonLat::new(west + x * side, south + y * side);
            vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)]
        };
        let whole = area_m2(&Region::Box([106.5, 29.5, 106.6, 29.6]));
        let same = area_m2(&Region::Polygon(vec![square(106.5, 29.5, 0.1)]));
        let holed = area_m2(&Region::Polygon(vec![square(106.525, 29.525, 0.05), square(106.5, 29.5, 0.1)]));
        // On the ellipsoid 0.1° × 0.1° at 29.55° N are 9,692.5 m × 11,085.1 m.
        assert!((whole / (9_692.5 * 11_085.1) - 1.0).abs() < 1e-3, "{whole}");
        assert!((same / whole - 1.0).abs() < 1e-9 && (holed / whole - 0.75).abs() < 1e-3);
    }

    #[test]
    fn what_is_no_region_is_refused() {
        let refused = |region: Region| region.shape().is_err();
        assert!(refused(Region::Box([106.6, 29.5, 106.5, 29.6])));
        assert!(refused(Region::Box([f64::NAN, 29.5, 106.5, 29.6])));
        assert!(refused(Region::Box([-100.0, 29.5, 106.5, 29.6])));
        assert!(refused(Region::Polygon(vec![])));
        assert!(refused(Region::Around(LonLat::new(106.5, 29.5), f64::INFINITY)));
    }
}
