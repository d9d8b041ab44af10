//! Paints the signs of warnings over the map.

use super::{MapSigns, Sign};
use crate::{MapArea, OnScreenLayers, Projector, Theme};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{Align2, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

/// Half the side of a sign, points: of a grave one, of another.
const GRAVE: f32 = 11.0;
const LESSER: f32 = 8.0;
/// Beyond this they are smaller, so that they do not hide the city, metres.
const FAR_M: f64 = 150_000.0;

/// Paints those in sight, the gravest on top.
pub(crate) fn paint(
    mut contexts: EguiContexts,
    signs: Res<MapSigns>,
    projector: Res<Projector>,
    layers: Res<OnScreenLayers>,
    area: Res<MapArea>,
    theme: Res<Theme>,
) -> Result {
    if signs.is_empty() {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let painter = context.layer_painter(egui::LayerId::background()).with_clip_rect(free);
    let on = signs.by_owner.values().filter(|signs| layers.is_on(signs.layer));
    let mut all: Vec<_> = on.flat_map(|signs| signs.all.iter().zip(&signs.standing)).collect();
    // Each brings the gravest last; of all together they are on top too.
    all.sort_by_key(|(sign, _)| (!sign.is_exercise, std::cmp::Reverse(sign.level)));
    for (sign, standing) in all {
        let seen = projector.project_city(standing.east_north, standing.height_m);
        if let Some(seen) = seen.filter(|seen| seen.depth_m <= sign.within_m() && free.contains(seen.at)) {
            let half = if sign.level <= 2 && seen.depth_m < FAR_M { GRAVE } else { LESSER };
            paint_sign(&painter, seen.at, half, sign, &theme);
        }
    }
    Ok(())
}

/// A plate with an exclamation mark, or with the number of warnings it is made of; of an exercise no more than its edge.
fn paint_sign(painter: &Painter, at: Pos2, half: f32, sign: &Sign, theme: &Theme) {
    let (colour, halo) = (sign.colour, theme.map.halo);
    let (fill, ink) = if sign.is_exercise { (halo, colour) } else { (colour, theme.ink_on(colour)) };
    let number = (sign.count > 1).then(|| {
        let number = if sign.count > 9_999 { "9999+".to_owned() } else { sign.count.to_string() };
        painter.layout_no_wrap(number, FontId::proportional(1.15 * half), ink.egui())
    });
    let wide = number.as_ref().map_or(0.0, |number| number.size().x + 0.9 * half);
    let plate = Rect::from_center_size(at, vec2(wide.max(2.0 * half), 2.0 * half));
    painter.rect_filled(plate.expand(2.0), 0.4 * half, halo.egui());
    painter.rect(plate, 0.3 * half, fill.egui(), Stroke::new(1.5, colour.egui()), StrokeKind::Inside);
    if let Some(number) = number {
        let rect = Align2::CENTER_CENTER.anchor_size(at, number.size());
        painter.galley(rect.min, number, ink.egui());
        return;
    }
    let stem = |share: f32| pos2(at.x, at.y + share * half);
    painter.line_segment([stem(-0.6), stem(0.12)], Stroke::new(0.26 * half, ink.egui()));
    painter.circle_filled(stem(0.52), 0.16 * half, ink.egui());
}
