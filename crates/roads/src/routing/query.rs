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
    /// The nodes climbed over: all that were reached are among them, because ties lead to ancestors only.
    path: Vec<u32>,
}

impl Side {
    /// Puts everything back and sets the seeds; their ranks in rising order.
    fn begin(&mut self, count: usize, seeds: &[Seed], rank: &[u32]) -> Vec<u32> {
        if self.time.len() != count {
            self.time = vec![NEVER; count];
        }
        for node in self.path.drain(..) {
            self.time[node as usize] = NEVER;
        }
        let mut ranks = Vec::with_capacity(seeds.len());
        for &(node, time) in seeds.iter().filter(|seed| seed.1 < NEVER) {
            let at = rank[node as usize];
            self.time[at as usize] = self.time[at as usize].min(time);
            ranks.push(at);
        }
        ranks.sort_unstable();
        ranks.dedup();
        ranks
    }

    fn climb(&mut self, hierarchy: &Hierarchy, weights: &[u32], node: u32, best: u32) {
        self.path.push(node);
        let time = self.time[node as usize];
        if time < best {
            let ties = hierarchy.ties_up(node);
            for (&head, &weight) in hierarchy.up_head[ties.clone()].iter().zip(&weights[ties]) {
                let known = &mut self.time[head as usize];
                *known = (*known).min(time + weight);
            }
        }
    }

    /// The nodes by which `node` was reached, from it down to a seed. Which ones is looked up afterwards: there are
    /// few, and nothing needs to be written down for the many that were reached on the way.
    fn back(&self, hierarchy: &Hierarchy, weights: &[u32], node: u32, seeds: &[Seed]) -> Vec<u32> {
        let mut nodes = vec![node];
        let mut at = node;
        while !seeds.iter().any(|s| hierarchy.rank[s.0 as usize] == at && s.1 == self.time[at as usize]) {
            let by = hierarchy.ties_below(at).find(|&below| {
                let (low, tie) = (hierarchy.low_tail[below] as usize, hierarchy.low_tie[below] as usize);
                self.time[low] < NEVER && self.time[low] + weights[tie] == self.time[at as usize]
            });
            let Some(by) = by else { break };
            at = hierarchy.low_tail[by];
            nodes.push(at);
        }
        nodes
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
    for (climb, side) in [(&mut up, &mut *ahead), (&mut down, &mut *behind)] {
        while climb.peek() != TOP {
            side.path.push(climb.peek());
            climb.step();
        }
    }
    if meet == TOP {
        return None;
    }
    // The ties from the start up to where they meet, then down to the goal.
    let rising = ahead.back(hierarchy, &metric.up, meet, from);
    let first = hierarchy.node_of[rising[rising.len() - 1] as usize];
    let falling = behind.back(hierarchy, &metric.down, meet, to);
    let climbed = rising.windows(2).rev().map(|pair| (pair[1], pair[0]));
    let steps = climbed.chain(falling.windows(2).map(|pair| (pair[0], pair[1])));
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
