//! Tails, quantiles and intervals of counts: Poisson, negative binomial, binomial, hypergeometric; Student's t.
//!
//! A small tail is computed by itself, never as one less the rest, so that it keeps its digits.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::beta::beta_reg;
use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::{gamma_lr, ln_gamma};
use std::f64::consts::SQRT_2;

/// From this mean on counts are taken as normal with their skewness: the series would need too many terms.
const MANY: f64 = 20_000.0;

/// The chance of at least `count` when `mean` is expected with a variance of `dispersion` × mean: Poisson at 1 (and
/// below), negative binomial above. Relative error below 1e-9 for means to 20,000, some per cent beyond, for chances above 1e-9.
pub(crate) fn at_least(count: u64, mean: f64, dispersion: f64) -> f64 {
    if count == 0 || mean == f64::INFINITY {
        return 1.0;
    }
    if mean <= 0.0 || mean.is_nan() {
        return 0.0;
    }
    let (count, dispersion) = (count as f64, dispersion.max(1.0));
    let tail = if mean > MANY {
        let skewness = (2.0 * dispersion - 1.0) / (dispersion * mean).sqrt();
        let z = (count - 0.5 - mean) / (dispersion * mean).sqrt();
        above(z - skewness * (z * z - 1.0) / 6.0)
    } else if dispersion < 1.0 + 1e-6 {
        gamma_lr(count, mean)
    } else {
        let p = 1.0 / dispersion;
        beta_reg(count, mean * p / (1.0 - p), 1.0 - p)
    };
    tail.clamp(0.0, 1.0)
}

/// The smallest count that outcomes exceed with a chance of at most `chance`.
pub(crate) fn upper_bound(chance: f64, mean: f64, dispersion: f64) -> u64 {
    let (mut low, mut high) = (0_u64, (mean.max(1.0) * 2.0) as u64 + 10);
    while at_least(high + 1, mean, dispersion) > chance && high < 1 << 50 {
        (low, high) = (high, high * 2);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if at_least(middle + 1, mean, dispersion) <= chance { high = middle } else { low = middle + 1 }
    }
    low
}

/// The interval in which at least 95 % of outcomes lie, at most 2.5 % beyond each end.
pub(crate) fn expected95(mean: f64, dispersion: f64) -> city::Interval {
    // The largest count that at most 2.5 % of outcomes stay below.
    let low = upper_bound(0.975, mean, dispersion);
    city::Interval { low: low as f64, high: upper_bound(0.025, mean, dispersion) as f64 }
}

/// The 95 % interval of the true mean behind a `count` with that dispersion: Byar's approximation of the exact Poisson
/// interval (within 1 % from a count of 1 on), of the count in units of the dispersion.
pub(crate) fn mean95(count: u64, dispersion: f64) -> city::Interval {
    let dispersion = dispersion.max(1.0);
    let n = count as f64 / dispersion;
    let byar = |n: f64, z: f64| n * (1.0 - 1.0 / (9.0 * n) + z / (3.0 * n.sqrt())).max(0.0).powi(3);
    let low = if count == 0 { 0.0 } else { byar(n, -1.959_964) };
    city::Interval { low: low * dispersion, high: byar(n + 1.0, 1.959_964) * dispersion }
}

/// The chance of at least `hits` out of `of` when each comes with chance `share`.
pub(crate) fn binomial_at_least(hits: u64, of: u64, share: f64) -> f64 {
    match (hits, share) {
        (0, _) => 1.0,
        _ if hits > of || share <= 0.0 => 0.0,
        _ if share >= 1.0 => 1.0,
        _ => beta_reg(hits as f64, (of - hits) as f64 + 1.0, share).clamp(0.0, 1.0),
    }
}

/// The chance of at least `hits` marked ones among `drawn` of `all`, of which `marked` are marked (Fisher's exact test).
pub(crate) fn hypergeometric_at_least(hits: u64, drawn: u64, marked: u64, all: u64) -> f64 {
    let most = drawn.min(marked);
    let least = (drawn + marked).saturating_sub(all);
    if hits <= least {
        return 1.0;
    }
    if hits > most {
        return 0.0;
    }
    let ln_choose =
        |n: u64, k: u64| ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0);
    let first = ln_choose(marked, hits) + ln_choose(all - marked, drawn - hits) - ln_choose(all, drawn);
    let (mut term, mut sum) = (1.0, 1.0);
    for k in hits..most {
        term *= (marked - k) as f64 * (drawn - k) as f64
            / ((k + 1) as f64 * ((all + k + 1 - marked - drawn) as f64));
        sum += term;
        if term < sum * 1e-16 {
            break;
        }
    }
    (first.exp() * sum).clamp(0.0, 1.0)
}

