//! Which names stand behind a hill: looked for off the frame, a few times a second while the eye moves, and not at all
//! while it rests. Names of what must be seen (incidents, units, districts) are never hidden.

use crate::{GroundModel, LabelKind, MapLabels, OnScreenLayers, Pending, Projector, Repaint};
use bevy::math::DVec3;
use bevy::platform::collections::HashSet;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use geodesy::{EastNorth, to_lon_lat};

/// At most so many names are looked for at once, the most important first.
const MOST: usize = 600;
/// Ground is looked at this many metres apart along a sight, between these numbers of times.
const STEP_M: f64 = 120.0;
const LEAST_STEPS: f64 = 16.0;
const MOST_STEPS: f64 = 160.0;
/// A name stands this far above its place; hills lower than that hide nothing, metres.
const LIFT_M: f64 = 25.0;
/// The eye has another sight when it has moved by this part of its height.
const MOVED: f64 = 0.01;

/// The names that stand behind hills.
#[derive(Resource, Default)]
pub(crate) struct Hidden {
    /// By what tells labels at different places apart.
    pub ids: HashSet<u64>,
    looked_from: Option<DVec3>,
    looking: Option<Task<HashSet<u64>>>,
}

/// A name to look for.
pub(crate) struct Sought {
    pub id: u64,
    pub at: EastNorth,
    pub height_m: f64,
}

/// True for names of things that may stand behind a hill.
pub(crate) fn can_hide(kind: LabelKind) -> bool {
    use LabelKind::{Bridge, Contour, Place, Point, Ridge, Township, Water};
    matches!(kind, Bridge | Contour | Place | Point | Ridge | Township | Water)
}

/// Has the names looked for anew when the eye has moved or names have come.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn look(
    ground: Option<Res<GroundModel>>,
    projector: Res<Projector>,
    labels: Res<MapLabels>,
    layers: Res<OnScreenLayers>,
    mut hidden: ResMut<Hidden>,
    mut repaint: ResMut<Repaint>,
    mut pending: ResMut<Pending>,
    mut looked_for: Local<u64>,
) {
    let Some(ground) = ground else { return };
    if !layers.is_on("labels") {
        if hidden.looking.is_some() {
            hidden.looking = None;
            pending.set("names behind hills", 0);
        }
        return;
    }
    if let Some(task) = &mut hidden.looking {
        let Some(ids) = check_ready(task) else { return };
        hidden.looking = None;
        if hidden.ids != ids {
            hidden.ids = ids;
            repaint.ask();
        }
    }
    let eye = projector.eye;
    let moved = hidden.looked_from.is_none_or(|from| from.distance(eye) > MOVED * eye.z.abs());
    if !moved && *looked_for == labels.generation() && !ground.is_changed() {
        pending.set("names behind hills", 0);
        return;
    }
    (hidden.looked_from, *looked_for) = (Some(eye), labels.generation());
    let sought = labels.sought(&projector, MOST);
    let (model, exaggeration) = (ground.ground.clone(), ground.exaggeration);
    let task = async move {
        let mut cursor = model.cursor();
        let mut height_of = |at: EastNorth| cursor.height_m(to_lon_lat(at)).map(|h| h * exaggeration);
        let behind = sought.into_iter().filter(|name| is_behind(&mut height_of, eye, name));
        behind.map(|name| name.id).collect()
    };
    hidden.looking = Some(AsyncComputeTaskPool::get().spawn(task));
    pending.set("names behind hills", 1);
}

/// True where ground stands between an eye and a name.
fn is_behind(height_of: &mut dyn FnMut(EastNorth) -> Option<f64>, eye: DVec3, name: &Sought) -> bool {
    let to = DVec3::new(name.at.east_m, name.at.north_m, name.height_m + LIFT_M);
    let steps = (eye.distance(to) / STEP_M).clamp(LEAST_STEPS, MOST_STEPS) as usize;
    (1..steps).any(|step| {
        let at = eye.lerp(to, step as f64 / steps as f64);
        height_of(EastNorth::new(at.x, at.y)).is_some_and(|ground_m| ground_m > at.z)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ridge_hides_what_lies_low_behind_it() {
        let mut ridge =
            |at: EastNorth| Some(if (4_000.0..5_000.0).contains(&at.north_m) { 600.0 } else { 200.0 });
        let eye = DVec3::new(0.0, 0.0, 700.0);
        let name = |north_m: f64, height_m: f64| Sought { id: 1, at: EastNorth::new(0.0, north_m), height_m };
        assert!(is_behind(&mut ridge, eye, &name(6_000.0, 200.0)));
        assert!(!is_behind(&mut ridge, eye, &name(3_000.0, 200.0)));
        assert!(!is_behind(&mut ridge, eye, &name(4_500.0, 600.0)), "on the ridge");
        assert!(!is_behind(&mut ridge, DVec3::new(0.0, 0.0, 6_000.0), &name(6_000.0, 200.0)), "from above");
    }
}
