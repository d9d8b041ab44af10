//! The area about what is reached: so near to a reached road that one walks in from it. What lies across a river
//! without a way over it is not near any, however short the straight line.

use crate::{Reach, ReachedEdge, Router};
use city::LonLat;
use contour::ContourBuilder;
use rayon::prelude::*;
use serde_json::{Value, json};

/// How far beside a reached road the area goes, metres, at least.
const BESIDE_M: f64 = 45.0;
/// The most cells of the raster.
const MOST_CELLS: f64 = 800_000.0;
/// Holes smaller than this are yards between streets, square metres.
const YARD_M2: f64 = 90_000.0;

/// What is reached within some minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct Isochrone {
    /// The minutes.
    pub minutes: f64,
    /// The area: polygons of an outer ring (counterclockwise) and its holes, each closed.
    pub polygons: Vec<Vec<Vec<LonLat>>>,
    /// The length of the roads reached, each once, metres.
    pub length_m: f64,
}

impl Router {
    /// The areas of what was reached, one for each of `minutes`; those beyond the reach end where it does.
    pub fn isochrones(&self, reach: &Reach, minutes: &[f64]) -> Vec<Isochrone> {
        let Some(frame) = Frame::about(self, reach) else {
            return minutes
                .iter()
                .map(|&minutes| Isochrone { minutes, polygons: Vec::new(), length_m: 0.0 })
                .collect();
        };
        // Each area holds the shorter ones, so what they marked is marked once.
        let mut order: Vec<usize> = (0..minutes.len()).collect();
        order.sort_by(|&a, &b| minutes[a].total_cmp(&minutes[b]));
        let mut square = vec![f64::MAX; frame.size[0] * frame.size[1]];
        let (mut before_s, mut rasters) = (-1.0, vec![Vec::new(); minutes.len()]);
        for index in order {
            let within_s = minutes[index] * 60.0;
            frame.mark_reached(self, reach, before_s, within_s, &mut square);
            rasters[index] = frame.raster(&square);
            before_s = within_s;
        }
        minutes
            .par_iter()
            .zip(rasters)
            .map(|(&minutes, mut raster)| {
                frame.fill_yards(&mut raster);
                let length_m = length_m(self, reach, minutes * 60.0);
                Isochrone { minutes, polygons: frame.polygons(&raster), length_m }
            })
            .collect()
    }
}

impl Isochrone {
    /// As a GeoJSON Feature with `minutes` and `length_m`.
    pub fn to_geojson(&self) -> Value {
        let ring = |ring: &Vec<LonLat>| {
            let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
            ring.iter().map(|at| json!([round(at.lon), round(at.lat)])).collect::<Vec<_>>()
        };
        let polygons: Vec<Vec<_>> =
            self.polygons.iter().map(|rings| rings.iter().map(ring).collect()).collect();
        json!({
            "type": "Feature",
            "properties": { "minutes": self.minutes, "length_m": self.length_m.round() },
            "geometry": { "type": "MultiPolygon", "coordinates": polygons },
        })
    }
}

/// The length of the roads reached within a time, each once.
fn length_m(router: &Router, reach: &Reach, within_s: f64) -> f64 {
    let mut total_m = 0.0;
    // Parts of one edge stand side by side: along, then back.
    for parts in reach.edges.chunk_by(|a, b| a.edge == b.edge) {
        let cover = |part: &ReachedEdge| {
            let share = ((within_s - part.from_s) / (part.to_s - part.from_s).max(1e-9)).clamp(0.0, 1.0);
            let (a, b) = (part.from_share, part.from_share + (part.to_share - part.from_share) * share);
            (a.min(b), a.max(b))
        };
        let covers: Vec<_> = parts.iter().filter(|part| part.from_s <= within_s).map(cover).collect();
        let share = match covers[..] {
            [(a, b), (c, d)] => (b - a) + (d - c) - (b.min(d) - a.max(c)).max(0.0),
            [(a, b)] => b - a,
            _ => 0.0,
        };
        total_m += router.streets().edge(parts[0].edge).length_m() * share;
    }
    total_m
}

/// A raster over what is reached, in metres east and north of its corner.
struct Frame {
    corner: LonLat,
    east: f64,
    cell_m: f64,
    beside_m: f64,
    size: [usize; 2],
}

const NORTH: f64 = 111_195.0;

