//! Dijkstra's search on the arcs themselves: for a single question, for everything within a time, and as the proof.

use super::NEVER;
use super::query::{Found, Seed};
use crate::streets::Columns;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The time of each node, milliseconds, and the arc by which it was reached.
pub(crate) struct Reached {
    pub time: Vec<u32>,
    pub by: Vec<u32>,
}

/// No arc: a search began here, or never came.
pub(crate) const NO_ARC: u32 = u32::MAX;

/// All that is reached from `from` within `most` milliseconds; ends early once `done` says so of a settled node.
pub(crate) fn reach(
    columns: &Columns,
    weights: &[u32],
    from: &[Seed],
    most: u32,
    mut done: impl FnMut(u32, u32) -> bool,
) -> Reached {
    let count = columns.node_lon.len();
    let (mut time, mut by) = (vec![NEVER; count], vec![NO_ARC; count]);
    let mut open = BinaryHeap::new();
    for &(node, start) in from.iter().filter(|seed| seed.1 <= most) {
        if start < time[node as usize] {
            time[node as usize] = start;
            open.push(Reverse((start, node)));
        }
    }
    while let Some(Reverse((at, node))) = open.pop() {
        if at > time[node as usize] {
            continue;
        }
        if done(node, at) {
            break;
        }
        for arc in columns.leaving(node) {
            let (next, head) = (at.saturating_add(weights[arc]), columns.arc_head[arc] as usize);
            if next < time[head] && next <= most {
                (time[head], by[head]) = (next, arc as u32);
                open.push(Reverse((next, head as u32)));
            }
        }
    }
    Reached { time, by }
}

/// The quickest way without a hierarchy: the same answer, slower.
pub(crate) fn quickest(columns: &Columns, weights: &[u32], from: &[Seed], to: &[Seed]) -> Option<Found> {
    let (mut best, mut last) = (NEVER, NO_ARC);
    let reached = reach(columns, weights, from, NEVER - 1, |node, at| {
        for &(_, rest) in to.iter().filter(|goal| goal.0 == node) {
            if at + rest < best {
                (best, last) = (at + rest, node);
            }
        }
        at >= best
    });
    if best == NEVER {
        return None;
    }
    let mut arcs = Vec::new();
    let mut node = last;
    while reached.by[node as usize] != NO_ARC {
        let arc = reached.by[node as usize];
        arcs.push(arc);
        node = (columns.first_out.partition_point(|&first| first <= arc) - 1) as u32;
    }
    arcs.reverse();
    Some(Found { time: best, first: node, arcs })
}
