//! Many points as few, for the view: what is to be gathered, begun off the frame, and what was is laid on the map.

use crate::discs::{Disc, apart, number};
use crate::few::{Basis, Few, For, GROUND_M, few};
use crate::lay::{lay, name_of};
use bevy::math::DVec2;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use bevy_egui::{EguiContexts, egui};
use geodesy::{EastNorth, to_lon_lat};
use layers::points::{FixedBox, Points};
use shell::{
    CityClock, Display, EyePose, GroundModel, LabelKind, MapLabels, MapShapes, Pending, PointSet, PointSets,
    Projector, Repaint, StaticCity, Theme,
};
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// Where more points than this are in sight they are gathered, unless somebody wants each.
const FEW: usize = 20_000;
/// Points of screen a cluster has for itself.
const APART: f64 = 76.0;
/// Points of screen an edge of a hexagon takes at least.
const EDGE: f64 = 17.0;
/// Metres of an edge at each H3 resolution, on the average of all cells (h3geo.org, table of cell statistics).
const EDGES_M: [f64; 13] = [
    1_281_256.0,
    483_057.0,
    182_513.0,
    68_979.2,
    26_071.8,
    9_854.1,
    3_724.5,
    1_406.5,
    531.4,
    200.8,
    75.9,
    28.7,
    10.8,
];
/// No view reaches farther than this, metres.
const FARTHEST_M: f64 = 500_000.0;
/// Values that change have it gathered anew this often, milliseconds of the city's clock.
pub(crate) const ANEW_MS: i64 = 2_000;

#[derive(Default)]
struct OfSet {
    /// The set it is of: another may come by its name.
    of: Weak<Points>,
    wanted: Option<For>,
    /// How often values had changed by then, and when that was.
    told: (u64, i64),
    task: Option<Task<Few>>,
    few: Option<Few>,
}

/// What is gathered of each set, by its key.
#[derive(Resource, Default)]
pub(crate) struct Gathered {
    basis: Basis,
    sets: HashMap<Arc<str>, OfSet>,
    switched: u64,
}

impl Gathered {
    /// Counts how often a set changed between the two.
    pub fn switched(&self) -> u64 {
        self.switched
    }
}

/// The box of the ground in sight.
fn in_sight(projector: &Projector) -> FixedBox {
    let mut held: Option<(DVec2, DVec2)> = None;
    let size = projector.size;
    for corner in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.0), (0.5, 1.0)] {
        let sight = projector.sight(egui::pos2((corner.0 * size.x) as f32, (corner.1 * size.y) as f32));
        let down = (sight.from.z - GROUND_M).max(1.0) / (-sight.towards.z).max(1e-4);
        let at = sight.from.truncate() + sight.towards.truncate() * down.min(FARTHEST_M);
        held = Some(held.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
    }
    let (low, high) = held.unwrap_or_default();
    let mut bounds = FixedBox::EMPTY;
    for (east, north) in [(low.x, low.y), (high.x, low.y), (low.x, high.y), (high.x, high.y)] {
        bounds.hold(layers::points::Fixed::of(to_lon_lat(EastNorth::new(east, north))));
    }
    bounds
}

/// Gathers anew what the view, a filter or the values ask for.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn gather(
    mut sets: ResMut<PointSets>,
    ground: Res<GroundModel>,
    city: Option<Res<StaticCity>>,
    projector: Res<Projector>,
    eye: Res<EyePose>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
    mut gathered: ResMut<Gathered>,
    mut shapes: ResMut<MapShapes>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
) {
    let (gathered, sets) = (gathered.bypass_change_detection(), sets.bypass_change_detection());
    if gathered.sets.is_empty() && sets.all.is_empty() {
        return;
    }
    if let Some(city) = city.as_ref().filter(|city| !gathered.basis.is_of(&city.layers)) {
        gathered.basis = Basis::of(city.layers.clone());
    }
    let mut waiting = 0;
    for set in &mut sets.all {
        let of_set = gathered.sets.entry(set.key.clone()).or_default();
        if !std::ptr::eq(of_set.of.as_ptr(), Arc::as_ptr(&set.points)) {
            *of_set = OfSet { of: Arc::downgrade(&set.points), ..OfSet::default() };
        }
        if let Some(few) = of_set.task.as_mut().and_then(check_ready) {
            let as_points = matches!(few, Few::AsPoints);
            gathered.switched += u64::from(std::mem::replace(&mut set.as_points, as_points) != as_points);
            set.legend = lay(&mut shapes, set, &few, &theme, city.as_deref());
            (of_set.few, of_set.task) = (Some(few), None);
            repaint.ask();
        }
        // While the eye moves what was gathered stays where it is.
        if of_set.task.is_none() && (!eye.moving || of_set.few.is_none()) {
            let (wanted, told) = (wanted(set, &projector), set.told());
            let (before, at) = of_set.told;
            let is_old = told != before && clock.now.0 >= at + ANEW_MS && wanted.display != Display::Points;
            if of_set.wanted != Some(wanted) || is_old {
                (of_set.wanted, of_set.told) = (Some(wanted), (told, clock.now.0));
                let (points, mask, ground) = (set.points.clone(), set.mask.clone(), ground.clone());
                let basis = gathered.basis.clone();
                let work = async move { few(&points, &mask, wanted, &ground, &basis) };
                of_set.task = Some(AsyncComputeTaskPool::get().spawn(work));
            }
        }
        waiting += usize::from(of_set.task.is_some() && (of_set.few.is_none() || clock.fixed));
    }
    gathered.sets.retain(|key, _| {
        let is_there = sets.all.iter().any(|set| set.key == *key);
        if !is_there {
            shapes.lift(&name_of(key));
        }
        is_there
    });
    pending.set("gathered points", waiting);
}

