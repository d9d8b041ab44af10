//! The names of shapes laid on the map, and the marks of places among them.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use overlays::shapes::{Form, Rgba};
use shell::{
    Colour, GroundModel, LabelKind, MapLabel, MapLabels, MapShapes, OnScreenLayers, Projector, Theme,
};

/// Names and marks of shapes are shown within this, metres.
const WITHIN_M: f64 = 60_000.0;
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

/// The marks of places, worked out when they change: asking the ground for a height in every pass would not do.
#[derive(Resource, Default)]
pub(crate) struct Marks(Vec<(EastNorth, f64, Colour)>);

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
    let mut list = Vec::new();
    marks.0.clear();
    for (_, set) in shapes.in_order().into_iter().filter(|(_, set)| layers.is_on(&set.layer)) {
        for shape in set.shapes.iter() {
            if let (Form::Place(at), Some(Rgba(colour))) = (&shape.form, shape.style.fill) {
                marks.0.push((to_city_frame(*at), ground.drawn_height_m(*at), Colour(colour)));
            }
            let (Some(text), Some((at, kind))) = (&shape.name, place_of(&shape.form)) else { continue };
            list.push(MapLabel {
                at,
                height_m: ground.drawn_height_m(at),
                text: text.clone(),
                size: theme.size.place_label,
                colour: theme.map.label,
                priority: PRIORITY,
                kind,
                within_m: WITHIN_M,
            });
        }
    }
    labels.set("shapes", list);
}

/// Paints the marks of places.
pub(crate) fn mark(
    mut contexts: EguiContexts,
    marks: Res<Marks>,
    projector: Res<Projector>,
    theme: Res<Theme>,
) -> Result {
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    for (at, height_m, colour) in &marks.0 {
        let seen = projector.project_city(*at, *height_m).filter(|seen| seen.depth_m < WITHIN_M);
        if let Some(seen) = seen {
            painter.circle(seen.at, MARK, colour.egui(), egui::Stroke::new(1.5, theme.map.halo.egui()));
        }
    }
    Ok(())
}
