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
/// Signs nearer to one another than this part of what both take lie on one another.
const APART: f32 = 0.9;

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
    let seen = on.flat_map(|signs| signs.all.iter().zip(&signs.standing)).filter_map(|(sign, standing)| {
        let seen = projector.project_city(standing.east_north, standing.height_m)?;
        let is_near = seen.depth_m <= sign.within_m() && free.contains(seen.at);
        let half = if sign.level <= 2 && seen.depth_m < FAR_M { GRAVE } else { LESSER };
        is_near.then_some(Seen { at: seen.at, half, sign, count: sign.count })
    });
    for seen in merged(seen.collect()).iter().rev() {
        paint_sign(&painter, seen, &theme);
    }
    Ok(())
}

/// A sign in sight.
struct Seen<'a> {
    at: Pos2,
    /// Half its side, points.
    half: f32,
    sign: &'a Sign,
    /// Of how many warnings it tells.
    count: u32,
}

/// Signs that would lie on one another are one, the gravest, with how many they tell of; the gravest first. An exercise
/// is no part of the truth.
fn merged(mut all: Vec<Seen>) -> Vec<Seen> {
    all.sort_by_key(|seen| (seen.sign.is_exercise, seen.sign.level));
    let mut kept: Vec<Seen> = Vec::new();
    for seen in all {
        let lies_on = |other: &&mut Seen| {
            other.sign.is_exercise == seen.sign.is_exercise
                && other.at.distance(seen.at) < APART * (other.half + seen.half)
        };
        match kept.iter_mut().find(lies_on) {
            Some(other) => other.count = other.count.saturating_add(seen.count),
            None => kept.push(seen),
        }
    }
    kept
}

/// A plate with an exclamation mark, or with the number of warnings it is made of; of an exercise no more than its edge.
fn paint_sign(painter: &Painter, seen: &Seen, theme: &Theme) {
    let Seen { at, half, sign, count } = *seen;
    let (colour, halo) = (sign.colour, theme.map.halo);
    let (fill, ink) = if sign.is_exercise { (halo, colour) } else { (colour, theme.ink_on(colour)) };
    let number = (count > 1).then(|| {
        let number = if count > 9_999 { "9999+".to_owned() } else { count.to_string() };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Colour, ToldThing};

    fn sign(level: u8, is_exercise: bool) -> Sign {
        Sign {
            thing: ToldThing::city_warning(&"w".into()),
            name: String::new(),
            level,
            colour: Colour([0; 4]),
            is_exercise,
            count: 1,
            middle: city::LonLat::default(),
            area: geo::MultiPolygon(Vec::new()),
        }
    }

    #[test]
    fn signs_on_one_another_are_one_with_their_number_and_truth_stays_apart() {
        let (red, blue, exercise) = (sign(1, false), sign(4, false), sign(1, true));
        let seen = |x: f32, sign| Seen { at: pos2(x, 0.0), half: 10.0, sign, count: 3 };
        let kept = merged(vec![seen(5.0, &blue), seen(0.0, &exercise), seen(0.0, &red), seen(90.0, &blue)]);
        let told: Vec<_> =
            kept.iter().map(|seen| (seen.sign.level, seen.sign.is_exercise, seen.count)).collect();
        assert_eq!(told, [(1, false, 6), (4, false, 3), (1, true, 3)]);
    }
}
