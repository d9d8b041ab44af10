//! How roads hang together: what is a part of the whole, and what a bit that leads nowhere.

use crate::Streets;
use crate::routing::NEVER;

/// A part of the network is a loose bit when the largest has this many times its junctions.
const LOOSE: usize = 100;

/// How an edge hangs together with the rest of the network, for one profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In the largest part in which everyone reaches everyone.
    Main,
    /// In another part of some size.
    Apart,
    /// In a bit of road that leads nowhere, or a way in or out that cannot be come back by.
    Loose,
}

/// How each edge hangs together with the rest (Tarjan's strong components).
pub(crate) fn standings(streets: &Streets, weights: &[u32]) -> Vec<Standing> {
    let columns = &streets.columns;
    let count = streets.node_count();
    let (mut index, mut low) = (vec![u32::MAX; count], vec![0_u32; count]);
    let (mut part, mut stack, mut next) = (vec![u32::MAX; count], Vec::<u32>::new(), 0_u32);
    let mut sizes: Vec<usize> = Vec::new();
    let mut open: Vec<(u32, u32)> = Vec::new();
    for root in 0..count as u32 {
        if index[root as usize] != u32::MAX {
            continue;
        }
        open.push((root, columns.first_out[root as usize]));
        (index[root as usize], low[root as usize]) = (next, next);
        next += 1;
        stack.push(root);
        while let Some((node, arc)) = open.last_mut() {
            let (at, taken) = (*node as usize, *arc as usize);
            if taken < columns.first_out[at + 1] as usize {
                *arc += 1;
                let head = columns.arc_head[taken] as usize;
                if weights[taken] >= NEVER {
                    continue;
                }
                if index[head] == u32::MAX {
                    (index[head], low[head]) = (next, next);
                    next += 1;
                    stack.push(head as u32);
                    open.push((head as u32, columns.first_out[head]));
                } else if part[head] == u32::MAX {
                    low[at] = low[at].min(index[head]);
                }
                continue;
            }
            open.pop();
            if let Some(&(above, _)) = open.last() {
                low[above as usize] = low[above as usize].min(low[at]);
            }
            if low[at] == index[at] {
                let mut size = 0;
                while let Some(member) = stack.pop() {
                    part[member as usize] = sizes.len() as u32;
                    size += 1;
                    if member as usize == at {
                        break;
                    }
                }
                sizes.push(size);
            }
        }
    }
    let largest = (0..sizes.len()).max_by_key(|&part| sizes[part]).unwrap_or(0);
    let size = |node: u32| sizes[part[node as usize] as usize];
    let inside = |node: u32| part[node as usize] as usize == largest;
    let mut standing = vec![Standing::Loose; streets.edge_count()];
    for tail in 0..count as u32 {
        for arc in streets.leaving(tail).filter(|&arc| weights[arc] < NEVER) {
            let head = columns.arc_head[arc];
            let edge = &mut standing[columns.arc_edge[arc] as usize / 2];
            if inside(tail) && inside(head) {
                *edge = Standing::Main;
            } else if *edge == Standing::Loose && size(tail).max(size(head)) * LOOSE > sizes[largest] {
                *edge = Standing::Apart;
            }
        }
    }
    standing
}
