//! Schematic roads where none were drawn by hand: county roads between townships, streets of built-up areas.
//!
//! Both are Gabriel graphs (two points are joined when no third lies in the circle over them): connected,
//! without crossings, and they look grown rather than ruled. No piece but a bridge touches a river.

use crate::plane::Plane;
use crate::seeded::Seeded;
use crate::{District, Road, RoadClass, Structure, Township, Waters};
use city::LonLat;
use std::collections::HashMap;

/// Mean distance between neighbouring street corners, metres.
const BLOCK_M: f64 = 420.0;
/// County roads reach this far from one township to the next, metres.
const COUNTY_REACH_M: f64 = 60_000.0;
/// How fast a county road is along its straight sketch, km/h: real ones wind, and are some 1.3 times as long.
const COUNTY_KMH: f64 = 32.0;
/// A county road may join a drawn road this far away, metres.
const JOIN_REACH_M: f64 = 7_000.0;
/// What a river crossing costs a county road in the choice of links, metres.
const CROSSING_COST_M: f64 = 40_000.0;

/// The county roads and local streets that complete `drawn`, whose long pieces get corners to join at.
pub(crate) fn local_roads(
    districts: &[District],
    townships: &[Township],
    drawn: &mut [Road],
    waters: &Waters,
) -> Vec<Road> {
    let built_up = BuiltUp::of(districts, townships);
    add_corners(drawn, &built_up);
    let centres: Vec<LonLat> = districts
        .iter()
        .map(|d| d.seat)
        .chain(townships.iter().map(|t| t.at))
        .map(|at| dry(at, waters))
        .collect();
    let is_street = |i: usize| i < districts.len() || townships[i - districts.len()].is_street();
    let mut roads = county_roads(&centres, is_street, drawn, waters);
    roads.extend(streets(&built_up, &centres, drawn, waters));
    roads
}

/// The nearest position to `at` out of the water, looked for on growing circles.
fn dry(at: LonLat, waters: &Waters) -> LonLat {
    let plane = Plane::at(at);
    let circle = |ring: u32| {
        (0..12).map(move |i| {
            let (angle, r) = (f64::from(i) * std::f64::consts::FRAC_PI_6, f64::from(ring) * 80.0);
            plane.lon_lat([r * angle.cos(), r * angle.sin()])
        })
    };
    (0..25).flat_map(circle).find(|&p| waters.nearest(p).is_none_or(|near| near.shore_m > 30.0)).unwrap_or(at)
}

/// Discs where people live densely: around seats, streets and towns.
struct BuiltUp {
    discs: Vec<(LonLat, f64)>,
}

impl BuiltUp {
    fn of(districts: &[District], townships: &[Township]) -> Self {
        let seats = districts.iter().map(|d| (d.seat, 1_500.0 + f64::from(d.population) / 1_000.0));
        let others = townships.iter().map(|t| {
            let radius_m = if t.is_street() { 1_300.0 } else { 600.0 };
            (t.at, radius_m)
        });
        Self { discs: seats.chain(others).collect() }
    }

    fn holds(&self, at: LonLat) -> bool {
        self.discs.iter().any(|&(middle, radius_m)| {
            (at.lat - middle.lat).abs() * 111_000.0 < radius_m && at.distance_m(middle) < radius_m
        })
    }
}

/// Gives long pieces of drawn roads at grade corners that streets and county roads can join.
fn add_corners(drawn: &mut [Road], built_up: &BuiltUp) {
    for road in drawn {
        if road.structure != Structure::Ground || road.class == RoadClass::Expressway {
            continue;
        }
        let mut path = Vec::with_capacity(road.path.len() * 2);
        for pair in road.path.windows(2) {
            path.push(pair[0]);
            let step_m = if built_up.holds(middle(pair[0], pair[1])) { 350.0 } else { 2_000.0 };
            let pieces = (pair[0].distance_m(pair[1]) / step_m).floor() as usize;
            path.extend((1..pieces).map(|i| between(pair[0], pair[1], i as f64 / pieces as f64)));
        }
        path.extend(road.path.last());
        road.path = path;
    }
}

