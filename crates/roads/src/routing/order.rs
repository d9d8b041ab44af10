//! The order of contraction by nested dissection: few junctions part the network, and come last.
//!
//! Each part is cut where the fewest roads lead across between its outer thirds, in four directions (inertial flow:
//! Schild, Sommer: On balanced separators in road networks, SEA 2015).

use super::flow::{Piece, cut};
use crate::streets::Columns;
use rayon::prelude::*;

/// Parts of up to so many nodes are not cut any more.
const SMALL: usize = 6;
/// Parts of fewer nodes are worked on by one thread.
const ALONE: usize = 4_000;

/// The nodes of the network, the least important first.
pub(crate) fn order(columns: &Columns) -> Vec<u32> {
    let nodes = columns.node_lon.len();
    let mut ties: Vec<(u32, u32)> = Vec::with_capacity(columns.arc_head.len() * 2);
    for node in 0..nodes {
        for arc in columns.leaving(node as u32) {
            let (a, b) = (node as u32, columns.arc_head[arc]);
            if a != b {
                ties.extend([(a, b), (b, a)]);
            }
        }
    }
    ties.par_sort_unstable();
    ties.dedup();
    let mut first = vec![0_u32; nodes + 1];
    ties.iter().for_each(|tie| first[tie.0 as usize + 1] += 1);
    (0..nodes).for_each(|node| first[node + 1] += first[node]);
    let near = ties.into_iter().map(|tie| tie.1).collect();
    // Metres do not matter here, but east and north must weigh alike.
    let shrink = columns.node_lat.first().map_or(1.0, |&lat| (f64::from(lat) / 1e7).to_radians().cos());
    let at: Vec<[f32; 2]> = columns
        .node_lon
        .iter()
        .zip(&columns.node_lat)
        .map(|(&lon, &lat)| [(f64::from(lon) * shrink / 1e3) as f32, (f64::from(lat) / 1e3) as f32])
        .collect();
    let whole = Piece { ids: (0..nodes as u32).collect(), first, near };
    dissect(whole, &at)
}

fn dissect(piece: Piece, at: &[[f32; 2]]) -> Vec<u32> {
    if piece.len() <= SMALL {
        let mut nodes: Vec<u32> = (0..piece.len() as u32).collect();
        nodes.sort_by_key(|&node| piece.neighbours(node).len());
        return nodes.into_iter().map(|node| piece.ids[node as usize]).collect();
    }
    let side = best_side(&piece, at);
    let parts = split(&piece, &side);
    let alone = piece.len() < ALONE;
    drop(piece);
    let [source, sink, middle] = parts;
    let middle = middle.ids;
    let (mut ordered, rest) = match alone {
        true => (dissect(source, at), dissect(sink, at)),
        false => rayon::join(|| dissect(source, at), || dissect(sink, at)),
    };
    ordered.extend(rest);
    ordered.extend(middle);
    ordered
}

/// For each node whether it lies on the source's side (0), the sink's (1), or parts them (2).
fn best_side(piece: &Piece, at: &[[f32; 2]]) -> Vec<u8> {
    let count = piece.len();
    let share = (count / 3).max(1);
    let reverse = piece.reverse();
    let along = |direction: [f32; 2]| {
        let value = |node: u32| {
            let [x, y] = at[piece.ids[node as usize] as usize];
            x * direction[0] + y * direction[1]
        };
        let mut line: Vec<(f32, u32)> = (0..count as u32).map(|node| (value(node), node)).collect();
        let by = |a: &(f32, u32), b: &(f32, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        line.select_nth_unstable_by(share, by);
        line[share..].select_nth_unstable_by(count - 2 * share, by);
        line.into_iter().map(|(_, node)| node).collect::<Vec<u32>>()
    };
    let directions = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]];
    let found: Vec<(usize, Vec<bool>)> = if count < ALONE {
        let mut best: Option<(usize, Vec<bool>)> = None;
        for direction in directions {
            let most = best.as_ref().map_or(usize::MAX, |b| b.0.saturating_sub(1));
            best = cut(piece, &reverse, &along(direction), share, most).or(best);
        }
        best.into_iter().collect()
    } else {
        let one = |direction: &[f32; 2]| cut(piece, &reverse, &along(*direction), share, usize::MAX);
        directions.par_iter().filter_map(one).collect()
    };
    let source = found.into_iter().min_by_key(|found| found.0).map_or_else(|| vec![true; count], |f| f.1);
    parting(piece, &source)
}

/// The nodes at the cut on the side where there are fewer of them part the two.
fn parting(piece: &Piece, source: &[bool]) -> Vec<u8> {
    let touches = |node: usize| {
        piece.neighbours(node as u32).iter().any(|&other| source[other as usize] != source[node])
    };
    let at_cut: Vec<bool> = (0..piece.len()).map(touches).collect();
    let on = |side: bool| (0..piece.len()).filter(|&node| at_cut[node] && source[node] == side).count();
    let chosen = on(true) <= on(false);
    (0..piece.len())
        .map(|node| match source[node] {
            side if at_cut[node] && side == chosen => 2,
            true => 0,
            false => 1,
        })
        .collect()
}

fn split(piece: &Piece, side: &[u8]) -> [Piece; 3] {
    let mut number = vec![0_u32; piece.len()];
    let mut counts = [0_u32; 3];
    for (node, &side) in side.iter().enumerate() {
        number[node] = counts[side as usize];
        counts[side as usize] += 1;
    }
    [0_u8, 1, 2].map(|wanted| {
        let mut part = Piece {
            ids: Vec::with_capacity(counts[wanted as usize] as usize),
            first: vec![0],
            near: Vec::new(),
        };
        for node in (0..piece.len() as u32).filter(|&node| side[node as usize] == wanted) {
            part.ids.push(piece.ids[node as usize]);
            let near = piece.neighbours(node).iter().filter(|&&other| side[other as usize] == wanted);
            part.near.extend(near.map(|&other| number[other as usize]));
            part.first.push(part.near.len() as u32);
        }
        part
    })
}
