//! What is under the pointer, and selecting it: incidents before units before what sources told of places, before points,
//! lines, areas and districts. What cannot be seen at this zoom, or is switched off, cannot be picked.

mod told;

use crate::incidents::IncidentLayer;
use crate::shapes::Sets;
use crate::units::UnitLayer;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use bevy_egui::egui;
use city::{LonLat, UnitKind};
use geodesy::{EastNorth, to_city_frame};
use layers::Gazetteer;
use layers::points::FixedBox;
use shell::{
    CityClock, CitySet, CityState, GroundModel, Hovered, MapPointer, MapTool, Movers, OnScreenLayers,
    PointSet, PointSets, Projector, Selected, Selection, StaticCity, ToldId,
};

/// How near to the pointer the middle of a symbol must be, points: what is drawn large is picked from afar.
const INCIDENT_REACH: f32 = 15.0;
const UNIT_REACH: f32 = 11.0;
const RISK_REACH: f32 = 9.0;
const DEVICE_REACH: f32 = 6.0;
/// A click on bare ground selects the district when the eye is farther than this, metres.
const DISTRICT_BEYOND_M: f64 = 15_000.0;

/// Says whose a place is; `None` until it is built.
#[derive(Resource, Default)]
pub(crate) struct PlaceFinder {
    /// Ready to be asked.
    pub gazetteer: Option<Gazetteer>,
    task: Option<Task<Gazetteer>>,
}

/// Everything on the map that can be picked.
#[derive(SystemParam)]
pub(crate) struct OnMap<'w> {
    projector: Res<'w, Projector>,
    layers: Res<'w, OnScreenLayers>,
    ground: Option<Res<'w, GroundModel>>,
    state: Res<'w, CityState>,
    clock: Res<'w, CityClock>,
    movers: Res<'w, Movers>,
    incidents: Res<'w, IncidentLayer>,
    units: Res<'w, UnitLayer>,
    places: Res<'w, PlaceFinder>,
    shapes: Res<'w, Sets>,
    points: Res<'w, PointSets>,
}

/// The nearest of some candidates to a point of the screen.
struct Nearest<T> {
    to: egui::Pos2,
    reach: f32,
    found: Option<T>,
}

impl<T> Nearest<T> {
    fn new(to: egui::Pos2, reach: f32) -> Self {
        Self { to, reach, found: None }
    }

    fn offer(&mut self, at: egui::Pos2, what: impl FnOnce() -> T) {
        let distance = at.distance(self.to);
        if distance <= self.reach {
            (self.reach, self.found) = (distance, Some(what()));
        }
    }
}

