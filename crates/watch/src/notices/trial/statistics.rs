//! The statistical test: false notices on noise are counted, planted clusters of several strengths are looked for.

use super::*;
use crate::notices::tails::binomial_at_least;
use city::{NoticeArea, NoticeKind};

/// Runs on noise with at least one notice, and the notices by kind.
fn false_notices(of: Noise, sets: u64) -> (u64, [u64; 4], u64) {
    let shelf = shelf();
    let (mut runs, mut kinds, mut tests) = (0, [0; 4], 0);
    for seed in 0..sets {
        let found = run(&noise(of, seed + 1_000), of.days, &shelf, &[], seed);
        tests += u64::from(found.tests);
        runs += u64::from(!found.notices.is_empty());
        for notice in &found.notices {
            let kind = NoticeKind::ALL.iter().position(|k| *k == notice.kind).unwrap();
            kinds[kind] += 1;
        }
    }
    (runs, kinds, tests / sets)
}

#[test]
fn noise_makes_no_more_notices_than_it_may() {
    println!("noise                  runs  tests each  runs with a notice  clusters trends places causes");
    let mut held = true;
    for (name, of, sets) in [
        ("independent events", QUIET, 200),
        ("good and bad days", Noise { day_shape: 2.5, ..QUIET }, 60),
        ("few events", Noise { per_day: 1.0, ..QUIET }, 60),
        ("a longer history", Noise { days: 450, per_day: 4.0, ..QUIET }, 40),
        ("a month of records", Noise { days: 30, ..QUIET }, 60),
        ("towns have their days", Noise { town_shape: 3.0, ..QUIET }, 60),
        ("neighbours who repeat", Noise { repeats: 0.6, per_day: 4.0, ..QUIET }, 60),
    ] {
        let (runs, kinds, tests) = false_notices(of, sets);
        let [clusters, trends, places, causes] = kinds;
        println!(
            "{name:<22} {sets:>4}  {tests:>10}  {runs:>18}  {clusters:>8} {trends:>6} {places:>6} {causes:>6}"
        );
        // The nominal rate is one run in twenty. So many or more would come with less than one chance in a thousand.
        held &= binomial_at_least(runs, sets, NoticeSettings::default().false_discovery) > 1e-3;
    }
    assert!(held, "more notices on noise than one run in twenty allows");
}

#[test]
fn planted_clusters_are_found_where_they_are() {
    let shelf = shelf();
    println!("planted  found of 30  median error m  false elsewhere");
    for (count, least) in [(0, 0), (6, 0), (9, 12), (12, 22), (20, 28)] {
        let (mut found, mut elsewhere) = (0, 0);
        let mut errors_m = Vec::new();
        for seed in 0..30 {
            let mut events = noise(QUIET, seed + 5_000);
            let mut dice = Dice::new(seed, 77);
            let middle = plant(&mut events, &mut dice, count, 3.0, 250.0);
            let clusters = run(&events, QUIET.days, &shelf, &[], seed)
                .notices
                .into_iter()
                .filter(|n| n.kind == NoticeKind::Cluster);
            let mut here = None;
            for notice in clusters {
                let NoticeArea::Circle { centre, radius_m } = notice.area else {
                    panic!("a cluster without circle")
                };
                let error_m = centre.distance_m(middle);
                if error_m <= 250.0 + radius_m && here.is_none() {
                    here = Some(error_m);
                } else {
                    elsewhere += 1;
                }
            }
            found += u32::from(here.is_some());
            errors_m.extend(here);
        }
        errors_m.sort_by(f64::total_cmp);
        let median = errors_m.get(errors_m.len() / 2).copied().unwrap_or(f64::NAN);
        println!("{count:>7}  {found:>11}  {median:>14.0}  {elsewhere:>15}");
        assert!(found >= least && (count > 0 || found <= 2), "{count} planted: {found} found");
        assert!(
            elsewhere <= 4 && (errors_m.is_empty() || median <= 300.0),
            "{elsewhere} elsewhere, {median} m"
        );
    }
}

#[test]
fn gumbel_chances_are_chances() {
    // On noise the chance read off the Gumbel distribution, taken for every run whether at its limit or not, falls below
    // one in a hundred about once in a hundred.
    let settings = scan::ScanSettings { replicates: 99, stop_after: None, ..Default::default() };
    let (mut below, mut at_limit, sets) = ([0_u64; 2], 0, 400);
    for seed in 0..sets {
        let mut dice = Dice::new(seed, 31);
        let cases: Vec<scan::Case> = (0..260)
            .map(|_| {
                let at = EastNorth::new(dice.bell() * 2_500.0, dice.bell() * 2_500.0);
                scan::Case { at, time: END.plus_s(-dice.share() * 90.0 * 86_400.0) }
            })
            .collect();
        let found = scan::scan(&cases, END, &settings, seed).unwrap();
        let Some(top) = found.clusters.first() else { continue };
        at_limit += u64::from(top.is_gumbel);
        below[0] += u64::from(top.p_value < 0.05);
        below[1] += u64::from(top.p_value < 0.005);
    }
    println!(
        "of {sets} scans of noise: {} below 0.05, {} below 0.005, {at_limit} by Gumbel",
        below[0], below[1]
    );
    assert!(
        binomial_at_least(below[0], sets, 0.05) > 1e-3 && binomial_at_least(below[1], sets, 0.005) > 1e-3
    );
    assert!(below[0] >= 5, "a test that never finds anything in noise has lost its chances");
}
