//! Incidents: the greatest symbols of the map, coloured by level, pulsing until somebody has acknowledged them.

use crate::symbol_layer::{ANCHOR, LayerTools, SymbolLayer, events_are_lost, local};
use crate::symbol_material::SymbolMaterial;
use crate::symbol_mesh::{Symbol, SymbolMesh};
use bevy::prelude::*;
use city::{IncidentId, Stage};
use geodesy::{EastNorth, to_city_frame};
use shell::symbols::Shape;
use shell::{
    CityClock, CitySet, CityState, Feeds, GroundModel, LabelKind, MapLabel, MapLabels, OnScreenLayers, Theme,
    Words, aged,
};
use std::collections::BTreeMap;

/// One beat of the pulse, milliseconds of the city's clock, so that a picture at an instant is always the same.
const BEAT_MS: i64 = 1_600;

/// Incidents of the lesser levels Ⅲ and Ⅳ are named within this, metres: over the whole city the names of districts
/// say more.
const LESSER_WITHIN_M: f64 = 150_000.0;

/// One incident as drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct IncidentOnMap {
    /// City frame.
    pub at: EastNorth,
    /// Height of the ground, metres, not exaggerated.
    pub height_m: f32,
    level: u8,
    stage: Stage,
}

/// The open incidents, as drawn.
#[derive(Resource)]
pub(crate) struct IncidentLayer {
    layer: SymbolLayer,
    /// By id.
    pub incidents: BTreeMap<IncidentId, IncidentOnMap>,
    pulsing: bool,
    looked: Option<u64>,
    /// How old the picture is while the event stream is lost, in words as the names say it.
    old: Option<String>,
}

fn begin(mut tools: LayerTools) {
    let layer = tools.layer(SymbolMaterial::new(4, 0.0, 25_000.0, (0.5, 1.3)));
    let incidents = BTreeMap::new();
    tools.commands.insert_resource(IncidentLayer {
        layer,
        incidents,
        pulsing: false,
        looked: None,
        old: None,
    });
}

/// How old what the map shows of incidents is.
#[derive(bevy::ecs::system::SystemParam)]
struct LastPicture<'w> {
    feeds: Res<'w, Feeds>,
    clock: Res<'w, CityClock>,
}

impl LastPicture<'_> {
    /// In words and whole steps of ten seconds, while the event stream is lost.
    fn age(&self, words: &Words) -> Option<String> {
        let newest = self.feeds.health.iter().find(|h| h.name == "events")?.newest?;
        let seconds = self.clock.now.seconds_since(newest);
        events_are_lost(&self.feeds).then(|| words.ago((seconds / 10.0).floor() * 10.0))
    }
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
fn draw(
    mut tools: LayerTools,
    mut layer: ResMut<IncidentLayer>,
    state: Res<CityState>,
    ground: Option<Res<GroundModel>>,
    on: Res<OnScreenLayers>,
    theme: Res<Theme>,
    words: Res<Words>,
    last: LastPicture,
    mut labels: ResMut<MapLabels>,
) {
    let layer = layer.bypass_change_detection();
    let shown = on.is_on("incidents");
    let old = last.age(&words);
    if on.is_changed() || old.is_some() != layer.old.is_some() {
        tools.set_look(&layer.layer, shown, old.is_some());
    }
    let aged = layer.old != old;
    layer.old = old;
    let seen = state.is_changed() && layer.looked != Some(state.city.sequence);
    if !(seen || aged || theme.is_changed() || words.is_changed() || on.is_changed()) {
        return;
    }
    layer.looked = Some(state.city.sequence);
    let mut now = BTreeMap::new();
    for incident in state.city.incidents.values().filter(|i| i.is_open()) {
        let (level, stage) = (incident.level.number(), incident.stage);
        let known = layer.incidents.get(&incident.id).map(|before| IncidentOnMap { level, stage, ..*before });
        let on_map = known.unwrap_or_else(|| {
            let height_m = ground.as_ref().and_then(|g| g.ground.height_m(incident.at)).unwrap_or(0.0) as f32;
            IncidentOnMap { at: to_city_frame(incident.at), height_m, level, stage }
        });
        now.insert(incident.id.clone(), on_map);
    }
    let changed = now != layer.incidents;
    layer.incidents = now;
    if changed || theme.is_changed() {
        let mut ordered: Vec<&IncidentOnMap> = layer.incidents.values().collect();
        ordered.sort_by_key(|i| (std::cmp::Reverse(i.level), i.stage != Stage::Perceive));
        let mut mesh = SymbolMesh::default();
        for incident in ordered {
            mesh.push(local(incident.at, incident.height_m, ANCHOR), &symbol(incident, &theme));
        }
        tools.redraw(&layer.layer, mesh);
        layer.pulsing = layer.incidents.values().any(|i| i.stage == Stage::Perceive);
    }
    let words_too = aged || words.is_changed() || tools.ground_changed();
    if changed || words_too || theme.is_changed() || on.is_changed() {
        let exaggeration = f64::from(tools.exaggeration());
        labels.set(
            "incidents",
            if shown { names(&state, layer, &theme, &words, exaggeration) } else { Vec::new() },
        );
    }
}

fn symbol(incident: &IncidentOnMap, theme: &Theme) -> Symbol {
    let level = usize::from(incident.level.clamp(1, 4) - 1);
    Symbol {
        shape: Shape::Incident,
        hollow: incident.stage == Stage::Supervise,
        colour: theme.map.level[level].0,
        size: theme.size.incident * [1.15, 1.0, 0.9, 0.8][level],
        spacing_m: 1.0e6,
        pulse: incident.stage == Stage::Perceive,
        stale: false,
        group: 0,
    }
}

fn names(
    state: &CityState,
    layer: &IncidentLayer,
    theme: &Theme,
    words: &Words,
    exaggeration: f64,
) -> Vec<MapLabel> {
    let named = layer.incidents.iter().filter_map(|(id, on_map)| {
        let incident = state.city.incidents.get(id)?;
        let class = words.pick(incident.class.zh(), incident.class.en());
        Some(MapLabel {
            at: incident.at,
            height_m: f64::from(on_map.height_m) * exaggeration,
            text: aged(&format!("{} {class}", incident.level.roman()), layer.old.as_deref()),
            size: theme.size.small,
            colour: theme.map.label,
            // Names of districts give way to all that waits but the least.
            priority: 60.0 - 5.0 * f32::from(on_map.level)
                + if on_map.stage == Stage::Perceive { 8.0 } else { 0.0 },
            kind: LabelKind::Incident,
            within_m: if on_map.level <= 2 { f64::INFINITY } else { LESSER_WITHIN_M },
        })
    });
    named.collect()
}

/// Lets unacknowledged incidents pulse by the city's clock.
fn pulse(
    layer: Res<IncidentLayer>,
    on: Res<OnScreenLayers>,
    clock: Res<CityClock>,
    mut materials: ResMut<Assets<SymbolMaterial>>,
) {
    if !layer.pulsing || layer.old.is_some() || !on.is_on("incidents") {
        return;
    }
    let phase = clock.now.0.rem_euclid(BEAT_MS) as f32 / BEAT_MS as f32;
    let before = materials.get(&layer.layer.material).map(|m| m.symbols.settings.w);
    if before != Some(phase)
        && let Some(mut material) = materials.get_mut(&layer.layer.material)
    {
        material.symbols.settings.w = phase;
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, begin).add_systems(Update, (draw, pulse).chain().in_set(CitySet::Draw));
}
