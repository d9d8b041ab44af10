//! The means of the newest periods of one length, a fixed number of them.

/// What a period had: its mean, its least and its greatest sample.
pub(super) type Had = (f32, f32, f32);

#[derive(Clone, Debug)]
pub(super) struct Ring {
    pub period_ms: i64,
    periods: usize,
    /// True when least and greatest are kept; else they are told as the mean.
    wide: bool,
    /// The newest period; `i64::MIN` before the first sample.
    newest: i64,
    slots: Vec<f32>,
    /// Sum, count, least and greatest of the newest period.
    open: (f64, u32, f32, f32),
}

impl Ring {
    /// A ring of `periods` periods. It takes memory with its first sample.
    pub fn new(period_ms: i64, periods: usize, wide: bool) -> Self {
        let open = (0.0, 0, f32::NAN, f32::NAN);
        Self { period_ms, periods, wide, newest: i64::MIN, slots: Vec::new(), open }
    }

    /// Adds a sample to a period; one before the newest period is not taken, for its mean is closed.
    pub fn add(&mut self, period: i64, value: f64) {
        self.begin(period);
        if period < self.newest {
            return;
        }
        self.reach(period);
        let (sum, count, low, high) = &mut self.open;
        (*sum, *count) = (*sum + value, *count + 1);
        (*low, *high) = (low.min(value as f32), high.max(value as f32));
        let had = ((*sum / f64::from(*count)) as f32, *low, *high);
        self.put(period, had);
    }

    /// Takes up what a period had, as an archive holds it, made of so many samples; false where the period is known
    /// already, or is older than any that is held. Periods may come in any order. To the newest, which is not over, the
    /// samples are added.
    pub fn recall(&mut self, period: i64, had: Had, samples: u32) -> bool {
        self.begin(period);
        let known = self.get(period);
        if period < self.oldest() || (known.is_some() && period != self.newest) {
            return false;
        }
        if let Some((_, low, high)) = known {
            let (sum, count, ..) = self.open;
            let samples = samples.clamp(1, u32::MAX / 2);
            let sum = sum + f64::from(had.0) * f64::from(samples);
            let count = count.saturating_add(samples);
            self.open = (sum, count, low.min(had.1), high.max(had.2));
            self.put(period, ((sum / f64::from(count)) as f32, self.open.2, self.open.3));
            return true;
        }
        if period > self.newest {
            self.reach(period);
            self.open = (f64::from(had.0) * f64::from(samples.max(1)), samples.max(1), had.1, had.2);
        }
        self.put(period, had);
        true
    }

    /// The periods that are known, oldest first, each with what it had and how many samples that is made of: 1 for
    /// those that are closed, for which it no longer matters.
    pub fn known(&self) -> impl Iterator<Item = (i64, Had, u32)> + '_ {
        let periods = if self.slots.is_empty() { 0..0 } else { self.oldest()..self.newest + 1 };
        let samples = |period| if period == self.newest { self.open.1.max(1) } else { 1 };
        periods.filter_map(move |period| Some((period, self.get(period)?, samples(period))))
    }

    /// Makes room with the first period.
    fn begin(&mut self, period: i64) {
        if self.slots.is_empty() {
            self.slots = vec![f32::NAN; self.periods * if self.wide { 3 } else { 1 }];
            self.newest = period - 1;
        }
    }

    /// Goes on to a period; those that are skipped are unknown.
    fn reach(&mut self, period: i64) {
        if period <= self.newest {
            return;
        }
        let first = (self.newest + 1).max(period - self.periods as i64 + 1);
        for skipped in first..=period {
            self.put(skipped, (f32::NAN, f32::NAN, f32::NAN));
        }
        self.newest = period;
        self.open = (0.0, 0, f32::NAN, f32::NAN);
    }

    fn put(&mut self, period: i64, had: Had) {
        let (at, width) = (self.slot(period), if self.wide { 3 } else { 1 });
        let had = [had.0, had.1, had.2];
        self.slots[at..at + width].copy_from_slice(&had[..width]);
    }

    /// What a period had; `None` where it had no sample, or is not held.
    pub fn get(&self, period: i64) -> Option<Had> {
        if self.slots.is_empty() || period > self.newest || period < self.oldest() {
            return None;
        }
        let at = self.slot(period);
        let mean = self.slots[at];
        let (low, high) = if self.wide { (self.slots[at + 1], self.slots[at + 2]) } else { (mean, mean) };
        (!mean.is_nan()).then_some((mean, low, high))
    }

    /// The newest period; `i64::MIN` before the first sample.
    pub fn newest(&self) -> i64 {
        self.newest
    }

    /// The oldest period it could hold.
    pub fn oldest(&self) -> i64 {
        self.newest.saturating_sub(self.periods as i64 - 1)
    }

    /// The bytes it takes beside itself.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<f32>()
    }

    fn slot(&self, period: i64) -> usize {
        period.rem_euclid(self.periods as i64) as usize * if self.wide { 3 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_the_mean_of_its_samples_and_what_was_skipped_is_unknown() {
        let mut ring = Ring::new(1, 4, true);
        for value in [1.0, 2.0, 6.0] {
            ring.add(10, value);
        }
        ring.add(12, 5.0);
        ring.add(9, 100.0);
        assert_eq!(ring.get(10), Some((3.0, 1.0, 6.0)));
        assert_eq!(ring.get(11), None);
        assert_eq!(ring.get(12), Some((5.0, 5.0, 5.0)));
        ring.add(14, 7.0);
        assert_eq!((ring.get(10), ring.get(12)), (None, Some((5.0, 5.0, 5.0))));
        ring.add(1_000_000_000, 1.0);
        assert_eq!((ring.get(14), ring.get(1_000_000_000)), (None, Some((1.0, 1.0, 1.0))));
    }

    #[test]
    fn what_an_archive_holds_is_taken_up_where_nothing_is_known_and_goes_on() {
        let mut ring = Ring::new(1, 4, true);
        assert!(ring.recall(10, (3.0, 1.0, 6.0), 3));
        ring.add(10, 7.0);
        assert_eq!(ring.get(10), Some((4.0, 1.0, 7.0)));
        ring.add(12, 5.0);
        assert!(ring.recall(9, (2.0, 2.0, 2.0), 1) && ring.recall(11, (9.0, 8.0, 10.0), 1));
        assert!(!ring.recall(11, (1.0, 1.0, 1.0), 1) && !ring.recall(8, (1.0, 1.0, 1.0), 1));
        let known: Vec<_> = ring.known().map(|(period, had, samples)| (period, had.0, samples)).collect();
        assert_eq!(known, [(9, 2.0, 1), (10, 4.0, 1), (11, 9.0, 1), (12, 5.0, 1)]);
        assert!(ring.recall(12, (1.0, 0.5, 2.0), 3));
        assert_eq!(ring.get(12), Some((2.0, 0.5, 5.0)));
    }
}
