//! The names of shapes laid on the map, and the marks of places among them.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use overlays::shapes::{Form, Rgba};
use shell::labels::on_map;
use shell::{
    Colour, GroundModel, LabelKind, MapLabel, MapLabels, MapShapes, OnScreenLayers, Projector, ShapeSet,
    Theme,
};
use std::collections::BTreeMap;

/// Names and marks of shapes are shown within this, metres.
pub(crate) const WITHIN_M: f64 = 60_000.0;
/// How names stand among others: above townships, below districts.
const PRIORITY: f32 = 42.0;
/// The radius of a mark, points.
const MARK: f32 = 4.5;

/// Where the name of a shape stands: at a place, half along a line, within an area.
fn place_of(form: &Form) -> Option<(LonLat, LabelKind)> {
    match form {
        Form::Place(at) => Some((*at, LabelKind::Place)),
        Form::Line { path, .. } => Some((*path.get(path.len() / 2)?, LabelKind::Place)),
        Form::Area(area) => {
            use geo::InteriorPoint;
            let at = area.interior_point()?;
            Some((LonLat::new(at.x(), at.y()), LabelKind::Township))
        }
    }
}

/// What is marked of each set that is on, worked out when the set changes: asking the ground for a height in every pass
/// would not do, nor for all sets when one of them changed.
#[derive(Resource, Default)]
pub(crate) struct Marks(BTreeMap<String, Marked>);

/// What is marked of one set.
struct Marked {
    version: u64,
    marks: Vec<(EastNorth, f64, Colour)>,
}

impl Marked {
    /// What is marked, and what is written.
    fn new(set: &ShapeSet, ground: &GroundModel, theme: &Theme) -> (Self, Vec<MapLabel>) {
        let (mut marked, mut names) = (Self { version: set.version, marks: Vec::new() }, Vec::new());
        for shape in set.shapes.iter() {
            if let (Form::Place(at), Some(Rgba(colour))) = (&shape.form, shape.style.fill) {
                marked.marks.push((to_city_frame(*at), ground.drawn_height_m(*at), Colour(colour)));
            }
            let (Some(text), Some((at, kind))) = (&shape.name, place_of(&shape.form)) else { continue };
            names.push(MapLabel {
                at,
                height_m: ground.drawn_height_m(at),
                text: on_map(text),
                size: theme.size.place_label,
                colour: theme.map.label,
                priority: PRIORITY,
                kind,
                within_m: WITHIN_M,
            });
        }
        (marked, names)
    }
}

/// By whose name a set's names are handed over: those of other sets stay as they are.
fn owner(set: &str) -> String {
    format!("shapes {set}")
}

/// Hands the names over, and places the marks, when shapes, layers, ground or theme changed.
pub(crate) fn name(
    shapes: Res<MapShapes>,
    layers: Res<OnScreenLayers>,
    ground: Option<Res<GroundModel>>,
    theme: Res<Theme>,
    mut labels: ResMut<MapLabels>,
    mut marks: ResMut<Marks>,
) {
    let Some(ground) = ground else { return };
    if !(shapes.is_changed() || layers.is_changed() || ground.is_changed() || theme.is_changed()) {
        return;
    }
    let is_other = ground.is_changed() || theme.is_changed();
    let on = |name: &str| shapes.get(name).filter(|set| layers.is_on(&set.layer));
    marks.0.retain(|name, marked| {
        let on = on(name);
        if on.is_none() {
            labels.set(&owner(name), Vec::new());
        }
        !is_other && on.is_some_and(|set| set.version == marked.version)
    });
    for (name, set) in shapes.in_order() {
        if on(name).is_some() && !marks.0.contains_key(name) {
            let (marked, names) = Marked::new(set, &ground, &theme);
            marks.0.insert(name.to_owned(), marked);
            labels.set(&owner(name), names);
        }
    }
}

/// Paints the marks of places.
pub(crate) fn mark(
    mut contexts: EguiContexts,
    marks: Res<Marks>,
    projector: Res<Projector>,
    theme: Res<Theme>,
) -> Result {
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    for (at, height_m, colour) in marks.0.values().flat_map(|marked| &marked.marks) {
        let seen = projector.project_city(*at, *height_m).filter(|seen| seen.depth_m < WITHIN_M);
        let seen = seen.filter(|seen| projector.is_on_screen(seen.at, MARK + 2.0));
        if let Some(seen) = seen {
            painter.circle(seen.at, MARK, colour.egui(), egui::Stroke::new(1.5, theme.map.halo.egui()));
        }
    }
    Ok(())
}
