//! What lies under a level of water.

use super::{
    AskError, Cell, Mask, Region,
    error::{on_globe, within},
    mask::square_m2,
    region::Shape,
};
use crate::{CityGrid, Ground, Patch};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};

/// The most places of a grid.
const MOST: f64 = 16_000_000.0;
/// How many they are at most where no spacing is given.
const USUAL: f64 = 4_000_000.0;
/// How many columns or rows it has at least then.
const FEWEST: f64 = 10.0;

/// Over which sides water spreads from a place of the grid to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spread {
    /// North, east, south and west: a dam that only touches corners holds.
    #[default]
    Four,
    /// The diagonals too.
    Eight,
}

/// A level of water that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterLevel {
    /// The level, metres above sea level.
    pub level_m: f64,
    /// Where.
    pub region: Region,
    /// Only the water that is connected to this place inside the region, below the level all the way.
    pub from: Option<LonLat>,
    /// Over which sides it spreads from there.
    pub spread: Spread,
}

/// What lies under water.
#[derive(Clone, Debug, PartialEq)]
pub struct Water {
    /// Under water ([`Cell::Yes`]), dry or outside.
    pub mask: Mask,
    /// Its area, square metres on the ellipsoid.
    pub area_m2: f64,
    /// Its volume, cubic metres.
    pub volume_m3: f64,
    /// The mean depth, metres; 0 without water.
    pub mean_depth_m: f64,
    /// The greatest depth, metres; 0 without water.
    pub max_depth_m: f64,
    /// Where it is deepest.
    pub deepest: Option<LonLat>,
    /// The area of the places at the shore, which are under water and beside a dry one, square metres: the area is
    /// uncertain by a part of it, for each counts whole or not at all.
    pub shore_m2: f64,
    /// Whether water stands at the edge of the region or of the ground, so that it may go on beyond.
    pub reaches_edge: bool,
}

/// What lies under a level on a patch. Each place stands for the square around it, whose area is that on the
/// ellipsoid (the city frame's scale is taken out, see [`Mask::area_m2`]) and whose depth is that of its middle: the
/// midpoint rule, whose error in volume shrinks with the square of the spacing.
pub fn water(patch: &Patch, asked: &WaterLevel) -> Result<Water, AskError> {
    water_in(patch, asked, &asked.region.shape()?)
}

fn water_in(patch: &Patch, asked: &WaterLevel, shape: &Shape) -> Result<Water, AskError> {
    within("a level", asked.level_m, -12_000.0, 12_000.0, "m")?;
    let grid = patch.grid;
    let level_m = asked.level_m;
    let mut cells = vec![Cell::Outside as u8; grid.len()];
    let mut rows = shape.rows();
    for (row, line) in cells.chunks_exact_mut(grid.columns.max(1)).enumerate() {
        let heights_m = &patch.heights_m[row * grid.columns..][..grid.columns];
        for (west_m, east_m) in rows.spans(grid.at(0, row).north_m) {
            let column = |at_m: f64| (at_m - grid.south_west.east_m) / grid.spacing_m;
            let (first, last) = (column(west_m).ceil().max(0.0) as usize, column(east_m).floor());
            let end = if last < 0.0 { 0 } else { (last as usize + 1).min(grid.columns) };
            for c in first..end {
                let height_m = f64::from(heights_m[c]);
                // NaN is neither below nor above, and stays outside.
                if height_m < level_m {
                    line[c] = Cell::Yes as u8;
                } else if height_m >= level_m {
                    line[c] = Cell::No as u8;
                }
            }
        }
    }
    if let Some(from) = asked.from {
        on_globe("the place", from)?;
        keep_connected(patch, &mut cells, from, asked.spread)?;
    }
    Ok(measured(patch, cells, level_m))
}

/// Dries everything that water from a place does not reach.
fn keep_connected(patch: &Patch, cells: &mut [u8], from: LonLat, spread: Spread) -> Result<(), AskError> {
    const REACHED: u8 = 3;
    let grid = &patch.grid;
    let at = to_city_frame(from);
    let index = |at_m: f64, from_m: f64, count: usize| {
        let nearest = ((at_m - from_m) / grid.spacing_m).round();
        (nearest >= 0.0 && nearest < count as f64).then_some(nearest as usize)
    };
    let column = index(at.east_m, grid.south_west.east_m, grid.columns);
    let row = index(at.north_m, grid.south_west.north_m, grid.rows);
    let start = column.zip(row).map(|(column, row)| row * grid.columns + column);
    let Some(start) = start.filter(|&start| cells[start] != Cell::Outside as u8) else {
        if start.is_some_and(|start| patch.heights_m[start].is_nan()) {
            return Err(AskError::Outside { what: "the place water comes from,", at: from });
        }
        return Err(AskError::question(format!(
            "the place water comes from, {:.6},{:.6}, lies outside the region: choose one inside",
            from.lon, from.lat
        )));
    };
    let mut open = Vec::new();
    if cells[start] == Cell::Yes as u8 {
        cells[start] = REACHED;
        open.push(start);
    }
    while let Some(index) = open.pop() {
        for beside in neighbours(grid, index, spread) {
            if cells[beside] == Cell::Yes as u8 {
                cells[beside] = REACHED;
                open.push(beside);
            }
        }
    }
    for cell in cells {
        *cell = match *cell {
            REACHED => Cell::Yes as u8,
            c if c == Cell::Yes as u8 => Cell::No as u8,
            other => other,
        };
    }
    Ok(())
}

