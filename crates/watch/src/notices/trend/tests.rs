//! Rising counts: by hand, on noise whose false alarms are counted, and on rises of several strengths.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::notices::made_up::Dice;
use crate::notices::tails::binomial_at_least;

/// Events a day, the newest last: a mean with weekday, season and drift, gamma noise a day.
fn series(dice: &mut Dice, days: usize, mean: f64, shape: f64) -> Vec<u32> {
    let phase = dice.share() * std::f64::consts::TAU;
    let drift = (dice.share() - 0.5) * 0.4;
    (0..days)
        .map(|day| {
            let weekday = [1.0, 1.15, 1.1, 1.05, 1.2, 0.7, 0.6][day % 7];
            let year = day as f64 / 365.25;
            let season = 1.0 + 0.25 * (std::f64::consts::TAU * year + phase).sin();
            let level = mean * weekday * season * (drift * (year - days as f64 / 365.25)).exp();
            dice.clumped(level, shape)
        })
        .collect()
}

#[test]
fn the_method_follows_the_history() {
    let mut dice = Dice::new(1, 1);
    let method = |days: usize, mean: f64, dice: &mut Dice| {
        trend(&series(dice, days, mean, 20.0), &TrendSettings::default()).map(|t| t.method)
    };
    assert_eq!(method(9, 9.0, &mut dice), Err(NoTrend::TooShort(9)));
    assert_eq!(method(20, 9.0, &mut dice), Ok(Method::EarsC2));
    assert_eq!(method(60, 9.0, &mut dice), Ok(Method::Weekday));
    assert_eq!(method(60, 0.2, &mut dice), Ok(Method::Share));
    assert_eq!(method(500, 9.0, &mut dice), Ok(Method::Harmonic));
    assert_eq!(method(1_200, 9.0, &mut dice), Ok(Method::Farrington));
    assert_eq!(trend(&[0; 60], &TrendSettings::default()), Err(NoTrend::NothingBefore(46)));
}

#[test]
fn ears_and_shares_are_those_by_hand() {
    // Mean 10, squared differences 4 + 1 + 0 + 1 + 4 + 9 + 9 = 28, variance 28 / 6, raised to the mean 10.
    let mut counts = vec![3, 3, 8, 9, 10, 11, 12, 7, 13, 99, 99, 30];
    let found = trend(&counts, &TrendSettings::default()).unwrap();
    assert_eq!((found.method, found.observed, found.expected), (Method::EarsC2, 30, 10.0));
    assert!((found.overdispersion - 1.0).abs() < 1e-12 && found.p_value < 0.01 && found.ratio == 3.0);
    // Variance 116 / 6 above the mean now: counts 2, 6, 8, 10, 12, 14, 18 have 4² + 2·(4² + …): 64+16+4+0+4+16+64 = 168.
    counts = vec![2, 6, 8, 10, 12, 14, 18, 0, 0, 30];
    let found = trend(&counts, &TrendSettings::default()).unwrap();
    assert!((found.overdispersion - 168.0 / 6.0 / 10.0).abs() < 1e-12, "{found:?}");
    // Six in seven days after four in 46: by chance 7 of 53 days would hold so many of ten with
    // P(Bin(10, 7/53) ≥ 6) = 0.00077.
    let mut few = vec![0; 60];
    for day in [3, 15, 25, 35, 53, 54, 55, 56, 57, 58] {
        few[day] = 1;
    }
    let found = trend(&few, &TrendSettings::default()).unwrap();
    let share: f64 = 7.0 / 53.0;
    let choose = [210.0, 120.0, 45.0, 10.0, 1.0];
    let known: f64 =
        (6..=10).map(|k| choose[k - 6] * share.powi(k as i32) * (1.0 - share).powi(10 - k as i32)).sum();
    assert_eq!((found.method, found.observed), (Method::Share, 6));
    assert!((found.p_value / known - 1.0).abs() < 1e-9, "{} {known}", found.p_value);
}

