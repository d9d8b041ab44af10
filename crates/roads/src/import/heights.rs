//! How high a road lies: on the ground along the ground, on bridges and in tunnels between their ends.

use super::cut::Pieces;
use super::draft::{Draft, DraftNode};
use super::span;
use crate::StreetClass;
use crate::streets::position;
use city::LonLat;
use layers::Structure;
use rayon::prelude::*;
use terrain::Ground;

/// The ground is asked along a road this often, metres.
const SAMPLE_M: f64 = 25.0;
/// A sample this near to the line between its neighbours tells nothing, metres.
const FLAT_M: f64 = 0.7;
/// How far a road of one layer lies above that of the next where nothing else is known, metres.
const LAYER_M: f32 = 5.0;

/// A point of an edge's line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub lon: i32,
    pub lat: i32,
    pub height_m: f32,
}

pub(crate) fn place(node: &DraftNode) -> LonLat {
    position(node.lon, node.lat)
}

/// True for what does not lie on the ground: its height follows from its ends.
fn hangs(draft: &Draft, pieces: &Pieces, piece: usize) -> bool {
    let tags = &draft.ways[pieces.way[piece] as usize].tags;
    tags.structure != Structure::Ground || matches!(tags.class, StreetClass::Elevator | StreetClass::Barrier)
}

/// The heights of the nodes that pieces end at; NaN for others, and outside the ground.
pub(crate) fn of_nodes(draft: &Draft, pieces: &Pieces, ground: &Ground) -> Vec<f32> {
    const HANGING: u8 = 1;
    const GROUND: u8 = 2;
    const ONE_END: u8 = 4;
    const MORE_ENDS: u8 = 8;
    let mut kind = vec![0_u8; draft.nodes.len()];
    for piece in 0..pieces.len() {
        let carried = if hangs(draft, pieces, piece) { HANGING } else { GROUND };
        for end in pieces.ends(piece) {
            let kind = &mut kind[end as usize];
            *kind |= carried | if *kind & ONE_END == 0 { ONE_END } else { MORE_ENDS };
        }
    }
    let known = |index: usize| {
        let (node, kind) = (&draft.nodes[index], kind[index]);
        let rise_m = pieces.rise_m.get(&(index as u32)).copied().unwrap_or(0.0);
        if kind == 0 || !node.height_m.is_nan() {
            node.height_m + if kind == 0 { 0.0 } else { rise_m }
        } else if kind & GROUND != 0 || kind & MORE_ENDS == 0 || rise_m != 0.0 {
            around(place(node), ground) + rise_m
        } else {
            f32::NAN
        }
    };
    let mut heights: Vec<f32> = (0..draft.nodes.len()).into_par_iter().with_min_len(256).map(known).collect();
    let spans: Vec<([u32; 2], f32)> = (0..pieces.len())
        .filter(|&piece| hangs(draft, pieces, piece))
        .map(|piece| (pieces.ends(piece), length_m(draft, pieces.nodes_of(piece)) as f32))
        .collect();
    span::fill(&mut heights, &spans);
    // A bridge that touches nothing: its layer says how high above the ground it may be.
    for piece in 0..pieces.len() {
        for end in pieces.ends(piece) {
            if heights[end as usize].is_nan() {
                let layer = draft.ways[pieces.way[piece] as usize].tags.layer.unwrap_or(0);
                let ground_m = around(place(&draft.nodes[end as usize]), ground);
                heights[end as usize] = ground_m + LAYER_M * f32::from(layer);
            }
        }
    }
    heights
}

/// The height of the ground about `at`: the mean of it and four places 15 m off, which takes the noise of models out
/// and leaves slopes as they are.
fn around(at: LonLat, ground: &Ground) -> f32 {
    let Some(middle) = ground.height_m(at) else { return f32::NAN };
    let (north, east) = (15.0 / 111_195.0, 15.0 / (111_195.0 * at.lat.to_radians().cos().max(0.01)));
    let sides = [(east, 0.0), (-east, 0.0), (0.0, north), (0.0, -north)];
    let beside = sides.map(|(x, y)| ground.height_m(LonLat::new(at.lon + x, at.lat + y)));
    match beside {
        [Some(a), Some(b), Some(c), Some(d)] => ((2.0 * middle + a + b + c + d) / 6.0) as f32,
        _ => middle as f32,
    }
}

pub(crate) fn length_m(draft: &Draft, nodes: &[u32]) -> f64 {
    let at = |node: u32| place(&draft.nodes[node as usize]);
    nodes.windows(2).map(|pair| at(pair[0]).distance_m(at(pair[1]))).sum()
}

