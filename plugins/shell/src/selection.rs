//! The one selection: map and panels show and change the same.

use crate::{ToldId, ToldThing};
use bevy::prelude::*;
use std::sync::Arc;

use city::{DeviceId, DistrictCode, IncidentId, NoticeId, RiskPointId, UnitId, WarningId};

/// What a click on the map is for.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapTool {
    /// It selects what lies there.
    #[default]
    Select,
    /// It names a place to a question asked of the ground.
    Ask,
    /// It names a place to a question asked of the roads, or closes a road.
    Ways,
}

impl MapTool {
    /// Takes the map for clicks of `own` while they are `wanted`, and gives it back after. Who calls it each frame with
    /// its own `held` learns by `false` that clicks are another's now, and that it is to end what it wanted them for.
    pub fn hold(mut tool: Mut<Self>, own: Self, wanted: bool, held: &mut bool) -> bool {
        let taken = *held && *tool != own;
        if wanted && !taken {
            tool.set_if_neq(own);
        } else if *tool == own {
            *tool = Self::Select;
        }
        *held = wanted && !taken;
        *held
    }
}

/// A point of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointRef {
    /// The key of its set.
    pub set: Arc<str>,
    /// Its row.
    pub row: usize,
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
    /// A point of a set of points at scale.
    Point(PointRef),
    /// A district.
    District(DistrictCode),
    /// Something that another system of the city told of.
    Told(ToldThing),
}

impl Selected {
    /// The city's warning that is selected.
    pub fn city_warning(&self) -> Option<&WarningId> {
        match self {
            Self::Told(ToldThing { id: ToldId::CityWarning(id), .. }) => Some(id),
            _ => None,
        }
    }

    /// The city's risk notice that is selected.
    pub fn risk_notice(&self) -> Option<&NoticeId> {
        match self {
            Self::Told(ToldThing { id: ToldId::RiskNotice(id), .. }) => Some(id),
            _ => None,
        }
    }
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
    /// True where the pointer is over its area and not at a symbol of it: a line says enough of it.
    pub is_area: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_taken_last_ends_the_other() {
        let mut world = World::new();
        world.init_resource::<MapTool>();
        let (mut ask, mut ways) = (false, false);
        let mut hold = |own, wanted, held: &mut bool| MapTool::hold(world.resource_mut(), own, wanted, held);
        assert!(hold(MapTool::Ask, true, &mut ask) && !hold(MapTool::Ways, false, &mut ways));
        assert!(hold(MapTool::Ask, true, &mut ask) && hold(MapTool::Ways, true, &mut ways));
        assert!(!hold(MapTool::Ask, true, &mut ask) && hold(MapTool::Ways, true, &mut ways));
        assert!(!hold(MapTool::Ask, false, &mut ask) && !hold(MapTool::Ways, false, &mut ways));
        assert_eq!(*world.resource::<MapTool>(), MapTool::Select);
    }
}
