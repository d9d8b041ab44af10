//! The quickest way over a hierarchy: up from the start, up from the goal, and down from where they meet.

use super::NEVER;
use super::hierarchy::{Hierarchy, TOP};
use super::metric::{Metric, triangles};

/// Where a search begins or ends: a node and the time to or from it, milliseconds.
pub(crate) type Seed = (u32, u32);

/// What a search writes on; one for each that runs at the same time.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    ahead: Side,
    behind: Side,
}

#[derive(Debug, Default)]
struct Side {
    time: Vec<u32>,
    before: Vec<u32>,
    touched: Vec<u32>,
}

impl Side {
    fn begin(&mut self, count: usize, seeds: &[Seed], rank: &[u32]) -> Vec<u32> {
        if self.time.len() != count {
            (self.time, self.before) = (vec![NEVER; count], vec![TOP; count]);
        }
        for node in self.touched.drain(..) {
            (self.time[node as usize], self.before[node as usize]) = (NEVER, TOP);
        }
        let mut ranks = Vec::with_capacity(seeds.len());
        for &(node, time) in seeds.iter().filter(|seed| seed.1 < NEVER) {
            let at = rank[node as usize];
            self.reach(at, time, TOP);
            ranks.push(at);
        }
        ranks.sort_unstable();
        ranks.dedup();
        ranks
    }

    fn reach(&mut self, node: u32, time: u32, before: u32) {
        let known = &mut self.time[node as usize];
        if time < *known {
            if *known == NEVER {
                self.touched.push(node);
            }
            *known = time;
            self.before[node as usize] = before;
        }
    }

    fn climb(&mut self, hierarchy: &Hierarchy, weights: &[u32], node: u32, best: u32) {
        let time = self.time[node as usize];
        if time < best {
            for tie in hierarchy.ties_up(node) {
                self.reach(hierarchy.up_head[tie], time + weights[tie], node);
            }
        }
    }
}

/// The nodes that lie on the tree's paths from some nodes to its roots, in rising order.
struct Climb<'a> {
    parent: &'a [u32],
    open: Vec<u32>,
}

impl Climb<'_> {
    fn peek(&self) -> u32 {
        self.open.first().copied().unwrap_or(TOP)
    }

    fn step(&mut self) {
        let node = self.open[0];
        let next = self.parent[node as usize];
        self.open.remove(0);
        if next != TOP
            && let Err(place) = self.open.binary_search(&next)
        {
            self.open.insert(place, next);
        }
    }
}

/// A way found: its time in milliseconds, the node it begins at, and the arcs it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub time: u32,
    pub first: u32,
    pub arcs: Vec<u32>,
}

/// The quickest way from one of `from` to one of `to`; `None` where there is none.
pub(crate) fn quickest(
    hierarchy: &Hierarchy,
    metric: &Metric,
    weights: &[u32],
    from: &[Seed],
    to: &[Seed],
    scratch: &mut Scratch,
) -> Option<Found> {
    let count = hierarchy.parent.len();
    let (ahead, behind) = (&mut scratch.ahead, &mut scratch.behind);
    let mut up = Climb { parent: &hierarchy.parent, open: ahead.begin(count, from, &hierarchy.rank) };
    let mut down = Climb { parent: &hierarchy.parent, open: behind.begin(count, to, &hierarchy.rank) };
    let (mut best, mut meet) = (NEVER, TOP);
    // Each path by itself until they share a node; from there on both at once, cut off at the best so far.
    loop {
        let (a, b) = (up.peek(), down.peek());
        if a == TOP || b == TOP {
            break;
        }
        if a < b {
            ahead.climb(hierarchy, &metric.up, a, NEVER);
            up.step();
        } else if b < a {
            behind.climb(hierarchy, &metric.down, b, NEVER);
            down.step();
        } else {
            let time = ahead.time[a as usize] + behind.time[a as usize];
            if time < best {
                (best, meet) = (time, a);
            }
            ahead.climb(hierarchy, &metric.up, a, best);
            behind.climb(hierarchy, &metric.down, a, best);
            up.step();
            down.step();
        }
    }
    if meet == TOP {
        return None;
    }
    // The ties from the start up to where they meet, then down to the goal.
    let mut steps: Vec<(u32, u32)> = Vec::new();
    let mut node = meet;
    while ahead.before[node as usize] != TOP {
        let before = ahead.before[node as usize];
        steps.push((before, node));
        node = before;
    }
    steps.reverse();
    let first = hierarchy.node_of[node as usize];
    let mut node = meet;
    while behind.before[node as usize] != TOP {
        let before = behind.before[node as usize];
        steps.push((node, before));
        node = before;
    }
    let mut arcs = Vec::new();
    for (a, b) in steps {
        unpack(hierarchy, metric, weights, a, b, &mut arcs);
    }
    Some(Found { time: best, first, arcs })
}

/// The arcs that the tie from `a` to `b` stands for.
fn unpack(hierarchy: &Hierarchy, metric: &Metric, weights: &[u32], a: u32, b: u32, arcs: &mut Vec<u32>) {
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        let (low, high) = (a.min(b), a.max(b));
        let Some(tie) = hierarchy.tie(low, high) else { continue };
        let time = if a < b { metric.up[tie as usize] } else { metric.down[tie as usize] };
        let key = tie * 2 + u32::from(a > b);
        if let Some(&arc) = hierarchy.arcs_of(key).iter().find(|&&arc| weights[arc as usize] == time) {
            arcs.push(arc);
            continue;
        }
        let mut middle = None;
        triangles(hierarchy, low, high, |to_low, to_high| {
            let (first, second) = if a < b {
                (metric.down[to_low], metric.up[to_high])
            } else {
                (metric.down[to_high], metric.up[to_low])
            };
            if first + second == time {
                middle = Some(hierarchy.up_first.partition_point(|&f| f as usize <= to_low) as u32 - 1);
            }
            middle.is_some()
        });
        if let Some(middle) = middle {
            // The last pushed comes first.
            open.extend([(middle, b), (a, middle)]);
        }
    }
}
