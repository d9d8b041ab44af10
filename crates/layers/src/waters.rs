//! Rivers as seen from the roads and points beside them: where is water, how far is it, does a line cross it.
//!
//! The rivers are the terrain's; this holds an index of their centreline segments.

use crate::plane::{Plane, crossing, nearest_on_segment};
use city::LonLat;
use std::collections::HashMap;
use terrain::{River, RiverPoint};

const CELL_DEG: f64 = 0.04;

/// Less than a cell is wide, less the half of the widest river: what is not found is farther.
const FAR_M: f64 = 2_500.0;

/// The rivers with an index of their centrelines.
#[derive(Clone, Debug)]
pub struct Waters {
    rivers: &'static [River],
    cells: HashMap<(i32, i32), Vec<(u16, u16)>>,
}

/// The nearest water from a position.
#[derive(Clone, Copy, Debug)]
pub struct NearWater {
    /// Which river, an index of [`Waters::rivers`].
    pub river: usize,
    /// Distance to its shore in metres; negative in the water.
    pub shore_m: f64,
    /// Its surface there in metres above sea level.
    pub level_m: f64,
}

impl Waters {
    /// The rivers that the terrain ships.
    pub fn shipped() -> Self {
        Self::of(terrain::rivers())
    }

    /// An index of `rivers`.
    pub fn of(rivers: &'static [River]) -> Self {
        let mut cells: HashMap<(i32, i32), Vec<(u16, u16)>> = HashMap::new();
        for (r, river) in rivers.iter().enumerate() {
            for (s, pair) in river.centreline.windows(2).enumerate() {
                for cell in cells_of(pair[0].at, pair[1].at) {
                    cells.entry(cell).or_default().push((r as u16, s as u16));
                }
            }
        }
        Self { rivers, cells }
    }

    /// The rivers.
    pub fn rivers(&self) -> &'static [River] {
        self.rivers
    }

    fn segment(&self, (river, segment): (u16, u16)) -> (&RiverPoint, &RiverPoint) {
        let line = &self.rivers[usize::from(river)].centreline;
        (&line[usize::from(segment)], &line[usize::from(segment) + 1])
    }

    /// The nearest water to `at` whose centreline is within about 4 km.
    pub fn nearest(&self, at: LonLat) -> Option<NearWater> {
        let plane = Plane::at(at);
        let mut best: Option<NearWater> = None;
        let (cx, cy) = cell_of(at);
        for cell in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (cx + dx, cy + dy))) {
            for &key in self.cells.get(&cell).map_or(&[][..], Vec::as_slice) {
                let (a, b) = self.segment(key);
                let (share, distance) =
                    nearest_on_segment([0.0, 0.0], plane.metres(a.at), plane.metres(b.at));
                let shore_m = distance - (a.width_m + (b.width_m - a.width_m) * share) / 2.0;
                if best.is_none_or(|near| shore_m < near.shore_m) {
                    let level_m = a.level_m + (b.level_m - a.level_m) * share;
                    best = Some(NearWater { river: usize::from(key.0), shore_m, level_m });
                }
            }
        }
        best
    }

    /// True when `at` lies in the water of a river.
    pub fn is_wet(&self, at: LonLat) -> bool {
        self.nearest(at).is_some_and(|near| near.shore_m < 0.0)
    }

    /// Where the line from `a` to `b` crosses a river's centreline: shares 0–1 along it with the river's
    /// index and width in metres, in order.
    pub fn crossings(&self, a: LonLat, b: LonLat) -> Vec<(f64, usize, f64)> {
        let plane = Plane::at(a);
        let (pa, pb) = (plane.metres(a), plane.metres(b));
        let mut found = Vec::new();
        let mut seen = Vec::new();
        for cell in cells_of(a, b) {
            for &key in self.cells.get(&cell).map_or(&[][..], Vec::as_slice) {
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                let (c, d) = self.segment(key);
                if let Some(share) = crossing(pa, pb, plane.metres(c.at), plane.metres(d.at)) {
                    found.push((share, usize::from(key.0), c.width_m.max(d.width_m)));
                }
            }
        }
        found.sort_by(|x, y| x.0.total_cmp(&y.0));
        found
    }

    /// True when the line from `a` to `b` crosses a river or touches its water, looked at every 60 m near it.
    pub fn touches(&self, a: LonLat, b: LonLat) -> bool {
        let length_m = a.distance_m(b);
        let mut along_m = 0.0;
        loop {
            let share = if length_m > 0.0 { (along_m / length_m).min(1.0) } else { 1.0 };
            let at = LonLat::new(a.lon + (b.lon - a.lon) * share, a.lat + (b.lat - a.lat) * share);
            // No water lies nearer than the shore, so that much of the line needs no look.
            let shore_m = self.nearest(at).map_or(FAR_M, |near| near.shore_m.min(FAR_M));
            if shore_m < 0.0 {
                return true;
            }
            if along_m >= length_m {
                return !self.crossings(a, b).is_empty();
            }
            along_m = (along_m + shore_m.max(60.0)).min(length_m.max(along_m));
        }
    }
}

fn cell_of(at: LonLat) -> (i32, i32) {
    ((at.lon / CELL_DEG).floor() as i32, (at.lat / CELL_DEG).floor() as i32)
}

/// The cells of the bounding box of a segment.
fn cells_of(a: LonLat, b: LonLat) -> impl Iterator<Item = (i32, i32)> {
    let ((ax, ay), (bx, by)) = (cell_of(a), cell_of(b));
    (ay.min(by)..=ay.max(by)).flat_map(move |y| (ax.min(bx)..=ax.max(bx)).map(move |x| (x, y)))
}
