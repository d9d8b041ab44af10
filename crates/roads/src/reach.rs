//! What is reached within a time: edges with times, and the area about them.

use crate::itinerary::beside_mps;
use crate::locate::{Foothold, Stop};
use crate::routing::{NEVER, plain};
use crate::{OFF_ROAD_DETOUR, RoadError, Router};
use city::LonLat;
use std::collections::HashMap;

/// A part of an edge that is reached: in the direction of moving, from one share of its length to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReachedEdge {
    /// The edge.
    pub edge: u32,
    /// Whether it is moved along backwards.
    pub back: bool,
    /// Share 0–1 of the edge in its own direction where the part begins.
    pub from_share: f64,
    /// Share where it ends; less than `from_share` when moving back.
    pub to_share: f64,
    /// When its beginning is reached, seconds.
    pub from_s: f64,
    /// When its end is reached, seconds.
    pub to_s: f64,
}

/// What is reached from some places within a time.
#[derive(Clone, Debug)]
pub struct Reach {
    /// How long, seconds.
    pub within_s: f64,
    /// The parts of edges that are reached.
    pub edges: Vec<ReachedEdge>,
    /// From each place to where the network is joined, and when that is reached, seconds.
    pub joins: Vec<(LonLat, LonLat, f64)>,
}

impl Router {
    /// Everything reached from the nearest of `from` within `within_s` seconds, closures heeded.
    ///
    /// # Errors
    /// A place that is none, or without a road near it.
    pub fn reach(&self, from: &[Stop], within_s: f64) -> Result<Reach, RoadError> {
        let most = (within_s * 1e3).clamp(0.0, f64::from(NEVER / 2)) as u32;
        let weights = self.weights();
        let (mut seeds, mut joins) = (Vec::new(), Vec::new());
        let mut parts: HashMap<(u32, bool), ReachedEdge> = HashMap::new();
        for &stop in from {
            let found = self.footholds(stop, weights)?;
            // A road that leads nowhere is no place to start from where there is another near by.
            let last: &Foothold = found.last().unwrap_or(&found[0]);
            let late_s = last.beside_m * OFF_ROAD_DETOUR / beside_mps(self.profile());
            joins.push((stop.at, last.at, late_s));
            let late = (late_s * 1e3) as u32;
            for ((node, time), leg) in self.seeds_from(last, weights) {
                seeds.push((node, time + late));
                let begin = last.share;
                let whole = if leg.back { -last.share } else { 1.0 - last.share };
                keep(&mut parts, (leg.edge, leg.back), begin, whole, late, time, most);
            }
        }
        let reached = plain::reach(&self.streets().columns, weights, &seeds, most, |_, _| false);
        let streets = self.streets();
        for node in (0..streets.node_count() as u32).filter(|&node| reached.time[node as usize] <= most) {
            for arc in streets.leaving(node).filter(|&arc| weights[arc] < NEVER) {
                let edge = streets.columns.arc_edge[arc];
                let (edge, back) = (edge / 2, edge & 1 == 1);
                let (begin, whole) = if back { (1.0, -1.0) } else { (0.0, 1.0) };
                keep(&mut parts, (edge, back), begin, whole, reached.time[node as usize], weights[arc], most);
            }
        }
        let mut edges: Vec<ReachedEdge> = parts.into_values().collect();
        edges.sort_by_key(|part| (part.edge, part.back));
        Ok(Reach { within_s: f64::from(most) / 1e3, edges, joins })
    }
}

/// Keeps the part of an edge that is reached from `begin` on, the longer one where there are two.
fn keep(
    parts: &mut HashMap<(u32, bool), ReachedEdge>,
    (edge, back): (u32, bool),
    begin: f64,
    whole: f64,
    at: u32,
    takes: u32,
    most: u32,
) {
    if at > most {
        return;
    }
    let part = if takes == 0 { 1.0 } else { (f64::from(most - at) / f64::from(takes)).min(1.0) };
    let found = ReachedEdge {
        edge,
        back,
        from_share: begin,
        to_share: begin + whole * part,
        from_s: f64::from(at) / 1e3,
        to_s: (f64::from(at) + f64::from(takes) * part) / 1e3,
    };
    let known = parts.entry((edge, back)).or_insert(found);
    let length = |part: &ReachedEdge| (part.to_share - part.from_share).abs();
    if length(&found) > length(known) || length(&found) == length(known) && found.from_s < known.from_s {
        *known = found;
    }
}
