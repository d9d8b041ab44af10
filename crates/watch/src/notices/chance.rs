//! Random numbers from a seed: the same on every machine, one sequence a replicate.
//!
//! SplitMix64 (Steele, Lea, Flood 2014); enough for permutations, not for cryptography.

/// A seeded sequence of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of `seed` for the `nth` replicate or purpose.
    pub fn new(seed: u64, nth: u64) -> Self {
        // Both pass the finalizer, so that neighbouring seeds and numbers share nothing.
        Self(mix(mix(seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_add(nth.wrapping_mul(0xd1b5_4a32_d192_ed03))))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// An index below `count`, which must not be 0; every one equally likely (Lemire 2019).
    pub fn below(&mut self, count: u32) -> u32 {
        let mut wide = u64::from(self.next() as u32) * u64::from(count);
        if (wide as u32) < count {
            let least = count.wrapping_neg() % count;
            while (wide as u32) < least {
                wide = u64::from(self.next() as u32) * u64::from(count);
            }
        }
        (wide >> 32) as u32
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a of `text`: a number for a name, the same on every machine.
pub(crate) fn number_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_as_likely() {
        let mut chance = Chance::new(7, 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[chance.below(7) as usize] += 1;
        }
        // Chi-square with 6 degrees of freedom: 22.5 is passed once in a thousand.
        let chi2: f64 = counts.iter().map(|&c| (f64::from(c) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi2 < 22.5, "{counts:?}");
        assert_ne!(Chance::new(7, 1).next(), Chance::new(8, 0).next());
    }
}