fn wanted(set: &PointSet, projector: &Projector) -> For {
    if set.display == Display::Points || set.display == Display::Auto && set.points.len() <= FEW {
        // Wherever one looks.
        let display = Display::Points;
        return For { bounds: FixedBox::EMPTY, level: 0, resolution: 0, display, masked: 0 };
    }
    if set.display == Display::Areas {
        // A district is all of it, however much of it is in sight.
        let (display, masked) = (set.display, set.masked);
        return For { bounds: FixedBox::EMPTY, level: 0, resolution: 0, display, masked };
    }
    let bounds = in_sight(projector);
    let depth_m = (projector.eye.z - GROUND_M).max(20.0) / (-projector.forward.z).max(0.1);
    let metres_a_point = projector.metres_a_point(depth_m);
    let square = metres_a_point * APART / 111_195.0 * 1e7;
    let finer = EDGES_M.iter().rposition(|edge| *edge >= EDGE * metres_a_point);
    For {
        bounds,
        level: square.max(1.0).log2().ceil() as u32,
        resolution: finer.unwrap_or(0) as u8,
        display: set.display,
        masked: set.masked,
    }
}

/// Paints clusters, and the numbers of hexagons and areas.
pub(crate) fn paint(
    mut contexts: EguiContexts,
    gathered: Res<Gathered>,
    projector: Res<Projector>,
    labels: Res<MapLabels>,
    theme: Res<Theme>,
) -> Result {
    if gathered.sets.values().all(|set| matches!(set.few, None | Some(Few::AsPoints))) {
        return Ok(());
    }
    // Where incidents stand their names say, whoever draws them.
    let incidents: Vec<egui::Pos2> = labels
        .of_kind(LabelKind::Incident)
        .filter_map(|label| Some(projector.project(label.at, label.height_m)?.at))
        .collect();
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    let mut discs = Vec::new();
    for set in gathered.sets.values() {
        match &set.few {
            Some(Few::Clusters(found)) => discs.extend(found.iter().filter_map(|(cluster, height_m)| {
                let at = projector.project(cluster.at, *height_m)?.at;
                let disc = Disc { at, count: cluster.count, worst: cluster.worst };
                projector.is_on_screen(at, 40.0).then(|| disc.clear_of(&incidents))
            })),
            Some(Few::Areas(areas)) => {
                for area in areas {
                    if let Some(seen) = projector.project(area.at, GROUND_M) {
                        // Its name stands there: the number stands under it.
                        number(&painter, seen.at + egui::vec2(0.0, 16.0), area.gathered.count, &theme);
                    }
                }
            }
            Some(Few::Hexagons(cells)) if cells.len() < 400 => {
                for cell in cells {
                    if let Some(seen) = projector.project(cell.middle(), GROUND_M) {
                        number(&painter, seen.at, cell.count, &theme);
                    }
                }
            }
            _ => {}
        }
    }
    for disc in apart(discs) {
        disc.paint(&painter, &theme);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_holds_what_it_looks_at() {
        let eye = bevy::math::DVec3::new(0.0, -5_000.0, 5_000.0);
        let projector = Projector::looking(eye, 0.0, 45.0, DVec2::new(1280.0, 720.0));
        let bounds = in_sight(&projector);
        let seen = layers::points::Fixed::of(to_lon_lat(EastNorth::new(0.0, 0.0)));
        let behind = layers::points::Fixed::of(to_lon_lat(EastNorth::new(0.0, -9_000.0)));
        assert!(bounds.contains(seen) && !bounds.contains(behind));
    }
}
