//! A row of the register: name, identifier and version, state, how well it did, and what names it.

use super::evaluation::in_short;
use super::order::Named;
use crate::board::Board;
use crate::rows;
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::{Algorithm, AlgorithmState};
use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};
use shell::saying::keyed;
use shell::widgets::{line, place};
use shell::{Colour, Theme};

/// Draws one row; a click opens the entry.
pub fn row(ui: &mut Ui, view: &WatchView, board: &mut Board, entry: &Algorithm) {
    let selected = board.algorithm.as_ref() == Some(&entry.id);
    let name = saying::told(view.words, &entry.name);
    let (rect, response) = rows::row(ui, view.theme, &format!("{} {name}", entry.id), selected);
    if ui.is_rect_visible(rect) {
        paint(ui, view, board, rect, entry, name);
    }
    if response.clicked() {
        (board.algorithm, board.form, board.reveal) = (Some(entry.id.clone()), None, true);
    }
}

/// The colour of a state.
pub fn state_colour(theme: &Theme, state: AlgorithmState) -> Colour {
    match state {
        AlgorithmState::InUse => theme.panel.good,
        AlgorithmState::Trial => theme.panel.attention,
        AlgorithmState::Withdrawn => theme.panel.faint,
    }
}

fn paint(ui: &Ui, view: &WatchView, board: &Board, rect: Rect, entry: &Algorithm, name: &str) {
    let (panel, size, words) = (&view.theme.panel, &view.theme.size, view.words);
    let colour = state_colour(view.theme, entry.state).egui();
    let mark = pos2(rect.left() + 16.0, rect.center().y);
    // Disc, ring and cross, so that nobody needs to tell colours apart.
    match entry.state {
        AlgorithmState::InUse => _ = ui.painter().circle_filled(mark, 6.0, colour),
        AlgorithmState::Trial => _ = ui.painter().circle_stroke(mark, 5.0, Stroke::new(2.0, colour)),
        AlgorithmState::Withdrawn => {
            for dx in [-5.0, 5.0] {
                let ends = [mark + vec2(dx, -5.0), mark + vec2(-dx, 5.0)];
                ui.painter().line_segment(ends, Stroke::new(2.0, colour));
            }
        }
    }
    let (left, right) = (rect.left() + 32.0, rect.right() - 10.0);
    let (upper, lower) = (rect.top() + 15.0, rect.bottom() - 13.0);
    let state = line(ui, &keyed(words, "algorithmState", entry.state.key()), size.small, colour, 90.0);
    let state = place(ui, state, Align2::RIGHT_CENTER, pos2(right, upper + 1.0));
    let id = format!("{} {}", entry.id, entry.version);
    let id = line(ui, &id, size.small, panel.faint.egui(), 0.45 * (state.left() - left));
    let room = state.left() - left - id.size().x - 16.0;
    let name = line(ui, name, size.body, panel.text.egui(), room);
    let name = place(ui, name, Align2::LEFT_CENTER, pos2(left, upper));
    place(ui, id, Align2::LEFT_CENTER, pos2(name.right() + 8.0, upper + 1.0));
    let named = board.register.named(&entry.id);
    let (warnings, notices) = (named.warnings.to_string(), named.notices.to_string());
    let is_named = named != Named::default();
    let named = words.fill("watch.namedBy", &[("n", &warnings), ("m", &notices)]);
    let named = if is_named { named } else { String::new() };
    let named = line(ui, &named, size.small, panel.faint.egui(), 0.5 * (right - left));
    let named = place(ui, named, Align2::RIGHT_CENTER, pos2(right, lower));
    let how = line(ui, &in_short(words, entry), size.small, panel.faint.egui(), named.left() - left - 8.0);
    place(ui, how, Align2::LEFT_CENTER, pos2(left, lower));
}
