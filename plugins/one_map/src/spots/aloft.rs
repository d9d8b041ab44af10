//! Finds lines above the ground, such as what a drone is to fly: in short pieces, each with the heights of its ends.

use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use overlays::shapes::Lie;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// In pieces of about this length a line follows the ground under it, metres.
const STEP_M: f64 = 100.0;
/// The most of them between two points of a path.
const MOST_STEPS: f64 = 64.0;

/// Both ends of a piece: city frame, and their heights, metres, not exaggerated.
pub(crate) type Ends = [(EastNorth, f32); 2];

/// The pieces of all such lines of a set.
#[derive(Default)]
pub(super) struct Aloft {
    /// The row of the shape, and where its piece is.
    pieces: Vec<(u32, Ends)>,
    /// Where they lie, in degrees, by their number.
    index: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    highest_m: f32,
}

impl Aloft {
    /// Adds the line of a shape; [`Self::finish`] makes it be found.
    pub fn add(&mut self, row: u32, path: &[LonLat], lie: &Lie, height_of: &dyn Fn(LonLat) -> f64) {
        for (n, pair) in path.windows(2).enumerate() {
            let (from, to) = (pair[0], pair[1]);
            let steps = (from.distance_m(to) / STEP_M).ceil().clamp(1.0, MOST_STEPS) as usize;
            let place = |step: usize| {
                let share = step as f64 / steps as f64;
                let between = |a: f64, b: f64| a + share * (b - a);
                let at = LonLat::new(between(from.lon, to.lon), between(from.lat, to.lat));
                let height_m = match lie {
                    Lie::AboveGround(above_m) => height_of(at) + above_m,
                    Lie::Heights(all) => {
                        let own = |n: usize| all.get(n).copied().unwrap_or(f64::NAN);
                        between(own(n), own(n + 1))
                    }
                };
                (to_city_frame(at), height_m as f32)
            };
            let places: Vec<_> = (0..=steps).map(place).collect();
            let ends = places.windows(2).map(|pair| [pair[0], pair[1]]);
            let is_somewhere = |ends: &Ends| {
                ends.iter().all(|(at, height_m)| (at.east_m + at.north_m).is_finite() && height_m.is_finite())
            };
            self.pieces.extend(ends.filter(is_somewhere).map(|ends| (row, ends)));
        }
    }

    pub fn finish(&mut self) {
        let pieces = (0_u32..).zip(&self.pieces).map(|(n, (_, ends))| {
            let [from, to] = ends.map(|(at, _)| to_lon_lat(at));
            GeomWithData::new(Rectangle::from_corners([from.lon, from.lat], [to.lon, to.lat]), n)
        });
        self.index = RTree::bulk_load(pieces.collect());
        let heights = self.pieces.iter().flat_map(|(_, ends)| ends.map(|(_, height_m)| height_m));
        self.highest_m = heights.reduce(f32::max).unwrap_or_default();
    }

    /// The highest of all ends, metres, not exaggerated; `None` where there is no line.
    pub fn highest_m(&self) -> Option<f32> {
        (!self.pieces.is_empty()).then_some(self.highest_m)
    }

    /// The pieces over a box of degrees (west, south, east, north), with the rows of their shapes.
    pub fn over(&self, [west, south, east, north]: [f64; 4]) -> impl Iterator<Item = &(u32, Ends)> {
        let bounds = AABB::from_corners([west, south], [east, north]);
        let met = self.index.locate_in_envelope_intersecting(&bounds);
        met.filter_map(|piece| self.pieces.get(piece.data as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_above_the_ground_is_met_where_it_flies() {
        let path = [106.0, 106.01].map(|lon| LonLat::new(lon, 29.5));
        let mut aloft = Aloft::default();
        assert_eq!(aloft.highest_m(), None);
        aloft.add(0, &path, &Lie::AboveGround(120.0), &|_| 250.0);
        aloft.add(1, &path, &Lie::Heights(vec![400.0, 500.0]), &|_| 250.0);
        aloft.add(2, &path, &Lie::Heights(vec![400.0]), &|_| 250.0);
        aloft.finish();
        assert_eq!(aloft.highest_m(), Some(500.0));
        let met: Vec<_> = aloft.over([106.0049, 29.499, 106.0051, 29.501]).collect();
        let heights = |row: u32| {
            let of_row = met.iter().filter(move |(r, _)| *r == row);
            of_row.flat_map(|(_, ends)| ends.map(|(_, height_m)| height_m)).collect::<Vec<_>>()
        };
        assert!(!heights(0).is_empty() && heights(0).iter().all(|height_m| *height_m == 370.0));
        assert!(
            !heights(1).is_empty() && heights(1).iter().all(|height_m| (430.0..470.0).contains(height_m))
        );
        assert!(heights(2).is_empty(), "it has too few heights");
        assert_eq!(aloft.over([106.1, 29.0, 106.2, 30.0]).count(), 0);
    }
}
