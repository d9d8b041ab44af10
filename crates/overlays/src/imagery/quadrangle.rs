//! Squares of ground, and where their texels lie among the tiles.

use super::address::WorldFraction;
use super::grid::Plane;
use super::source::Datum;
use city::LonLat;
use geodesy::{EastNorth, to_lon_lat, wgs84_to_bd09, wgs84_to_gcj02};

/// Cells along one side of the grid on which places are computed; between its points they are interpolated.
const CELLS: usize = 16;
/// Points along one side.
const POINTS: usize = CELLS + 1;

/// A square of ground in the city frame: a tile of the ground, say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Its south-west corner.
    pub south_west: EastNorth,
    /// Its width and height, metres.
    pub width_m: f64,
}

/// Where the points of a square's grid lie in the square of the world.
pub(super) struct Quadrangle {
    points: Vec<WorldFraction>,
}

impl Quadrangle {
    /// The grid of a square; none where it does not lie within the world.
    pub(super) fn of(square: &Square, datum: Datum, plane: Plane) -> Option<Self> {
        let mut points = Vec::with_capacity(POINTS * POINTS);
        for j in 0..POINTS {
            for i in 0..POINTS {
                let at = place(square, i as f64 / CELLS as f64, j as f64 / CELLS as f64, datum);
                points.push(plane.fraction(at));
            }
        }
        let inside = |p: &WorldFraction| (0.0..=1.0).contains(&p.x) && (0.0..=1.0).contains(&p.y);
        points.iter().all(inside).then_some(Self { points })
    }

    /// The place `s` of the width from the west and `t` of the height from the south.
    pub(super) fn at(&self, s: f64, t: f64) -> WorldFraction {
        let cell = |v: f64| ((v * CELLS as f64) as usize).min(CELLS - 1);
        let (i, j) = (cell(s), cell(t));
        let (fx, fy) = (s * CELLS as f64 - i as f64, t * CELLS as f64 - j as f64);
        let corner = |di: usize, dj: usize| self.points[(j + dj) * POINTS + i + di];
        let south = mix(corner(0, 0), corner(1, 0), fx);
        let north = mix(corner(0, 1), corner(1, 1), fx);
        mix(south, north, fy)
    }

    /// The least and the greatest of its places.
    pub(super) fn bounds(&self) -> (WorldFraction, WorldFraction) {
        let mut bounds = (self.points[0], self.points[0]);
        for p in &self.points {
            bounds.0 = WorldFraction { x: bounds.0.x.min(p.x), y: bounds.0.y.min(p.y) };
            bounds.1 = WorldFraction { x: bounds.1.x.max(p.x), y: bounds.1.y.max(p.y) };
        }
        bounds
    }

    /// How much of the world's width the square's is, in the middle.
    pub(super) fn width(&self) -> f64 {
        let (west, east) = (self.at(0.0, 0.5), self.at(1.0, 0.5));
        (east.x - west.x).hypot(east.y - west.y)
    }
}

/// Breaks of the grid along one side, as parts of the side.
pub(super) fn breaks() -> impl Iterator<Item = f64> {
    (0..=CELLS).map(|i| i as f64 / CELLS as f64)
}

/// The place `s` of the width from the west and `t` of the height from the south, in the reference of the tiles.
pub(super) fn place(square: &Square, s: f64, t: f64, datum: Datum) -> LonLat {
    let at = to_lon_lat(EastNorth::new(
        square.south_west.east_m + s * square.width_m,
        square.south_west.north_m + t * square.width_m,
    ));
    match datum {
        Datum::Wgs84 => at,
        // GCJ-02 shifts by up to 700 m, so the tile is looked for where its provider put the place.
        Datum::Gcj02 => wgs84_to_gcj02(at),
        Datum::Bd09 => wgs84_to_bd09(at),
    }
}

fn mix(a: WorldFraction, b: WorldFraction, f: f64) -> WorldFraction {
    WorldFraction { x: a.x + (b.x - a.x) * f, y: a.y + (b.y - a.y) * f }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Squares from the whole of the ground to the smallest, in the middle and at corners.
    #[test]
    fn between_the_points_of_the_grid_texels_lie_within_a_tenth_of_their_width() {
        const SIDE: f64 = 512.0;
        for level in 0..=15 {
            let width_m = 524_288.0 / f64::from(1 << level);
            for (east_m, north_m) in
                [(-140_000.0_f64, -190_000.0_f64), (384_288.0, 334_288.0), (0.0, 0.0), (-91_000.0, 77_000.0)]
            {
                let south_west =
                    EastNorth::new(east_m.min(384_288.0 - width_m), north_m.min(334_288.0 - width_m));
                let square = Square { south_west, width_m };
                let datums = [Datum::Wgs84, Datum::Gcj02, Datum::Bd09];
                let planes = [Plane::Mercator, Plane::Geographic];
                for (datum, plane) in datums.iter().flat_map(|d| planes.map(|plane| (*d, plane))) {
                    let grid = Quadrangle::of(&square, datum, plane).unwrap();
                    let texel = grid.width() / SIDE;
                    for i in 0..97 {
                        for j in 0..97 {
                            let (s, t) = ((i as f64 + 0.5) / 97.0, (j as f64 + 0.5) / 97.0);
                            let (ours, exact) = (grid.at(s, t), plane.fraction(place(&square, s, t, datum)));
                            let off = (ours.x - exact.x).hypot(ours.y - exact.y) / texel;
                            // BD-09 ripples within 14 km, which the cells of the widest squares do not follow.
                            let most = if datum == Datum::Bd09 { 0.35 } else { 0.1 };
                            assert!(off < most, "{square:?} {datum:?} {s} {t}: {off} texels");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_lies_beyond_the_world_has_no_places() {
        let square = |north_m| Square { south_west: EastNorth::new(0.0, north_m), width_m: 1000.0 };
        assert!(Quadrangle::of(&square(0.0), Datum::Wgs84, Plane::Mercator).is_some());
        assert!(Quadrangle::of(&square(f64::NAN), Datum::Wgs84, Plane::Mercator).is_none());
    }
}
