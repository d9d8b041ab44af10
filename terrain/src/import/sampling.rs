//! One source as the samples of a tile: each sample's place is carried into the source, and the source read there.

use super::{
    plan::{Placed, Plan},
    source::{Window, system},
};
use crate::{
    TerrainError,
    pyramid::{Key, codec::TILE},
};

/// Stands for a place no source reaches.
pub(super) const OUTSIDE: f32 = f32::NEG_INFINITY;
/// Places along a side at which a projection is carried out exactly; between them it is blended. Over a tile of 30 m
/// they lie 1 km apart, where a zone of Gauss–Krüger bends by a centimetre.
const NODES: usize = 9;
/// A sample this close to one of the source's, in samples, is that one.
const SAME: f64 = 1e-4;

/// The heights of a source at the samples of a tile and `rim` samples around it: metres, not a number where it is void,
/// [`OUTSIDE`] where it does not reach.
pub(super) fn sample(
    plan: &Plan,
    key: Key,
    (index, placed): (usize, &Placed),
    rim: usize,
) -> Result<Vec<f32>, TerrainError> {
    let side = TILE + 2 * rim;
    let nodes = nodes(plan, key, placed, rim)?;
    let mut out = vec![OUTSIDE; side * side];
    let range = |k: usize| {
        let of = |pick: fn(f64, f64) -> f64, from| nodes.iter().map(|node| node[k]).fold(from, pick);
        (of(f64::min, f64::INFINITY), of(f64::max, f64::NEG_INFINITY))
    };
    let ((x0, x1), (y0, y1)) = (range(0), range(1));
    let (columns, rows) = placed.source.size;
    let reaches = |low: f64, high: f64, count: usize| high >= -0.5 && low <= count as f64 - 0.5;
    if !(reaches(x0, x1, columns) && reaches(y0, y1, rows)) {
        return Ok(out);
    }
    let clip = |low: f64, high: f64, count: usize| {
        let from = (low.floor() as i64 - 2).max(-2);
        let to = (high.ceil() as i64 + 3).min(count as i64 + 2);
        (from, (to - from).max(1) as usize)
    };
    let ((first_x, wide), (first_y, high)) = (clip(x0, x1, columns), clip(y0, y1, rows));
    let window = placed.source.window(index, &plan.memory, (first_x, first_y), (wide, high))?;
    let within = |v: f64, count: usize| v >= -0.500_001 && v <= count as f64 - 0.499_999;
    for row in 0..side {
        let along = Row::of(&nodes, row, side);
        for (column, sample) in out[row * side..(row + 1) * side].iter_mut().enumerate() {
            let (x, y) = along.at(column, side);
            if within(x, columns) && within(y, rows) {
                *sample = read(&window, x.clamp(0.0, (columns - 1) as f64), y.clamp(0.0, (rows - 1) as f64));
            }
        }
    }
    Ok(out)
}

/// Where in the source the nodes of a tile lie: column and row, row by row.
fn nodes(plan: &Plan, key: Key, placed: &Placed, rim: usize) -> Result<Vec<[f64; 2]>, TerrainError> {
    let source = &placed.source;
    let system = system(&source.reference_system).map_err(|e| super::wrong(&source.path, e.to_string()))?;
    let step = (TILE + 2 * rim - 1) as f64 / (NODES - 1) as f64;
    let node = |i: usize| {
        let offset = |tile: u32, k: usize| f64::from(tile) * TILE as f64 - rim as f64 + k as f64 * step;
        let at = plan.shape.lon_lat(key.level, offset(key.x, i % NODES), offset(key.y, i / NODES));
        // A place the projection does not know lies outside, wherever that is.
        let (x, y) = system.from_lon_lat(at).unwrap_or((f64::MAX / 4.0, f64::MAX / 4.0));
        let (column, row) = source.affine.back(x, y);
        [column, row]
    };
    Ok((0..NODES * NODES).map(node).collect())
}

/// The nodes blended to one row of samples.
struct Row([[f64; 2]; NODES]);

impl Row {
    fn of(nodes: &[[f64; 2]], row: usize, side: usize) -> Self {
        let (j, v) = split(row, side);
        Self(std::array::from_fn(|i| mix(nodes[j * NODES + i], nodes[(j + 1) * NODES + i], v)))
    }

    fn at(&self, column: usize, side: usize) -> (f64, f64) {
        let (i, u) = split(column, side);
        let [x, y] = mix(self.0[i], self.0[i + 1], u);
        (x, y)
    }
}

fn split(k: usize, side: usize) -> (usize, f64) {
    let scaled = (k * (NODES - 1)) as f64 / (side - 1) as f64;
    let first = (scaled as usize).min(NODES - 2);
    (first, scaled - first as f64)
}

fn mix(a: [f64; 2], b: [f64; 2], t: f64) -> [f64; 2] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// A source between its samples: the sample itself where one lies there, a cubic convolution (Keys 1981, a = −1/2)
/// where the sixteen around are known, which keeps ridges that straight lines would lower, and else straight lines
/// between those that are known.
fn read(window: &Window, x: f64, y: f64) -> f32 {
    let (x, y) = (x - window.first.0 as f64, y - window.first.1 as f64);
    let at = |column: i64, row: i64| {
        let inside = (0..window.columns as i64).contains(&column) && (0..window.rows as i64).contains(&row);
        if inside { window.heights_m[row as usize * window.columns + column as usize] } else { f32::NAN }
    };
    let nearest = (x.round(), y.round());
    if (x - nearest.0).abs() < SAME && (y - nearest.1).abs() < SAME {
        return at(nearest.0 as i64, nearest.1 as i64);
    }
    let (column, row) = (x.floor() as i64, y.floor() as i64);
    let (u, v) = ((x - x.floor()) as f32, (y - y.floor()) as f32);
    let (across, down) = (cubic(u), cubic(v));
    let mut sum = 0.0;
    for (j, part) in down.into_iter().enumerate() {
        let row = row - 1 + j as i64;
        let line: f32 = across.iter().enumerate().map(|(i, w)| w * at(column - 1 + i as i64, row)).sum();
        sum += part * line;
    }
    if !sum.is_nan() {
        return sum;
    }
    if at(nearest.0 as i64, nearest.1 as i64).is_nan() {
        return f32::NAN;
    }
    let corners =
        [(0, 0, (1.0 - u) * (1.0 - v)), (1, 0, u * (1.0 - v)), (0, 1, (1.0 - u) * v), (1, 1, u * v)];
    let known = corners.map(|(i, j, part)| (at(column + i, row + j), part));
    let known = known.iter().filter(|(height_m, _)| !height_m.is_nan());
    let (sum, whole) = known.fold((0.0, 0.0), |(sum, whole), (h, part)| (sum + h * part, whole + part));
    sum / whole
}

fn cubic(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}
