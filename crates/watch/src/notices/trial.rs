//! The whole run on made-up cities: quiet on noise, finds what is planted, says what it cannot use.
#![allow(clippy::unwrap_used)]

mod outcomes;
mod runs;
mod statistics;

use super::made_up::Dice;
use super::*;
use crate::register::Register;
use city::{CityTime, DistrictCode, LonLat, Place, RiskClass, RiskNotice, Status, TownshipCode};
use geodesy::EastNorth;
use scan::DAY_MS;

/// Midnight in Chongqing.
const END: CityTime = CityTime(1_790_006_400_000);
const DISTRICTS: [(u32, f64, f64); 3] =
    [(500_103, 0.0, 0.0), (500_105, -2_000.0, 9_000.0), (500_108, 3_000.0, -9_000.0)];

struct Shelf {
    guide: Guide,
    names: Names,
    register: Register,
}

fn shelf() -> Shelf {
    Shelf {
        guide: Guide::shipped().unwrap(),
        names: Names::default(),
        register: Register::shipped().unwrap(),
    }
}

fn run(events: &[SmallEvent], days: u32, shelf: &Shelf, open: &[RiskNotice], seed: u64) -> Findings {
    let analysis = Analysis {
        events,
        since: END.plus_ms(-i64::from(days) * DAY_MS),
        until: END,
        status: Status::Exercise,
        guide: &shelf.guide,
        names: &shelf.names,
        register: &shelf.register,
        open,
        seed,
    };
    // Fewer replicates for those that are plainly nothing: the chances stay valid, and the test ends.
    let mut settings = NoticeSettings::default();
    settings.scan.stop_after = Some(8);
    find(&analysis, &settings)
}

fn event(id: String, class: &RiskClass, district: u32, at: EastNorth, time: CityTime) -> SmallEvent {
    let township = ((at.east_m / 3_000.0).floor() as i64).rem_euclid(9) as u32 + 1;
    SmallEvent {
        id: id.into(),
        class: class.clone(),
        cause: None,
        at: geodesy::to_lon_lat(at),
        time,
        handled: None,
        place: Some(Place {
            district: DistrictCode(district),
            township: TownshipCode(district * 1_000 + township),
        }),
    }
}

/// How the noise of a city comes.
#[derive(Clone, Copy)]
struct Noise {
    days: u32,
    per_day: f64,
    /// A day's level in a class and district is gamma with that shape.
    day_shape: f64,
    /// So is each town's on each day, over and above.
    town_shape: f64,
    /// A report is repeated by neighbours the same day, so many times on average.
    repeats: f64,
}

/// Small events of two classes in three districts: towns of different width and weight over an even background, weekday
/// and hour of day, a season that drifts, days of good and bad luck, causes, handling after some hours.
fn noise(noise: Noise, seed: u64) -> Vec<SmallEvent> {
    let mut events = Vec::new();
    for (g, class) in [RiskClass::Complaint, RiskClass::SepticGas].iter().enumerate() {
        for (d, (district, east, north)) in DISTRICTS.iter().enumerate() {
            let mut dice = Dice::new(seed, 10 * g as u64 + d as u64);
            let towns: Vec<[f64; 4]> = (0..9)
                .map(|_| {
                    let width = 120.0 + 900.0 * dice.share();
                    [east + dice.bell() * 2_500.0, north + dice.bell() * 2_500.0, width, dice.share().powi(2)]
                })
                .collect();
            let phase = dice.share() * std::f64::consts::TAU;
            for age in 0..noise.days {
                let weekday = [1.1, 1.0, 1.05, 1.15, 0.7, 0.55, 1.2][age as usize % 7];
                let season = 1.0 + 0.25 * (f64::from(age) / 365.25 * std::f64::consts::TAU + phase).sin();
                let mut luck =
                    || if noise.town_shape.is_finite() { dice.gamma(noise.town_shape) } else { 1.0 };
                let today: Vec<f64> = towns.iter().map(|t| t[3] * luck()).collect();
                let weight: f64 = today.iter().sum();
                let count = dice.clumped(noise.per_day * weekday * season, noise.day_shape);
                for _ in 0..count {
                    let mut pick = dice.share() * weight;
                    let town = towns.iter().zip(&today).find(|(_, weight)| {
                        pick -= *weight;
                        pick <= 0.0
                    });
                    let town = town.map(|(town, _)| town);
                    let at = match town.filter(|_| dice.share() < 0.9) {
                        Some(t) => EastNorth::new(t[0] + dice.bell() * t[2], t[1] + dice.bell() * t[2]),
                        None => EastNorth::new(
                            east + (dice.share() - 0.5) * 9_000.0,
                            north + (dice.share() - 0.5) * 9_000.0,
                        ),
                    };
                    let cause =
                        ["noise", "water", "stall", "light"][(dice.share() * dice.share() * 4.0) as usize];
                    for _ in 0..=dice.poisson(noise.repeats) {
                        // More by day than by night.
                        let hour = (13.0 + 5.0 * dice.bell()).rem_euclid(24.0);
                        let time = END.plus_ms(-(i64::from(age) + 1) * DAY_MS + (hour * 3_600_000.0) as i64);
                        let id = format!("C-{g}-{d}-{}", events.len());
                        let mut made = event(id, class, *district, at, time);
                        made.cause = Some(cause.into());
                        made.handled =
                            (dice.share() < 0.85).then(|| time.plus_s(3_600.0 * (1.0 + 40.0 * dice.share())));
                        events.push(made);
                    }
                }
            }
        }
    }
    events
}

const QUIET: Noise =
    Noise { days: 118, per_day: 6.0, day_shape: 8.0, town_shape: f64::INFINITY, repeats: 0.0 };

/// A place that many events are near: where a cluster is hard to see.
fn plant(events: &mut Vec<SmallEvent>, dice: &mut Dice, count: u32, days: f64, radius_m: f64) -> LonLat {
    let near = events[dice.below(2_000) as usize % events.len()].at;
    let middle = geodesy::to_city_frame(near);
    for i in 0..count {
        let (turn, far) = (dice.share() * std::f64::consts::TAU, radius_m * dice.share().sqrt());
        let at = EastNorth::new(middle.east_m + far * turn.cos(), middle.north_m + far * turn.sin());
        let time = END.plus_s(-dice.share() * days * 86_400.0);
        events.push(event(format!("P-{i}"), &RiskClass::Complaint, DISTRICTS[0].0, at, time));
    }
    geodesy::to_lon_lat(middle)
}
