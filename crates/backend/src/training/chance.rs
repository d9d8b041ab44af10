//! Chance without state: the same seed, the same question, the same answer, in any order and after any restart.

/// A source of answers that depend on a seed and a question alone.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

/// What a question is about, so that two kinds of question never share their answers.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum About {
    /// A device's own usual value.
    Character = 1,
    /// A device's noise.
    Noise,
    /// Whether a device starts to rise in a second, and which.
    Excursion,
    /// Whether somebody reports in a second, and what.
    Report,
    /// How long a crew takes.
    Crew,
    /// Where a unit patrols.
    Patrol,
    /// What an officer decides.
    Officer,
    /// What a drone does.
    Drone,
    /// Where much of one thing is reported for days.
    Spell,
}

impl Chance {
    /// Chance of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x5348_414e_4348_4e47))
    }

    /// Chance narrowed to a question about `what`, numbered `n`.
    pub fn about(self, what: About, n: u64) -> Self {
        Self(mix(self.0 ^ mix((what as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ mix(n))))
    }

    /// Chance narrowed to a text such as an identifier.
    pub fn of(self, text: &str) -> Self {
        // FNV-1a: short texts, no need of more.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(mix(self.0 ^ hash))
    }

    /// The `n`-th number from 0 to below 1.
    pub fn share(self, n: u64) -> f64 {
        (mix(self.0.wrapping_add(n.wrapping_mul(0xd1b5_4a32_d192_ed03))) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The `n`-th number from `low` to below `high`.
    pub fn between(self, n: u64, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share(n)
    }

    /// The `n`-th pick below `count`; 0 when there is nothing to pick.
    pub fn pick(self, n: u64, count: usize) -> usize {
        ((self.share(n) * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// The `n`-th pick by `weights`; 0 when all weigh nothing.
    pub fn weighted(self, n: u64, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.share(n) * weights.clone().sum::<f64>();
        for (index, weight) in weights.enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        0
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_repeat_and_are_even() {
        let chance = Chance::new(7);
        assert_eq!(chance.about(About::Noise, 3).share(1), chance.about(About::Noise, 3).share(1));
        assert_ne!(chance.about(About::Noise, 3).share(1), chance.about(About::Crew, 3).share(1));
        let mean = (0..10_000).map(|n| chance.share(n)).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let picks = (0..10_000).filter(|n| chance.weighted(*n, [1.0, 3.0].into_iter()) == 1).count();
        assert!((7_300..7_700).contains(&picks), "{picks}");
    }
}
