//! Units on the ground: they patrol a beat near their station, drive to incidents and come back.
//!
//! What a unit does is read from the city at every step; kept here is only the line it travels.

use super::act::Act;
use super::chance::{About, Chance};
use super::course::Course;
use crate::surroundings::rounded;
use crate::telemetry::Fix;
use city::{City, CityTime, Command, LonLat, Unit, UnitId, UnitKind, UnitState, World};
use layers::Station;
use std::collections::BTreeMap;

/// How many ways are looked for in one step at most: 700 units must not all ask in the first second.
const WAYS_A_STEP: usize = 8;

#[derive(Clone, Debug)]
enum Doing {
    Resting { until: CityTime },
    Patrolling(Course),
    Driving(Course),
    Returning(Course),
    Waiting,
}

struct Driver {
    home: LonLat,
    /// The beat's corners; legs between them are looked for once.
    corners: [LonLat; 3],
    legs: [Option<Vec<LonLat>>; 3],
    next_leg: usize,
    doing: Doing,
    shown: Option<LonLat>,
}

/// All units on the ground.
pub struct Fleet {
    chance: Chance,
    drivers: BTreeMap<UnitId, Driver>,
}

impl Fleet {
    /// The fleet of `stations`, at `now`.
    pub fn new(chance: Chance, stations: &[Station], now: CityTime) -> Self {
        let drivers = stations.iter().map(|station| {
            let draw = chance.about(About::Patrol, 0).of(station.unit.as_str());
            let corner = |n: u64| {
                let (far_m, turn) =
                    (draw.between(n, 500.0, 1_800.0), draw.between(n + 1, 0.0, std::f64::consts::TAU));
                let north = far_m * turn.cos() / 111_200.0;
                let east = far_m * turn.sin() / (111_200.0 * station.at.lat.to_radians().cos());
                LonLat::new(station.at.lon + east, station.at.lat + north)
            };
            let driver = Driver {
                home: station.at,
                corners: [corner(10), corner(20), station.at],
                legs: [None, None, None],
                next_leg: 0,
                doing: Doing::Resting { until: now.plus_s(draw.between(0, 0.0, 120.0)) },
                shown: None,
            };
            (station.unit.clone(), driver)
        });
        Self { chance, drivers: drivers.collect() }
    }

    /// Moves everybody to `now`: the city learns where they are; returned are those whose place changed, and
    /// what crews that are home say.
    pub fn step(&mut self, city: &mut City, now: CityTime, world: &dyn World) -> (Vec<Fix>, Vec<Act>) {
        let (mut fixes, mut acts, mut ways) = (Vec::new(), Vec::new(), WAYS_A_STEP);
        for (id, driver) in &mut self.drivers {
            let Some(unit) = city.units.get_mut(id) else { continue };
            let draw = self.chance.about(About::Patrol, now.0 as u64).of(id.as_str());
            driver.follow(unit, now, draw, world, &mut ways);
            let heading = match &driver.doing {
                Doing::Patrolling(course) | Doing::Driving(course) | Doing::Returning(course) => {
                    let (at, heading) = course.position(now);
                    unit.at = rounded(at);
                    heading
                }
                Doing::Resting { .. } | Doing::Waiting => 0.0,
            };
            if driver.shown != Some(unit.at) {
                driver.shown = Some(unit.at);
                fixes.push(fix(unit, heading));
            }
            if let Doing::Returning(course) = &driver.doing
                && now >= course.ends()
            {
                acts.push(Act::crew(id, Command::ResumePatrol { unit_id: id.clone() }));
            }
        }
        (fixes, acts)
    }
}

impl Driver {
    /// Takes up what the unit's state asks for.
    fn follow(&mut self, unit: &Unit, now: CityTime, draw: Chance, world: &dyn World, ways: &mut usize) {
        match (unit.state, &self.doing) {
            (UnitState::Driving, _) => {
                let Some(trip) = &unit.trip else { return };
                let known = matches!(&self.doing, Doing::Driving(course) if course.began == trip.began);
                if !known {
                    self.doing = Doing::Driving(Course::new(trip.path.clone(), trip.began, trip.duration_s));
                }
            }
            (UnitState::OnScene | UnitState::Handling, _) => self.doing = Doing::Waiting,
            (UnitState::Returning, Doing::Returning(_)) => {}
            (UnitState::Returning, _) => {
                let way = world.trip(unit.kind, unit.at, self.home);
                // No hurry on the way back: emergency driving is half as long again without the siren.
                let (path, duration_s) = way.unwrap_or_else(|| (vec![unit.at, self.home], 600.0));
                self.doing = Doing::Returning(Course::new(path, now, duration_s * 1.5));
            }
            (UnitState::Patrol, Doing::Patrolling(course)) if now < course.ends() => {}
            (UnitState::Patrol, Doing::Resting { until }) if now < *until => {}
            (UnitState::Patrol, Doing::Resting { .. }) => self.set_out(unit, now, draw, world, ways),
            (UnitState::Patrol, _) => {
                self.doing = Doing::Resting { until: now.plus_s(draw.between(1, 20.0, 150.0)) };
            }
        }
    }

    /// The next leg of the beat, or the way onto it from wherever the unit stands.
    fn set_out(&mut self, unit: &Unit, now: CityTime, draw: Chance, world: &dyn World, ways: &mut usize) {
        let on_beat = unit.at.distance_m(self.corners[(self.next_leg + 2) % 3]) < 60.0;
        let leg = if on_beat { self.next_leg } else { 2 };
        let path = match self.legs[leg].as_ref().filter(|_| on_beat) {
            Some(path) => path.clone(),
            None if *ways == 0 => return,
            None => {
                *ways -= 1;
                let way = world.trip(unit.kind, unit.at, self.corners[leg]);
                let path = way.map_or_else(|| vec![unit.at], |(path, _)| path);
                // Where the way ends is where the corner is from now on: beside the road nobody patrols.
                if let Some(end) = path.last().filter(|_| on_beat && leg != 2) {
                    self.corners[leg] = *end;
                }
                if on_beat {
                    self.legs[leg] = Some(path.clone());
                }
                path
            }
        };
        let course = Course::new(path, now, 0.0);
        let speed_mps = draw.between(2, 10.0, 25.0) / 3.6;
        let duration_s = course.length_m() / speed_mps;
        self.next_leg = (leg + 1) % 3;
        self.doing = Doing::Patrolling(course.lasting(duration_s));
    }
}

fn fix(unit: &Unit, heading_deg: f64) -> Fix {
    Fix {
        unit: unit.id.clone(),
        lon: unit.at.lon,
        lat: unit.at.lat,
        above_ground_m: 0.0,
        heading_deg: (heading_deg * 10.0).round() as f32 / 10.0,
        battery_pct: -1.0,
    }
}

/// The units of `stations`, at home.
pub fn units(stations: &[Station], now: CityTime) -> impl Iterator<Item = (UnitId, Unit)> {
    stations.iter().filter(|s| s.kind != UnitKind::Drone).map(move |station| {
        let unit = Unit {
            id: station.unit.clone(),
            kind: station.kind,
            name: station.name.clone(),
            name_en: station.name_en.clone(),
            district: station.place.district,
            at: rounded(station.at),
            above_ground_m: 0.0,
            state: UnitState::Patrol,
            incident: None,
            trip: None,
            since: now,
        };
        (station.unit.clone(), unit)
    })
}
