//! Things near one another: a grid whose cells are as large as the distance asked for.

use city::LonLat;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One report, or one warning that came or went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Sighting {
    pub at: LonLat,
    /// When it was reported, or when it ended.
    pub at_ms: i64,
    /// Whose: a device, or the subject of a warning.
    pub who: u64,
    /// Which of the rules of a combination.
    pub member: u32,
    /// True while a warning is up.
    pub live: bool,
}

/// A degree of latitude on the sphere that distances are taken on, metres, a little too short to be safe.
const DEGREE_M: f64 = 111_000.0;
/// More sightings than these are swept, whether somebody comes near or not.
const SWEPT: usize = 65_536;

/// Sightings by where they are.
#[derive(Debug, Default)]
pub(super) struct Grid {
    cells: HashMap<(i32, i32), Vec<Sighting>>,
    /// Where what is live was when it was added; it may have moved since.
    live: HashMap<(u64, u32), LonLat>,
    count: usize,
    sweep_at: usize,
}

impl Grid {
    pub fn add(&mut self, metres: f64, sighting: Sighting, lives: impl Fn(&Sighting) -> bool) {
        let row = row(sighting.at.lat, metres);
        if sighting.live {
            self.live.insert((sighting.who, sighting.member), sighting.at);
        }
        let cell = self.cells.entry((row, column(sighting.at.lon, row, metres))).or_default();
        cell.retain(&lives);
        cell.push(sighting);
        self.count += 1;
        if self.count > self.sweep_at.max(SWEPT) {
            self.cells.retain(|_, cell| {
                cell.retain(&lives);
                !cell.is_empty()
            });
            self.count = self.cells.values().map(Vec::len).sum();
            self.sweep_at = 2 * self.count;
        }
    }

    /// Ends the sighting of `who` for `member`, if there is one; where it was.
    pub fn end(&mut self, metres: f64, who: u64, member: u32, at_ms: i64) -> Option<LonLat> {
        let at = self.live.remove(&(who, member))?;
        let row = row(at.lat, metres);
        let cell = self.cells.get_mut(&(row, column(at.lon, row, metres)));
        let found = cell.into_iter().flatten().find(|s| s.live && s.who == who && s.member == member);
        if let Some(sighting) = found {
            (sighting.live, sighting.at_ms) = (false, at_ms);
        }
        Some(at)
    }

    /// True when just this was reported before.
    pub fn holds(&self, metres: f64, at: LonLat, who: u64, at_ms: i64) -> bool {
        let row = row(at.lat, metres);
        let cell = self.cells.get(&(row, column(at.lon, row, metres)));
        cell.into_iter().flatten().any(|s| s.who == who && s.at_ms == at_ms && s.at == at)
    }

    /// All sightings, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Sighting> {
        self.cells.values().flatten()
    }

    /// The sightings at most `metres` from `at`.
    pub fn near(&self, metres: f64, at: LonLat) -> impl Iterator<Item = &Sighting> {
        let middle = row(at.lat, metres);
        let cells = (middle - 1..=middle + 1).flat_map(move |row| {
            let column = column(at.lon, row, metres);
            (column - 1..=column + 1).map(move |column| (row, column))
        });
        cells
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .filter(move |sighting| sighting.at.distance_m(at) <= metres)
    }
}

fn row(lat: f64, metres: f64) -> i32 {
    (lat * DEGREE_M / metres).floor() as i32
}

/// Columns of a row are as wide as its narrowest parallel needs, so that neighbours never lie two columns off.
fn column(lon: f64, row: i32, metres: f64) -> i32 {
    let edge = |row: i32| (f64::from(row) * metres / DEGREE_M).to_radians().cos();
    let narrowest = edge(row - 1).min(edge(row + 2)).max(0.01);
    (lon * DEGREE_M * narrowest / metres).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_all_that_are_near_and_no_other() {
        let mut grid = Grid::default();
        let mut all = Vec::new();
        for n in 0..2_000_u64 {
            let part = |k: u64| (n * k % 1_000) as f64 / 1_000.0;
            let at = LonLat::new(106.5 + 0.05 * part(7_919), 29.5 + 0.05 * part(104_729 + n));
            all.push(at);
            grid.add(300.0, Sighting { at, at_ms: 0, who: n, member: 0, live: false }, |_| true);
        }
        for at in all.iter().step_by(97) {
            let found = grid.near(300.0, *at).count();
            assert_eq!(found, all.iter().filter(|other| other.distance_m(*at) <= 300.0).count());
        }
    }
}
