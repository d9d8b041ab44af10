//! A share of a count, and events a day, each with how far it can be trusted.

use serde::{Deserialize, Serialize};

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// `hits` out of `of`: a precision, a recall, a hit rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// How many did.
    pub hits: u64,
    /// Out of how many.
    pub of: u64,
}

impl Share {
    /// `hits` out of `of`; more hits than there were count as all.
    pub fn new(hits: u64, of: u64) -> Self {
        Self { hits: hits.min(of), of }
    }

    /// The share 0–1; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// The 95 % interval of the true share (Wilson 1927, without continuity correction); `None` of nothing.
    pub fn interval95(self) -> Option<[f64; 2]> {
        let share = self.value()?;
        let n = self.of as f64;
        let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        // Rounding must not push the ends past what is possible, nor off 0 and 1 where they are exact.
        let low = if self.hits == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.hits == self.of { 1.0 } else { (middle + half).min(1.0) };
        Some([low, high])
    }
}

/// So many in so many days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DailyRate {
    /// How many.
    pub count: u64,
    /// In how many days; above 0.
    pub days: f64,
}

impl DailyRate {
    /// How many a day; `None` without days.
    pub fn value(self) -> Option<f64> {
        (self.days > 0.0).then(|| self.count as f64 / self.days)
    }

    /// The 95 % interval of the true rate a day, for counts that come independently: the score interval for a
    /// Poisson count, which is Wilson's for a small share of many; `None` without days.
    pub fn interval95(self) -> Option<[f64; 2]> {
        self.value()?;
        let middle = self.count as f64 + Z * Z / 2.0;
        let half = Z * (self.count as f64 + Z * Z / 4.0).sqrt();
        let low = if self.count == 0 { 0.0 } else { (middle - half).max(0.0) };
        Some([low / self.days, (middle + half) / self.days])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_the_published_one() {
        // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (hits, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let [l, h] = Share::new(hits, of).interval95().unwrap();
            assert!((l - low).abs() < 6e-5 && (h - high).abs() < 6e-5, "{hits}/{of}: {l} {h}");
        }
        assert_eq!(Share::new(20, 20).interval95().unwrap()[1], 1.0);
        assert_eq!((Share::default().value(), Share::default().interval95()), (None, None));
    }

    #[test]
    fn the_rates_interval_holds_the_rate_and_nothing_is_none() {
        let rate = DailyRate { count: 10, days: 5.0 };
        let [low, high] = rate.interval95().unwrap();
        // By hand: (10 + 1.9207 ± 1.96 √10.9604) / 5.
        assert!((low - 1.0864).abs() < 1e-3 && (high - 3.6819).abs() < 1e-3, "{low} {high}");
        assert_eq!(rate.value(), Some(2.0));
        assert_eq!(DailyRate { count: 3, days: 0.0 }.interval95(), None);
    }
}
