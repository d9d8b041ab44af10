//! Names on plates: of warnings that are to be seen at a glance.

use super::{LabelKind, MapLabel};
use crate::Theme;
use bevy_egui::egui;

/// What a plate is wider and higher than its text, points.
pub(super) const RIM: egui::Vec2 = egui::vec2(12.0, 4.0);

/// A name on a plate: of its colour, or with an edge of it for an exercise.
pub(super) fn paint(painter: &egui::Painter, theme: &Theme, label: &MapLabel, rect: egui::Rect) {
    let (rect, halo) = (rect.translate(rect.min.round() - rect.min), theme.map.halo);
    let is_exercise = label.kind == LabelKind::Exercise;
    let (fill, edge, ink) = match is_exercise {
        true => (halo, egui::Stroke::new(1.5, label.colour.egui()), theme.map.label),
        false => (label.colour, egui::Stroke::new(1.0, halo.egui()), theme.ink_on(label.colour)),
    };
    painter.rect(rect, 3.0, fill.egui(), edge, egui::StrokeKind::Inside);
    let font = egui::FontId::proportional(label.size);
    let galley = painter.layout_no_wrap(label.text.clone(), font, ink.egui());
    let corner = (rect.center() - galley.size() / 2.0).round();
    painter.galley(corner, galley, ink.egui());
}
