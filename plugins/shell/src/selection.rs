//! The one selection: map and panels show and change the same.

use bevy::prelude::*;
use city::{DeviceId, DistrictCode, IncidentId, RiskPointId, UnitId};

/// What a click on the map is for.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapTool {
    /// It selects what lies there.
    #[default]
    Select,
    /// It names a place to a question asked of the ground.
    Ask,
}

/// What may be selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selected {
    /// Nothing.
    #[default]
    Nothing,
    /// An incident.
    Incident(IncidentId),
    /// A unit or drone.
    Unit(UnitId),
    /// A risk point.
    RiskPoint(RiskPointId),
    /// A sensing device.
    Device(DeviceId),
    /// A district.
    District(DistrictCode),
}

/// What is selected, on the map and in the panels.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The thing selected.
    pub selected: Selected,
}

/// What the pointer is over on the map.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Hovered {
    /// The thing under the pointer.
    pub over: Selected,
}
