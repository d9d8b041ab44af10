//! How many observations a second one core takes into the vital signs that ship. Devices of all kinds stand in 41 districts
//! and 1,031 townships; each second of the city 50,000 of them speak, in seeded order, and the clock ticks.

use super::super::{Figure, figure, quantile};
use super::noise;
use crate::failure::Failure;
use anyhow::anyhow;
use city::{CityTime, DistrictCode, Place, TownshipCode};
use std::time::Instant;
use watch::rules::DeviceHandle;
use watch::vital::{Definitions, Enrolment, Places, VitalSigns};

const A_SECOND: u64 = 50_000;
const SECONDS: i64 = 60;
const START: i64 = 1_782_835_200_000;

/// The figures of a city of 17,000 and of 1,000,000 devices.
pub fn figures() -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for (name, devices) in [("17,000", 17_000), ("1,000,000", 1_000_000)] {
        figures.extend(of(name, devices)?);
    }
    Ok(figures)
}

fn of(name: &str, devices: u64) -> Result<Vec<Figure>, Failure> {
    let definitions = Definitions::shipped().map_err(|faults| anyhow!("{}", faults[0]))?;
    let kinds = definitions.kinds().to_vec();
    let place = |n: u32| {
        let district = 500_101 + n % 41;
        Place { district: DistrictCode(district), township: TownshipCode(district * 1_000 + n / 41) }
    };
    let places: Vec<Place> = (0..1_031).map(place).collect();
    let mut signs = VitalSigns::new(definitions, Places::new(places.clone(), []), CityTime(START));
    for n in 0..devices {
        let kind = &kinds[n as usize % kinds.len()];
        let place = places[(noise(n) * places.len() as f64) as usize];
        let info = Enrolment { property: kind.property.clone(), ..Enrolment::new(kind.class.clone(), place) };
        signs.enrol(DeviceHandle(n as u32), &info).map_err(|e| anyhow!("device {n}: {e}"))?;
    }
    let (mut rates, mut ticks) = (Vec::new(), Vec::new());
    for second in 0..SECONDS {
        let now = START + second * 1_000;
        let one = |n: u64| {
            let seed = second as u64 * A_SECOND + n;
            let device = (noise(seed) * devices as f64) as u64;
            let kind = &kinds[device as usize % kinds.len()];
            (device as u32, kind.min + noise(seed + 1) * (kind.max - kind.min))
        };
        let batch: Vec<(u32, f64)> = (0..A_SECOND).map(one).collect();
        let begun = Instant::now();
        for (n, (device, value)) in batch.iter().enumerate() {
            // Some speak twice in one second: a millisecond each keeps the second one newer. What is refused costs, too.
            let at = CityTime(now - 1_000 + (n / 50) as i64);
            let _ = signs.observe(DeviceHandle(*device), *value, at);
        }
        let observed = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        signs.tick(CityTime(now));
        let ticked = begun.elapsed().as_secs_f64();
        ticks.push(ticked * 1e3);
        rates.push(A_SECOND as f64 / (observed + ticked));
    }
    let said = |what: &str| format!("vital signs of {name} devices: {what}");
    let median = quantile(&mut rates, 0.5);
    Ok(vec![
        figure(said("observations a second with the tick, median"), median, "1/s"),
        figure(said("the longest tick"), quantile(&mut ticks, 1.0), "ms"),
    ])
}
