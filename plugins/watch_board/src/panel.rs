//! The panel: its title with the counts, and its pages.

use crate::action::Action;
use crate::board::{Board, Page};
use crate::view::WatchView;
use crate::{notices, quality, register, vital, warnings};
use bevy_egui::egui;
use city::RiskNotice;
use egui::{CornerRadius, FontId, RichText, Ui, vec2};

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
        Page::Vitals => vital::page(ui, view, board, &mut actions),
        Page::Quality => quality::page(ui, view, board, &mut actions),
    }
    actions
}

/// What stands at both sides of a tab's words, points.
const TAB_EDGE: f32 = 6.0;

fn tabs(ui: &mut Ui, view: &WatchView, board: &mut Board) {
    let in_force = board.warnings.counts().iter().sum();
    let open = view.city.notices.values().filter(|notice| RiskNotice::is_open(notice)).count();
    let each = [
        (Page::Warnings, "watch.warnings", Some(in_force)),
        (Page::Notices, "watch.notices", Some(open)),
        (Page::Register, "watch.register", Some(view.city.algorithms.len())),
        (Page::Vitals, "vital.page", None),
        (Page::Quality, "quality.page", None),
    ];
    let (theme, words) = (view.theme, view.words);
    let each = each.map(|(page, key, count)| {
        let name = words.get(key);
        let name = count.map_or_else(|| name.to_owned(), |count| format!("{name} {count}"));
        let font = FontId::proportional(theme.size.small);
        let galley = ui.painter().layout_no_wrap(name.clone(), font, theme.panel.text.egui());
        (page, name, galley.size().x + 2.0 * TAB_EDGE)
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        ui.spacing_mut().button_padding.x = 3.0;
        let gaps = ui.spacing().item_spacing.x * (each.len() - 1) as f32;
        // Each gets what its words need, and a like part of what is left.
        let needed: f32 = each.iter().map(|(_, _, width)| width).sum();
        let more = (ui.available_width() - gaps - needed) / each.len() as f32;
        for (page, name, width) in each {
            let button =
                egui::Button::selectable(board.page == page, RichText::new(name).size(theme.size.small));
            let button = button.truncate().corner_radius(CornerRadius::same(4));
            if ui.add_sized(vec2(width + more, 26.0), button).clicked() {
                board.open(page);
            }
        }
    });
}
