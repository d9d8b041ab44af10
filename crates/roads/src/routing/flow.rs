//! The smallest cut between two sides of a piece of the network (Dinic), for [`super::order`].

/// A piece of the network, its nodes numbered from 0, every tie in both directions.
pub(crate) struct Piece {
    /// The nodes by their numbers in the whole network.
    pub ids: Vec<u32>,
    pub first: Vec<u32>,
    pub near: Vec<u32>,
}

impl Piece {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    fn ties(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.near[self.ties(node)]
    }

    /// For each tie the same one the other way: neighbours are in order, so they come up in order too.
    pub fn reverse(&self) -> Vec<u32> {
        let mut next: Vec<u32> = self.first[..self.len()].to_vec();
        let mut reverse = vec![0; self.near.len()];
        for node in 0..self.len() as u32 {
            for tie in self.ties(node) {
                let other = self.near[tie] as usize;
                if other as u32 > node {
                    reverse[tie] = next[other];
                    reverse[next[other] as usize] = tie as u32;
                    next[other] += 1;
                }
            }
        }
        reverse
    }
}

const SOURCE: u8 = 1;
const SINK: u8 = 2;

/// The nodes on the side of the source after the smallest cut from the first `share` nodes of `line` to its last;
/// `None` when the cut is larger than `most` ties.
pub(crate) fn cut(
    piece: &Piece,
    reverse: &[u32],
    line: &[u32],
    share: usize,
    most: usize,
) -> Option<(usize, Vec<bool>)> {
    let count = piece.len();
    let mut side = vec![0_u8; count];
    line[..share].iter().for_each(|&node| side[node as usize] = SOURCE);
    line[count - share..].iter().for_each(|&node| side[node as usize] = SINK);
    // What a tie still carries beyond its one unit: 0, 1 or 2 once the other way is in use.
    let mut left = vec![1_u8; piece.near.len()];
    // Of the sources only those at the edge can send anything.
    let leads_on = |&node: &u32| piece.neighbours(node).iter().any(|&other| side[other as usize] != SOURCE);
    let sources: Vec<u32> = line[..share].iter().copied().filter(leads_on).collect();
    let mut flow = 0;
    let mut level = vec![u32::MAX; count];
    let mut queue: Vec<u32> = Vec::with_capacity(count);
    let mut next = vec![0_u32; count];
    loop {
        level.fill(u32::MAX);
        queue.clear();
        line[..share].iter().for_each(|&node| level[node as usize] = 0);
        queue.extend(&sources);
        let (mut at, mut reached) = (0, u32::MAX);
        while at < queue.len() {
            let node = queue[at];
            at += 1;
            if level[node as usize] >= reached {
                break;
            }
            for tie in piece.ties(node) {
                let other = piece.near[tie] as usize;
                if left[tie] > 0 && level[other] == u32::MAX {
                    level[other] = level[node as usize] + 1;
                    if side[other] == SINK {
                        reached = reached.min(level[other]);
                    }
                    queue.push(other as u32);
                }
            }
        }
        if reached == u32::MAX {
            return Some((flow, level.iter().map(|&l| l != u32::MAX).collect()));
        }
        next.copy_from_slice(&piece.first[..count]);
        for &source in &sources {
            while push(piece, reverse, source, &side, &level, &mut next, &mut left) {
                flow += 1;
                if flow > most {
                    return None;
                }
            }
        }
    }
}

/// Sends one unit from `source` to a sink along rising levels.
fn push(
    piece: &Piece,
    reverse: &[u32],
    source: u32,
    side: &[u8],
    level: &[u32],
    next: &mut [u32],
    left: &mut [u8],
) -> bool {
    let mut path: Vec<u32> = Vec::new();
    let mut node = source as usize;
    loop {
        if side[node] == SINK {
            for &tie in &path {
                left[tie as usize] -= 1;
                left[reverse[tie as usize] as usize] += 1;
            }
            return true;
        }
        let end = piece.first[node + 1];
        let mut open = next[node];
        while open < end {
            let other = piece.near[open as usize] as usize;
            if left[open as usize] > 0 && level[other] == level[node].wrapping_add(1) {
                break;
            }
            open += 1;
        }
        next[node] = open;
        if open < end {
            path.push(open);
            node = piece.near[open as usize] as usize;
        } else {
            // A dead end: one step back, and never here again.
            let Some(tie) = path.pop() else { return false };
            node = piece.near[reverse[tie as usize] as usize] as usize;
            next[node] += 1;
        }
    }
}
