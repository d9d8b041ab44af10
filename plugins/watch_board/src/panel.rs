//! The panel: its title with the counts, and its three pages.

use crate::action::Action;
use crate::board::{Board, Page};
use crate::view::WatchView;
use crate::{notices, register, warnings};
use bevy_egui::egui;
use city::RiskNotice;
use egui::{CornerRadius, RichText, Ui, vec2};

/// The title: how many warnings are in force, of which colours the gravest, and how many notices are open.
pub fn title(view: &WatchView, board: &Board) -> String {
    let counts = board.warnings.counts();
    let open = view.city.notices.values().filter(|notice| RiskNotice::is_open(notice)).count();
    let parts: Vec<String> = city::WarningColour::ALL
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(colour, count)| format!("{} {count}", crate::chip::letter(view.words, colour)))
        .collect();
    let warnings = if parts.is_empty() { view.words.get("watch.none").to_owned() } else { parts.join("  ") };
    view.words.fill("watch.title", &[("warnings", &warnings), ("notices", &open.to_string())])
}

/// Draws the page that is open into what is left of `ui`.
pub fn panel(ui: &mut Ui, view: &WatchView, board: &mut Board) -> Vec<Action> {
    let mut actions = Vec::new();
    // As high as there is room, whatever it says: rows stay under the pointer when a detail opens.
    ui.set_min_height((ui.available_height() - 2.0).max(0.0));
    tabs(ui, view, board);
    match board.page {
        Page::Warnings => warnings::page(ui, view, board, &mut actions),
        Page::Notices => notices::page(ui, view, board, &mut actions),
        Page::Register => register::page(ui, view, board, &mut actions),
    }
    actions
}

fn tabs(ui: &mut Ui, view: &WatchView, board: &mut Board) {
    let in_force = board.warnings.counts().iter().sum();
    let open = view.city.notices.values().filter(|notice| RiskNotice::is_open(notice)).count();
    let each = [
        (Page::Warnings, "watch.warnings", in_force),
        (Page::Notices, "watch.notices", open),
        (Page::Register, "watch.register", view.city.algorithms.len()),
    ];
    let size = vec2((ui.available_width() - 2.0 * ui.spacing().item_spacing.x) / 3.0, 26.0);
    ui.horizontal(|ui| {
        for (page, key, count) in each {
            let words = RichText::new(format!("{} {count}", view.words.get(key))).size(view.theme.size.small);
            let button = egui::Button::selectable(board.page == page, words).truncate();
            if ui.add_sized(size, button.corner_radius(CornerRadius::same(4))).clicked() {
                board.open(page);
            }
        }
    });
}
