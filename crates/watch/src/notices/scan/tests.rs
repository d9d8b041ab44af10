//! The scan against a plain one that shares nothing with it, against figures by hand, and against itself.
#![allow(clippy::unwrap_used)]

use super::search::log_ratio;
use super::*;
use crate::notices::chance::Chance;

const END: CityTime = CityTime(1_790_000_000_000);

fn case(east_m: f64, north_m: f64, age: u32) -> Case {
    Case { at: EastNorth::new(east_m, north_m), time: END.plus_ms(-i64::from(age) * DAY_MS - 1_000) }
}

/// `count` cases on a coarse lattice (so that distances tie), in `days` days.
fn lattice(count: u32, days: u32, seed: u64) -> Vec<Case> {
    let mut chance = Chance::new(seed, 99);
    let metres = |chance: &mut Chance| f64::from(chance.below(8)) * 130.0;
    (0..count)
        .map(|_| {
            let (east, north) = (metres(&mut chance), metres(&mut chance));
            case(east, north, chance.below(days))
        })
        .collect()
}

fn plain_settings() -> ScanSettings {
    ScanSettings {
        days: 21,
        longest_days: 5,
        max_radius_m: 500.0,
        radii_m: vec![],
        min_cases: 2,
        within_weekdays: false,
        dispersion: false,
        stop_after: None,
        replicates: 99,
        grid_m: Some(0.0),
        ..ScanSettings::default()
    }
}

/// The highest log ratio, found the slow way: every centre, every distance, every interval, every case.
fn brute(cases: &[(f64, f64, u32)], s: &ScanSettings) -> f64 {
    let all = cases.len() as f64;
    let strata = if s.within_weekdays { 7 } else { 1 };
    let mut best = 0.0_f64;
    for centre in cases {
        let distance = |c: &(f64, f64, u32)| (c.0 - centre.0).hypot(c.1 - centre.1);
        let mut radii: Vec<f64> = cases.iter().map(distance).filter(|d| *d <= s.max_radius_m).collect();
        if !s.radii_m.is_empty() {
            radii = s.radii_m.clone();
        }
        for radius in radii {
            let inside: Vec<_> = cases.iter().filter(|c| distance(c) <= radius + 1e-9).collect();
            if inside.len() as f64 > s.max_share * all {
                continue;
            }
            for newest in 0..s.days {
                for oldest in newest..(newest + s.longest_days).min(s.days) {
                    if newest > 0 && s.ends == Ends::Alive {
                        continue;
                    }
                    let hit = |age: u32| (newest..=oldest).contains(&age);
                    let count = inside.iter().filter(|c| hit(c.2)).count() as f64;
                    let expected: f64 = (0..strata)
                        .map(|stratum| {
                            let of = |c: &(f64, f64, u32)| c.2 % strata == stratum;
                            let total = cases.iter().filter(|c| of(c)).count() as f64;
                            let place = inside.iter().filter(|c| of(c)).count() as f64;
                            let time = cases.iter().filter(|c| of(c) && hit(c.2)).count() as f64;
                            if total > 0.0 { place * time / total } else { 0.0 }
                        })
                        .sum();
                    if count >= f64::from(s.min_cases) && count > expected {
                        let out = (all - count) / (all - expected);
                        let ratio = count * (count / expected).ln() + (all - count) * out.ln();
                        best = best.max(ratio);
                    }
                }
            }
        }
    }
    best
}

fn bare(cases: &[Case]) -> Vec<(f64, f64, u32)> {
    cases.iter().map(|c| (c.at.east_m, c.at.north_m, days::age(c.time, END).unwrap())).collect()
}

#[test]
fn the_ratio_is_the_one_by_hand() {
    // C 10, four cases in the circle, three on the day, three of them in both: mu = 1.2.
    // 3 ln(3 / 1.2) + 7 ln(7 / 8.8) = 2.748872 - 1.601891.
    assert!((log_ratio(3.0, 1.2, 10.0) - 1.146_981).abs() < 1e-5);
    assert_eq!(log_ratio(1.0, 1.2, 10.0), 0.0);
    assert!((log_ratio(10.0, 5.0, 10.0) - 10.0 * 2.0_f64.ln()).abs() < 1e-12);
}

