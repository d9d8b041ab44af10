//! How long an edge takes each profile, by class, signs, slope and direction.

use crate::routing::NEVER;
use crate::streets::{Edge, Streets};
use crate::{Mode, Profile, StreetClass};
use layers::Structure;
use rayon::prelude::*;

/// How long one waits for a lift, seconds; an assumption, as is the speed of the ride.
const LIFT_WAIT_S: f64 = 40.0;
/// How fast a lift rides, metres a second.
const LIFT_MPS: f64 = 1.5;
/// A storey, metres, where nothing says how far a lift rides.
const STOREY_M: f64 = 4.0;
/// How fast an escalator carries, metres a second along its slope (GB 16899-2011: 0.5, at most 0.75).
const ESCALATOR_MPS: f64 = 0.5;
/// Speed over the ground on stairs, up and down, metres a second (Weidmann, Transporttechnik der Fussgänger, 1993).
const STAIRS_UP_MPS: f64 = 0.610;
const STAIRS_DOWN_MPS: f64 = 0.694;
/// Tread of a stair, metres, and how far one goes over the ground for each metre climbed (30°).
const TREAD_M: f64 = 0.3;
const STAIRS_RUN: f64 = 1.732;
/// A wheelchair on the level, metres a second.
const WHEELCHAIR_MPS: f64 = 1.1;

/// Tobler's hiking function (1993): walking speed in metres a second at `slope` (rise over run, downhill negative).
/// 5.04 km/h on the level, 6 km/h at its best on −5 %.
pub fn walking_mps(slope: f64) -> f64 {
    6.0 / 3.6 * (-3.5 * (slope + 0.05).abs()).exp()
}

impl Profile {
    /// How long `edge` takes, back along it where `back`, milliseconds; [`NEVER`] where it may not be used.
    pub(crate) fn edge_ms(&self, edge: Edge, back: bool) -> u32 {
        if edge.access(back) & self.mode.bit() == 0 || !edge.limits().admit(&self.size) {
            return NEVER;
        }
        match self.edge_s(edge, back) {
            // Hours on one edge are an error of its source; it still is a road.
            Some(seconds) => {
                (seconds * 1e3).round().clamp(if edge.length_m() > 0.0 { 1.0 } else { 0.0 }, 1e8) as u32
            }
            None => NEVER,
        }
    }

    fn edge_s(&self, edge: Edge, back: bool) -> Option<f64> {
        let class = edge.class();
        let rise_m = edge.rise_m() * if back { -1.0 } else { 1.0 };
        match class {
            StreetClass::Barrier => return Some(0.0),
            StreetClass::Elevator => {
                let ride_m = if rise_m.abs() > 0.5 { rise_m.abs() } else { STOREY_M };
                return Some(LIFT_WAIT_S + ride_m / LIFT_MPS);
            }
            StreetClass::Escalator => {
                let run_m = edge.length_m().max(rise_m.abs() * STAIRS_RUN);
                return Some(run_m.hypot(rise_m) / ESCALATOR_MPS);
            }
            StreetClass::Steps => {
                let counted_m = f64::from(edge.step_count()) * TREAD_M;
                let run_m = edge.length_m().max(counted_m).max(rise_m.abs() * STAIRS_RUN);
                let mps = match rise_m {
                    rise if rise > 0.5 => STAIRS_UP_MPS,
                    rise if rise < -0.5 => STAIRS_DOWN_MPS,
                    _ => (STAIRS_UP_MPS + STAIRS_DOWN_MPS) / 2.0,
                };
                return Some(run_m / mps);
            }
            _ => {}
        }
        if self.steepest.is_finite() && edge.length_m() > 1.0 {
            let slope = edge.incline().unwrap_or(rise_m / edge.length_m());
            if slope.abs().min(class.steepest()) > self.steepest {
                return None;
            }
        }
        Some(edge.along(back).map(|(run_m, slope)| run_m / self.mps(edge, slope)).sum())
    }

