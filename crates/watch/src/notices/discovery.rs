//! Which of many tests stand: the false discovery rate (Benjamini, Hochberg 1995).

/// The largest chance that stands when of the tests that stand a share `rate` at most may be false on average; 0 when
/// none does. `chances` has one value a test, those that found nothing too. Holds for independent tests and for those
/// that depend positively, as a cluster and a rise of the same events do (Benjamini, Yekutieli 2001).
pub fn threshold(chances: &[f64], rate: f64) -> f64 {
    let mut sorted: Vec<f64> = chances.iter().copied().filter(|p| p.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let tests = chances.len() as f64;
    let stands = |(i, p): (usize, &f64)| *p <= rate * (i as f64 + 1.0) / tests;
    sorted.iter().enumerate().filter(|(i, p)| stands((*i, p))).map(|(_, p)| *p).fold(0.0, f64::max)
}

#[test]
fn the_threshold_is_that_of_the_published_example() {
    // Benjamini and Hochberg 1995, section 3.1: 15 tests at 0.05, four stand.
    let published = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0,
    ];
    assert_eq!(threshold(&published, 0.05), 0.0095);
    assert_eq!((threshold(&[0.2, 0.9], 0.05), threshold(&[], 0.05)), (0.0, 0.0));
}
