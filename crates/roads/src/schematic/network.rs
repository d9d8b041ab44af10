//! The graph: corners where roads share a position, pieces between them with length, slope and speed.

use super::snap::PieceGrid;
use city::LonLat;
use layers::{RoadClass, StaticLayers, Structure};
use std::collections::HashMap;
use terrain::Ground;

/// A straight piece of road between two corners.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub ends: [u32; 2],
    pub length_m: f32,
    pub flowing_mps: f32,
    /// Rise over run.
    pub grade: f32,
    pub class: RoadClass,
    pub structure: Structure,
}

/// The roads as a graph, ready to be asked for ways. Both directions of every piece are open.
#[derive(Clone, Debug)]
pub(crate) struct Schematic {
    pub(crate) corners: Vec<LonLat>,
    pub(crate) pieces: Vec<Piece>,
    /// For each corner the end of its run in `leaving`; the start is the end of the one before.
    runs: Vec<u32>,
    leaving: Vec<u32>,
    pub(crate) grid: PieceGrid,
}

impl Schematic {
    /// The network of the roads of `layers`, their slopes from `ground`.
    pub fn from_layers(layers: &StaticLayers, ground: &Ground) -> Self {
        let mut corners: Vec<LonLat> = Vec::new();
        let mut known: HashMap<(i64, i64), u32> = HashMap::new();
        let mut corner = |at: LonLat| {
            // 1e-6° is 0.1 m: nearer positions are one corner.
            let key = ((at.lon * 1e6).round() as i64, (at.lat * 1e6).round() as i64);
            *known.entry(key).or_insert_with(|| {
                corners.push(at);
                (corners.len() - 1) as u32
            })
        };
        let mut pieces = Vec::new();
        for road in &layers.roads {
            for pair in road.path.windows(2) {
                let ends = [corner(pair[0]), corner(pair[1])];
                if ends[0] != ends[1] {
                    pieces.push(Piece {
                        ends,
                        length_m: pair[0].distance_m(pair[1]) as f32,
                        flowing_mps: road.speed_mps as f32,
                        grade: 0.0,
                        class: road.class,
                        structure: road.structure,
                    });
                }
            }
        }
        let heights: Vec<Option<f64>> = corners.iter().map(|&at| ground.height_m(at)).collect();
        for piece in &mut pieces {
            piece.grade = grade(piece, heights[piece.ends[0] as usize], heights[piece.ends[1] as usize]);
        }
        let (runs, leaving) = leaving(corners.len(), &pieces);
        let mut network = Self { corners, pieces, runs, leaving, grid: PieceGrid::default() };
        // A street cut off by water leads nowhere, so nobody is sent from it or to it.
        let reached = network.in_largest_part();
        network.grid = PieceGrid::of(&network.corners, &network.pieces, &reached);
        network
    }

    /// How many corners the network has.
    pub fn corner_count(&self) -> usize {
        self.corners.len()
    }

    /// How many straight pieces the network has.
    pub fn piece_count(&self) -> usize {
        self.pieces.len()
    }

    /// For each corner whether it lies in the largest connected part.
    fn in_largest_part(&self) -> Vec<bool> {
        let mut part_of = vec![u32::MAX; self.corners.len()];
        let mut sizes: Vec<usize> = Vec::new();
        for start in 0..self.corners.len() as u32 {
            let (mut size, mut open) = (0, vec![start]);
            while let Some(corner) = open.pop() {
                let part = &mut part_of[corner as usize];
                if *part == u32::MAX {
                    *part = sizes.len() as u32;
                    size += 1;
                    open.extend(self.leaving(corner).iter().map(|&piece| self.other_end(piece, corner)));
                }
            }
            sizes.push(size);
        }
        let largest = (0..sizes.len()).max_by_key(|&part| sizes[part]).unwrap_or(0) as u32;
        part_of.into_iter().map(|part| part == largest).collect()
    }

    /// The pieces that end at `corner`.
    pub(crate) fn leaving(&self, corner: u32) -> &[u32] {
        let start = if corner == 0 { 0 } else { self.runs[corner as usize - 1] };
        &self.leaving[start as usize..self.runs[corner as usize] as usize]
    }

    pub(crate) fn other_end(&self, piece: u32, corner: u32) -> u32 {
        let [a, b] = self.pieces[piece as usize].ends;
        if a == corner { b } else { a }
    }
}

/// Roads wind up hills and tunnels go through them: no road is steeper than its class is built.
fn grade(piece: &Piece, from_m: Option<f64>, to_m: Option<f64>) -> f32 {
    let steepest = match piece.class {
        RoadClass::Expressway => 0.04,
        RoadClass::Trunk | RoadClass::Artery => 0.07,
        RoadClass::County | RoadClass::Local => 0.10,
    };
    match (from_m, to_m) {
        (Some(from), Some(to)) if piece.structure == Structure::Ground => {
            (((to - from) as f32) / piece.length_m.max(1.0)).clamp(-steepest, steepest)
        }
        _ => 0.0,
    }
}

fn leaving(corner_count: usize, pieces: &[Piece]) -> (Vec<u32>, Vec<u32>) {
    let mut runs = vec![0_u32; corner_count];
    for end in pieces.iter().flat_map(|piece| piece.ends) {
        runs[end as usize] += 1;
    }
    let mut sum = 0;
    let mut next: Vec<u32> = Vec::with_capacity(corner_count);
    for run in &mut runs {
        next.push(sum);
        sum += *run;
        *run = sum;
    }
    let mut leaving = vec![0_u32; sum as usize];
    for (index, piece) in pieces.iter().enumerate() {
        for end in piece.ends {
            leaving[next[end as usize] as usize] = index as u32;
            next[end as usize] += 1;
        }
    }
    (runs, leaving)
}
