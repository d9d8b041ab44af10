//! Which units could be sent to the selected incident, best suited and nearest first, and how long they take.

use crate::sent::Sent;
use crate::view::BoardView;
use city::{Incident, IncidentId, Suitability, UnitId, UnitKind};

/// How much longer a way by road is than the crow flies: between the ridges and rivers here a rule of thumb.
const ROAD_DETOUR: f64 = 1.4;
/// The speed taken for what drives, metres a second (30 km/h).
const ROAD_SPEED_MPS: f64 = 30.0 / 3.6;
/// The speed taken for drones, metres a second.
const DRONE_SPEED_MPS: f64 = 15.0;

/// About how long a unit of `kind` takes over `distance_m` as the crow flies, seconds. An estimate: the way itself
/// is known once the unit is sent.
pub fn estimated_s(kind: UnitKind, distance_m: f64) -> f64 {
    match kind {
        UnitKind::Drone => distance_m / DRONE_SPEED_MPS,
        _ => distance_m * ROAD_DETOUR / ROAD_SPEED_MPS,
    }
}

/// A unit that could be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedUnit {
    /// Which unit.
    pub id: UnitId,
    /// How fit it is.
    pub suitability: Suitability,
    /// How far as the crow flies, metres.
    pub distance_m: f64,
    /// About how long it takes, seconds.
    pub estimated_s: f64,
}

/// The units offered for the selected incident, worked out when the city changed or a second passed.
#[derive(Debug, Default)]
pub struct Offered {
    of: Option<(IncidentId, u64, i64)>,
    units: Vec<OfferedUnit>,
}

impl Offered {
    /// Works the offer for `incident` out anew where that is due.
    pub fn refresh(&mut self, view: &BoardView, incident: &Incident) {
        let of = Some((incident.id.clone(), view.city.sequence, view.now.0.div_euclid(1_000)));
        if self.of == of {
            return;
        }
        self.of = of;
        let offer = view.city.units_for(incident).into_iter();
        self.units.clear();
        self.units.extend(offer.map(|(unit, suitability, distance_m)| OfferedUnit {
            id: unit.id.clone(),
            suitability,
            distance_m,
            estimated_s: estimated_s(unit.kind, distance_m),
        }));
    }

    /// The units offered, best first.
    pub fn units(&self) -> &[OfferedUnit] {
        &self.units
    }

    /// The first suited unit that is not on its way to be sent somewhere already.
    pub fn first<'a>(&'a self, view: &BoardView, sent: &Sent) -> Option<&'a OfferedUnit> {
        let mut suited = self.units.iter().filter(|unit| unit.suitability != Suitability::Unsuited);
        suited.find(|unit| !sent.is_being_sent(view, &unit.id))
    }
}
