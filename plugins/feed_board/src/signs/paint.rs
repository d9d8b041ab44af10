//! Paints the signs of warnings over the map.

use super::{Sign, Signs};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use shell::{MapArea, OnScreenLayers, Projector, Theme};

/// Half the side of a sign, points: of a grave one, of another.
const GRAVE: f32 = 11.0;
const LESSER: f32 = 8.0;
/// Beyond this they are smaller, so that they do not hide the city, metres.
const FAR_M: f64 = 150_000.0;

/// Paints those in sight, the gravest on top.
pub(crate) fn paint(
    mut contexts: EguiContexts,
    signs: Res<Signs>,
    projector: Res<Projector>,
    layers: Res<OnScreenLayers>,
    area: Res<MapArea>,
    theme: Res<Theme>,
) -> Result {
    if signs.all.is_empty() || !layers.is_on("sources.warnings") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let painter = context.layer_painter(egui::LayerId::background()).with_clip_rect(free);
    for (sign, standing) in signs.all.iter().zip(&signs.standing) {
        let seen = projector.project_city(standing.east_north, standing.height_m);
        if let Some(seen) = seen.filter(|seen| seen.depth_m <= sign.within_m() && free.contains(seen.at)) {
            let half = if sign.level <= 2 && seen.depth_m < FAR_M { GRAVE } else { LESSER };
            paint_sign(&painter, seen.at, half, sign, &theme);
        }
    }
    Ok(())
}

/// A plate with an exclamation mark; of an exercise no more than its edge.
fn paint_sign(painter: &Painter, at: Pos2, half: f32, sign: &Sign, theme: &Theme) {
    let (colour, halo) = (sign.colour, theme.map.halo);
    let (fill, ink) = if sign.is_exercise { (halo, colour) } else { (colour, theme.ink_on(colour)) };
    let plate = Rect::from_center_size(at, vec2(2.0 * half, 2.0 * half));
    painter.rect_filled(plate.expand(2.0), 0.4 * half, halo.egui());
    painter.rect(plate, 0.3 * half, fill.egui(), Stroke::new(1.5, colour.egui()), StrokeKind::Inside);
    let stem = |share: f32| pos2(at.x, at.y + share * half);
    painter.line_segment([stem(-0.6), stem(0.12)], Stroke::new(0.26 * half, ink.egui()));
    painter.circle_filled(stem(0.52), 0.16 * half, ink.egui());
}
