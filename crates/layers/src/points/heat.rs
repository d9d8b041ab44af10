//! How dense points lie, for a heat map.
//!
//! A Gaussian kernel (Silverman 1986, "Density Estimation", ch. 4) over points that were shared out linearly among the
//! four nearest cells (Jones and Lotwick 1983; Wand 1994, "Fast computation of multivariate kernel estimators"), smoothed
//! along rows and then along columns. The kernel ends at three standard deviations and its weights are scaled to 1.

use super::{Bits, Fixed, FixedBox, Points};
use crate::plane::METRES_PER_DEGREE;

/// The kernel ends after so many standard deviations; 0.3 % of it lie farther along each axis.
const REACH: f64 = 3.0;
/// The most cells that the kernel reaches to each side; a wider radius is taken for that.
const MOST_CELLS: f64 = 512.0;

/// Densities on a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// Cells from west to east.
    pub columns: usize,
    /// Cells from south to north.
    pub rows: usize,
    /// What the cells share evenly.
    pub bounds: FixedBox,
    /// Points per km² in the middle of each cell, row by row from the south-west.
    pub density: Vec<f32>,
    /// The highest of them; 0 without points.
    pub most: f32,
}

/// One side of the grid: `cells` of `step` 10⁻⁷ degrees from `low` on, and the kernel along it.
struct Axis {
    low: f64,
    step: f64,
    cells: usize,
    cell_m: f64,
    /// The weights of the kernel from its middle on.
    weights: Vec<f64>,
}

impl Axis {
    fn new(low: i32, high: i32, cells: usize, metres_per_degree: f64, sigma_m: f64) -> Self {
        let step = (f64::from(high) - f64::from(low)) / cells as f64;
        let cell_m = step * 1e-7 * metres_per_degree;
        let sigma = (sigma_m / cell_m).min(MOST_CELLS / REACH);
        let taps = 0..=(REACH * sigma).ceil() as usize;
        let mut weights: Vec<f64> = taps.map(|n| (-0.5 * (n as f64 / sigma).powi(2)).exp()).collect();
        weights[0] = 1.0;
        let sum = 2.0 * weights.iter().sum::<f64>() - weights[0];
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Self { low: f64::from(low), step, cells, cell_m, weights }
    }

    /// Cells beyond each edge whose points count inside.
    fn margin(&self) -> usize {
        self.weights.len()
    }

    fn with_margins(&self) -> usize {
        self.cells + 2 * self.margin()
    }

    /// The outer edges of the margins.
    fn edges(&self) -> (i32, i32) {
        let out = self.step * self.margin() as f64;
        // The lowest number stands for things without a position.
        (
            (self.low - out).max(f64::from(i32::MIN + 1)) as i32,
            (self.low + self.step * self.cells as f64 + out) as i32,
        )
    }

    /// The cell, counted from the margin's, whose middle lies before `at`, and the share of the one after it.
    fn cell(&self, at: i32) -> Option<(usize, f64)> {
        let place = (f64::from(at) - self.low) / self.step - 0.5 + self.margin() as f64;
        let cell = place.floor();
        (cell >= 0.0 && cell + 1.0 < self.with_margins() as f64).then_some((cell as usize, place - cell))
    }

    /// Each cell of the grid with the weights of those around it, these counted from the margin's.
    fn taps(&self, cell: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let middle = cell + self.margin();
        let sides = (1..self.weights.len()).flat_map(move |n| [(middle - n, n), (middle + n, n)]);
        std::iter::once((middle, 0)).chain(sides).map(|(cell, n)| (cell, self.weights[n]))
    }
}

/// How dense the points of `mask` lie in `bounds`, on a grid of `columns` by `rows` cells. A point counts around it by a
/// Gaussian whose standard deviation is half of `radius_m` metres, so that little of it lies farther; points outside count
/// as far as they reach in. Metres are those of the latitude in the middle. A radius that is not above 0 leaves points
/// where they are; a box without area, or no cells, give no heat.
pub fn heat(
    points: &Points,
    mask: &Bits,
    bounds: FixedBox,
    columns: usize,
    rows: usize,
    radius_m: f64,
) -> Heat {
    let mut heat = Heat { columns, rows, bounds, density: vec![0.0; columns * rows], most: 0.0 };
    let FixedBox { low, high } = bounds;
    if columns == 0 || rows == 0 || low.lon >= high.lon || low.lat >= high.lat {
        return heat;
    }
    // A kernel far narrower than a cell is none.
    let sigma_m = if radius_m > 0.0 { (radius_m / 2.0).max(1e-3) } else { 1e-3 };
    let middle_deg = (f64::from(low.lat) + f64::from(high.lat)) / 2.0 * 1e-7;
    let east_per_degree = METRES_PER_DEGREE * middle_deg.to_radians().cos().max(0.01);
    let x = Axis::new(low.lon, high.lon, columns, east_per_degree, sigma_m);
    let y = Axis::new(low.lat, high.lat, rows, METRES_PER_DEGREE, sigma_m);
    let binned = binned(points, mask, &x, &y);
    let mut along_rows = vec![0.0; columns * y.with_margins()];
    for (row, out) in binned.chunks(x.with_margins()).zip(along_rows.chunks_mut(columns)) {
        if row.iter().any(|count| *count > 0.0) {
            for (cell, out) in out.iter_mut().enumerate() {
                *out = x.taps(cell).map(|(cell, weight)| row[cell] * weight).sum();
            }
        }
    }
    let per_km2 = 1e6 / (x.cell_m * y.cell_m);
    let mut sums = vec![0.0; columns];
    for (row, density) in heat.density.chunks_mut(columns).enumerate() {
        sums.fill(0.0);
        for (from, weight) in y.taps(row) {
            let from = &along_rows[from * columns..(from + 1) * columns];
            sums.iter_mut().zip(from).for_each(|(sum, count)| *sum += count * weight);
        }
        density.iter_mut().zip(&sums).for_each(|(density, sum)| *density = (sum * per_km2) as f32);
    }
    heat.most = heat.density.iter().copied().fold(0.0, f32::max);
    heat
}

/// The points shared out among the cells of the grid with its margins.
fn binned(points: &Points, mask: &Bits, x: &Axis, y: &Axis) -> Vec<f64> {
    let columns = x.with_margins();
    let mut cells = vec![0.0; columns * y.with_margins()];
    let ((west, east), (south, north)) = (x.edges(), y.edges());
    let wider = FixedBox { low: Fixed { lon: west, lat: south }, high: Fixed { lon: east, lat: north } };
    for row in points.rows_in(wider, mask) {
        let at = points.fixed(row);
        if let Some(((column, east), (row, north))) = x.cell(at.lon).zip(y.cell(at.lat)) {
            let south_west = row * columns + column;
            cells[south_west] += (1.0 - east) * (1.0 - north);
            cells[south_west + 1] += east * (1.0 - north);
            cells[south_west + columns] += (1.0 - east) * north;
            cells[south_west + columns + 1] += east * north;
        }
    }
    cells
}