    /// The speed on `edge` where it climbs with `slope`, metres a second.
    fn mps(&self, edge: Edge, slope: f64) -> f64 {
        let class = edge.class();
        match self.mode {
            Mode::Foot => walking_mps(slope),
            Mode::Wheelchair => WHEELCHAIR_MPS * walking_mps(slope.abs()) / walking_mps(0.0),
            Mode::Car => edge.flowing_mps() * share(class, false) * slowed(slope, 5.0),
            Mode::Emergency => edge.flowing_mps() * share(class, true) * slowed(slope, 5.0),
            // 16 t climb slower than a car.
            Mode::FireEngine => edge.flowing_mps() * share(class, true) * slowed(slope, 7.0),
        }
    }

    /// The weights of all arcs, milliseconds.
    pub(crate) fn weights(&self, streets: &Streets) -> Vec<u32> {
        let edges = streets.edge_count() as u32;
        let both: Vec<[u32; 2]> = (0..edges)
            .into_par_iter()
            .with_min_len(1_024)
            .map(|index| [false, true].map(|back| self.edge_ms(streets.edge(index), back)))
            .collect();
        let bit = self.mode.bit();
        let arcs = streets.columns.arc_edge.iter().zip(&streets.columns.arc_ban);
        arcs.map(
            |(&edge, &ban)| if ban & bit != 0 { NEVER } else { both[edge as usize / 2][edge as usize & 1] },
        )
        .collect()
    }
}

/// The share of the flowing speed that is driven: with right of way 30–45 km/h on main roads, else 32 km/h at the peak.
fn share(class: StreetClass, right_of_way: bool) -> f64 {
    let (emergency, ordinary) = match class {
        StreetClass::Motorway | StreetClass::Trunk | StreetClass::MotorwayLink | StreetClass::TrunkLink => {
            (0.85, 0.75)
        }
        StreetClass::Primary
        | StreetClass::Secondary
        | StreetClass::PrimaryLink
        | StreetClass::SecondaryLink => (0.85, 0.65),
        _ => (0.90, 0.75),
    };
    if right_of_way { emergency } else { ordinary }
}

/// Uphill the share `by` times the slope slower, downhill half of that; half at worst.
fn slowed(slope: f64, by: f64) -> f64 {
    let loss = if slope > 0.0 { by * slope } else { -by / 2.0 * slope };
    (1.0 - loss).clamp(0.5, 1.0)
}

impl Edge<'_> {
    /// How far the end lies above the beginning, metres; 0 where unknown.
    pub(crate) fn rise_m(&self) -> f64 {
        let mut line = self.line();
        match (line.next(), line.next_back()) {
            (Some((_, from)), Some((_, to))) if from.is_finite() && to.is_finite() => to - from,
            _ => 0.0,
        }
    }

    /// The straight parts as they are moved along: length over the ground in metres, and slope.
    ///
    /// Slopes are no steeper than the class is built with: roads wind up hills, and models are noisy. A signed slope
    /// on the ground stands before the ground's.
    fn along(&self, back: bool) -> impl Iterator<Item = (f64, f64)> {
        let steepest = self.class().steepest();
        let signed = self.incline().filter(|_| self.structure() == Structure::Ground);
        let sign = if back { -1.0 } else { 1.0 };
        let mut before: Option<(city::LonLat, f64)> = None;
        let mut east = 0.0;
        let parts = self.line().filter_map(move |(at, height_m)| {
            let last = before.replace((at, height_m));
            let (from, from_m) = last?;
            if east == 0.0 {
                east = 111_195.0 * from.lat.to_radians().cos();
            }
            let run_m = ((at.lon - from.lon) * east).hypot((at.lat - from.lat) * 111_195.0);
            let slope = match signed {
                Some(slope) => slope,
                None if run_m > 0.0 && height_m.is_finite() && from_m.is_finite() => {
                    ((height_m - from_m) / run_m).clamp(-steepest, steepest)
                }
                None => 0.0,
            };
            Some((run_m, slope * sign))
        });
        parts.filter(|part| part.0 > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walking_follows_tobler() {
        let kmh = |slope: f64| walking_mps(slope) * 3.6;
        assert!((kmh(0.0) - 5.037).abs() < 0.001 && (kmh(-0.05) - 6.0).abs() < 1e-9);
        assert!((kmh(0.10) - 3.549).abs() < 0.001, "{}", kmh(0.10));
        assert!(kmh(0.10) < kmh(-0.10) && kmh(-0.6) < kmh(-0.3));
    }
}
