//! Places of cases, brought together on a grid where there are too many, and the neighbours of each by distance.

use super::{Case, ScanSettings};
use geodesy::EastNorth;
use std::collections::HashMap;

/// Grids that are tried, metres, finest first; 0 keeps every place.
const GRIDS_M: [f64; 10] = [0.0, 25.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0, 350.0, 500.0];
/// Places are told apart by centimetres.
const SAME_M: f64 = 0.01;

/// The places of a study.
pub(super) struct Ground {
    places: Vec<EastNorth>,
    place_of: Vec<u32>,
    /// Of each place, where its neighbours begin; one more at the end.
    starts: Vec<u32>,
    /// The neighbours of each place within the largest radius, itself first, then by distance.
    neighbours: Vec<u32>,
    distances_m: Vec<f32>,
    grid_m: f64,
}

impl Ground {
    pub fn new(held: &[(u32, Case, u32)], settings: &ScanSettings) -> Self {
        let reach_m = settings.radii_m.last().map_or(settings.max_radius_m, |r| r.min(settings.max_radius_m));
        let mut grids = GRIDS_M.iter().copied().filter(|grid| *grid <= reach_m / 4.0).peekable();
        let mut grid_m = settings.grid_m.unwrap_or(0.0);
        loop {
            let next = grids.next();
            if settings.grid_m.is_none() {
                grid_m = next.unwrap_or(grid_m);
            }
            let (places, place_of) = places(held, grid_m);
            let cells = Cells::new(&places, reach_m);
            let last = settings.grid_m.is_some() || grids.peek().is_none();
            if last || cells.estimate_pairs(&places, reach_m) <= settings.most_pairs as f64 {
                let mut ground = Self {
                    places,
                    place_of,
                    starts: vec![0],
                    neighbours: vec![],
                    distances_m: vec![],
                    grid_m,
                };
                ground.find_neighbours(&cells, reach_m);
                return ground;
            }
        }
    }

    fn find_neighbours(&mut self, cells: &Cells, reach_m: f64) {
        let mut near: Vec<(f64, u32)> = Vec::new();
        for (index, &at) in self.places.iter().enumerate() {
            near.clear();
            cells.near(&self.places, at, reach_m, |other, d2| near.push((d2, other)));
            // Itself first: nothing is nearer, and of places as near the lower number wins.
            near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            debug_assert_eq!(near.first().map(|n| n.1), Some(index as u32));
            self.neighbours.extend(near.iter().map(|n| n.1));
            self.distances_m.extend(near.iter().map(|n| n.0.sqrt() as f32));
            self.starts.push(self.neighbours.len() as u32);
        }
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Where the place of that number is: the mean of its cases.
    pub fn at(&self, place: u32) -> EastNorth {
        self.places[place as usize]
    }

    /// The place of the `i`th held case.
    pub fn place_of(&self, i: usize) -> u32 {
        self.place_of[i]
    }

    /// The width of the grid, metres; 0 without.
    pub fn grid_m(&self) -> f64 {
        self.grid_m
    }

    /// The neighbours of `place` by distance, itself first, and their distances in metres.
    pub fn neighbours(&self, place: usize) -> (&[u32], &[f32]) {
        let range = self.starts[place] as usize..self.starts[place + 1] as usize;
        (&self.neighbours[range.clone()], &self.distances_m[range])
    }
}

/// The places of the cases on a grid, and the place of each case. Places are numbered by rows of 500 m, so that
/// neighbours lie near one another in memory; the order of the cases does not matter.
fn places(held: &[(u32, Case, u32)], grid_m: f64) -> (Vec<EastNorth>, Vec<u32>) {
    let width_m = if grid_m > 0.0 { grid_m } else { SAME_M };
    let key = |at: EastNorth| {
        let cell = |m: f64, width: f64| (m / width).floor() as i64;
        let (x, y) = (cell(at.east_m, width_m), cell(at.north_m, width_m));
        (cell(at.north_m, 500.0), cell(at.east_m, 500.0), y, x)
    };
    let mut order: Vec<usize> = (0..held.len()).collect();
    // By place within the cell too, so that the mean is summed in one order.
    order.sort_by(|&a, &b| {
        let (p, q) = (held[a].1.at, held[b].1.at);
        key(p).cmp(&key(q)).then(p.east_m.total_cmp(&q.east_m)).then(p.north_m.total_cmp(&q.north_m))
    });
    let mut places = Vec::new();
    let mut place_of = vec![0; held.len()];
    for group in order.chunk_by(|&a, &b| key(held[a].1.at) == key(held[b].1.at)) {
        let mean = |of: fn(EastNorth) -> f64| {
            group.iter().map(|&i| of(held[i].1.at)).sum::<f64>() / group.len() as f64
        };
        group.iter().for_each(|&i| place_of[i] = places.len() as u32);
        places.push(EastNorth::new(mean(|p| p.east_m), mean(|p| p.north_m)));
    }
    (places, place_of)
}

/// Places by cells as wide as the reach, so that all within it lie in nine of them.
struct Cells {
    width_m: f64,
    cells: HashMap<(i64, i64), Vec<u32>>,
}

impl Cells {
    fn new(places: &[EastNorth], reach_m: f64) -> Self {
        let width_m = reach_m.max(1.0);
        let mut cells: HashMap<(i64, i64), Vec<u32>> = HashMap::new();
        for (index, &at) in places.iter().enumerate() {
            cells.entry(Self::cell(at, width_m)).or_default().push(index as u32);
        }
        Self { width_m, cells }
    }

    fn cell(at: EastNorth, width_m: f64) -> (i64, i64) {
        ((at.east_m / width_m).floor() as i64, (at.north_m / width_m).floor() as i64)
    }

    fn near(&self, places: &[EastNorth], at: EastNorth, reach_m: f64, mut found: impl FnMut(u32, f64)) {
        let (x, y) = Self::cell(at, self.width_m);
        for key in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy))) {
            for &other in self.cells.get(&key).map_or(&[][..], Vec::as_slice) {
                let there = places[other as usize];
                let d2 = (there.east_m - at.east_m).powi(2) + (there.north_m - at.north_m).powi(2);
                if d2 <= reach_m * reach_m {
                    found(other, d2);
                }
            }
        }
    }

    /// Pairs of neighbours, from every so manieth place.
    fn estimate_pairs(&self, places: &[EastNorth], reach_m: f64) -> f64 {
        let step = (places.len() / 400).max(1);
        let (mut looked, mut pairs) = (0.0, 0.0);
        for at in places.iter().step_by(step) {
            looked += 1.0;
            self.near(places, *at, reach_m, |_, _| pairs += 1.0);
        }
        pairs / f64::max(looked, 1.0) * places.len() as f64
    }
}
