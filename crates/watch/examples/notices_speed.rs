//! How long a scan takes: `cargo run --release -p watch --example notices_speed`.

use city::{CityTime, DistrictCode, Place, RiskClass, Status, TownshipCode};
use geodesy::EastNorth;
use std::time::Instant;
use watch::notices::scan::{Case, DAY_MS, Ends, ScanSettings, scan};
use watch::notices::{Analysis, Guide, Names, NoticeSettings, SmallEvent, find};
use watch::register::Register;

/// `count` cases of 90 days in some 40 towns of a district 40 km wide; a plain generator, the same every time.
fn cases(count: usize, until: CityTime) -> Vec<Case> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut share = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let towns: Vec<(f64, f64, f64)> =
        (0..40).map(|_| (share() * 40_000.0, share() * 40_000.0, 200.0 + share() * 1_500.0)).collect();
    (0..count)
        .map(|_| {
            let (east, north, width) = towns[((share() * share()) * 40.0) as usize];
            let bell = |a: f64, b: f64| (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
            let at =
                EastNorth::new(east + width * bell(share(), share()), north + width * bell(share(), share()));
            Case { at, time: until.plus_ms(-(share() * 90.0 * DAY_MS as f64) as i64) }
        })
        .collect()
}

/// A whole run: clusters, trends, spots and causes of two classes in twelve districts.
fn whole_run(until: CityTime) {
    let (Ok(guide), Ok(register)) = (Guide::shipped(), Register::shipped()) else { return };
    let names = Names::default();
    let made = |(i, case): (usize, Case)| {
        let district = 500_101 + (i % 12) as u32;
        SmallEvent {
            id: format!("C-{i}").into(),
            class: if i % 24 < 12 { RiskClass::Complaint } else { RiskClass::Gas },
            cause: Some(["noise", "water", "light"][i % 3].into()),
            at: geodesy::to_lon_lat(case.at),
            time: case.time,
            handled: Some(case.time.plus_ms(7_200_000)),
            place: Some(Place {
                district: DistrictCode(district),
                township: TownshipCode(district * 1_000 + 1),
            }),
        }
    };
    let events: Vec<SmallEvent> = cases(60_000, until).into_iter().enumerate().map(made).collect();
    let analysis = Analysis {
        events: &events,
        since: until.plus_ms(-90 * DAY_MS),
        until,
        status: Status::Simulated,
        guide: &guide,
        names: &names,
        register: &register,
        open: &[],
        seed: 1,
    };
    let start = Instant::now();
    let found = find(&analysis, &NoticeSettings::default());
    println!(
        "a run of 60,000 events in 24 groups: {:.2} s, {} tests, {} notices",
        start.elapsed().as_secs_f64(),
        found.tests,
        found.notices.len()
    );
}

fn main() {
    let until = CityTime(1_790_000_000_000);
    let all = ScanSettings { stop_after: None, ..ScanSettings::default() };
    let early = ScanSettings::default();
    let any = ScanSettings { ends: Ends::Any, ..all.clone() };
    println!("events   replicates  what                   threads  seconds  places  circles  grid_m  p");
    for (count, what, settings) in [
        (5_000, "alive, all", &all),
        (5_000, "alive, stops at 20", &early),
        (5_000, "any interval, all", &any),
        (50_000, "alive, all", &all),
        (50_000, "alive, stops at 20", &early),
        (100_000, "alive, all", &all),
    ] {
        let cases = cases(count, until);
        for threads in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
            let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
            let start = Instant::now();
            match pool.install(|| scan(&cases, until, settings, 1)) {
                Ok(scan) => println!(
                    "{count:>7}  {:>10}  {what:<21}  {threads:>7}  {:>7.2}  {:>6}  {:>7}  {:>6}  {:.3}",
                    scan.replicates,
                    start.elapsed().as_secs_f64(),
                    scan.places,
                    scan.circles,
                    scan.grid_m,
                    scan.clusters.first().map_or(1.0, |c| c.p_value),
                ),
                Err(e) => println!("{count} {what}: {e}"),
            }
        }
    }
    whole_run(until);
}
