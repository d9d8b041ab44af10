//! What every tie of a hierarchy costs for one set of weights, and how that changes when some weights do.

use super::NEVER;
use super::hierarchy::{Hierarchy, TOP};
use std::collections::BTreeSet;

/// Branches of fewer nodes are worked on by one thread.
const ALONE: usize = 2_000;
/// Once this share of all ties was looked at for a change, computing everything anew is quicker: single ties are looked
/// at one by one, all of them many at a time.
const MUCH: usize = 1_000;
/// So many are looked at in any case.
const FEW: usize = 5_000;

/// The time over each tie up and down, milliseconds; [`NEVER`] where it cannot be passed.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub up: Vec<u32>,
    pub down: Vec<u32>,
}

impl Metric {
    /// Computes the ties from the arcs' weights, milliseconds.
    pub fn of(hierarchy: &Hierarchy, weights: &[u32]) -> Metric {
        let ties = hierarchy.up_head.len();
        let (mut up, mut down) = (vec![NEVER; ties], vec![NEVER; ties]);
        for (&key, &weight) in hierarchy.tie_of.iter().zip(weights).filter(|(key, _)| **key != TOP) {
            let side = if key & 1 == 0 { &mut up } else { &mut down };
            let tie = &mut side[(key / 2) as usize];
            *tie = (*tie).min(weight);
        }
        let nodes = hierarchy.parent.len() as u32;
        lower_all(hierarchy, 0, nodes, &mut up, &mut down);
        Metric { up, down }
    }

    /// Brings the ties up to date after the weights of `arcs` have changed.
    pub fn update(&mut self, hierarchy: &Hierarchy, weights: &[u32], arcs: &[u32]) {
        // By the lower end, so that all a tie depends on is right before it is looked at.
        let mut open: BTreeSet<(u32, u32)> = BTreeSet::new();
        for &arc in arcs {
            let key = hierarchy.tie_of[arc as usize];
            if key != TOP {
                let low = hierarchy.up_first.partition_point(|&first| first <= key / 2) - 1;
                open.insert((low as u32, key / 2));
            }
        }
        let mut done = 0;
        while let Some((low, tie)) = open.pop_first() {
            done += 1;
            if done > hierarchy.up_head.len() / MUCH + FEW {
                *self = Self::of(hierarchy, weights);
                return;
            }
            let high = hierarchy.up_head[tie as usize];
            let before = (self.up[tie as usize], self.down[tie as usize]);
            let after = self.recomputed(hierarchy, weights, low, high, tie);
            if before == after {
                continue;
            }
            (self.up[tie as usize], self.down[tie as usize]) = after;
            // Every triangle over `low` with this side: its upper side leads between the two heads.
            for other in hierarchy.ties_up(low).filter(|&other| other as u32 != tie) {
                let head = hierarchy.up_head[other];
                let (a, b) = (head.min(high), head.max(high));
                if !self.may_matter(other, before, after) {
                    continue;
                }
                if let Some(above) = hierarchy.tie(a, b) {
                    open.insert((a, above));
                }
            }
        }
    }

    /// Whether a path over this side and the `other` one can exist at all, before or after.
    fn may_matter(&self, other: usize, before: (u32, u32), after: (u32, u32)) -> bool {
        let (up, down) = (self.up[other], self.down[other]);
        (before.1.min(after.1) < NEVER && up < NEVER) || (before.0.min(after.0) < NEVER && down < NEVER)
    }

    /// A tie from its own arcs and the triangles below it.
    fn recomputed(
        &self,
        hierarchy: &Hierarchy,
        weights: &[u32],
        low: u32,
        high: u32,
        tie: u32,
    ) -> (u32, u32) {
        let own =
            |key: u32| hierarchy.arcs_of(key).iter().map(|&arc| weights[arc as usize]).fold(NEVER, u32::min);
        let (mut up, mut down) = (own(tie * 2), own(tie * 2 + 1));
        triangles(hierarchy, low, high, |to_low, to_high| {
            up = up.min(self.down[to_low] + self.up[to_high]);
            down = down.min(self.down[to_high] + self.up[to_low]);
            false
        });
        (up, down)
    }
}

