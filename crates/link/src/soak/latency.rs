//! Times counted by their length, so that an hour of them takes no more memory than a second.

/// Lengths below this have a count of their own; longer ones share those of their thousandths.
const EXACT: u64 = 10_000;

/// How often which length was met, in whatever unit they are given.
#[derive(Clone, Debug)]
pub(super) struct Latencies {
    exact: Vec<u64>,
    /// By thousands.
    coarse: Vec<u64>,
    longest: u64,
    count: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self { exact: vec![0; EXACT as usize], coarse: vec![0; 1_000], longest: 0, count: 0 }
    }
}

impl Latencies {
    pub(super) fn add(&mut self, length: u64) {
        let counts = if length < EXACT { &mut self.exact } else { &mut self.coarse };
        let place = if length < EXACT { length } else { (length / 1_000).min(999) };
        if let Some(count) = counts.get_mut(place as usize) {
            *count += 1;
        }
        self.longest = self.longest.max(length);
        self.count += 1;
    }

    /// The length that a share of all is no longer than; of long ones the thousand they lie in ends it.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let wanted = (share * self.count as f64).ceil().max(1.0) as u64;
        let exact = self.exact.iter().zip(0_u64..).map(|(count, length)| (*count, length));
        let coarse = self.coarse.iter().zip(1_u64..).map(|(count, thousand)| (*count, thousand * 1_000));
        let mut sum = 0;
        let found = exact.chain(coarse).find(|(count, _)| {
            sum += count;
            sum >= wanted
        });
        found.map_or(f64::NAN, |(_, length)| length.min(self.longest) as f64)
    }

    pub(super) fn longest(&self) -> f64 {
        self.longest as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_many_times_are_told() {
        let mut times = Latencies::default();
        assert!(times.quantile(0.5).is_nan());
        (1..=98).for_each(|length| times.add(length));
        [25_300, 2_000_000].into_iter().for_each(|length| times.add(length));
        assert_eq!((times.quantile(0.5), times.quantile(0.98)), (50.0, 98.0));
        assert_eq!((times.quantile(0.99), times.quantile(1.0)), (26_000.0, 1_000_000.0));
        assert_eq!(times.longest(), 2_000_000.0);
    }
}
