//! How long the analysis of small events takes: a scan for clusters, and a whole run of all analyses.

use super::super::{Figure, figure};
use crate::failure::Failure;
use anyhow::anyhow;
use city::{CityTime, DistrictCode, Place, RiskClass, Status, TownshipCode};
use geodesy::EastNorth;
use std::time::Instant;
use watch::notices::scan::{Case, DAY_MS, ScanSettings, scan};
use watch::notices::{Analysis, Guide, Names, NoticeSettings, SmallEvent, find};
use watch::register::Register;

const UNTIL: CityTime = CityTime(1_790_000_000_000);

/// The figures, on one thread.
pub fn figures() -> Result<Vec<Figure>, Failure> {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    alone.install(measured)
}

fn measured() -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    let all = ScanSettings { stop_after: None, ..ScanSettings::default() };
    for (count, what, settings) in [
        (5_000, "all 999 permutations", &all),
        (50_000, "stopped where nothing is to be found", &ScanSettings::default()),
    ] {
        let cases = cases(count);
        let begun = Instant::now();
        scan(&cases, UNTIL, settings, 1).map_err(|e| anyhow!("{e}"))?;
        let took = begun.elapsed().as_secs_f64();
        figures.push(figure(format!("scan of {count} events, {what}, one thread"), took, "s"));
    }
    let (guide, register, names) = (Guide::shipped()?, Register::shipped()?, Names::default());
    let events: Vec<SmallEvent> = cases(60_000).into_iter().enumerate().map(event).collect();
    let analysis = Analysis {
        events: &events,
        since: UNTIL.plus_ms(-90 * DAY_MS),
        until: UNTIL,
        status: Status::Simulated,
        guide: &guide,
        names: &names,
        register: &register,
        open: &[],
        seed: 1,
    };
    let begun = Instant::now();
    let found = find(&analysis, &NoticeSettings::default());
    let took = begun.elapsed().as_secs_f64();
    figures.push(figure("all analyses of 60,000 events of 90 days, one thread", took, "s"));
    figures.push(figure("tests judged together in it", f64::from(found.tests), ""));
    Ok(figures)
}

/// `count` cases of 90 days in some 40 towns of a district 40 km wide; the same every time.
fn cases(count: usize) -> Vec<Case> {
    let mut drawn = 0;
    let mut share = move || {
        drawn += 1;
        super::noise(drawn)
    };
    let towns: Vec<(f64, f64, f64)> =
        (0..40).map(|_| (share() * 40_000.0, share() * 40_000.0, 200.0 + share() * 1_500.0)).collect();
    let bell = |a: f64, b: f64| (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
    (0..count)
        .map(|_| {
            let (east, north, width) = towns[((share() * share()) * 40.0) as usize];
            let at =
                EastNorth::new(east + width * bell(share(), share()), north + width * bell(share(), share()));
            Case { at, time: UNTIL.plus_ms(-(share() * 90.0 * DAY_MS as f64) as i64) }
        })
        .collect()
}

fn event((i, case): (usize, Case)) -> SmallEvent {
    let district = 500_101 + (i % 12) as u32;
    SmallEvent {
        id: format!("C-{i}").into(),
        class: if i % 24 < 12 { RiskClass::Complaint } else { RiskClass::Gas },
        cause: Some(["noise", "water", "light"][i % 3].into()),
        at: geodesy::to_lon_lat(case.at),
        time: case.time,
        handled: Some(case.time.plus_ms(7_200_000)),
        place: Some(Place { district: DistrictCode(district), township: TownshipCode(district * 1_000 + 1) }),
    }
}
