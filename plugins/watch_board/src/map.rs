//! What the watch says on the map: signs of warnings in force, the boxes of grouped ones, the areas of open notices, and
//! where the evidence of the selected notice was.

mod areas;
mod groups;
mod signs;

pub(crate) use signs::MOST;

use bevy::prelude::*;
use overlays::shapes::{Form, Rgba, Shape, Style};
use shell::{
    CityClock, CityState, Colour, MapShapes, MapSigns, OnScreenLayers, Selection, StaticCity, Theme,
    ToldThing, Words,
};

/// The layers by which it is switched.
const WARNINGS: &str = "watch.warnings";
const NOTICES: &str = "watch.notices";
/// The set of the evidence, and a layer of its own: its dots are no notices, and are not counted with them.
const EVIDENCE: &str = "watch.evidence";

/// Of what the map was made.
#[derive(Default)]
pub(crate) struct Laid {
    sequence: Option<u64>,
    second: i64,
}

/// Lays signs and areas anew when the city changed, once a second of its clock at most.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn lay(
    state: Res<CityState>,
    clock: Res<CityClock>,
    words: Res<Words>,
    theme: Res<Theme>,
    statics: Option<Res<StaticCity>>,
    mut shapes: ResMut<MapShapes>,
    mut signs: ResMut<MapSigns>,
    mut laid: Local<Laid>,
) {
    let Some(statics) = statics.filter(|_| state.received) else { return };
    let is_other = words.is_changed() || theme.is_changed() || statics.is_changed();
    let second = clock.now.0.div_euclid(1_000);
    let is_due =
        laid.sequence != Some(state.city.sequence) && (second != laid.second || laid.sequence.is_none());
    if !is_other && !is_due {
        return;
    }
    *laid = Laid { sequence: Some(state.city.sequence), second };
    let shown = signs::shown(&state.city);
    let made = signs::signs(&shown, &state.city, &words, &theme);
    if signs.get(WARNINGS).map_or(!made.is_empty(), |known| known.all != made) {
        signs.set(WARNINGS, WARNINGS, made);
    }
    put(&mut shapes, "watch.groups", WARNINGS, groups::groups(&shown, &theme));
    put(&mut shapes, "watch.areas", NOTICES, areas::areas(&state.city, &statics, &words, &theme));
}

/// Lays the dots of the evidence of the selected notice.
pub(crate) fn lay_evidence(
    state: Res<CityState>,
    selection: Res<Selection>,
    theme: Res<Theme>,
    layers: Res<OnScreenLayers>,
    mut shapes: ResMut<MapShapes>,
) {
    if !(state.is_changed() || selection.is_changed() || theme.is_changed() || layers.is_changed()) {
        return;
    }
    let selected = selection.selected.risk_notice().filter(|_| layers.is_on(NOTICES));
    let notice = selected.and_then(|id| state.city.notices.get(id));
    let dots: Vec<Shape> = notice.map_or_else(Vec::new, |notice| {
        let places = notice.evidence_at.iter().filter(|at| at.is_valid());
        places.map(|at| mark(*at, theme.panel.attention, None)).collect()
    });
    let known = shapes.get(EVIDENCE).map(|set| set.shapes.as_slice()).unwrap_or_default();
    if *known != *dots {
        match dots.is_empty() {
            true => shapes.lift(EVIDENCE),
            false => shapes.lay(EVIDENCE, EVIDENCE, dots),
        }
    }
}

/// Puts a set in the place of the one before, where it is another.
fn put(shapes: &mut ResMut<MapShapes>, name: &str, layer: &str, made: Vec<(Shape, ToldThing)>) {
    let is_same = shapes.get(name).map_or(made.is_empty(), |set| {
        let known = set.shapes.iter().zip(set.things.iter());
        set.shapes.len() == made.len() && known.eq(made.iter().map(|(shape, thing)| (shape, thing)))
    });
    match (is_same, made.is_empty()) {
        (true, _) => {}
        (false, true) => shapes.lift(name),
        (false, false) => shapes.lay_things(name, layer, made),
    }
}

fn rgba(colour: Colour) -> Rgba {
    Rgba(colour.0)
}

fn mark(at: city::LonLat, fill: Colour, name: Option<String>) -> Shape {
    Shape { form: Form::Place(at), style: Style { stroke: None, fill: Some(rgba(fill)) }, name }
}
