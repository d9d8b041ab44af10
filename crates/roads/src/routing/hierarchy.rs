//! Which shortcuts contraction in the given order leaves, whatever they cost.
//!
//! Nodes are numbered by rank here, in such an order that everything below a node stands right before it.

use crate::streets::Columns;
use rayon::prelude::*;

/// No parent: a node that nothing above is tied to.
pub(crate) const TOP: u32 = u32::MAX;

/// The shortcuts ("ties"), each between a lower and a higher node.
#[derive(Debug)]
pub(crate) struct Hierarchy {
    /// The rank of each node of the network.
    pub rank: Vec<u32>,
    /// The node of the network at each rank.
    pub node_of: Vec<u32>,
    /// Where the ties up from each rank begin, and where they lead, in rising order.
    pub up_first: Vec<u32>,
    pub up_head: Vec<u32>,
    /// The ties that come up from below: where those to each rank begin; their lower end and the tie.
    pub low_first: Vec<u32>,
    pub low_tail: Vec<u32>,
    pub low_tie: Vec<u32>,
    /// The next one above in the tree of elimination, and how many nodes its branch has with itself.
    pub parent: Vec<u32>,
    pub branch: Vec<u32>,
    /// For each arc twice its tie, one more where it leads down; the arcs of each tie follow by `tie_arcs`.
    pub tie_of: Vec<u32>,
    /// Arcs by their tie.
    pub by_tie: Vec<u32>,
}

impl Hierarchy {
    /// Contracts the network in its order.
    pub fn of(columns: &Columns) -> Hierarchy {
        let count = columns.order.len();
        let mut rank = vec![0_u32; count];
        columns.order.iter().enumerate().for_each(|(r, &node)| rank[node as usize] = r as u32);
        let parent = contract(columns, &rank, |_, _| {});
        // Depth first, so that branches stand together; the ties stay the same.
        let place = branches_together(&parent);
        rank.iter_mut().for_each(|r| *r = place[*r as usize]);
        let mut node_of = vec![0_u32; count];
        rank.iter().enumerate().for_each(|(node, &r)| node_of[r as usize] = node as u32);
        let (mut up_first, mut up_head) = (vec![0_u32], Vec::new());
        let parent = contract(columns, &rank, |_, heads| {
            up_head.extend_from_slice(heads);
            up_first.push(up_head.len() as u32);
        });
        let mut branch = vec![1_u32; count];
        for node in 0..count {
            if parent[node] != TOP {
                branch[parent[node] as usize] += branch[node];
            }
        }
        let (low_first, low_tail, low_tie) = from_below(&up_first, &up_head);
        let tie_of: Vec<u32> = (0..count)
            .into_par_iter()
            .flat_map_iter(|node| {
                let arcs = columns.leaving(node as u32);
                let (rank, up_first, up_head) = (&rank, &up_first, &up_head);
                arcs.map(move |arc| {
                    let (a, b) = (rank[node], rank[columns.arc_head[arc] as usize]);
                    let (low, high) = (a.min(b), a.max(b));
                    tie_between(up_first, up_head, low, high).map_or(TOP, |tie| tie * 2 + u32::from(a > b))
                })
            })
            .collect();
        let mut by_tie: Vec<u32> = (0..tie_of.len() as u32).collect();
        by_tie.par_sort_unstable_by_key(|&arc| (tie_of[arc as usize], arc));
        Hierarchy {
            rank,
            node_of,
            up_first,
            up_head,
            low_first,
            low_tail,
            low_tie,
            parent,
            branch,
            tie_of,
            by_tie,
        }
    }

    pub fn ties_up(&self, node: u32) -> std::ops::Range<usize> {
        self.up_first[node as usize] as usize..self.up_first[node as usize + 1] as usize
    }

    pub fn ties_below(&self, node: u32) -> std::ops::Range<usize> {
        self.low_first[node as usize] as usize..self.low_first[node as usize + 1] as usize
    }

