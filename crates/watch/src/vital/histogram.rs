//! A histogram of fixed buckets: what is added can be taken away again, and quantiles are known within half a bucket.

/// How many buckets there are, the two for what lies beyond the scale among them.
const BUCKETS: usize = 258;

/// Counts of values over a scale.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    counts: Box<[u32; BUCKETS]>,
}

/// The bucket of `value` on the scale `(from, to)`.
fn bucket(value: f64, (from, to): (f64, f64)) -> usize {
    let inside = (BUCKETS - 2) as f64;
    let place = ((value - from) / (to - from) * inside).floor();
    if place < 0.0 { 0 } else { (place + 1.0).min((BUCKETS - 1) as f64) as usize }
}

impl Histogram {
    pub fn new() -> Self {
        Self { counts: Box::new([0; BUCKETS]) }
    }

    pub fn add(&mut self, value: f64, scale: (f64, f64)) {
        self.counts[bucket(value, scale)] += 1;
    }

    pub fn remove(&mut self, value: f64, scale: (f64, f64)) {
        let count = &mut self.counts[bucket(value, scale)];
        *count = count.saturating_sub(1);
    }

    pub fn merge(&mut self, other: &Histogram) {
        for (count, more) in self.counts.iter_mut().zip(other.counts.iter()) {
            *count += more;
        }
    }

    pub fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// The value of nearest rank at `share`, and by how much it may be wrong at most; the error is infinite where the rank
    /// lies beyond the scale. `None` when nothing was added.
    pub fn quantile(&self, share: f64, scale: (f64, f64)) -> Option<(f64, f64)> {
        let total: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let rank = ((share * total as f64).ceil() as u64).max(1);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= rank
        })?;
        let width = (scale.1 - scale.0) / (BUCKETS - 2) as f64;
        Some(match found {
            0 => (scale.0, f64::INFINITY),
            n if n == BUCKETS - 1 => (scale.1, f64::INFINITY),
            n => (scale.0 + (n as f64 - 0.5) * width, width / 2.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_within_its_error_and_says_when_it_is_off_the_scale() {
        let mut histogram = Histogram::new();
        let scale = (0.0, 10.0);
        assert_eq!(histogram.quantile(0.5, scale), None);
        for n in 1..=100 {
            histogram.add(f64::from(n) / 10.0 - 0.03, scale);
        }
        let (value, error) = histogram.quantile(0.95, scale).unwrap();
        assert!((value - 9.47).abs() <= error && error < 0.02, "{value} {error}");
        for _ in 0..1000 {
            histogram.add(11.0, scale);
        }
        assert_eq!(histogram.quantile(0.95, scale).unwrap(), (10.0, f64::INFINITY));
    }
}
