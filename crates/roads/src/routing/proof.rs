//! On random networks the hierarchy, the plain search and Bellman and Ford's agree, whatever changes.

use super::hierarchy::Hierarchy;
use super::metric::Metric;
use super::query::{Scratch, Seed, quickest};
use super::{NEVER, order, plain};
use crate::streets::Columns;

/// Numbers that look thrown.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(end)) as u32
    }
}

/// A network of some nodes in which one-way streets, loose parts and arcs side by side come up.
fn network(nodes: u32, arcs: u32, dice: &mut Dice) -> (Columns, Vec<u32>) {
    let mut list: Vec<(u32, u32)> = (0..arcs).map(|_| (dice.below(nodes), dice.below(nodes))).collect();
    list.retain(|arc| arc.0 != arc.1);
    list.sort_unstable();
    let mut columns = Columns { first_out: vec![0; nodes as usize + 1], ..Columns::default() };
    for &(tail, head) in &list {
        columns.first_out[tail as usize + 1] += 1;
        columns.arc_head.push(head);
    }
    (0..nodes as usize).for_each(|node| columns.first_out[node + 1] += columns.first_out[node]);
    columns.node_lon = (0..nodes).map(|_| dice.below(1_000_000) as i32).collect();
    columns.node_lat = (0..nodes).map(|_| dice.below(1_000_000) as i32).collect();
    columns.order = order::order(&columns);
    let weights = list.iter().map(|_| weight(dice)).collect();
    (columns, weights)
}

fn weight(dice: &mut Dice) -> u32 {
    match dice.below(12) {
        0 => NEVER,
        1 => 0,
        _ => dice.below(5_000),
    }
}

fn bellman_ford(columns: &Columns, weights: &[u32], from: &[Seed], to: &[Seed]) -> Option<u32> {
    let nodes = columns.node_lon.len();
    let mut time = vec![u64::MAX / 2; nodes];
    from.iter().for_each(|seed| time[seed.0 as usize] = time[seed.0 as usize].min(u64::from(seed.1)));
    for _ in 0..nodes {
        for node in 0..nodes {
            for arc in columns.leaving(node as u32) {
                if weights[arc] < NEVER {
                    let head = columns.arc_head[arc] as usize;
                    time[head] = time[head].min(time[node] + u64::from(weights[arc]));
                }
            }
        }
    }
    let best = to.iter().map(|seed| time[seed.0 as usize] + u64::from(seed.1)).min()?;
    (best < u64::MAX / 4).then_some(best as u32)
}

fn agree(columns: &Columns, hierarchy: &Hierarchy, metric: &Metric, weights: &[u32], dice: &mut Dice) {
    let nodes = columns.node_lon.len() as u32;
    let mut scratch = Scratch::default();
    for _ in 0..40 {
        let mut ends = || -> Vec<Seed> {
            (0..1 + dice.below(2)).map(|_| (dice.below(nodes), dice.below(900))).collect()
        };
        let (from, to) = (ends(), ends());
        let truth = bellman_ford(columns, weights, &from, &to);
        let slow = plain::quickest(columns, weights, &from, &to);
        let quick = quickest(hierarchy, metric, weights, &from, &to, &mut scratch);
        assert_eq!(slow.map(|found| found.time), truth);
        assert_eq!(quick.as_ref().map(|found| found.time), truth);
        let Some(found) = quick else { continue };
        // The arcs told really lead there in that time.
        let (mut node, mut time) = (found.first, 0);
        for arc in found.arcs {
            assert!((columns.first_out[node as usize]..columns.first_out[node as usize + 1]).contains(&arc));
            (node, time) = (columns.arc_head[arc as usize], time + weights[arc as usize]);
        }
        let least = |ends: &[Seed], node: u32| {
            ends.iter().filter(|e| e.0 == node).map(|e| e.1).min().expect("an end")
        };
        assert_eq!(time + least(&from, found.first) + least(&to, node), found.time);
    }
}

#[test]
fn the_hierarchy_is_exact_on_random_networks_and_stays_so_when_weights_change() {
    let mut dice = Dice(7);
    for round in 0..60 {
        let nodes = 2 + dice.below(if round % 4 == 0 { 400 } else { 60 });
        let arcs = nodes * (1 + dice.below(4));
        let (columns, mut weights) = network(nodes, arcs, &mut dice);
        let hierarchy = Hierarchy::of(&columns);
        let mut metric = Metric::of(&hierarchy, &weights);
        agree(&columns, &hierarchy, &metric, &weights, &mut dice);
        for _ in 0..3 {
            let changed: Vec<u32> = (0..weights.len() as u32).filter(|_| dice.below(10) == 0).collect();
            changed.iter().for_each(|&arc| weights[arc as usize] = weight(&mut dice));
            metric.update(&hierarchy, &weights, &changed);
            let anew = Metric::of(&hierarchy, &weights);
            assert!(metric.up == anew.up && metric.down == anew.down);
            agree(&columns, &hierarchy, &metric, &weights, &mut dice);
        }
    }
}
