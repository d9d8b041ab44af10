//! How a raster's pixels lie in its reference system: a plane turned, stretched and moved.

/// From column and row (whole numbers are the middles of pixels) to x and y.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Affine {
    /// x = `x[0]` · column + `x[1]` · row + `x[2]`.
    pub x: [f64; 3],
    /// y likewise.
    pub y: [f64; 3],
}

impl Affine {
    /// North up: the middle of the first pixel, and the step east and south.
    pub fn north_up(first: (f64, f64), step: (f64, f64)) -> Self {
        Self { x: [step.0, 0.0, first.0], y: [0.0, -step.1, first.1] }
    }

    /// The same with the first pixel half a pixel further in: where `x[2]`, `y[2]` were the corner of the first pixel.
    pub fn corner_to_middle(self) -> Self {
        let [a, b, c] = self.x;
        let [d, e, f] = self.y;
        Self { x: [a, b, c + (a + b) / 2.0], y: [d, e, f + (d + e) / 2.0] }
    }

    /// x and y of a column and row.
    pub fn at(&self, column: f64, row: f64) -> (f64, f64) {
        let sum = |k: [f64; 3]| k[0] * column + k[1] * row + k[2];
        (sum(self.x), sum(self.y))
    }

    /// Column and row of x and y.
    pub fn back(&self, x: f64, y: f64) -> (f64, f64) {
        let ([a, b, c], [d, e, f]) = (self.x, self.y);
        let whole = 1.0 / (a * e - b * d);
        let (x, y) = (x - c, y - f);
        ((e * x - b * y) * whole, (a * y - d * x) * whole)
    }

    /// The length of a step along the columns and along the rows, in the units of the system.
    pub fn steps(&self) -> (f64, f64) {
        (self.x[0].hypot(self.y[0]), self.x[1].hypot(self.y[1]))
    }

    /// True when it can be turned back: finite, and not squeezed to a line.
    pub fn is_sound(&self) -> bool {
        let finite = self.x.iter().chain(&self.y).all(|v| v.is_finite());
        finite && (self.x[0] * self.y[1] - self.x[1] * self.y[0]).abs() > 1e-18
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_planes_turn_back() {
        let turned = Affine { x: [2.0, 0.5, 100.0], y: [0.3, -3.0, 50.0] }.corner_to_middle();
        let (x, y) = turned.at(7.25, 11.5);
        let (column, row) = turned.back(x, y);
        assert!((column - 7.25).abs() < 1e-9 && (row - 11.5).abs() < 1e-9);
        assert_eq!(turned.at(-0.5, -0.5), (100.0, 50.0));
        assert!(!Affine { x: [1.0, 2.0, 0.0], y: [2.0, 4.0, 0.0] }.is_sound());
    }
}