/// The line of a piece with its heights.
pub(crate) fn line(
    draft: &Draft,
    pieces: &Pieces,
    piece: usize,
    ends_m: &[f32],
    ground: &Ground,
) -> Vec<Point> {
    let nodes = pieces.nodes_of(piece);
    let mut points: Vec<Point> = nodes
        .iter()
        .map(|&node| draft.nodes[node as usize])
        .map(|node| Point { lon: node.lon, lat: node.lat, height_m: node.height_m })
        .collect();
    let given = points[1..points.len() - 1].iter().any(|point| !point.height_m.is_nan());
    let ends = pieces.ends(piece).map(|node| ends_m[node as usize]);
    let last = points.len() - 1;
    (points[0].height_m, points[last].height_m) = (ends[0], ends[1]);
    if given || hangs(draft, pieces, piece) || ends.iter().any(|height| height.is_nan()) {
        fill_between(&mut points);
        return points;
    }
    let sampled = sample(&points, ground);
    keep_telling(sampled)
}

/// Heights between the known ones, evenly by distance.
fn fill_between(points: &mut [Point]) {
    let far = along(points);
    let known: Vec<usize> = (0..points.len()).filter(|&i| !points[i].height_m.is_nan()).collect();
    for pair in known.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (from_m, rise_m) = (points[a].height_m, points[b].height_m - points[a].height_m);
        for i in a + 1..b {
            points[i].height_m = from_m + rise_m * ((far[i] - far[a]) / (far[b] - far[a]).max(1e-9)) as f32;
        }
    }
}

/// How far along the line each point lies, metres.
fn along(points: &[Point]) -> Vec<f64> {
    let mut far = vec![0.0; points.len()];
    for i in 1..points.len() {
        let (a, b) = (points[i - 1], points[i]);
        far[i] = far[i - 1] + position(a.lon, a.lat).distance_m(position(b.lon, b.lat));
    }
    far
}

/// The line with points every [`SAMPLE_M`] at least, its heights the ground's, smoothed, led to the known ends.
/// The flag tells the source's own points.
fn sample(points: &[Point], ground: &Ground) -> Vec<(Point, bool)> {
    let mut dense: Vec<(Point, bool)> = Vec::with_capacity(points.len() * 2);
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        dense.push((a, true));
        let steps =
            (position(a.lon, a.lat).distance_m(position(b.lon, b.lat)) / SAMPLE_M).ceil().min(1e5) as i64;
        for step in 1..steps {
            let mid = |from: i32, to: i32| {
                (i64::from(from) + (i64::from(to) - i64::from(from)) * step / steps) as i32
            };
            dense.push((Point { lon: mid(a.lon, b.lon), lat: mid(a.lat, b.lat), height_m: f32::NAN }, false));
        }
    }
    dense.extend(points.last().map(|&point| (point, true)));
    let count = dense.len();
    if count == 2 {
        return dense;
    }
    let asked: Vec<f32> = dense
        .iter()
        .map(|(point, _)| ground.height_m(position(point.lon, point.lat)).map_or(f32::NAN, |h| h as f32))
        .collect();
    let smooth: Vec<f32> = (0..count)
        .map(|i| match i {
            _ if i == 0 || i + 1 == count => asked[i],
            _ => (asked[i - 1] + 2.0 * asked[i] + asked[i + 1]) / 4.0,
        })
        .collect();
    let off = [dense[0].0.height_m - smooth[0], dense[count - 1].0.height_m - smooth[count - 1]];
    for (i, (point, _)) in dense.iter_mut().enumerate().take(count - 1).skip(1) {
        let share = i as f32 / (count - 1) as f32;
        point.height_m = smooth[i] + off[0] * (1.0 - share) + off[1] * share;
    }
    dense
}

/// The source's points, and of the samples those the line would be wrong without (Douglas and Peucker, in height).
fn keep_telling(dense: Vec<(Point, bool)>) -> Vec<Point> {
    let points: Vec<Point> = dense.iter().map(|sample| sample.0).collect();
    let far = along(&points);
    let mut keep: Vec<bool> = dense.iter().map(|sample| sample.1).collect();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let fixed: Vec<usize> = (0..keep.len()).filter(|&i| keep[i]).collect();
    open.extend(fixed.windows(2).map(|pair| (pair[0], pair[1])));
    while let Some((a, b)) = open.pop() {
        let line = |i: usize| {
            let share = (far[i] - far[a]) / (far[b] - far[a]).max(1e-9);
            f64::from(points[a].height_m) * (1.0 - share) + f64::from(points[b].height_m) * share
        };
        let off = |i: usize| (f64::from(points[i].height_m) - line(i)).abs();
        if let Some(worst) = (a + 1..b).max_by(|&x, &y| off(x).total_cmp(&off(y)))
            && off(worst) > FLAT_M
        {
            keep[worst] = true;
            open.extend([(a, worst), (worst, b)]);
        }
    }
    points.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| point).collect()
}
