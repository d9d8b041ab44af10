//! Points gathered in the hexagons of H3 (Brodsky 2018, <https://h3geo.org>).

use super::{Bits, Fixed, FixedBox, Points, Standing};
use city::LonLat;
use h3o::{CellIndex, LatLng, Resolution};
use std::collections::BTreeMap;

/// The points of one hexagon (of a pentagon, at twelve places of the globe).
#[derive(Clone, Debug, PartialEq)]
pub struct Hexagon {
    /// Its H3 index.
    pub cell: u64,
    /// How many points.
    pub count: usize,
    /// How the worst of them stands, by its value or its grade.
    pub worst: Standing,
}

impl Hexagon {
    /// Its corners, counter-clockwise, the first not repeated.
    pub fn corners(&self) -> Vec<LonLat> {
        let Ok(cell) = CellIndex::try_from(self.cell) else { return Vec::new() };
        cell.boundary().iter().map(|corner| LonLat::new(corner.lng(), corner.lat())).collect()
    }

    /// Its middle.
    pub fn middle(&self) -> LonLat {
        let middle = CellIndex::try_from(self.cell).map(LatLng::from);
        middle.map_or(LonLat::new(f64::NAN, f64::NAN), |at| LonLat::new(at.lng(), at.lat()))
    }
}

fn cell_of(at: Fixed, resolution: Resolution) -> Option<CellIndex> {
    let at = at.lon_lat();
    LatLng::new(at.lat, at.lon).ok().map(|at| at.to_cell(resolution))
}

/// The points of `mask` in `bounds`, gathered in the H3 cells of `resolution` (0 to 15; higher is taken for 15) that each
/// lies in, by rising index. Counts are exact: each point counts in the cell that its own position gives, as
/// `latLngToCell` of the library says, not in the parent of a finer one.
pub fn hexagons(points: &Points, mask: &Bits, bounds: FixedBox, resolution: u8) -> Vec<Hexagon> {
    let resolution = Resolution::try_from(resolution).unwrap_or(Resolution::Fifteen);
    let mut cells: BTreeMap<CellIndex, (usize, Standing)> = BTreeMap::new();
    let mut add = |cell: CellIndex, count: usize, worst: Standing| {
        let held = cells.entry(cell).or_default();
        *held = (held.0 + count, held.1.max(worst));
    };
    for (page, _) in points.pages_in(bounds) {
        let rows = points.page_rows(page);
        // Sixty-four neighbours mostly lie in one cell: where the corners of their box do, all of them do, for cells have
        // no dents.
        for from in rows.clone().step_by(64) {
            let run = mask.rows(from..(from + 64).min(rows.end));
            let run: Vec<(usize, Fixed)> = run
                .map(|row| (row, points.fixed(row)))
                .filter(|(_, at)| at.is_somewhere() && bounds.contains(*at))
                .collect();
            let mut held = FixedBox::EMPTY;
            run.iter().for_each(|(_, at)| held.hold(*at));
            if run.len() > 4
                && let Some(cell) = cell_of_box(held, resolution)
            {
                let worst = run.iter().map(|(row, _)| points.rank(*row)).max();
                add(cell, run.len(), worst.unwrap_or_default());
                continue;
            }
            for (row, at) in run {
                if let Some(cell) = cell_of(at, resolution) {
                    add(cell, 1, points.rank(row));
                }
            }
        }
    }
    let hexagon = |(cell, (count, worst)): (CellIndex, _)| Hexagon { cell: cell.into(), count, worst };
    cells.into_iter().map(hexagon).collect()
}

/// The cell that all corners of a box lie in.
fn cell_of_box(held: FixedBox, resolution: Resolution) -> Option<CellIndex> {
    let FixedBox { low, high } = held;
    let corners = [low, Fixed { lon: high.lon, ..low }, high, Fixed { lat: high.lat, ..low }];
    let first = cell_of(low, resolution)?;
    corners[1..].iter().all(|corner| cell_of(*corner, resolution) == Some(first)).then_some(first)
}
