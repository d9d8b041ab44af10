//! What moves, and how fast on which road and slope.

use city::UnitKind;
use layers::RoadClass;

/// How fast a drone flies, metres a second.
pub const DRONE_SPEED_MPS: f64 = 15.0;

/// How far a drone flies at most, metres: half its endurance out, half back.
pub const DRONE_RANGE_M: f64 = 15_000.0;

/// How fast the last stretch beside the network is driven, metres a second (15 km/h).
pub const OFF_ROAD_SPEED_MPS: f64 = 15.0 / 3.6;

/// How much longer the last stretch is than the straight line.
pub const OFF_ROAD_DETOUR: f64 = 1.3;

/// What moves along the roads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vehicle {
    /// With right of way: police, fire engines, ambulances, gas repair, rescue.
    Emergency,
    /// Without it: municipal crews, enforcement, grid workers.
    Ordinary,
}

impl Vehicle {
    /// What a unit of `kind` drives; `None` for a drone, which flies.
    pub fn of(kind: UnitKind) -> Option<Vehicle> {
        match kind {
            UnitKind::Police | UnitKind::Fire | UnitKind::Medical | UnitKind::Gas | UnitKind::Rescue => {
                Some(Vehicle::Emergency)
            }
            UnitKind::Municipal | UnitKind::Enforcement | UnitKind::GridWorker => Some(Vehicle::Ordinary),
            UnitKind::Drone => None,
        }
    }

    /// The share of a road's flowing speed that is really driven.
    ///
    /// The city's mean speed on main roads is 32 km/h at the peak; with right of way 30–45 km/h.
    fn share(self, class: RoadClass) -> f64 {
        let (emergency, ordinary) = match class {
            RoadClass::Expressway => (0.85, 0.75),
            RoadClass::Trunk => (0.85, 0.75),
            RoadClass::Artery => (0.85, 0.65),
            RoadClass::County | RoadClass::Local => (0.90, 0.75),
        };
        match self {
            Vehicle::Emergency => emergency,
            Vehicle::Ordinary => ordinary,
        }
    }

    /// The speed on a road of `class` whose flowing speed is `flowing_mps`, climbing or falling by `grade`
    /// (rise over run): a tenth less for each two percent, half at worst.
    pub fn speed_mps(self, class: RoadClass, flowing_mps: f64, grade: f64) -> f64 {
        let slowed = (1.0 - 5.0 * grade.abs()).clamp(0.5, 1.0);
        flowing_mps * self.share(class) * slowed
    }
}