/// Hands out the triangles under the tie from `low` to `high`: the ties from their lowest node to both; ends when told.
pub(crate) fn triangles(
    hierarchy: &Hierarchy,
    low: u32,
    high: u32,
    mut each: impl FnMut(usize, usize) -> bool,
) {
    let (mut a, mut b) = (hierarchy.ties_below(low), hierarchy.ties_below(high));
    let (tail, tie) = (&hierarchy.low_tail, &hierarchy.low_tie);
    // The upper one has many more: what lies beyond the other's last is passed over by halves.
    while !a.is_empty() && !b.is_empty() {
        let (x, y) = (tail[a.start], tail[b.start]);
        if x == y {
            if each(tie[a.start] as usize, tie[b.start] as usize) {
                return;
            }
            (a.start, b.start) = (a.start + 1, b.start + 1);
        } else if x < y {
            a.start += leap(&tail[a.clone()], y);
        } else {
            b.start += leap(&tail[b.clone()], x);
        }
    }
}

/// How many of the rising `values` lie below `wanted`, found by doubling steps.
fn leap(values: &[u32], wanted: u32) -> usize {
    let mut step = 1;
    while step < values.len() && values[step] < wanted {
        step *= 2;
    }
    let from = step / 2;
    from + values[from..(step + 1).min(values.len())].partition_point(|&value| value < wanted)
}

/// Lowers the ties of the nodes from `from` to `to`, whole branches, whose columns the slices are.
fn lower_all(hierarchy: &Hierarchy, from: u32, to: u32, up: &mut [u32], down: &mut [u32]) {
    if from == to {
        return;
    }
    let base = hierarchy.up_first[from as usize] as usize;
    let place = |node: u32| hierarchy.up_first[node as usize] as usize - base;
    if (to - from) as usize <= ALONE {
        lower_run(hierarchy, from, from, to, up, down);
        return;
    }
    // The chain from the root down to where branches part.
    let mut top = to;
    loop {
        let root = top - 1;
        let begin = top - hierarchy.branch[root as usize];
        if begin > from {
            // Two forests beside one another share no tie; they are parted as near the middle as may be.
            let middle = from + (top - from) / 2;
            let mut begin = begin;
            while begin > middle && begin - hierarchy.branch[begin as usize - 1] > from {
                begin -= hierarchy.branch[begin as usize - 1];
            }
            let (up_left, up_right) = up.split_at_mut(place(begin));
            let (down_left, down_right) = down.split_at_mut(place(begin));
            let end = place(top) - place(begin);
            rayon::join(
                || lower_all(hierarchy, from, begin, up_left, down_left),
                || lower_all(hierarchy, begin, top, &mut up_right[..end], &mut down_right[..end]),
            );
            break;
        }
        top = root;
        if top == from {
            break;
        }
    }
    lower_run(hierarchy, from, top, to, up, down);
}

/// Lowers the ties of the nodes from `first` to `to`; those of `from` to `first` are right already.
fn lower_run(hierarchy: &Hierarchy, from: u32, first: u32, to: u32, up: &mut [u32], down: &mut [u32]) {
    let base = hierarchy.up_first[from as usize] as usize;
    let mut column = vec![0_u32; hierarchy.parent.len()];
    for node in first..to {
        let ties = hierarchy.ties_up(node);
        let heads = &hierarchy.up_head[ties.clone()];
        let (up_below, up_rest) = up.split_at_mut(ties.start - base);
        let (down_below, down_rest) = down.split_at_mut(ties.start - base);
        let (own_up, own_down) = (&mut up_rest[..heads.len()], &mut down_rest[..heads.len()]);
        heads.iter().enumerate().for_each(|(place, &head)| column[head as usize] = place as u32);
        for below in hierarchy.ties_below(node) {
            let tie = hierarchy.low_tie[below] as usize;
            let rest = tie + 1..hierarchy.up_first[hierarchy.low_tail[below] as usize + 1] as usize;
            let (to_node, from_node) = (up_below[tie - base], down_below[tie - base]);
            if to_node == NEVER && from_node == NEVER {
                continue;
            }
            let side_up = &up_below[rest.start - base..rest.end - base];
            let side_down = &down_below[rest.start - base..rest.end - base];
            if rest.len() == heads.len() {
                // The same nodes above both: side by side, many at a time.
                lower_row(own_up, side_up, from_node);
                lower_row(own_down, side_down, to_node);
            } else {
                for ((&head, &up), &down) in hierarchy.up_head[rest].iter().zip(side_up).zip(side_down) {
                    let place = column[head as usize] as usize;
                    own_up[place] = own_up[place].min(from_node + up);
                    own_down[place] = own_down[place].min(to_node + down);
                }
            }
        }
    }
}

/// Signed, because the least processors compare only those many at a time.
fn lower_row(own: &mut [u32], side: &[u32], more: u32) {
    for (own, side) in own.iter_mut().zip(side) {
        *own = (*own as i32).min((more + side) as i32) as u32;
    }
}
