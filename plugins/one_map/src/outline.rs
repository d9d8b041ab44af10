//! The outline of what is selected where it is an area or a line: laid over the others as a set of its own.

use crate::shapes::Sets;
use bevy::prelude::*;
use overlays::shapes::{Rgba, Shape, Stroke, Style};
use shell::{CitySet, MapShapes, Selected, Selection, Theme, ToldThing};

/// The name of the set.
pub(crate) const SET: &str = "outline of the selected";
/// How wide it is, points.
const WIDTH: f32 = 2.4;

/// Lays it when another thing is selected, or the thing's own shapes are others.
fn draw(selection: Res<Selection>, sets: Res<Sets>, theme: Res<Theme>, mut shapes: ResMut<MapShapes>) {
    if !(selection.is_changed() || sets.is_changed() || theme.is_changed()) {
        return;
    }
    let outline = match &selection.selected {
        Selected::Told(thing) => outline(thing, &sets, &theme),
        _ => None,
    };
    let known = shapes.get(SET).map(|set| set.shapes.as_slice());
    match outline {
        Some((layer, outline)) if known != Some(&outline) => shapes.lay(SET, &layer, outline),
        None if known.is_some() => shapes.lift(SET),
        _ => {}
    }
}

fn outline(thing: &ToldThing, sets: &Sets, theme: &Theme) -> Option<(String, Vec<Shape>)> {
    let halo = (Rgba(theme.map.halo.0), 1.2);
    let colour = Rgba(theme.map.selected.0);
    let stroke = Stroke { colour, width_pt: WIDTH, casing: Some(halo), dash_pt: None, arrows: false };
    let style = Style { stroke: Some(stroke), fill: None };
    sets.spots().find_map(|(layer, spots)| {
        let forms = spots.forms_of(thing);
        let around: Vec<_> =
            forms.map(|form| Shape { form: form.clone(), style: style.clone(), name: None }).collect();
        (!around.is_empty()).then(|| (layer.to_owned(), around))
    })
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, draw.in_set(CitySet::Draw));
}
