//! Made-up counts and events for tests: what is drawn comes from the seed alone.

use super::chance::Chance;

/// Draws from distributions.
pub(crate) struct Dice(Chance);

impl Dice {
    pub fn new(seed: u64, nth: u64) -> Self {
        Self(Chance::new(seed, nth))
    }

    /// Evenly in 0 < x < 1.
    pub fn share(&mut self) -> f64 {
        (f64::from(self.0.below(u32::MAX)) + 0.5) / f64::from(u32::MAX)
    }

    pub fn below(&mut self, count: u32) -> u32 {
        self.0.below(count)
    }

    pub fn bell(&mut self) -> f64 {
        (-2.0 * self.share().ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos()
    }

    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 20.0 {
            return self.poisson(mean / 2.0) + self.poisson(mean / 2.0);
        }
        let (mut product, least, mut count) = (self.share(), (-mean).exp(), 0);
        while product > least {
            product *= self.share();
            count += 1;
        }
        count
    }

    /// Mean 1, variance 1 / shape (Marsaglia, Tsang 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.share().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * (shape + 1.0) * boost / shape;
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.bell();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && self.share().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / shape;
            }
        }
    }

    /// A count with that mean and a variance of mean + mean² / shape.
    pub fn clumped(&mut self, mean: f64, shape: f64) -> u32 {
        let mean = mean * self.gamma(shape);
        self.poisson(mean)
    }
}

#[test]
fn what_is_drawn_has_the_mean_and_variance_that_it_should() {
    let mut dice = Dice::new(1, 2);
    for (mean, shape) in [(0.5, 2.0), (5.0, 0.7), (60.0, 10.0)] {
        let drawn: Vec<f64> = (0..40_000).map(|_| f64::from(dice.clumped(mean, shape))).collect();
        let found = drawn.iter().sum::<f64>() / 40_000.0;
        let variance = drawn.iter().map(|x| (x - found).powi(2)).sum::<f64>() / 40_000.0;
        let known = mean + mean * mean / shape;
        assert!(
            (found / mean - 1.0).abs() < 0.05 && (variance / known - 1.0).abs() < 0.1,
            "{found} {variance}"
        );
    }
}