/// The chance of a normal deviate above `z`.
pub(crate) fn above(z: f64) -> f64 {
    0.5 * erfc(z / SQRT_2)
}

/// The normal deviate that is passed with chance `p`, at most 37.
pub(crate) fn deviate(p: f64) -> f64 {
    (SQRT_2 * erfc_inv(2.0 * p.clamp(1e-300, 1.0))).clamp(-37.0, 37.0)
}

/// The chance of a t deviate above `t` with `freedom` degrees; normal from 1e6 on.
pub(crate) fn student_above(t: f64, freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom.max(1.0)) {
        Ok(student) if freedom < 1e6 => student.sf(t).clamp(0.0, 1.0),
        _ => above(t),
    }
}

/// The t deviate that is passed with chance 2.5 % at `freedom` degrees.
pub(crate) fn student_975(freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom.max(1.0)) {
        Ok(student) if freedom < 1e4 => student.inverse_cdf(0.975),
        _ => 1.959_964,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, known: f64, relative: f64) {
        assert!((found / known - 1.0).abs() < relative, "{found} for {known}");
    }

    #[test]
    fn tails_are_the_sums_of_their_terms() {
        for (mean, dispersion) in [(0.3, 1.0), (4.0, 1.0), (4.0, 1.5), (40.0, 3.0), (700.0, 2.0)] {
            let r: f64 = mean / (dispersion - 1.0);
            let ln_term = |k: f64| {
                if dispersion == 1.0 {
                    return k * f64::ln(mean) - mean - ln_gamma(k + 1.0);
                }
                let p: f64 = 1.0 / dispersion;
                ln_gamma(k + r) - ln_gamma(k + 1.0) - ln_gamma(r) + r * p.ln() + k * (1.0 - p).ln()
            };
            for count in [1, 3, 9, 30, 80, 800] {
                let sum: f64 = (count..count + 3_000).rev().map(|k| ln_term(k as f64).exp()).sum();
                if sum > 1e-250 {
                    close(at_least(count, mean, dispersion), sum, 1e-8);
                }
            }
        }
        assert_eq!(
            (at_least(0, 0.0, 1.0), at_least(1, 0.0, 1.0), at_least(3, f64::NAN, 1.0)),
            (1.0, 0.0, 0.0)
        );
    }

    #[test]
    fn many_are_close_to_the_exact_tail() {
        for z in [0.0, 2.0, 4.0, 6.0] {
            for dispersion in [1.0, 4.0] {
                let below: f64 =
                    at_least((19_990.0 + z * f64::sqrt(19_990.0 * dispersion)) as u64, 19_990.0, dispersion);
                let beyond =
                    at_least((20_010.0 + z * f64::sqrt(20_010.0 * dispersion)) as u64, 20_010.0, dispersion);
                close(beyond, below, 0.08);
            }
        }
    }

    #[test]
    fn intervals_and_exact_tests_are_the_published_ones() {
        // Garwood's exact interval of 10 is 4.80 to 18.39, of 0 is 0 to 3.69.
        let ten = mean95(10, 1.0);
        assert!((ten.low - 4.80).abs() < 0.02 && (ten.high - 18.39).abs() < 0.02, "{ten:?}");
        assert!((mean95(0, 1.0).high - 3.69).abs() < 0.04);
        assert!(mean95(10, 2.0).high > ten.high && mean95(10, 2.0).low < ten.low);
        // Fisher's tea: 4 of 4 among 8, 1 in 70; at least 3: 17 in 70.
        close(hypergeometric_at_least(4, 4, 4, 8), 1.0 / 70.0, 1e-12);
        close(hypergeometric_at_least(3, 4, 4, 8), 17.0 / 70.0, 1e-12);
        assert_eq!((hypergeometric_at_least(0, 4, 4, 8), hypergeometric_at_least(5, 4, 4, 8)), (1.0, 0.0));
        // 8 heads of 10: 56 in 1024.
        close(binomial_at_least(8, 10, 0.5), 56.0 / 1024.0, 1e-12);
        close(deviate(0.025), 1.959_964, 1e-6);
        close(student_975(6.0), 2.446_912, 1e-6);
        close(student_above(2.446_912, 6.0), 0.025, 1e-5);
        // Poisson of 4: at most 2.5 % above 8 and below 1.
        let four = expected95(4.0, 1.0);
        assert_eq!((four.low, four.high), (1.0, 8.0));
    }
}