impl Frame {
    fn about(router: &Router, reach: &Reach) -> Option<Frame> {
        let lines =
            reach.edges.iter().flat_map(|part| router.streets().edge(part.edge).line().map(|(at, _)| at));
        let places = lines.chain(reach.joins.iter().flat_map(|join| [join.0, join.1]));
        let far = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        let (west, south, east, north) =
            places.fold(far, |(w, s, e, n), at| (w.min(at.lon), s.min(at.lat), e.max(at.lon), n.max(at.lat)));
        if west > east {
            return None;
        }
        let scale = NORTH * ((south + north) / 2.0).to_radians().cos();
        let (wide_m, high_m) = ((east - west) * scale + 400.0, (north - south) * NORTH + 400.0);
        let cell_m = (wide_m * high_m / MOST_CELLS).sqrt().max(18.0);
        let beside_m = BESIDE_M.max(1.6 * cell_m);
        let margin_m = beside_m + 2.0 * cell_m;
        let corner = LonLat::new(west - margin_m / scale, south - margin_m / NORTH);
        let cells = |metres: f64| ((metres - 400.0 + 2.0 * margin_m) / cell_m).ceil() as usize + 2;
        Some(Frame { corner, east: scale, cell_m, beside_m, size: [cells(wide_m), cells(high_m)] })
    }

    fn metres(&self, at: LonLat) -> [f64; 2] {
        [(at.lon - self.corner.lon) * self.east, (at.lat - self.corner.lat) * NORTH]
    }

    /// Marks what is reached within a time and was not yet at another: the squares of the distances to it.
    fn mark_reached(&self, router: &Router, reach: &Reach, before_s: f64, within_s: f64, square: &mut [f64]) {
        let share = |part: &ReachedEdge, at_s: f64| {
            ((at_s - part.from_s) / (part.to_s - part.from_s).max(1e-9)).clamp(0.0, 1.0)
        };
        let whole =
            |part: &ReachedEdge| (part.to_share - part.from_share).abs() > 0.999 && part.to_s <= within_s;
        for parts in reach.edges.chunk_by(|a, b| a.edge == b.edge) {
            let fresh: Vec<&ReachedEdge> =
                parts.iter().filter(|part| part.from_s <= within_s && part.to_s > before_s).collect();
            if fresh.is_empty() {
                continue;
            }
            let line: Vec<[f64; 2]> =
                router.streets().edge(parts[0].edge).line().map(|(at, _)| self.metres(at)).collect();
            // Along and back it is the same line.
            let fresh = if let Some(one) = fresh.iter().position(|part| whole(part)) {
                &fresh[one..=one]
            } else {
                &fresh
            };
            for part in fresh {
                let at =
                    |time_s: f64| part.from_share + (part.to_share - part.from_share) * share(part, time_s);
                let (a, b) = (at(before_s), at(within_s));
                self.mark_line(&line, a.min(b), a.max(b), square);
            }
        }
        for (from, to, late_s) in &reach.joins {
            let share = if *late_s > 0.0 { (within_s / late_s).min(1.0) } else { 1.0 };
            self.mark_line(&[self.metres(*from), self.metres(*to)], 0.0, share, square);
        }
    }

    /// How far each cell lies within the area: [`Self::beside_m`] less the distance to the nearest reached road.
    fn raster(&self, square: &[f64]) -> Vec<f64> {
        let outside = -2.0 * self.cell_m;
        let within = |s: &f64| if *s == f64::MAX { outside } else { (self.beside_m - s.sqrt()).max(outside) };
        square.iter().map(within).collect()
    }

    /// Marks a line between two shares of its length.
    fn mark_line(&self, line: &[[f64; 2]], from: f64, to: f64, square: &mut [f64]) {
        let span = |pair: &[[f64; 2]]| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
        let length_m: f64 = line.windows(2).map(span).sum();
        let (from_m, to_m) = (from * length_m, to * length_m);
        let mut far_m = 0.0;
        for pair in line.windows(2) {
            let piece_m = span(pair);
            let cut = |along_m: f64| {
                let share = ((along_m - far_m) / piece_m.max(1e-9)).clamp(0.0, 1.0);
                [
                    pair[0][0] + (pair[1][0] - pair[0][0]) * share,
                    pair[0][1] + (pair[1][1] - pair[0][1]) * share,
                ]
            };
            if far_m <= to_m && far_m + piece_m >= from_m {
                self.mark(cut(from_m.max(far_m)), cut(to_m.min(far_m + piece_m)), square);
            }
            far_m += piece_m;
        }
    }

