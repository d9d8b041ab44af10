//! Random numbers from a seed: the same on every machine and in every version.
//!
//! SplitMix64 (Steele, Lea, Flood 2014); enough for placing points, not for cryptography.

/// A seeded sequence of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Seeded(u64);

impl Seeded {
    /// The sequence for `seed` and a `purpose`, so that one more point of one kind moves no other kind.
    pub fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a of the purpose.
        let hash = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        let mut numbers = Self(seed ^ hash);
        numbers.next();
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly in 0 ≤ x < 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly in `low` ≤ x < `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// An index below `count`, which must not be 0.
    pub fn index(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count - 1)
    }

    /// About normal with mean 0 and deviation 1 (sum of twelve, within ±6).
    pub fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// An index drawn by weight: `running` holds the running sums of the weights.
    pub fn weighted(&mut self, running: &[f64]) -> usize {
        let total = running.last().copied().unwrap_or(0.0);
        let at = self.share() * total;
        running.partition_point(|&sum| sum <= at).min(running.len().saturating_sub(1))
    }
}
