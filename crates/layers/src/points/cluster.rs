//! Many points as few: the points of each square of a grid, with their count, their middle and their worst.

use super::{Bits, Fixed, FixedBox, Points, Standing};
use city::LonLat;
use std::collections::BTreeMap;

/// The points of one square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cluster {
    /// The middle of its points.
    pub at: LonLat,
    /// How many.
    pub count: usize,
    /// How the worst of them stands, by its value or its grade.
    pub worst: Standing,
    /// The first of them.
    pub row: usize,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    lon: i64,
    lat: i64,
    count: usize,
    worst: Standing,
    row: usize,
}

impl Sum {
    fn add(&mut self, other: &Sum) {
        if self.count == 0 {
            self.row = other.row;
        }
        self.lon += other.lon;
        self.lat += other.lat;
        self.count += other.count;
        self.worst = self.worst.max(other.worst);
    }

    fn cluster(&self) -> Cluster {
        let middle = |sum: i64| sum as f64 / self.count as f64 * 1e-7;
        let at = LonLat::new(middle(self.lon), middle(self.lat));
        Cluster { at, count: self.count, worst: self.worst, row: self.row }
    }
}

/// The points of `mask` in `bounds`, gathered in squares of 2^`level` · 10⁻⁷ degrees (level 16: some 650 m; 20: some
/// 10 km). Squares hang together with the globe, not with the view, so that they stay while one pans. In the order of
/// the squares, from south-west.
pub fn clusters(points: &Points, mask: &Bits, bounds: FixedBox, level: u32) -> Vec<Cluster> {
    let level = level.min(31);
    let square_of = |at: Fixed| (at.lat >> level, at.lon >> level);
    let mut squares: BTreeMap<(i32, i32), Sum> = BTreeMap::new();
    // Neighbouring rows mostly lie in one square, so that the map is asked for runs of rows.
    let (mut square, mut run) = ((0, 0), Sum::default());
    for (row, standing) in standings_in(points, mask, bounds) {
        let at = points.fixed(row);
        if square_of(at) != square {
            if run.count > 0 {
                squares.entry(square).or_default().add(&run);
            }
            (square, run) = (square_of(at), Sum::default());
        }
        run.add(&Sum { lon: at.lon.into(), lat: at.lat.into(), count: 1, worst: standing, row });
    }
    if run.count > 0 {
        squares.entry(square).or_default().add(&run);
    }
    squares.values().map(Sum::cluster).collect()
}

/// The rows of `mask` in `bounds`, each with how much it matters. Where none of 64 rows stands out, and none has a grade,
/// none of them is asked.
fn standings_in<'a>(
    points: &'a Points,
    mask: &'a Bits,
    bounds: FixedBox,
) -> impl Iterator<Item = (usize, Standing)> + 'a {
    let (mut word, mut raised) = (usize::MAX, 0);
    let has_grades = points.has_grades();
    points.rows_in(bounds, mask).map(move |row| {
        if word != row / 64 {
            word = row / 64;
            raised = points.raised.iter().fold(0, |any, bits| any | bits.word(word));
        }
        let stands_out = has_grades || raised >> (row % 64) & 1 == 1;
        (row, if stands_out { points.rank(row) } else { Standing::Usual })
    })
}
