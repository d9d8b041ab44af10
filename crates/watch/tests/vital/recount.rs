//! Random observations at random times: every reading is what a plain recount of all newest values gives.

use crate::city_of_tests::*;
use city::{CityTime, Jurisdiction, Place, RiskClass};
use watch::vital::{Enrolment, Refused, VitalSigns};

const STALE: i64 = 600_000;

#[derive(Clone, Copy)]
struct Known {
    place: Place,
    weight: f32,
    there: bool,
    value: f64,
    at: i64,
    heard: i64,
}

fn file() -> String {
    let scale = "scale = { from = 0.0, to = 100.0 }";
    let of =
        |id: &str, unit: &str, gather: &str| sign(id, "gas", unit, &format!("gather = {gather}\n{ABOVE}"));
    [
        GAS.to_owned(),
        of("mean", "%LEL", "\"mean\""),
        of("weighted", "%LEL", "\"weighted-mean\""),
        of("median", "%LEL", &format!("\"median\"\n{scale}")),
        of("p95", "%LEL", &format!("\"p95\"\n{scale}")),
        of("max", "%LEL", "\"max\""),
        of("min", "%LEL", "\"min\""),
        of("sum", "%LEL", "\"sum\""),
        of("share", "%", "\"share-above\"\npast = 25.0"),
        of("online", "%", "\"online\""),
        of("reporting", "%", "\"reporting\""),
        of("count", "件", "\"count\""),
    ]
    .concat()
}

fn check(signs: &VitalSigns, known: &[Known], now: i64, area: Jurisdiction) {
    let here: Vec<&Known> = known.iter().filter(|k| k.there && area.covers(k.place)).collect();
    let mut counted: Vec<(f64, f64)> = here
        .iter()
        .filter(|k| k.at > i64::MIN && now - k.at <= STALE)
        .map(|k| (k.value, f64::from(k.weight)))
        .collect();
    counted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let online = here.iter().filter(|k| k.heard > i64::MIN && now - k.heard <= STALE).count();
    let n = counted.len() as f64;
    let sum: f64 = counted.iter().map(|c| c.0).sum();
    let rank = |share: f64| counted[((share * n).ceil() as usize).max(1) - 1].0;
    for id in
        ["mean", "weighted", "median", "p95", "max", "min", "sum", "share", "online", "reporting", "count"]
    {
        let reading = value(signs, id, area);
        let told = format!("{id} {area:?} at {now}: {reading:?}");
        assert_eq!(reading.devices as usize, here.len(), "{told}");
        assert_eq!(reading.online as usize, online, "{told}");
        assert_eq!(reading.reporting as usize, counted.len(), "{told}");
        let devices_only = matches!(id, "online" | "reporting" | "count");
        if here.is_empty() || counted.is_empty() && !devices_only {
            assert_eq!(reading.value, None, "{told}");
            continue;
        }
        let weights: f64 = counted.iter().map(|c| (c.1 * 1024.0).round()).sum();
        let (want, error) = match id {
            "mean" => (sum / n, 1e-6),
            "weighted" => (counted.iter().map(|c| c.0 * (c.1 * 1024.0).round()).sum::<f64>() / weights, 1e-6),
            "median" => (rank(0.5), reading.error),
            "p95" => (rank(0.95), reading.error),
            "max" => (counted[counted.len() - 1].0, 0.0),
            "min" => (counted[0].0, 0.0),
            "sum" => (sum, 1e-6 * n),
            "share" => (100.0 * counted.iter().filter(|c| c.0 >= 25.0).count() as f64 / n, 1e-9),
            "online" => (100.0 * online as f64 / here.len() as f64, 1e-9),
            "reporting" => (100.0 * n / here.len() as f64, 1e-9),
            _ => (n, 0.0),
        };
        assert!(
            (reading.value.expect("a value where devices report") - want).abs() <= error + 1e-12,
            "{told}, recounted {want}"
        );
        assert!(reading.error < 0.2, "{told}");
    }
}

#[test]
fn every_reading_is_what_a_plain_recount_gives() {
    for seed in 1..=6 {
        let mut chance = Chance(seed);
        let mut signs = run(&file(), places(4, 3));
        let mut now = START.0;
        let mut known = Vec::new();
        for n in 0..120 {
            let place = place(1 + chance.below(4) as u32, 1 + chance.below(3) as u32);
            let weight = 0.1 + 9.0 * chance.unit() as f32;
            signs.enrol(device(n), &Enrolment { weight, ..Enrolment::new(RiskClass::Gas, place) }).unwrap();
            known.push(Known { place, weight, there: true, value: f64::NAN, at: i64::MIN, heard: i64::MIN });
        }
        for step in 0..400 {
            for _ in 0..chance.below(40) {
                let n = chance.below(known.len() as u64) as usize;
                let at = now + 30_000 - (chance.unit().powi(4) * 2_000_000.0) as i64;
                let value = match chance.below(12) {
                    0 => f64::NAN,
                    1 => 300.0,
                    2 => 25.0,
                    _ => 100.0 * chance.unit().powi(3),
                };
                let result = signs.observe(device(n as u32), value, CityTime(at));
                let known = &mut known[n];
                if !known.there {
                    assert_eq!(result, Err(Refused::UnknownDevice));
                    continue;
                }
                known.heard = known.heard.max(at.min(now));
                if value.is_finite() && value <= 100.0 && at > known.at {
                    assert_eq!(result, Ok(()));
                    (known.value, known.at) = (value, at);
                } else {
                    assert!(result.is_err());
                }
            }
            if step % 17 == 0 {
                let n = chance.below(known.len() as u64) as usize;
                assert_eq!(signs.withdraw(device(n as u32)), known[n].there);
                known[n] = Known { there: false, value: f64::NAN, at: i64::MIN, heard: i64::MIN, ..known[n] };
                if chance.below(2) == 0 {
                    let weight = known[n].weight;
                    let enrolment = Enrolment { weight, ..Enrolment::new(RiskClass::Gas, known[n].place) };
                    signs.enrol(device(n as u32), &enrolment).unwrap();
                    known[n].there = true;
                }
            }
            now += 1_000 + chance.below(if step % 50 == 0 { 40_000_000 } else { 60_000 }) as i64;
            signs.tick(CityTime(now));
            check(&signs, &known, now, Jurisdiction::City);
            for d in 1..=4 {
                check(&signs, &known, now, district(d));
                for t in 1..=3 {
                    check(&signs, &known, now, township(t, d));
                }
            }
        }
    }
}