    /// The tie between two nodes, the lower named first.
    pub fn tie(&self, low: u32, high: u32) -> Option<u32> {
        tie_between(&self.up_first, &self.up_head, low, high)
    }

    /// The arcs that a tie has itself, in one direction: `key` is twice the tie, one more for down.
    pub fn arcs_of(&self, key: u32) -> &[u32] {
        let first = self.by_tie.partition_point(|&arc| self.tie_of[arc as usize] < key);
        let count = self.by_tie[first..].iter().take_while(|&&arc| self.tie_of[arc as usize] == key).count();
        &self.by_tie[first..first + count]
    }
}

fn tie_between(up_first: &[u32], up_head: &[u32], low: u32, high: u32) -> Option<u32> {
    let (first, last) = (up_first[low as usize] as usize, up_first[low as usize + 1] as usize);
    up_head[first..last].binary_search(&high).ok().map(|place| (first + place) as u32)
}

/// Contracts by rank: a node's upper neighbours become neighbours of one another, which is to say of the lowest of
/// them. Hands out the upper neighbours of each node in turn; returns the lowest of each.
fn contract(columns: &Columns, rank: &[u32], mut each: impl FnMut(u32, &[u32])) -> Vec<u32> {
    let count = rank.len();
    let mut upper: Vec<Vec<u32>> = vec![Vec::new(); count];
    for node in 0..count {
        for arc in columns.leaving(node as u32) {
            let (a, b) = (rank[node], rank[columns.arc_head[arc] as usize]);
            if a != b {
                upper[a.min(b) as usize].push(a.max(b));
            }
        }
    }
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); count];
    let mut kept: Vec<Vec<u32>> = vec![Vec::new(); count];
    let mut seen = vec![u32::MAX; count];
    let mut parent = vec![TOP; count];
    for node in 0..count as u32 {
        let mut heads = std::mem::take(&mut upper[node as usize]);
        heads.retain(|&head| std::mem::replace(&mut seen[head as usize], node) != node);
        for child in std::mem::take(&mut children[node as usize]) {
            for head in std::mem::take(&mut kept[child as usize]) {
                if head != node && std::mem::replace(&mut seen[head as usize], node) != node {
                    heads.push(head);
                }
            }
        }
        heads.sort_unstable();
        each(node, &heads);
        if let Some(&lowest) = heads.first() {
            parent[node as usize] = lowest;
            children[lowest as usize].push(node);
            kept[node as usize] = heads;
        }
    }
    parent
}

/// New numbers under which every branch of the tree is a run that ends with its root.
fn branches_together(parent: &[u32]) -> Vec<u32> {
    let count = parent.len();
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); count];
    let mut open: Vec<(u32, bool)> = Vec::new();
    for node in 0..count as u32 {
        match parent[node as usize] {
            TOP => open.push((node, false)),
            above => children[above as usize].push(node),
        }
    }
    let mut place = vec![0_u32; count];
    let mut next = 0;
    while let Some((node, done)) = open.pop() {
        if done {
            place[node as usize] = next;
            next += 1;
        } else {
            open.push((node, true));
            open.extend(children[node as usize].iter().map(|&child| (child, false)));
        }
    }
    place
}

/// The ties by their upper end.
fn from_below(up_first: &[u32], up_head: &[u32]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let count = up_first.len() - 1;
    let mut first = vec![0_u32; count + 1];
    up_head.iter().for_each(|&head| first[head as usize + 1] += 1);
    (0..count).for_each(|node| first[node + 1] += first[node]);
    let mut next = first.clone();
    let (mut tail, mut tie) = (vec![0_u32; up_head.len()], vec![0_u32; up_head.len()]);
    for node in 0..count {
        for up in up_first[node]..up_first[node + 1] {
            let place = &mut next[up_head[up as usize] as usize];
            (tail[*place as usize], tie[*place as usize]) = (node as u32, up);
            *place += 1;
        }
    }
    (first, tail, tie)
}