#[test]
fn a_scan_by_hand() {
    // Ten cases: four at the origin, three of them today; six far away on six other days, one a day.
    let mut cases = vec![case(0.0, 0.0, 0), case(0.0, 0.0, 0), case(0.0, 0.0, 0), case(0.0, 0.0, 9)];
    cases.extend((1..7).map(|age| case(20_000.0 * f64::from(age), 0.0, age)));
    let found = scan(&cases, END, &plain_settings(), 1).unwrap();
    let top = &found.clusters[0];
    assert_eq!((top.cases.len(), top.radius_m, found.places), (3, 0.0, 7));
    assert!((top.expected - 1.2).abs() < 1e-12 && (top.log_ratio - 1.146_981).abs() < 1e-5, "{top:?}");
    assert_eq!((top.from, top.until), (END.plus_ms(-DAY_MS), END));
}

#[test]
fn the_best_cylinder_is_the_one_a_plain_search_finds() {
    let mut compared = 0;
    for seed in 0..20 {
        let cases = lattice(24 + seed as u32 * 2, 14, seed);
        for ends in [Ends::Alive, Ends::Any] {
            for within_weekdays in [false, true] {
                for radii_m in [vec![], vec![0.0, 140.0, 300.0, 500.0]] {
                    let settings = ScanSettings {
                        ends,
                        within_weekdays,
                        radii_m,
                        days: 14,
                        replicates: 1,
                        ..plain_settings()
                    };
                    let known = brute(&bare(&cases), &settings);
                    let found = scan(&cases, END, &settings, 1).unwrap();
                    let ratio = found.clusters.first().map_or(0.0, |c| c.log_ratio);
                    assert!((ratio - known).abs() < 1e-9, "seed {seed} {settings:?}: {ratio} for {known}");
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 160);
}

#[test]
fn the_chance_is_the_one_of_a_plain_permutation() {
    for (seed, within_weekdays) in [(3, false), (4, true), (11, false)] {
        let cases = lattice(40, 21, seed);
        let settings = ScanSettings { within_weekdays, replicates: 999, ..plain_settings() };
        let found = scan(&cases, END, &settings, 5).unwrap();
        let top = &found.clusters[0];
        let mut bare = bare(&cases);
        let mut chance = Chance::new(seed, 12_345);
        let strata = if within_weekdays { 7 } else { 1 };
        let mut reached = 1.0;
        for _ in 0..999 {
            // Fisher and Yates over all cases, swapping days only within a stratum.
            for stratum in 0..strata {
                let of: Vec<usize> = (0..bare.len()).filter(|&i| bare[i].2 % strata == stratum).collect();
                for i in (1..of.len()).rev() {
                    let j = chance.below(i as u32 + 1) as usize;
                    (bare[of[i]].2, bare[of[j]].2) = (bare[of[j]].2, bare[of[i]].2);
                }
            }
            reached += f64::from(u8::from(brute(&bare, &settings) >= top.log_ratio - 1e-9));
        }
        let plain = reached / 1_000.0;
        // Two independent samples of 999: four deviations of their difference.
        let deviation = (2.0 * plain * (1.0 - plain) / 999.0_f64).sqrt().max(0.002);
        println!("permuted p {} by the plain way {plain}", top.p_value);
        assert!((top.p_value - plain).abs() < 4.0 * deviation, "{} for {plain}", top.p_value);
    }
}

#[test]
fn the_same_bits_whatever_the_threads_and_the_order() {
    let mut cases = lattice(400, 60, 8);
    let settings = ScanSettings { days: 60, stop_after: None, replicates: 200, ..ScanSettings::default() };
    let on = |threads: usize, cases: &[Case]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| scan(cases, END, &settings, 77).unwrap())
    };
    let one = on(1, &cases);
    assert_eq!(one, on(2, &cases));
    assert_eq!(one, on(7, &cases));
    assert!(one.clusters[0].p_value != on(1, &lattice(400, 60, 9)).clusters[0].p_value);
    cases.reverse();
    let mut turned = on(3, &cases);
    for cluster in &mut turned.clusters {
        cluster.cases.iter_mut().for_each(|i| *i = 399 - *i);
        cluster.cases.sort_unstable();
    }
    let mut straight = one.clone();
    straight.clusters.iter_mut().for_each(|c| c.cases.sort_unstable());
    assert_eq!(straight, turned);
}

#[test]
fn stopping_early_says_what_all_replicates_say() {
    for seed in 0..6 {
        let cases = lattice(120, 60, seed);
        let all = ScanSettings { days: 60, replicates: 999, stop_after: None, ..ScanSettings::default() };
        let early = ScanSettings { stop_after: Some(30), ..all.clone() };
        let (all, early) = (scan(&cases, END, &all, 3).unwrap(), scan(&cases, END, &early, 3).unwrap());
        let (p, q) = (all.clusters[0].p_value, early.clusters[0].p_value);
        assert!((p - q).abs() < 4.0 * q / 30.0_f64.sqrt() + 0.002, "{p} {q}");
        assert!(!early.is_stopped || early.replicates < 999);
    }
}

#[test]
fn a_planted_cluster_is_first_and_later_ones_share_no_place_with_it() {
    let mut chance = Chance::new(4, 4);
    let mut metres = |width: u32| f64::from(chance.below(width));
    let mut cases: Vec<Case> = (0..1_500).map(|i| case(metres(12_000), metres(12_000), i % 90)).collect();
    for (east, north, count) in [(3_000.0, 3_000.0, 14_u32), (9_000.0, 8_000.0, 10)] {
        cases.extend(
            (0..count).map(|i| case(east + f64::from(i * 17 % 200), north + f64::from(i * 31 % 200), i % 3)),
        );
    }
    let found = scan(&cases, END, &ScanSettings::default(), 1).unwrap();
    assert!(found.clusters.len() >= 2 && found.clusters[1].p_value < 0.01, "{found:?}");
    let near = |n: usize, east: f64, north: f64| {
        found.clusters[n].centre.distance_m(EastNorth::new(east, north)) < 500.0
    };
    assert!(near(0, 3_100.0, 3_100.0) && near(1, 9_100.0, 8_100.0), "{:?}", found.clusters);
    assert!(found.clusters[0].is_gumbel && found.clusters[0].recurrence_days.unwrap() > 1_000.0);
    let mut seen = std::collections::HashSet::new();
    for cluster in &found.clusters {
        assert!(cluster.cases.iter().all(|c| seen.insert(*c)));
    }
}

#[test]
fn what_cannot_be_scanned_says_why() {
    let settings = ScanSettings::default();
    let few = lattice(3, 20, 1);
    assert_eq!(scan(&few, END, &settings, 1), Err(NoScan::TooFew(3)));
    let one_place: Vec<Case> = (0..50).map(|i| case(5.0, 5.0, i)).collect();
    assert_eq!(scan(&one_place, END, &settings, 1), Err(NoScan::OnePlace(50)));
    let one_day: Vec<Case> = (0..50).map(|i| case(f64::from(i) * 100.0, 5.0, 3)).collect();
    assert_eq!(scan(&one_day, END, &settings, 1), Err(NoScan::OneDay(50)));
    let lost = [case(f64::NAN, 0.0, 1), case(0.0, f64::INFINITY, 1)];
    let future: Vec<Case> = (0..50).map(|i| Case { time: END.plus_ms(1 + i), ..case(1.0, 1.0, 0) }).collect();
    assert_eq!(scan(&[&lost[..], &future].concat(), END, &settings, 1), Err(NoScan::TooFew(0)));
    for wrong in [
        ScanSettings { days: 1, ..settings.clone() },
        ScanSettings { max_radius_m: f64::NAN, ..settings.clone() },
        ScanSettings { max_share: 0.7, ..settings.clone() },
        ScanSettings { replicates: 0, ..settings.clone() },
        ScanSettings { radii_m: vec![5.0, 2.0], ..settings.clone() },
    ] {
        assert!(matches!(scan(&one_day, END, &wrong, 1), Err(NoScan::Setting(_))), "{wrong:?}");
    }
}

#[test]
fn clumps_of_a_day_raise_the_dispersion_and_days_of_the_whole_city_do_not() {
    let mut chance = Chance::new(1, 1);
    let mut spread = |n: u32, clump: u32| -> Vec<Case> {
        (0..n)
            .flat_map(|_| {
                // Some days have three times the cases of others, everywhere.
                let age = chance.below(90);
                let age = if age.is_multiple_of(3) { age } else { chance.below(30) * 3 };
                let at = (f64::from(chance.below(12_000)), f64::from(chance.below(12_000)));
                (0..clump).map(move |_| case(at.0, at.1, age))
            })
            .collect()
    };
    let settings = ScanSettings { replicates: 9, ..ScanSettings::default() };
    let alone = scan(&spread(2_000, 1), END, &settings, 1).unwrap().overdispersion;
    let clumped = scan(&spread(700, 3), END, &settings, 1).unwrap().overdispersion;
    assert!(alone < 1.1 && (2.6..3.4).contains(&clumped), "{alone} {clumped}");
}