fn county_roads(
    centres: &[LonLat],
    is_street: impl Fn(usize) -> bool,
    drawn: &[Road],
    waters: &Waters,
) -> Vec<Road> {
    let joints: Vec<LonLat> = drawn
        .iter()
        .filter(|road| road.structure == Structure::Ground)
        .flat_map(|road| road.path.iter().copied())
        .collect();
    let joint_cells = Cells::of(&joints, 0.05);
    let mut groups = Groups::new(centres.len() + 1);
    // The last group is the network of drawn roads.
    let network = centres.len();
    let mut roads = Vec::new();
    for (index, &centre) in centres.iter().enumerate() {
        let nearest = joint_cells
            .around(centre, 2)
            .map(|i| (joints[i], centre.distance_m(joints[i])))
            .filter(|(_, distance_m)| *distance_m < JOIN_REACH_M)
            .min_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((joint, distance_m)) = nearest
            && !waters.touches(centre, joint)
        {
            groups.join(index, network);
            if distance_m > 1.0 {
                roads.push(schematic(RoadClass::County, vec![centre, joint], Structure::Ground));
            }
        }
    }
    let mut links: Vec<(f64, usize, usize)> = gabriel(centres, &Cells::of(centres, 0.2), 3, COUNTY_REACH_M)
        .into_iter()
        .map(|(a, b)| {
            let wet = waters.touches(centres[a], centres[b]);
            (centres[a].distance_m(centres[b]) + if wet { CROSSING_COST_M } else { 0.0 }, a, b)
        })
        .collect();
    links.sort_by(|x, y| x.0.total_cmp(&y.0));
    for (cost_m, a, b) in links {
        let dry = cost_m < CROSSING_COST_M;
        // Within a built-up area streets and drawn roads do; a crossing is built only where nothing else joins.
        if groups.join(a, b) || dry && !(is_street(a) && is_street(b)) {
            roads.extend(over_rivers(centres[a], centres[b], waters));
        }
    }
    roads
}

/// The line from `a` to `b`, its pieces over water as bridges.
fn over_rivers(a: LonLat, b: LonLat, waters: &Waters) -> Vec<Road> {
    let length_m = a.distance_m(b);
    let steps = (length_m / 50.0).ceil().max(1.0) as usize;
    let wet: Vec<bool> = if waters.touches(a, b) {
        let crossed = waters.crossings(a, b);
        let narrow = |share: f64| crossed.iter().any(|c| (c.0 - share).abs() * length_m < 60.0);
        let share = |i| i as f64 / steps as f64;
        (0..=steps).map(|i| waters.is_wet(between(a, b, share(i))) || narrow(share(i))).collect()
    } else {
        vec![false; steps + 1]
    };
    let mut roads = Vec::new();
    let mut start = 0;
    for i in 1..=steps {
        // A piece between two samples is a bridge when either of its ends is over water.
        let bridge = |i: usize| wet[i - 1] || wet[i];
        if i == steps || bridge(i) != bridge(i + 1) {
            let structure = if bridge(i) { Structure::Bridge } else { Structure::Ground };
            let at = |i: usize| if i == steps { b } else { between(a, b, i as f64 / steps as f64) };
            roads.push(schematic(RoadClass::County, vec![at(start), at(i)], structure));
            start = i;
        }
    }
    roads
}

fn streets(built_up: &BuiltUp, centres: &[LonLat], drawn: &[Road], waters: &Waters) -> Vec<Road> {
    let mut corners = centres.to_vec();
    let at_grade = |road: &&Road| road.structure == Structure::Ground && road.class != RoadClass::Expressway;
    for road in drawn.iter().filter(at_grade) {
        corners.extend(road.path.iter().copied().filter(|&at| built_up.holds(at)));
    }
    corners.sort_by(|a, b| a.lon.total_cmp(&b.lon).then(a.lat.total_cmp(&b.lat)));
    corners.dedup();
    let fixed = corners.len();
    let step_deg = BLOCK_M / 111_195.0;
    let taken = Cells::of(&corners, step_deg * 2.0);
    // One corner a cell of a fixed lattice, so that neighbouring discs share their corners.
    let mut cells: Vec<(i32, i32)> = Vec::new();
    for &(middle, radius_m) in &built_up.discs {
        let (dy, dx) = (radius_m / 111_195.0, radius_m / 96_500.0);
        let cell = |v: f64, step: f64| (v / step).floor() as i32;
        for y in cell(middle.lat - dy, step_deg)..=cell(middle.lat + dy, step_deg) {
            let step = step_deg * 1.152;
            for x in cell(middle.lon - dx, step)..=cell(middle.lon + dx, step) {
                let (jx, jy) = jitter(x, y);
                let at = LonLat::new((f64::from(x) + jx) * step, (f64::from(y) + jy) * step_deg);
                if at.distance_m(middle) < radius_m {
                    cells.push((x, y));
                }
            }
        }
    }
    cells.sort_unstable();
    cells.dedup();
    for (x, y) in cells {
        let (jx, jy) = jitter(x, y);
        let at = LonLat::new((f64::from(x) + jx) * step_deg * 1.152, (f64::from(y) + jy) * step_deg);
        let crowded = taken.around(at, 1).any(|i| i < fixed && at.distance_m(corners[i]) < BLOCK_M * 0.4);
        if !crowded && waters.nearest(at).is_none_or(|near| near.shore_m > 60.0) {
            corners.push(at);
        }
    }
    gabriel(&corners, &Cells::of(&corners, step_deg * 1.5), 1, BLOCK_M * 2.0)
        .into_iter()
        // Two corners of the same drawn road are joined by it already.
        .filter(|&(a, b)| a >= fixed || b >= fixed)
        .filter(|&(a, b)| !waters.touches(corners[a], corners[b]))
        .map(|(a, b)| schematic(RoadClass::Local, vec![corners[a], corners[b]], Structure::Ground))
        .collect()
}