impl OnMap<'_> {
    fn exaggeration(&self) -> f64 {
        self.ground.as_ref().map_or(1.0, |g| g.exaggeration)
    }

    fn seen(&self, at: EastNorth, height_m: f32) -> Option<shell::OnScreen> {
        self.projector.project_city(at, f64::from(height_m) * self.exaggeration())
    }

    /// Where a symbol is drawn, if it is: one with too little ground for itself at its depth gives way.
    fn shown(&self, at: EastNorth, height_m: f32, spacing_m: f32, gap: f32) -> Option<shell::OnScreen> {
        let seen = self.seen(at, height_m)?;
        let crowding = self.projector.crowding(at, f64::from(height_m) * self.exaggeration());
        let needs_m = 0.95 * f64::from(gap) * self.projector.metres_a_point(seen.depth_m) * crowding;
        (f64::from(spacing_m) >= needs_m).then_some(seen)
    }

    /// Where a thing is drawn, on the screen in this frame.
    pub fn place_of(&self, selected: &Selected) -> Option<egui::Pos2> {
        let (at, height_m) = match selected {
            Selected::Nothing | Selected::District(_) => return None,
            Selected::Incident(id) => self.incidents.incidents.get(id).map(|i| (i.at, i.height_m))?,
            Selected::Unit(id) => match self.units.units.binary_search_by(|u| u.id.cmp(id)) {
                Ok(row) => (self.units.units[row].at, self.units.units[row].height_m),
                Err(_) => self.drone(id)?,
            },
            Selected::Told(thing) if !matches!(thing.id, ToldId::Device(_)) => self.place_of_told(thing)?,
            point => {
                let (set, row) = self.points.row_of(point)?;
                self.place_of_point(set, row)?
            }
        };
        Some(self.seen(at, height_m)?.at)
    }

    fn drone(&self, id: &city::UnitId) -> Option<(EastNorth, f32)> {
        let unit = self.state.city.units.get(id).filter(|u| u.kind == UnitKind::Drone)?;
        let fix = self.movers.table.position(id, self.clock.now);
        let (at, above_m) = fix.map_or((unit.at, unit.above_ground_m), |f| (f.at, f.above_ground_m));
        // Its position may be withheld.
        if !at.is_valid() {
            return None;
        }
        let ground_m = self.ground.as_ref().and_then(|g| g.ground.height_m(at)).unwrap_or(0.0);
        Some((to_city_frame(at), (ground_m + above_m) as f32))
    }

    /// What is under a point of the screen, apart from the ground; of several told things at one place that after the one
    /// that is `selected`.
    fn thing_at(
        &self,
        to: egui::Pos2,
        ground: Option<(LonLat, f64)>,
        selected: &Selected,
    ) -> Option<Selected> {
        self.incident_at(to).or_else(|| self.unit_at(to)).or_else(|| {
            let (at, height_m) = ground?;
            told::next_of(self.told_places_at(to, at, height_m), selected)
                .or_else(|| self.point_at(to, at, height_m))
                .or_else(|| self.told_line_at(to, at, height_m))
        })
    }

    fn incident_at(&self, to: egui::Pos2) -> Option<Selected> {
        let mut nearest = Nearest::new(to, INCIDENT_REACH);
        for (id, incident) in self.incidents.incidents.iter().filter(|_| self.layers.is_on("incidents")) {
            if let Some(seen) = self.seen(incident.at, incident.height_m) {
                nearest.offer(seen.at, || Selected::Incident(id.clone()));
            }
        }
        nearest.found
    }

    fn unit_at(&self, to: egui::Pos2) -> Option<Selected> {
        let mut nearest = Nearest::new(to, UNIT_REACH);
        for unit in self.units.units.iter().filter(|_| self.layers.is_on("units")) {
            if let Some(seen) = self.shown(unit.at, unit.height_m, unit.spacing_m, crate::units::GAP) {
                nearest.offer(seen.at, || Selected::Unit(unit.id.clone()));
            }
        }
        let drones = self.state.city.units.values().filter(|u| u.kind == UnitKind::Drone);
        for drone in drones.filter(|_| self.layers.is_on("drones")) {
            if let Some(seen) = self.drone(&drone.id).and_then(|(at, height_m)| self.seen(at, height_m)) {
                nearest.offer(seen.at, || Selected::Unit(drone.id.clone()));
            }
        }
        nearest.found
    }

    /// The ground around a place that lies within reach of it on the screen: west, south, east, north.
    fn around(&self, at: LonLat, height_m: f64, reach: f32) -> [f64; 4] {
        let depth_m = self.projector.project(at, height_m).map_or(1_000.0, |seen| seen.depth_m);
        // Ground seen at a slant lies deeper than it looks.
        let slant = (-self.projector.forward.z).clamp(0.2, 1.0);
        let reach_deg = f64::from(reach) * self.projector.metres_a_point(depth_m) / slant / 111_000.0;
        let (dlon, dlat) = (reach_deg * 1.3, reach_deg * 1.1);
        [at.lon - dlon, at.lat - dlat, at.lon + dlon, at.lat + dlat]
    }

    /// Where a point of a set is: city frame, and height of the ground, metres.
    fn place_of_point(&self, set: &PointSet, row: usize) -> Option<(EastNorth, f32)> {
        let at = Some(set.points.position(row)).filter(|at| at.is_valid())?;
        let height_m = self.ground.as_ref().and_then(|g| g.ground.height_m(at)).unwrap_or(0.0);
        Some((to_city_frame(at), height_m as f32))
    }

    /// The point at a place of the screen: of the set that lies above, what is drawn large picked from afar.
    fn point_at(&self, to: egui::Pos2, at: LonLat, height_m: f64) -> Option<Selected> {
        self.points.all.iter().rev().filter(|set| set.as_points).find_map(|set| {
            let reach = if set.points.has_grades() { RISK_REACH } else { DEVICE_REACH };
            let bounds = FixedBox::of(self.around(at, height_m, reach));
            let mut nearest = Nearest::new(to, reach);
            for row in set.points.rows_in(bounds, &set.mask) {
                if let Some((at, height_m)) = self.place_of_point(set, row)
                    && let Some(seen) = self.seen(at, height_m)
                {
                    nearest.offer(seen.at, || set.selected(row));
                }
            }
            nearest.found
        })
    }
}

