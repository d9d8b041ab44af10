//! The quickest way by A*: the straight distance at the highest speed is the least that is left.

use super::Schematic;
use super::network::Piece;
use super::snap::Entry;
use crate::{OFF_ROAD_DETOUR, OFF_ROAD_SPEED_MPS, RoadError, Vehicle, Way, path_length_m};
use city::LonLat;
use layers::RoadClass;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

/// Streets farther than this from both ends are not looked at, metres: through traffic takes main roads.
const STREETS_WITHIN_M: f64 = 6_000.0;
/// County roads likewise.
const COUNTY_WITHIN_M: f64 = 45_000.0;

/// A corner to look at, the one with the least expected time first.
struct Open {
    expected_s: f64,
    corner: u32,
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its greatest; equal times by corner, so that every run takes the same way.
        other.expected_s.total_cmp(&self.expected_s).then(other.corner.cmp(&self.corner))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

impl Schematic {
    /// The quickest way of `vehicle` from `from` to `to`. What lies beside the network is driven at
    /// [`OFF_ROAD_SPEED_MPS`] on a line [`OFF_ROAD_DETOUR`] times the straight one.
    pub fn route(&self, from: LonLat, to: LonLat, vehicle: Vehicle) -> Result<Way, RoadError> {
        let (start, end) = (self.entry(from)?, self.entry(to)?);
        let inner = if start.piece == end.piece {
            let piece = &self.pieces[start.piece as usize];
            Some((vec![start.at, end.at], seconds(piece, vehicle) * (start.share - end.share).abs()))
        } else {
            // Near ways need few roads; where they do not meet without the others, all are looked at.
            self.search(&start, &end, vehicle, true).or_else(|| self.search(&start, &end, vehicle, false))
        };
        let (on_road, on_road_s) = inner.ok_or(RoadError::NoWay { from, to })?;
        let beside_m = (start.beside_m + end.beside_m) * OFF_ROAD_DETOUR;
        let length_m = path_length_m(&on_road) + beside_m;
        let mut path = vec![from];
        path.extend(on_road);
        path.push(to);
        path.dedup();
        if path.len() == 1 {
            path.push(to);
        }
        Ok(Way { path, length_m, duration_s: on_road_s + beside_m / OFF_ROAD_SPEED_MPS })
    }

    fn search(
        &self,
        start: &Entry,
        end: &Entry,
        vehicle: Vehicle,
        narrow: bool,
    ) -> Option<(Vec<LonLat>, f64)> {
        let fastest_mps = 100.0 / 3.6;
        let plane = Flat::at(start.at, end.at);
        let left_s = |corner: u32| plane.metres(self.corners[corner as usize], end.at) / fastest_mps;
        let mut times: HashMap<u32, (f64, u32)> = HashMap::new();
        let mut open = BinaryHeap::new();
        let ends = |entry: &Entry| {
            let piece = &self.pieces[entry.piece as usize];
            let whole_s = seconds(piece, vehicle);
            [(piece.ends[0], whole_s * entry.share), (piece.ends[1], whole_s * (1.0 - entry.share))]
        };
        for (corner, time_s) in ends(start) {
            times.insert(corner, (time_s, u32::MAX));
            open.push(Open { expected_s: time_s + left_s(corner), corner });
        }
        let goals = ends(end);
        let mut best: Option<(f64, u32)> = None;
        while let Some(Open { expected_s, corner }) = open.pop() {
            if best.is_some_and(|(time_s, _)| time_s <= expected_s) {
                break;
            }
            let (time_s, _) = times[&corner];
            if expected_s > time_s + left_s(corner) + 1e-6 {
                continue;
            }
            for (_, rest_s) in goals.iter().filter(|goal| goal.0 == corner) {
                if best.is_none_or(|(best_s, _)| time_s + rest_s < best_s) {
                    best = Some((time_s + rest_s, corner));
                }
            }
            for &index in self.leaving(corner) {
                let piece = &self.pieces[index as usize];
                let next = self.other_end(index, corner);
                if narrow && self.is_aside(piece, next, start.at, end.at, &plane) {
                    continue;
                }
                let next_s = time_s + seconds(piece, vehicle);
                if times.get(&next).is_none_or(|&(known_s, _)| next_s < known_s) {
                    times.insert(next, (next_s, corner));
                    open.push(Open { expected_s: next_s + left_s(next), corner: next });
                }
            }
        }
        let (total_s, last) = best?;
        let mut path = vec![end.at, self.corners[last as usize]];
        let mut corner = last;
        while let Some(&(_, before)) = times.get(&corner).filter(|step| step.1 != u32::MAX) {
            corner = before;
            path.push(self.corners[corner as usize]);
        }
        path.push(start.at);
        path.reverse();
        Some((path, total_s))
    }

    fn is_aside(&self, piece: &Piece, next: u32, from: LonLat, to: LonLat, plane: &Flat) -> bool {
        let within_m = match piece.class {
            RoadClass::Local => STREETS_WITHIN_M,
            RoadClass::County => COUNTY_WITHIN_M,
            _ => return false,
        };
        let at = self.corners[next as usize];
        plane.metres(at, from) > within_m && plane.metres(at, to) > within_m
    }
}

fn seconds(piece: &Piece, vehicle: Vehicle) -> f64 {
    let speed_mps = vehicle.speed_mps(piece.class, f64::from(piece.flowing_mps), f64::from(piece.grade));
    f64::from(piece.length_m) / speed_mps
}

/// Distances scaled at the higher of two latitudes: never longer than the true ones, as A* needs.
struct Flat {
    east_per_degree: f64,
}

impl Flat {
    fn at(a: LonLat, b: LonLat) -> Self {
        let lat = a.lat.abs().max(b.lat.abs()) + 0.3;
        Self { east_per_degree: 111_195.0 * lat.to_radians().cos() }
    }

    fn metres(&self, a: LonLat, b: LonLat) -> f64 {
        ((a.lon - b.lon) * self.east_per_degree).hypot((a.lat - b.lat) * 111_195.0)
    }
}
