//! Four drones over Lijia: they fly the routes in turn, land to charge, and go where they are sent.

use super::act::Act;
use super::chance::{About, Chance};
use super::course::Course;
use crate::surroundings::rounded;
use crate::telemetry::Fix;
use city::{City, CityTime, Command, LonLat, Unit, UnitId, UnitKind, UnitState, World};
use layers::DroneRoute;

/// How many drones there are.
const DRONES: usize = 4;
/// How long a full battery lasts in the air, seconds (a common inspection drone: 40 minutes).
const ENDURANCE_S: f64 = 2_400.0;
/// How long an empty battery takes to charge in the nest, seconds.
const CHARGE_S: f64 = 1_500.0;
/// With less battery than this a drone on scene breaks off, percent.
const RESERVE_PCT: f64 = 15.0;
/// From this on a drone sets out on a route, percent.
const READY_PCT: f64 = 85.0;
/// How fast a drone climbs and sinks, metres a second.
const CLIMB_MPS: f64 = 4.0;
/// How fast it flies when it is not on a route, metres a second.
const TRANSIT_MPS: f64 = 15.0;
/// How high it flies when it is sent somewhere, metres above ground.
const SENT_ABOVE_M: f64 = 100.0;

#[derive(Clone, Debug)]
enum Flight {
    Nest { until: CityTime },
    Away { course: Course, above_m: f64, state: UnitState },
    Hover,
    Landing,
}

struct Pilot {
    unit: UnitId,
    nest: LonLat,
    flight: Flight,
    battery_pct: f64,
    sorties: u64,
    heading_deg: f64,
    shown: Option<Fix>,
}

/// All drones.
pub struct Drones {
    chance: Chance,
    routes: Vec<DroneRoute>,
    pilots: Vec<Pilot>,
}

impl Drones {
    /// The drones that fly `routes`.
    pub fn new(chance: Chance, routes: &[DroneRoute], now: CityTime) -> Self {
        let pilots = nests(routes).enumerate().map(|(n, nest)| {
            let draw = chance.about(About::Drone, n as u64);
            Pilot {
                unit: id(n),
                nest,
                flight: Flight::Nest { until: now.plus_s(draw.between(0, 2.0, 90.0)) },
                battery_pct: draw.between(1, 90.0, 100.0),
                sorties: draw.pick(2, routes.len()) as u64,
                heading_deg: 0.0,
                shown: None,
            }
        });
        Self { chance, routes: routes.to_vec(), pilots: pilots.collect() }
    }

    /// The drones as units of the city, in their nests.
    pub fn units(
        routes: &[DroneRoute],
        now: CityTime,
        world: &dyn World,
    ) -> impl Iterator<Item = (UnitId, Unit)> {
        nests(routes).enumerate().map(move |(n, nest)| {
            let unit = Unit {
                id: id(n),
                kind: UnitKind::Drone,
                name: format!("礼嘉无人机{}号", n + 1),
                name_en: format!("Lijia drone {}", n + 1),
                district: world.place(nest).map(|place| place.district).unwrap_or_default(),
                at: rounded(nest),
                above_ground_m: 0.0,
                state: UnitState::Patrol,
                incident: None,
                trip: None,
                since: now,
            };
            (id(n), unit)
        })
    }

    /// Flies everybody one second on to `now`.
    pub fn step(&mut self, city: &mut City, now: CityTime) -> (Vec<Fix>, Vec<Act>) {
        let (mut fixes, mut acts) = (Vec::new(), Vec::new());
        for pilot in &mut self.pilots {
            let Some(unit) = city.units.get_mut(&pilot.unit) else { continue };
            pilot.follow(unit, now, &self.routes, self.chance);
            acts.extend(pilot.fly(unit, now));
            let fix = pilot.fix(unit);
            if pilot.shown.as_ref() != Some(&fix) {
                pilot.shown = Some(fix.clone());
                fixes.push(fix);
            }
        }
        (fixes, acts)
    }
}

impl Pilot {
    /// Takes up what the unit's state asks for.
    fn follow(&mut self, unit: &Unit, now: CityTime, routes: &[DroneRoute], chance: Chance) {
        let flying = match &self.flight {
            Flight::Away { state, .. } => Some(*state),
            _ => None,
        };
        match unit.state {
            UnitState::Driving => {
                let Some(trip) = &unit.trip else { return };
                let known = matches!(&self.flight, Flight::Away { course, state: UnitState::Driving, .. } if course.began == trip.began);
                if !known {
                    let course = Course::new(trip.path.clone(), trip.began, trip.duration_s);
                    self.flight = Flight::Away { course, above_m: SENT_ABOVE_M, state: UnitState::Driving };
                }
            }
            UnitState::OnScene | UnitState::Handling => self.flight = Flight::Hover,
            UnitState::Returning if flying == Some(UnitState::Returning) => {}
            UnitState::Returning if matches!(self.flight, Flight::Landing) => {}
            UnitState::Returning => {
                let duration_s = unit.at.distance_m(self.nest) / TRANSIT_MPS;
                let course = Course::new(vec![unit.at, self.nest], now, duration_s);
                self.flight = Flight::Away { course, above_m: SENT_ABOVE_M, state: UnitState::Returning };
            }
            UnitState::Patrol => match &self.flight {
                Flight::Nest { until } if now >= *until && self.battery_pct >= READY_PCT => {
                    self.set_out(unit, now, routes, chance);
                }
                Flight::Hover => self.flight = Flight::Landing,
                _ => {}
            },
        }
    }