/// The areas under a place of the ground, the smallest first; looked for when the place, or what is shown, is another.
#[derive(Default)]
struct AreasUnder {
    at: Option<LonLat>,
    areas: Vec<Selected>,
}

impl AreasUnder {
    fn at(&mut self, at: Option<LonLat>, map: &OnMap) -> &[Selected] {
        if self.at != at || map.shapes.is_changed() || map.layers.is_changed() {
            self.at = at;
            self.areas = at.map(|at| map.told_areas_at(at)).unwrap_or_default();
        }
        &self.areas
    }
}

/// Looks under the pointer, and selects on a click.
fn pick(
    pointer: Res<MapPointer>,
    map: OnMap,
    tool: Res<MapTool>,
    mut hovered: ResMut<Hovered>,
    mut selection: ResMut<Selection>,
    mut under: Local<AreasUnder>,
) {
    let at = pointer.at.filter(|_| !pointer.dragging);
    let thing = |selected: &Selected| at.and_then(|to| map.thing_at(to, pointer.ground, selected));
    let foot = pointer.ground.filter(|_| at.is_some()).map(|(at, _)| at);
    if pointer.clicked && *tool == MapTool::Select {
        let found = thing(&selection.selected)
            .or_else(|| told::step_through(under.at(foot, &map), &selection.selected));
        let selected = found.unwrap_or_else(|| {
            let far = pointer.ground.filter(|(at, height_m)| {
                map.projector.project(*at, *height_m).is_some_and(|seen| seen.depth_m > DISTRICT_BEYOND_M)
            });
            let place = far.and_then(|(at, _)| map.places.gazetteer.as_ref()?.place(at));
            place.map_or(Selected::Nothing, |place| Selected::District(place.district))
        });
        selection.set_if_neq(Selection { selected });
    }
    let over = thing(&Selected::Nothing);
    let area = if over.is_none() { under.at(foot, &map).first().cloned() } else { None };
    hovered.set_if_neq(Hovered { is_area: area.is_some(), over: over.or(area).unwrap_or_default() });
}

fn build_gazetteer(mut finder: ResMut<PlaceFinder>, city: Option<Res<StaticCity>>) {
    if let Some(city) = city {
        let layers = city.layers.clone();
        finder.task = Some(AsyncComputeTaskPool::get().spawn(async move { Gazetteer::new(&layers) }));
    }
}

fn take_gazetteer(mut finder: ResMut<PlaceFinder>) {
    let ready = finder.bypass_change_detection().task.as_mut().and_then(check_ready);
    if ready.is_some() {
        (finder.gazetteer, finder.task) = (ready, None);
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<PlaceFinder>()
        .add_systems(Startup, build_gazetteer)
        .add_systems(Update, (take_gazetteer, pick).chain().in_set(CitySet::Decide));
}