    /// Marks the cells about a straight line.
    fn mark(&self, a: [f64; 2], b: [f64; 2], square: &mut [f64]) {
        let about_m = self.beside_m + 1.5 * self.cell_m;
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length2 = (dx * dx + dy * dy).max(1e-9);
        // Long lines in parts, so that the box about each stays small.
        let parts = (length2.sqrt() / (4.0 * about_m)).ceil().max(1.0);
        for part in 0..parts as usize {
            let at = |step: usize| {
                let share = step as f64 / parts;
                [a[0] + dx * share, a[1] + dy * share]
            };
            let (p, q) = (at(part), at(part + 1));
            let range = |axis: usize| {
                let least = ((p[axis].min(q[axis]) - about_m) / self.cell_m - 0.5).max(0.0) as usize;
                let most = ((p[axis].max(q[axis]) + about_m) / self.cell_m - 0.5).max(0.0) as usize + 1;
                least..most.min(self.size[axis] - 1) + 1
            };
            for row in range(1) {
                let y = (row as f64 + 0.5) * self.cell_m - a[1];
                for column in range(0) {
                    let x = (column as f64 + 0.5) * self.cell_m - a[0];
                    let share = ((x * dx + y * dy) / length2).clamp(0.0, 1.0);
                    let (off_x, off_y) = (x - dx * share, y - dy * share);
                    let known = &mut square[row * self.size[0] + column];
                    *known = known.min(off_x * off_x + off_y * off_y);
                }
            }
        }
    }

    /// Fills what lies outside but is enclosed and small.
    fn fill_yards(&self, raster: &mut [f64]) {
        let most = (YARD_M2 / (self.cell_m * self.cell_m)) as usize;
        let wide = self.size[0];
        let mut seen = vec![false; raster.len()];
        let mut yard: Vec<usize> = Vec::new();
        for begin in 0..raster.len() {
            if raster[begin] > 0.0 || seen[begin] {
                continue;
            }
            yard.clear();
            yard.push(begin);
            seen[begin] = true;
            let mut next = 0;
            while next < yard.len() {
                let cell = yard[next];
                next += 1;
                let (x, y) = (cell % wide, cell / wide);
                let beside = [
                    (x > 0).then(|| cell - 1),
                    (x + 1 < wide).then(|| cell + 1),
                    (y > 0).then(|| cell - wide),
                    (y + 1 < self.size[1]).then(|| cell + wide),
                ];
                for other in beside.into_iter().flatten() {
                    if raster[other] <= 0.0 && !std::mem::replace(&mut seen[other], true) {
                        yard.push(other);
                    }
                }
            }
            if yard.len() <= most {
                yard.iter().for_each(|&cell| raster[cell] = self.cell_m / 4.0);
            }
        }
    }

    fn polygons(&self, raster: &[f64]) -> Vec<Vec<Vec<LonLat>>> {
        let contours = ContourBuilder::new(self.size[0], self.size[1], true).contours(raster, &[0.0]);
        // The raster has the size it says, so there is nothing that could be wrong with it.
        let Some(contour) = contours.ok().and_then(|mut found| found.pop()) else { return Vec::new() };
        let place = |x: f64, y: f64| {
            let (x, y) = (x * self.cell_m, y * self.cell_m);
            LonLat::new(self.corner.lon + x / self.east, self.corner.lat + y / NORTH)
        };
        let ring = |line: &mut dyn Iterator<Item = (f64, f64)>, outer: bool| {
            let mut ring: Vec<LonLat> = line.map(|(x, y)| place(x, y)).collect();
            if (doubled_area(&ring) > 0.0) != outer {
                ring.reverse();
            }
            ring
        };
        let (multi, _) = contour.into_inner();
        multi
            .0
            .iter()
            .map(|polygon| {
                let holes = polygon.interiors().iter();
                let holes = holes.map(|hole| ring(&mut hole.0.iter().map(|at| (at.x, at.y)), false));
                let outer = ring(&mut polygon.exterior().0.iter().map(|at| (at.x, at.y)), true);
                std::iter::once(outer).chain(holes).collect()
            })
            .collect()
    }
}

fn doubled_area(ring: &[LonLat]) -> f64 {
    ring.windows(2).map(|pair| pair[0].lon * pair[1].lat - pair[1].lon * pair[0].lat).sum()
}