    /// Out to the next route, round it, and back to the nest.
    fn set_out(&mut self, unit: &Unit, now: CityTime, routes: &[DroneRoute], chance: Chance) {
        let Some(route) = routes.get(self.sorties as usize % routes.len().max(1)) else { return };
        let draw = chance.about(About::Drone, 1_000 + self.sorties).of(unit.id.as_str());
        // Thirteen routes and four drones: a step of five visits every route before any a second time.
        self.sorties += 5;
        let mut path = vec![unit.at];
        let rounds = 1 + draw.pick(0, 2);
        for _ in 0..rounds {
            path.extend(&route.path);
        }
        path.push(self.nest);
        let course = Course::new(path, now, 0.0);
        // The battery must last for the way: a long route is flown once.
        let duration_s = (course.length_m() / route.speed_mps.max(1.0)).min(0.75 * ENDURANCE_S);
        let course = course.lasting(duration_s);
        self.flight = Flight::Away { course, above_m: route.above_ground_m, state: UnitState::Patrol };
    }

    /// One second of flight or charging; what the crew says of it.
    fn fly(&mut self, unit: &mut Unit, now: CityTime) -> Option<Act> {
        let climb = |from: f64, to: f64| from + (to - from).clamp(-CLIMB_MPS, CLIMB_MPS);
        let drain = 100.0 / ENDURANCE_S;
        match &self.flight {
            Flight::Nest { .. } => {
                unit.above_ground_m = 0.0;
                self.battery_pct = (self.battery_pct + 100.0 / CHARGE_S).min(100.0);
                return None;
            }
            Flight::Away { course, above_m, .. } => {
                let (at, heading) = course.position(now);
                (unit.at, self.heading_deg) = (rounded(at), heading);
                unit.above_ground_m = climb(unit.above_ground_m, *above_m);
                if now >= course.ends() {
                    let home = self.nest.distance_m(at) < 50.0 && unit.state != UnitState::Driving;
                    self.flight = if home { Flight::Landing } else { Flight::Hover };
                }
            }
            Flight::Hover => unit.above_ground_m = climb(unit.above_ground_m, 60.0),
            Flight::Landing => {
                unit.above_ground_m = climb(unit.above_ground_m, 0.0);
                if unit.above_ground_m <= 0.0 {
                    self.flight = Flight::Nest { until: now.plus_s(60.0) };
                    let unit_id = unit.id.clone();
                    let sent = unit.state == UnitState::Returning;
                    return sent.then(|| Act::crew(&unit.id, Command::ResumePatrol { unit_id }));
                }
            }
        }
        self.battery_pct = (self.battery_pct - drain).max(3.0);
        self.break_off(unit)
    }

    /// A drone whose battery runs low on scene reports back and goes home.
    fn break_off(&self, unit: &Unit) -> Option<Act> {
        let there = matches!(unit.state, UnitState::OnScene | UnitState::Handling);
        let incident_id = unit.incident.clone().filter(|_| there && self.battery_pct < RESERVE_PCT)?;
        let (unit_id, text) = (unit.id.clone(), "电量不足,已回传现场图像,返航充电".to_owned());
        Some(Act::crew(&unit.id, Command::ReportBack { incident_id, unit_id, text }))
    }

    fn fix(&self, unit: &Unit) -> Fix {
        Fix {
            unit: unit.id.clone(),
            lon: unit.at.lon,
            lat: unit.at.lat,
            above_ground_m: unit.above_ground_m as f32,
            heading_deg: self.heading_deg.round() as f32,
            battery_pct: self.battery_pct.round() as f32,
        }
    }
}

fn id(n: usize) -> UnitId {
    UnitId::from(format!("U-drone-{:02}", n + 1))
}

/// Each drone's nest stands where a route begins, the routes spread evenly over the drones.
fn nests(routes: &[DroneRoute]) -> impl Iterator<Item = LonLat> {
    let apart = (routes.len() / DRONES).max(1);
    routes.iter().step_by(apart).take(DRONES).filter_map(|route| route.path.first().copied())
}
