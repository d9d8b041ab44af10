//! Ways cut into pieces where they meet, and apart where a barrier or a lift stands.

use super::draft::{Draft, DraftWay};
use super::tags::{NameTags, NodeRule, WayTags};
use crate::StreetClass;
use std::collections::HashMap;

/// A storey, metres, where nothing says how high it is.
const STOREY_M: f32 = 4.0;

/// Pieces of ways between junctions: runs of nodes, end to end in one column.
#[derive(Default)]
pub(crate) struct Pieces {
    /// Where the nodes of a piece begin; one more than there are pieces.
    pub first: Vec<u32>,
    pub nodes: Vec<u32>,
    /// The way of the draft.
    pub way: Vec<u32>,
    /// How far above the ground the nodes of lifts lie, metres.
    pub rise_m: HashMap<u32, f32>,
}

impl Pieces {
    pub fn len(&self) -> usize {
        self.way.len()
    }

    pub fn nodes_of(&self, piece: usize) -> &[u32] {
        &self.nodes[self.first[piece] as usize..self.first[piece + 1] as usize]
    }

    pub fn ends(&self, piece: usize) -> [u32; 2] {
        [self.nodes[self.first[piece] as usize], self.nodes[self.first[piece + 1] as usize - 1]]
    }

    fn push(&mut self, nodes: &[u32], way: u32) {
        match nodes {
            // A ring has no two ends: it gets another in its middle.
            [from, .., to] if from == to && nodes.len() > 2 => {
                let middle = nodes.len() / 2;
                self.push(&nodes[..=middle], way);
                self.push(&nodes[middle..], way);
            }
            [from, to] if from == to => {}
            _ => {
                self.nodes.extend(nodes);
                self.first.push(self.nodes.len() as u32);
                self.way.push(way);
            }
        }
    }
}

/// Cuts the ways of `draft`. Copies of nodes and the ways of barriers and lifts are added to it.
pub(crate) fn cut(draft: &mut Draft) -> Pieces {
    let mut uses = vec![0_u8; draft.nodes.len()];
    for &node in draft.ways.iter().flat_map(|way| &way.nodes) {
        uses[node as usize] = uses[node as usize].saturating_add(1);
    }
    draft.rules.keys().for_each(|&node| uses[node as usize] = 2);
    let mut pieces = Pieces { first: vec![0], ..Pieces::default() };
    for (index, way) in draft.ways.iter().enumerate() {
        let mut begin = 0;
        for end in 1..way.nodes.len() {
            if end + 1 == way.nodes.len() || uses[way.nodes[end] as usize] > 1 {
                pieces.push(&way.nodes[begin..=end], index as u32);
                begin = end;
            }
        }
    }
    let mut ends: HashMap<u32, Vec<usize>> = HashMap::new();
    if !draft.rules.is_empty() {
        for piece in 0..pieces.len() {
            let (first, last) = (pieces.first[piece] as usize, pieces.first[piece + 1] as usize - 1);
            for place in [first, last] {
                if draft.rules.contains_key(&pieces.nodes[place]) {
                    ends.entry(pieces.nodes[place]).or_default().push(place);
                }
            }
        }
    }
    // By node, so that every run numbers alike.
    let mut ruled: Vec<_> = ends.into_iter().collect();
    ruled.sort_unstable();
    for (node, places) in ruled {
        match draft.rules[&node] {
            NodeRule::Barrier { passes, limits } => {
                let tags =
                    WayTags { class: StreetClass::Barrier, access: [passes; 2], limits, ..WayTags::lift() };
                for &place in &places[1..] {
                    let copy = copy_node(draft, node);
                    pieces.nodes[place] = copy;
                    join(draft, &mut pieces, [node, copy], tags.clone());
                }
            }
            NodeRule::Lift => stack(draft, &mut pieces, node, &places),
        }
    }
    pieces
}

/// Parts what meets at a lift by storey, and joins every storey with every other by a ride.
fn stack(draft: &mut Draft, pieces: &mut Pieces, node: u32, places: &[usize]) {
    let mut storeys: Vec<(f32, u32)> = Vec::new();
    for &place in places {
        let piece = pieces.first.partition_point(|&first| first as usize <= place) - 1;
        let tags = &draft.ways[pieces.way[piece] as usize].tags;
        let level = tags.level.unwrap_or(f32::from(tags.layer.unwrap_or(0)));
        let storey = match storeys.iter().find(|storey| storey.0 == level) {
            Some(storey) => storey.1,
            None => {
                let own = if storeys.is_empty() { node } else { copy_node(draft, node) };
                storeys.push((level, own));
                pieces.rise_m.insert(own, level * STOREY_M);
                own
            }
        };
        pieces.nodes[place] = storey;
    }
    if storeys.len() == 1 {
        // One storey only: the lift leads nowhere else, and who passes stays on the ground.
        pieces.rise_m.remove(&node);
    }
    for (index, from) in storeys.iter().enumerate() {
        for to in &storeys[index + 1..] {
            join(draft, pieces, [from.1, to.1], WayTags::lift());
        }
    }
}

fn copy_node(draft: &mut Draft, node: u32) -> u32 {
    draft.nodes.push(draft.nodes[node as usize]);
    (draft.nodes.len() - 1) as u32
}

fn join(draft: &mut Draft, pieces: &mut Pieces, ends: [u32; 2], tags: WayTags) {
    let name = draft.name(NameTags::default());
    draft.ways.push(DraftWay { id: 0, nodes: ends.to_vec(), tags, name });
    pieces.push(&ends, (draft.ways.len() - 1) as u32);
}
