//! The map's symbols painted by egui, for the legend.

use bevy_egui::egui;
use egui::{Painter, Pos2, Stroke, pos2, vec2};
use shell::symbols::Shape;
use shell::{Colour, Theme};

/// The corners of a shape of radius `r`; `None` for what is round.
fn corners(shape: Shape, centre: Pos2, r: f32) -> Option<Vec<Pos2>> {
    let polygon = |sides: usize, turn: f32, r: f32| {
        let step = std::f32::consts::TAU / sides as f32;
        (0..sides)
            .map(|i| {
                let angle = turn + step * i as f32;
                centre + vec2(angle.sin() * r, -angle.cos() * r)
            })
            .collect()
    };
    let half = std::f32::consts::PI;
    match shape {
        Shape::Diamond => Some(polygon(4, 0.0, r)),
        Shape::Triangle => Some(polygon(3, 0.0, 1.15 * r)),
        Shape::TriangleDown => Some(polygon(3, half, 1.15 * r)),
        Shape::Square => Some(polygon(4, half / 4.0, 1.1 * r)),
        Shape::Pentagon => Some(polygon(5, 0.0, 1.05 * r)),
        Shape::Hexagon => Some(polygon(6, 0.0, r)),
        Shape::Drop => Some(
            (0..=12)
                .map(|i| {
                    // From flank to flank around the lower side, then the tip.
                    let angle = 0.35 * half + 1.3 * half * i as f32 / 12.0;
                    centre + vec2(angle.sin() * 0.7 * r, 0.3 * r - angle.cos() * 0.7 * r)
                })
                .chain([pos2(centre.x, centre.y - r)])
                .collect(),
        ),
        _ => None,
    }
}

/// Paints a risk symbol: filled, or its outline.
pub fn paint_symbol(
    painter: &Painter,
    centre: Pos2,
    r: f32,
    (shape, hollow): (Shape, bool),
    colour: Colour,
    theme: &Theme,
) {
    let (fill, inside) = (colour.egui(), theme.map.halo.egui());
    match corners(shape, centre, r) {
        Some(points) if hollow => {
            painter.add(egui::Shape::convex_polygon(points, inside, Stroke::new(1.8, fill)));
        }
        Some(points) => {
            painter.add(egui::Shape::convex_polygon(points, fill, Stroke::NONE));
        }
        None if hollow => {
            painter.circle(centre, r - 1.0, inside, Stroke::new(1.8, fill));
        }
        None => {
            painter.circle_filled(centre, r, fill);
        }
    }
}

/// Paints an incident's disc and ring.
pub fn paint_incident(painter: &Painter, centre: Pos2, theme: &Theme) {
    let colour = theme.map.level[0].egui();
    painter.circle_filled(centre, 3.6, colour);
    painter.circle_stroke(centre, 5.8, Stroke::new(1.6, colour));
}

/// Paints the disc of a unit.
pub fn paint_unit(painter: &Painter, centre: Pos2, colour: Colour, theme: &Theme) {
    painter.circle_filled(centre, 5.5, colour.egui());
    painter.circle_filled(centre, 1.9, theme.map.halo.egui());
}

/// Paints a piece of a line.
pub fn paint_line(painter: &Painter, centre: Pos2, colour: Colour, width: f32) {
    let half = vec2(9.0, 0.0);
    painter.line_segment([centre - half, centre + half], Stroke::new(width, colour.egui()));
}
