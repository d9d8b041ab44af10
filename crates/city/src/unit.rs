//! Response units, squads and drones (力量、队伍、无人机): kinds, states, fitness for a class of risk.

use crate::{CityTime, DistrictCode, IncidentId, LonLat, RiskClass, UnitId};
use serde::{Deserialize, Serialize};

/// The kind of a response unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnitKind {
    /// 公安.
    Police,
    /// 消防救援.
    Fire,
    /// 医疗急救.
    Medical,
    /// 燃气抢修.
    Gas,
    /// 市政抢险: roads, bridges, septic tanks, drainage.
    Municipal,
    /// 综合执法.
    Enforcement,
    /// 应急救援: floods, landslides.
    Rescue,
    /// 网格员.
    GridWorker,
    /// 无人机.
    Drone,
}

impl UnitKind {
    /// All kinds.
    pub const ALL: [UnitKind; 9] = [
        Self::Police,
        Self::Fire,
        Self::Medical,
        Self::Gas,
        Self::Municipal,
        Self::Enforcement,
        Self::Rescue,
        Self::GridWorker,
        Self::Drone,
    ];

    /// The key on the wire, camelCase; also the key of its words and symbol.
    pub fn key(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Fire => "fire",
            Self::Medical => "medical",
            Self::Gas => "gas",
            Self::Municipal => "municipal",
            Self::Enforcement => "enforcement",
            Self::Rescue => "rescue",
            Self::GridWorker => "gridWorker",
            Self::Drone => "drone",
        }
    }

    /// How fit the kind is to handle a risk of `class`.
    pub fn suitability(self, class: &RiskClass) -> Suitability {
        use RiskClass as R;
        let (made_for, helps): (&[UnitKind], &[UnitKind]) = match class {
            R::Flood => (&[Self::Rescue], &[Self::Fire, Self::Municipal, Self::Drone]),
            R::Landslide => (&[Self::Rescue], &[Self::Fire, Self::Police, Self::Drone]),
            R::Gas => (&[Self::Gas], &[Self::Fire, Self::Police]),
            R::Fire => (&[Self::Fire], &[Self::Medical, Self::Police, Self::Drone]),
            R::ForestFire => (&[Self::Fire], &[Self::Rescue, Self::Drone]),
            R::Crowd => (&[Self::Police], &[Self::Medical, Self::GridWorker, Self::Drone]),
            R::Bridge => (&[Self::Municipal], &[Self::Police, Self::Drone]),
            R::WaterQuality => (&[Self::Enforcement], &[Self::Municipal, Self::Drone]),
            R::SepticGas => (&[Self::Municipal], &[Self::Fire, Self::Gas]),
            R::Traffic => (&[Self::Police], &[Self::Municipal, Self::Drone]),
            R::MuckTruck => (&[Self::Enforcement], &[Self::Police, Self::Drone]),
            R::Complaint => (&[Self::GridWorker, Self::Enforcement], &[Self::Municipal]),
            R::Other(_) => (&[Self::GridWorker], &[Self::Police, Self::Drone]),
        };
        if made_for.contains(&self) {
            Suitability::MadeFor
        } else if helps.contains(&self) {
            Suitability::Helps
        } else {
            Suitability::Unsuited
        }
    }
}

/// How fit a kind of unit is for a class of risk, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suitability {
    /// It is what the unit is for.
    MadeFor,
    /// It can support those it is for.
    Helps,
    /// It may be sent, but is not offered first.
    Unsuited,
}

/// What a unit is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnitState {
    /// On patrol, free.
    Patrol,
    /// On its way to an incident.
    Driving,
    /// Arrived.
    OnScene,
    /// Handling.
    Handling,
    /// Reported back or recalled; free, on its way to its patrol.
    Returning,
}

impl UnitState {
    /// True when the unit can be dispatched.
    pub fn is_free(self) -> bool {
        matches!(self, Self::Patrol | Self::Returning)
    }

    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Patrol => "patrol",
            Self::Driving => "driving",
            Self::OnScene => "onScene",
            Self::Handling => "handling",
            Self::Returning => "returning",
        }
    }
}

/// The way to an incident: from where, along what, in what time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trip {
    /// The line travelled, first point where it starts.
    pub path: Vec<LonLat>,
    /// How long it takes, seconds.
    pub duration_s: f64,
    /// When it began.
    pub began: CityTime,
}

impl Trip {
    /// When the unit is there.
    pub fn arrives(&self) -> CityTime {
        self.began.plus_s(self.duration_s)
    }
}

/// A response unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Its identifier.
    pub id: UnitId,
    /// Its kind.
    pub kind: UnitKind,
    /// Its Chinese name.
    pub name: String,
    /// Its English name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_en: String,
    /// The district it belongs to.
    pub district: DistrictCode,
    /// Where it was last known to be; no position ([`LonLat::is_valid`]) where the backend withholds it.
    pub at: LonLat,
    /// Height above ground in metres; 0 for what drives.
    pub above_ground_m: f64,
    /// What it is doing.
    pub state: UnitState,
    /// The incident it was dispatched to.
    pub incident: Option<IncidentId>,
    /// Its way there, while [`UnitState::Driving`].
    pub trip: Option<Trip>,
    /// When its state last changed.
    pub since: CityTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_unit_made_for_it() {
        for class in RiskClass::KNOWN {
            assert!(UnitKind::ALL.iter().any(|k| k.suitability(class) == Suitability::MadeFor), "{class}");
        }
    }
}
