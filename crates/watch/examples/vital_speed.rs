//! How many observations a second one core takes into the vital signs that ship, and the memory a device needs.
//!
//! `cargo run --release -p watch --example vital_speed [DEVICES]`. Devices of all kinds that ship stand in 41 districts
//! and 1,031 townships; each second of the city 50,000 of them speak, in seeded random order, and the clock ticks.

use city::{CityTime, DistrictCode, Jurisdiction, Place, TownshipCode};
use std::time::Instant;
use watch::rules::DeviceHandle;
use watch::vital::{Definitions, Enrolment, Places, VitalSigns};

const A_SECOND: usize = 50_000;
const START: i64 = 1_782_835_200_000;

fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// The resident memory of this process in bytes; 0 where `/proc` does not say.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok()).unwrap_or(0) * 1_024
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked = std::env::args().nth(1).map(|text| text.parse::<u32>()).transpose()?;
    for devices in asked.map_or(vec![17_000, 1_000_000], |n| vec![n]) {
        run(devices)?;
    }
    Ok(())
}

fn run(devices: u32) -> Result<(), Box<dyn std::error::Error>> {
    let definitions = Definitions::shipped().map_err(|faults| faults[0].to_string())?;
    let kinds = definitions.kinds().to_vec();
    let places: Vec<Place> = (0..1_031)
        .map(|n| {
            let district = 500_101 + n % 41;
            Place { district: DistrictCode(district), township: TownshipCode(district * 1_000 + n / 41) }
        })
        .collect();
    let mut signs = VitalSigns::new(definitions, Places::new(places.clone(), []), CityTime(START));
    let empty = resident();
    let mut state = 7;
    for n in 0..devices {
        let kind = &kinds[n as usize % kinds.len()];
        let place = places[chance(&mut state) as usize % places.len()];
        let info = Enrolment { property: kind.property.clone(), ..Enrolment::new(kind.class.clone(), place) };
        signs.enrol(DeviceHandle(n), &info)?;
    }
    println!("{devices} devices of {} kinds, {} signs", kinds.len(), signs.definitions().signs().len());
    let (mut rounds, mut ticks) = (Vec::new(), Vec::new());
    for second in 0..180_i64 {
        let now = START + second * 1_000;
        let batch: Vec<(u32, f64)> = (0..A_SECOND)
            .map(|_| {
                let device = chance(&mut state) as u32 % devices;
                let kind = &kinds[device as usize % kinds.len()];
                let share = (chance(&mut state) % 1_000) as f64 / 1_000.0;
                (device, kind.min + share * (kind.max - kind.min))
            })
            .collect();
        let before = Instant::now();
        for (n, (device, value)) in batch.iter().enumerate() {
            // Some speak twice in one second: a millisecond each keeps the second one newer.
            let at = CityTime(now - 1_000 + (n / 50) as i64);
            let _ = signs.observe(DeviceHandle(*device), *value, at);
        }
        let observed = before.elapsed().as_secs_f64();
        let before = Instant::now();
        signs.tick(CityTime(now));
        ticks.push(before.elapsed().as_secs_f64() * 1e3);
        rounds
            .push((A_SECOND as f64 / observed, A_SECOND as f64 / (observed + ticks[ticks.len() - 1] / 1e3)));
    }
    rounds.sort_by(|a, b| a.1.total_cmp(&b.1));
    ticks.sort_by(f64::total_cmp);
    let (least, middle) = (rounds[0], rounds[rounds.len() / 2]);
    println!(
        "  observations a second: median {:.0}, with the tick {:.0}, worst second {:.0}",
        middle.0, middle.1, least.1
    );
    println!("  tick: median {:.3} ms, greatest {:.3} ms", ticks[ticks.len() / 2], ticks[ticks.len() - 1]);
    let (held, history) = (resident().saturating_sub(empty), signs.history_bytes());
    println!(
        "  memory: {:.1} bytes a device; histories {:.1} MB",
        held.saturating_sub(history) as f64 / f64::from(devices),
        history as f64 / 1e6
    );
    println!(
        "  taken {}, city: {:?}",
        signs.taken(),
        signs.sign("devices-reporting").map(|s| signs.value(s, Jurisdiction::City).value)
    );
    Ok(())
}
