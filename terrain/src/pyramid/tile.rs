//! One tile of heights in memory: sixteen bits a height.

use super::codec::SAMPLES;

/// Stands for a height that is not known.
const UNKNOWN: u16 = u16::MAX;

/// A tile of heights, half as large as floats: a lowest height and steps above it.
#[derive(Debug)]
pub(crate) struct Tile {
    low_m: f32,
    step_m: f32,
    steps: Box<[u16]>,
}

impl Tile {
    /// Packs heights in metres; what is not finite is unknown. The step is 1/32 m, as in the file, wherever the tile
    /// spans less than 2,047 m, and else as fine as sixteen bits can tell.
    pub fn new(heights_m: &[f32]) -> Self {
        let known = || heights_m.iter().copied().filter(|h| h.is_finite());
        let low_m = known().fold(f32::INFINITY, f32::min);
        let high_m = known().fold(f32::NEG_INFINITY, f32::max);
        let low_m = if low_m.is_finite() { low_m } else { 0.0 };
        let step_m = ((high_m - low_m) / f32::from(UNKNOWN - 1)).max(1.0 / 32.0);
        let step = |h: &f32| if h.is_finite() { ((h - low_m) / step_m).round() as u16 } else { UNKNOWN };
        Self { low_m, step_m, steps: heights_m.iter().map(step).collect() }
    }

    /// The height of a sample, metres; not a number where it is unknown.
    #[inline]
    pub fn at(&self, index: usize) -> f32 {
        match self.steps[index] {
            UNKNOWN => f32::NAN,
            steps => self.low_m + f32::from(steps) * self.step_m,
        }
    }

    /// What a tile takes of memory, bytes.
    pub const BYTES: usize = SAMPLES * 2 + 64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_keep_their_32nd_and_the_unknown_stays_so() {
        let mut heights_m = vec![73.0; SAMPLES];
        (heights_m[5], heights_m[6], heights_m[7]) = (2_100.031_3, f32::NAN, 73.031_25);
        let tile = Tile::new(&heights_m);
        assert_eq!((tile.at(4), tile.at(5), tile.at(7)), (73.0, 2_100.031_3, 73.031_25));
        assert!(tile.at(6).is_nan());
        assert!(Tile::new(&vec![f32::NAN; SAMPLES]).at(0).is_nan());
        heights_m[5] = 8_848.0;
        assert!((Tile::new(&heights_m).at(5) - 8_848.0).abs() < 0.1);
    }
}