#[test]
fn a_steady_series_expects_itself() {
    let week = [20, 22, 21, 20, 24, 12, 10];
    let counts: Vec<u32> = (0..91).map(|day| week[day % 7]).collect();
    let found = trend(&counts, &TrendSettings::default()).unwrap();
    assert!((found.expected - 129.0).abs() < 1e-3 && found.observed == 129, "{found:?}");
    assert!((found.ratio - 1.0).abs() < 1e-4 && (0.4..0.6).contains(&found.p_value));
    assert!(found.ratio95.low < 0.85 && found.ratio95.high > 1.15 && found.overdispersion == 1.0);
    // With the mean known, 129 ± 1.96 √129; the mean's own error widens it.
    assert!(found.expected95.low < 107.0 && found.expected95.high > 151.0 && found.upper > 155);
}

#[test]
fn noise_rarely_looks_like_a_rise() {
    println!("method      mean shape   sets  p<0.05  p<0.01  p<0.001");
    for (days, mean, shape, method) in [
        (30, 12.0, 10.0, Method::EarsC2),
        (104, 0.15, 4.0, Method::Share),
        (104, 3.0, 3.0, Method::Weekday),
        (104, 30.0, 12.0, Method::Weekday),
        (104, 300.0, 60.0, Method::Weekday),
        (600, 8.0, 5.0, Method::Harmonic),
        (1_300, 6.0, 6.0, Method::Farrington),
    ] {
        let sets = if days > 500 { 1_500 } else { 2_000 };
        let mut dice = Dice::new(42, days as u64 + mean as u64);
        let mut below = [0_u64; 3];
        let mut judged = 0;
        for _ in 0..sets {
            let Ok(found) = trend(&series(&mut dice, days, mean, shape), &TrendSettings::default()) else {
                continue;
            };
            assert_eq!(found.method, method);
            judged += 1;
            for (count, chance) in below.iter_mut().zip([0.05, 0.01, 0.001]) {
                *count += u64::from(found.p_value < chance);
            }
        }
        println!(
            "{method:<11?} {mean:>4} {shape:>5} {judged:>6} {:>7} {:>7} {:>8}",
            below[0], below[1], below[2]
        );
        for (count, chance) in below.into_iter().zip([0.05, 0.01, 0.001]) {
            // More than the nominal share would come with a chance under one in ten thousand.
            assert!(
                binomial_at_least(count, judged, chance) > 1e-4,
                "{method:?}: {count} of {judged} below {chance}"
            );
        }
    }
}

#[test]
fn rises_are_found_and_their_growth_told() {
    println!("method     mean  growth  found of 200  ratio  in the 95 % interval");
    for (days, mean, growth, least) in [
        (104, 3.0, 1.0, 0),
        (104, 3.0, 2.0, 70),
        (104, 3.0, 3.0, 150),
        (104, 30.0, 1.5, 70),
        (600, 8.0, 2.0, 120),
        (1_300, 6.0, 2.0, 120),
    ] {
        let mut dice = Dice::new(7, days as u64);
        let (mut found, mut covered, mut ratio) = (0, 0, 0.0);
        let mut method = Method::Share;
        for _ in 0..200 {
            let mut counts = series(&mut dice, days, mean, 10.0);
            for day in counts.iter_mut().rev().take(7) {
                *day += dice.poisson(f64::from(*day) * (growth - 1.0));
            }
            let t = trend(&counts, &TrendSettings::default()).unwrap();
            found += u32::from(t.p_value < 0.01);
            covered += u32::from((t.ratio95.low..=t.ratio95.high).contains(&growth));
            ratio += t.ratio / 200.0;
            method = t.method;
        }
        println!("{method:<10?} {mean:>4}  {growth:>6}  {found:>12}  {ratio:>5.2}  {covered}");
        assert!(found >= least && (growth > 1.0 || found <= 10), "{found}");
        assert!(covered >= 170, "{covered} of 200 intervals hold the growth");
    }
}
