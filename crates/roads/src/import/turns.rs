//! Arcs along edges, and the turns between them that are forbidden.
//!
//! A restricted arrival ends at a copy of its junction of its own, from which the forbidden turns are not open to
//! vehicles. So a search over nodes obeys every restriction exactly.

use super::draft::DraftTurn;
use super::problems::Problems;
use crate::Mode;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An edge as turns need it: its ends, its way, and who may go along and back.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    pub nodes: [u32; 2],
    pub way: i64,
    pub access: [u8; 2],
}

/// An arc: twice the edge, one more for the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arc {
    pub tail: u32,
    pub head: u32,
    pub edge: u32,
    pub ban: u8,
}

/// The arcs in the order of their tails, the nodes that were copied (in the order of the new ones), and how many
/// restrictions hold.
pub(crate) struct Arcs {
    pub arcs: Vec<Arc>,
    pub copies: Vec<u32>,
    pub held: usize,
}

/// Makes the arcs of `edges` between `nodes` nodes. The junction of a turn is given as a node here.
pub(crate) fn arcs(edges: &[Ends], nodes: usize, turns: &[DraftTurn], problems: &mut Problems) -> Arcs {
    let mut arcs = Vec::with_capacity(edges.len() * 2);
    for (index, edge) in edges.iter().enumerate() {
        let [a, b] = edge.nodes;
        for (back, tail, head) in [(0, a, b), (1, b, a)] {
            if edge.access[back as usize] != 0 {
                arcs.push(Arc { tail, head, edge: index as u32 * 2 + back, ban: 0 });
            }
        }
    }
    let (bans, held) = bans(edges, turns, problems);
    let mut copies = Vec::new();
    if !bans.is_empty() {
        // Who is restricted ends at a copy; then the copy gets the ways out of its original.
        let mut copy_of: HashMap<u32, u32> = HashMap::new();
        for arc in &mut arcs {
            if bans.contains_key(&arc.edge) {
                let copy = (nodes + copies.len()) as u32;
                copies.push(arc.head);
                copy_of.insert(arc.edge, copy);
                arc.head = copy;
            }
        }
        let via: BTreeSet<u32> = copies.iter().copied().collect();
        let mut out: HashMap<u32, Vec<Arc>> = HashMap::new();
        for arc in arcs.iter().filter(|arc| via.contains(&arc.tail)) {
            out.entry(arc.tail).or_default().push(*arc);
        }
        for (arrival, forbidden) in &bans {
            let Some(&copy) = copy_of.get(arrival) else { continue };
            let original = copies[copy as usize - nodes];
            for arc in out.get(&original).into_iter().flatten() {
                let ban = if forbidden.contains(&arc.edge) { Mode::CAR | Mode::EMERGENCY } else { 0 };
                arcs.push(Arc { tail: copy, ban, ..*arc });
            }
        }
    }
    arcs.sort_unstable();
    Arcs { arcs, copies, held }
}

/// For each restricted arrival the exits it may not take, as arcs' edges; and how many restrictions were understood.
fn bans(
    edges: &[Ends],
    turns: &[DraftTurn],
    problems: &mut Problems,
) -> (BTreeMap<u32, BTreeSet<u32>>, usize) {
    let vias: BTreeSet<u32> = turns.iter().map(|turn| turn.via).collect();
    let mut at: HashMap<u32, Vec<u32>> = HashMap::new();
    if !vias.is_empty() {
        for (index, edge) in edges.iter().enumerate() {
            // The exits of a node: along from its first end, back from its last.
            for (back, node) in [(0, edge.nodes[0]), (1, edge.nodes[1])] {
                if vias.contains(&node) {
                    at.entry(node).or_default().push(index as u32 * 2 + back);
                }
            }
        }
    }
    let (mut bans, mut held): (BTreeMap<u32, BTreeSet<u32>>, usize) = (BTreeMap::new(), 0);
    for turn in turns {
        let exits = at.get(&turn.via).map_or(&[][..], Vec::as_slice);
        let motor = |exit: &u32, back: u32| {
            let way_bits = edges[(exit / 2) as usize].access[((exit ^ back) & 1) as usize];
            way_bits & (Mode::CAR | Mode::EMERGENCY) != 0
        };
        let of = |way: i64| exits.iter().copied().filter(move |exit| edges[(exit / 2) as usize].way == way);
        // An exit taken backwards is an arrival.
        let arrivals: Vec<u32> =
            of(turn.from_way).filter(|exit| motor(exit, 1)).map(|exit| exit ^ 1).collect();
        let leaves: Vec<u32> = of(turn.to_way).filter(|exit| motor(exit, 0)).collect();
        let ([arrival], false) = (&arrivals[..], leaves.is_empty()) else {
            problems.add("turn restrictions that fit no junction", || {
                format!("way {} to {}", turn.from_way, turn.to_way)
            });
            continue;
        };
        let u_turn = arrival ^ 1;
        let forbidden: Vec<u32> = match turn.only {
            true => exits.iter().copied().filter(|exit| !leaves.contains(exit)).collect(),
            false if turn.from_way == turn.to_way => vec![u_turn],
            false => leaves,
        };
        held += 1;
        bans.entry(*arrival).or_default().extend(forbidden);
    }
    (bans, held)
}