/// The places beside a place, those inside the grid.
fn neighbours(grid: &CityGrid, index: usize, spread: Spread) -> impl Iterator<Item = usize> {
    const AROUND: [(isize, isize); 8] =
        [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)];
    let (columns, rows) = (grid.columns, grid.rows);
    let (column, row) = (index % columns, index / columns);
    let count = if spread == Spread::Four { 4 } else { 8 };
    AROUND[..count].iter().filter_map(move |&(east, north)| {
        let (column, row) = (column.checked_add_signed(east)?, row.checked_add_signed(north)?);
        (column < columns && row < rows).then(|| row * columns + column)
    })
}

/// Adds up what is under water.
fn measured(patch: &Patch, cells: Vec<u8>, level_m: f64) -> Water {
    let grid = patch.grid;
    let squares_m2: Vec<f64> = (0..grid.columns).map(|column| square_m2(&grid, column)).collect();
    let (mut area_m2, mut volume_m3, mut shore_m2, mut reaches_edge) = (0.0, 0.0, 0.0, false);
    let mut deepest = (0.0, None);
    for (index, _) in cells.iter().enumerate().filter(|(_, cell)| **cell == Cell::Yes as u8) {
        let depth_m = level_m - f64::from(patch.heights_m[index]);
        let square_m2 = squares_m2[index % grid.columns];
        area_m2 += square_m2;
        volume_m3 += depth_m * square_m2;
        if depth_m > deepest.0 {
            deepest = (depth_m, Some(index));
        }
        let (mut beside, mut dry) = (0, false);
        for neighbour in neighbours(&grid, index, Spread::Four) {
            beside += 1;
            dry |= cells[neighbour] == Cell::No as u8;
            reaches_edge |= cells[neighbour] == Cell::Outside as u8;
        }
        reaches_edge |= beside < 4;
        if dry {
            shore_m2 += square_m2;
        }
    }
    let place = |index: usize| geodesy::to_lon_lat(grid.at(index % grid.columns, index / grid.columns));
    Water {
        area_m2,
        volume_m3,
        mean_depth_m: if area_m2 > 0.0 { volume_m3 / area_m2 } else { 0.0 },
        max_depth_m: deepest.0,
        deepest: deepest.1.map(place),
        shore_m2,
        reaches_edge,
        mask: Mask { grid, cells },
    }
}

impl Ground {
    /// What lies under a level of water, see [`water`]. Without a spacing (metres) at the ground's
    /// [own](Ground::spacing_m), or such that the grid around the region has 10 columns or rows, and 4 million places at
    /// most; with one 16 million. Rivers of the reconstruction count by their surface at low level.
    pub fn water(&self, asked: &WaterLevel, spacing_m: Option<f64>) -> Result<Water, AskError> {
        let shape = asked.region.shape()?;
        let (low, high) = shape.corners;
        let (wide_m, tall_m) = (high.east_m - low.east_m, high.north_m - low.north_m);
        let fitting_m = |most: f64| (wide_m * tall_m / most).sqrt();
        let (least_m, widest_m) = (fitting_m(MOST), wide_m.max(tall_m));
        let usual_m = self.spacing_m().min(widest_m / FEWEST).max(fitting_m(USUAL));
        let spacing_m = spacing_m.unwrap_or(usual_m);
        if !(least_m..=widest_m).contains(&spacing_m) {
            return Err(AskError::question(format!(
                "a region of {wide_m:.0} × {tall_m:.0} m takes a spacing from {least_m:.2} to {widest_m:.0} m, not \
                 {spacing_m} m: choose another spacing, or a smaller region"
            )));
        }
        // The place water comes from is a place of the grid, so that a narrow channel is not missed.
        let anchor = asked.from.map_or(low, to_city_frame);
        let first =
            |anchor_m: f64, low_m: f64| anchor_m - ((anchor_m - low_m) / spacing_m).floor() * spacing_m;
        let south_west = EastNorth::new(first(anchor.east_m, low.east_m), first(anchor.north_m, low.north_m));
        let count = |from_m: f64, to_m: f64| ((to_m - from_m) / spacing_m).max(0.0) as usize + 1;
        let (columns, rows) =
            (count(south_west.east_m, high.east_m), count(south_west.north_m, high.north_m));
        water_in(&self.patch(south_west, spacing_m, columns, rows), asked, &shape)
    }
}
