//! Response units: a pictogram a kind, its colour by state, moving smoothly between fixes.
//!
//! Drones are drawn by their own plugin. A mesh of some hundred symbols is made anew only in frames in which a
//! unit moved by more than can be seen.

use crate::symbol_layer::{ANCHOR, LayerTools, SymbolLayer, local, telemetry_is_lost};
use crate::symbol_material::SymbolMaterial;
use crate::symbol_mesh::{Symbol, SymbolMesh};
use crate::thinning::spacings_m;
use bevy::prelude::*;
use city::{City, CityTime, LonLat, UnitId, UnitKind, UnitState};
use feeds::MoverTable;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use shell::symbols::kind_symbol;
use shell::{
    CityClock, CitySet, CityState, Feeds, GroundModel, Movers, OnScreenLayers, Projector, SEEN_POINTS, Theme,
};

/// Points of screen a free unit has for itself before others give way; those that are out never do.
pub(crate) const GAP: f32 = 42.0;
/// A unit's height is asked anew after it moved this far, metres.
const HEIGHT_AFTER_M: f64 = 25.0;
/// How many heights are asked in one frame at most.
const HEIGHTS_A_FRAME: usize = 40;

/// One unit as drawn.
#[derive(Clone, Debug)]
pub(crate) struct UnitOnMap {
    /// Which.
    pub id: UnitId,
    kind: UnitKind,
    /// True when it can be dispatched.
    pub free: bool,
    /// Where it is now, city frame.
    pub at: EastNorth,
    /// Height of the ground there, metres, not exaggerated.
    pub height_m: f32,
    /// The ground it has for itself, metres.
    pub spacing_m: f32,
    row: Option<usize>,
    /// The two fixes it moves between.
    fixes: [LonLat; 2],
    /// The same in the city frame, so that a frame costs a mix and no projection.
    between: [EastNorth; 2],
    measured_at: Option<EastNorth>,
    drawn_at: EastNorth,
}

impl UnitOnMap {
    /// Moves to where the table has it at `now`.
    fn follow(&mut self, table: &MoverTable, now: CityTime) {
        self.row = table.row(&self.id, self.row);
        let Some(row) = self.row else { return };
        let (fixes, share) = table.slide(row, now);
        if fixes != self.fixes {
            (self.fixes, self.between) = (fixes, fixes.map(to_city_frame));
        }
        let [a, b] = self.between;
        let mix = |a: f64, b: f64| a + (b - a) * share;
        self.at = EastNorth::new(mix(a.east_m, b.east_m), mix(a.north_m, b.north_m));
    }

    /// True when it moved by more than can be seen since it was drawn.
    fn seen_to_move(&self, projector: &Projector, exaggeration: f64) -> bool {
        let moved_m = self.drawn_at.distance_m(self.at);
        if moved_m == 0.0 {
            return false;
        }
        // Where it was drawn counts as well: one that drove or jumped out of sight must not stay behind.
        let height_m = f64::from(self.height_m) * exaggeration;
        let seen = [self.at, self.drawn_at].map(|at| projector.project_city(at, height_m));
        seen.into_iter().flatten().any(|seen| {
            projector.is_on_screen(seen.at, GAP)
                && moved_m > f64::from(SEEN_POINTS) * projector.metres_a_point(seen.depth_m)
        })
    }
}

/// All units but drones, as drawn.
#[derive(Resource)]
pub(crate) struct UnitLayer {
    layer: SymbolLayer,
    /// By id.
    pub units: Vec<UnitOnMap>,
    drawn: bool,
}

fn begin(mut tools: LayerTools) {
    let layer = tools.layer(SymbolMaterial::new(3, GAP, 12_000.0, (0.6, 1.5)));
    tools.commands.insert_resource(UnitLayer { layer, units: Vec::new(), drawn: false });
}

