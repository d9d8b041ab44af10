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
        let width = if self.wide { 3 } else { 1 };
        if self.slots.is_empty() {
            self.slots = vec![f32::NAN; self.periods * width];
            self.newest = period - 1;
        }
        if period < self.newest {
            return;
        }
        if period > self.newest {
            let first = (self.newest + 1).max(period - self.periods as i64 + 1);
            for skipped in first..=period {
                let at = self.slot(skipped);
                self.slots[at..at + width].fill(f32::NAN);
            }
            self.newest = period;
            self.open = (0.0, 0, f32::NAN, f32::NAN);
        }
        let (sum, count, low, high) = &mut self.open;
        (*sum, *count) = (*sum + value, *count + 1);
        (*low, *high) = (low.min(value as f32), high.max(value as f32));
        let had = [(*sum / f64::from(*count)) as f32, *low, *high];
        let at = self.slot(period);
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
}