/// Where in its cell a corner lies, from the cell alone.
fn jitter(x: i32, y: i32) -> (f64, f64) {
    let mut random = Seeded::new((x as u32 as u64) << 32 | y as u32 as u64, "corner");
    (random.between(0.15, 0.85), random.between(0.15, 0.85))
}

fn schematic(class: RoadClass, path: Vec<LonLat>, structure: Structure) -> Road {
    let (zh, en, speed_kmh) = match class {
        RoadClass::Local => ("", "", 28.0),
        _ => ("县乡道(示意)", "County road (schematic)", COUNTY_KMH),
    };
    Road { class, zh: zh.to_owned(), en: en.to_owned(), speed_mps: speed_kmh / 3.6, structure, path }
}

fn middle(a: LonLat, b: LonLat) -> LonLat {
    between(a, b, 0.5)
}

fn between(a: LonLat, b: LonLat, share: f64) -> LonLat {
    LonLat::new(a.lon + (b.lon - a.lon) * share, a.lat + (b.lat - a.lat) * share)
}

/// Points sorted into square cells of degrees.
struct Cells {
    size_deg: f64,
    cells: HashMap<(i32, i32), Vec<usize>>,
}

impl Cells {
    fn of(points: &[LonLat], size_deg: f64) -> Self {
        let mut cells: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, &at) in points.iter().enumerate() {
            cells.entry(Self::cell(at, size_deg)).or_default().push(i);
        }
        Self { size_deg, cells }
    }

    fn cell(at: LonLat, size_deg: f64) -> (i32, i32) {
        ((at.lon / size_deg).floor() as i32, (at.lat / size_deg).floor() as i32)
    }

    /// The points in the cell of `at` and those up to `reach` cells away, in a fixed order.
    fn around(&self, at: LonLat, reach: i32) -> impl Iterator<Item = usize> {
        let (x, y) = Self::cell(at, self.size_deg);
        let cells = (y - reach..=y + reach).flat_map(move |y| (x - reach..=x + reach).map(move |x| (x, y)));
        cells.filter_map(|cell| self.cells.get(&cell)).flatten().copied()
    }
}

/// The pairs of `points` that no third point parts, up to `reach` cells and `longest_m` apart.
fn gabriel(points: &[LonLat], cells: &Cells, reach: i32, longest_m: f64) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (a, &from) in points.iter().enumerate() {
        let plane = Plane::at(from);
        let near: Vec<(usize, [f64; 2], f64)> = cells
            .around(from, reach)
            .filter(|&i| i != a)
            .map(|i| {
                let p = plane.metres(points[i]);
                (i, p, p[0] * p[0] + p[1] * p[1])
            })
            .filter(|&(_, _, square)| square < longest_m * longest_m)
            .collect();
        for &(b, p, square) in near.iter().filter(|n| n.0 > a) {
            // A point in the circle over a–b sees the two at more than a right angle.
            let parted = |q: [f64; 2], q2: f64| q2 - (q[0] * p[0] + q[1] * p[1]) < 0.0;
            if square > 0.0 && !near.iter().any(|&(i, q, q2)| i != b && parted(q, q2)) {
                pairs.push((a, b));
            }
        }
    }
    pairs
}

/// Which points are joined with which (disjoint sets).
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    /// Joins the groups of `a` and `b`; false when they were one already.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a] = b;
        a != b
    }
}