/// Takes over which units there are and what they do; what is known of their places is kept.
fn list(city: &City, before: &[UnitOnMap]) -> Vec<UnitOnMap> {
    let mut units: Vec<UnitOnMap> = city
        .units
        .values()
        // A unit whose position is withheld is in the lists, and nowhere on the map.
        .filter(|u| u.kind != UnitKind::Drone && u.at.is_valid())
        .map(|u| {
            let known = before.binary_search_by(|b| b.id.cmp(&u.id)).ok().map(|i| before[i].clone());
            let mut unit = known.unwrap_or_else(|| {
                let at = to_city_frame(u.at);
                UnitOnMap {
                    id: u.id.clone(),
                    kind: u.kind,
                    free: true,
                    at,
                    height_m: 0.0,
                    spacing_m: 0.0,
                    row: None,
                    fixes: [u.at; 2],
                    between: [at; 2],
                    measured_at: None,
                    drawn_at: at,
                }
            });
            unit.free = matches!(u.state, UnitState::Patrol | UnitState::Returning);
            unit
        })
        .collect();
    let places: Vec<EastNorth> = units.iter().map(|u| u.at).collect();
    for (unit, spacing_m) in units.iter_mut().zip(spacings_m(&places)) {
        unit.spacing_m = if unit.free { spacing_m } else { 1.0e6 };
    }
    units
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
fn move_units(
    mut layer: ResMut<UnitLayer>,
    state: Res<CityState>,
    movers: Res<Movers>,
    clock: Res<CityClock>,
    ground: Option<Res<GroundModel>>,
    on: Res<OnScreenLayers>,
    mut listed: Local<Option<(u64, usize)>>,
) {
    let version = (state.city.sequence, state.city.units.len());
    let layer = layer.bypass_change_detection();
    if *listed != Some(version) {
        // Only dispatches and the like change a unit's state; a silent event costs a comparison.
        let units = list(&state.city, &layer.units);
        let same = units.len() == layer.units.len()
            && units.iter().zip(&layer.units).all(|(a, b)| a.id == b.id && a.free == b.free);
        *listed = Some(version);
        if !same {
            (layer.units, layer.drawn) = (units, false);
        }
    }
    if !on.is_on("units") {
        return;
    }
    let mut heights = HEIGHTS_A_FRAME;
    for unit in &mut layer.units {
        unit.follow(&movers.table, clock.now);
        let far = unit.measured_at.is_none_or(|m| m.distance_m(unit.at) > HEIGHT_AFTER_M);
        if far && (heights > 0 || unit.measured_at.is_none()) {
            heights = heights.saturating_sub(1);
            unit.measured_at = Some(unit.at);
            let height_m = ground.as_ref().and_then(|g| g.ground.height_m(to_lon_lat(unit.at)));
            unit.height_m = height_m.unwrap_or(0.0) as f32;
        }
    }
}

fn draw(
    mut tools: LayerTools,
    mut layer: ResMut<UnitLayer>,
    projector: Res<Projector>,
    on: Res<OnScreenLayers>,
    feeds: Res<Feeds>,
    theme: Res<Theme>,
) {
    let layer = layer.bypass_change_detection();
    let shown = on.is_on("units");
    if on.is_changed() || feeds.is_changed() {
        tools.set_look(&layer.layer, shown, telemetry_is_lost(&feeds));
    }
    let exaggeration = f64::from(tools.exaggeration());
    let moved = layer.units.iter().any(|u| u.seen_to_move(&projector, exaggeration));
    if !shown || (layer.drawn && !moved && !theme.is_changed()) {
        return;
    }
    let mut mesh = SymbolMesh::default();
    // Those that are out lie on top.
    for free in [true, false] {
        for unit in layer.units.iter_mut().filter(|u| u.free == free) {
            unit.drawn_at = unit.at;
            let colour = if free { theme.map.unit_free } else { theme.map.unit_busy };
            let symbol = Symbol {
                shape: kind_symbol(unit.kind),
                hollow: false,
                colour: colour.0,
                size: theme.size.unit * if free { 1.0 } else { 1.25 },
                spacing_m: unit.spacing_m,
                pulse: false,
                stale: false,
                group: u32::from(!free),
            };
            mesh.push(local(unit.at, unit.height_m, ANCHOR), &symbol);
        }
    }
    tools.redraw(&layer.layer, mesh);
    layer.drawn = true;
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, begin).add_systems(Update, (move_units, draw).chain().in_set(CitySet::Draw));
}
