//! A row of the list: grade, name, value, how it lies to what is usual, and how many devices report.

use super::words;
use crate::board::Board;
use crate::chip;
use crate::rows;
use crate::view::WatchView;
use bevy_egui::egui;
use city::WarningColour;
use egui::{Align2, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};
use shell::widgets::{line, place};
use shell::{Colour, Theme};
use watch::vital::told::SignTold;

/// Nearer to the usual than so many spreads is usual; from so many on it is striking.
const USUAL_Z: f64 = 1.0;
const STRIKING_Z: f64 = 2.0;
/// More spreads than this say more of weeks that were all alike, such as weeks without rain, than of now.
const MOST_Z: f64 = 100.0;

/// Draws one row; a click opens the sign, another closes it.
pub fn row(ui: &mut Ui, view: &WatchView, board: &mut Board, sign: &SignTold) {
    let selected = board.looking.sign.as_deref() == Some(&*sign.id);
    let told = words::value(sign);
    let why = words::validity(view.words, sign);
    let label = format!("{} {told} {why}", words::name(view.words, sign));
    let (rect, response) = rows::row(ui, view.theme, label.trim_end(), selected);
    if ui.is_rect_visible(rect) {
        paint(ui, view, rect, sign, &told, &why);
    }
    if response.clicked() {
        board.looking.sign = (!selected).then(|| sign.id.clone());
        board.reveal = true;
    }
}

fn paint(ui: &Ui, view: &WatchView, rect: Rect, sign: &SignTold, told: &str, why: &str) {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let is_old = view.vitals.trouble.is_some();
    let badge = Rect::from_center_size(pos2(rect.left() + 20.0, rect.center().y), vec2(22.0, 22.0));
    mark(ui, view, badge, sign.colour, sign.value.is_some(), is_old);
    let (left, right) = (rect.left() + 42.0, rect.right() - 10.0);
    let (upper, lower) = (rect.top() + 15.0, rect.bottom() - 13.0);
    let ink = match sign.value {
        Some(_) if !is_old => panel.text,
        _ => panel.faint,
    };
    let value = line(ui, told, size.body, ink.egui(), 0.5 * (right - left));
    let value = place(ui, value, Align2::RIGHT_CENTER, pos2(right, upper));
    let name = words::name(view.words, sign);
    let name = line(ui, name, size.body, ink.egui(), value.left() - left - 10.0);
    place(ui, name, Align2::LEFT_CENTER, pos2(left, upper));
    let mut end = right;
    if let Some(z) = sign.usual_z.filter(|z| z.is_finite() && sign.value.is_some()) {
        let (told, colour) = against_usual(view, sign, z);
        let galley = line(ui, &told, size.small, colour.egui(), 0.5 * (right - left));
        let text = place(ui, galley, Align2::RIGHT_CENTER, pos2(right, lower));
        arrow(ui, pos2(text.left() - 9.0, lower), z, colour);
        end = text.left() - 18.0;
    }
    let devices = match sign.devices {
        0 => String::new(),
        _ => words::reporting(view.words, sign.reporting, sign.devices),
    };
    let second = [why, &devices].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let colour = if why.is_empty() || sign.devices == 0 { panel.faint } else { panel.attention };
    let second = line(ui, &second, size.small, colour.egui(), end - left - 8.0);
    place(ui, second, Align2::LEFT_CENTER, pos2(left, lower));
}

/// How far from the usual, in spreads; striking only to the side that is worse.
fn against_usual(view: &WatchView, sign: &SignTold, z: f64) -> (String, Colour) {
    let panel = &view.theme.panel;
    let worse = if sign.grades.side == "below" { -z } else { z };
    let told = match z.abs() {
        z if z < USUAL_Z => view.words.get("vital.usual").to_owned(),
        _ => view.words.fill("vital.vsUsual", &[("z", &spreads(z))]),
    };
    let is_striking = (STRIKING_Z..MOST_Z).contains(&worse);
    (told, if is_striking { panel.attention } else { panel.faint })
}

/// A number of spreads with its sign; very many are told as that.
pub fn spreads(z: f64) -> String {
    if z.abs() < MOST_Z { format!("{z:+.1}σ") } else { format!("{}99σ", if z < 0.0 { "<-" } else { ">+" }) }
}

/// Up, down or level.
fn arrow(ui: &Ui, at: Pos2, z: f64, colour: Colour) {
    let (colour, up) = (colour.egui(), if z > 0.0 { -1.0 } else { 1.0 });
    if z.abs() < USUAL_Z {
        let ends = [at - vec2(5.0, 0.0), at + vec2(5.0, 0.0)];
        ui.painter().line_segment(ends, Stroke::new(2.0, colour));
        return;
    }
    let tip = [at + vec2(0.0, 5.0 * up), at + vec2(-5.0, -4.0 * up), at + vec2(5.0, -4.0 * up)];
    ui.painter().add(Shape::convex_polygon(tip.to_vec(), colour, Stroke::NONE));
}

/// The mark of a value: the chip of its grade, a disc where it has none, a ring where it is unknown.
pub fn mark(
    ui: &Ui,
    view: &WatchView,
    rect: Rect,
    colour: Option<WarningColour>,
    is_known: bool,
    is_old: bool,
) {
    let theme: &Theme = view.theme;
    let radius = 0.27 * rect.height();
    match colour {
        Some(colour) => chip::chip(ui, theme, view.words, rect, colour, is_old),
        None if is_known => {
            let ink = if is_old { theme.panel.faint } else { theme.panel.good };
            ui.painter().circle_filled(rect.center(), radius, ink.egui());
        }
        None => {
            let edge = Stroke::new(1.5, theme.panel.faint.egui());
            ui.painter().circle_stroke(rect.center(), radius, edge);
        }
    }
}
