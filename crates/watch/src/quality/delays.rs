//! How long reports take to arrive: a sketch of fixed size.

/// Buckets: from 1 ms on, each a tenth wider than the one before, to over 30 days.
const BUCKETS: usize = 232;
const GROWTH: f64 = 1.1;

/// Counts of delays by their logarithm: quantiles within 5 %, the same in whatever order delays come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delays {
    counts: Box<[u64; BUCKETS]>,
    total: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self { counts: Box::new([0; BUCKETS]), total: 0 }
    }
}

impl Delays {
    /// Counts a delay of `ms`; below 1 ms as 1 ms, beyond 30 days as the longest.
    pub fn add(&mut self, ms: i64) {
        let bucket = ((ms.max(1) as f64).ln() / GROWTH.ln()).floor() as usize;
        self.counts[bucket.min(BUCKETS - 1)] += 1;
        self.total += 1;
    }

    /// The delay in seconds that the share `share` of reports do not pass, within 5 %; `None` without reports.
    pub fn quantile_s(&self, share: f64) -> Option<f64> {
        let rank = (share.clamp(0.0, 1.0) * self.total as f64).ceil().max(1.0) as u64;
        let mut running = 0;
        let at = self.counts.iter().position(|count| {
            running += count;
            running >= rank
        })?;
        // The geometric middle of the bucket.
        Some(GROWTH.powf(at as f64 + 0.5) / 1000.0)
    }

    /// How many delays were counted.
    pub fn total(&self) -> u64 {
        self.total
    }
}

#[test]
fn quantiles_are_within_a_twentieth() {
    let mut delays = Delays::default();
    assert_eq!(delays.quantile_s(0.5), None);
    (1..=100_000).for_each(|ms| delays.add(ms));
    for share in [0.01, 0.5, 0.95, 0.99] {
        let found = delays.quantile_s(share).unwrap_or(0.0);
        assert!((found / (share * 100.0) - 1.0).abs() < 0.05, "{share}: {found}");
    }
    [-5, 0, i64::MAX].iter().for_each(|ms| delays.add(*ms));
    assert_eq!(delays.total(), 100_003);
}
