//! The page of warnings: colours and filters above, the list, and the detail of the selected one.

mod detail;
mod filters;
mod members;
mod order;
mod row;

pub use order::{WarningFilter, WarningRows};

use crate::action::Action;
use crate::board::Board;
use crate::map::MOST as MOST_ON_MAP;
use crate::rows::{self, Listing};
use crate::view::WatchView;
use bevy_egui::egui::Ui;
use shell::widgets::faint;
use std::sync::Arc;

/// Draws the page.
pub fn page(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    filters::filters(ui, view, board);
    let all = Arc::clone(board.warnings.rows());
    if all.is_empty() {
        let key = if board.warnings.filter == WarningFilter::default() {
            "watch.noWarnings"
        } else {
            "watch.noneFits"
        };
        ui.add_space(6.0);
        faint(ui, view.theme, view.words.get(key));
    }
    let in_force: usize = board.warnings.counts().iter().sum();
    if in_force > MOST_ON_MAP {
        let (most, all) = (MOST_ON_MAP.to_string(), in_force.to_string());
        faint(ui, view.theme, view.words.fill("watch.onlyGravest", &[("n", &most), ("of", &all)]));
    }
    let warning = view.warning();
    let selected = warning.and_then(|warning| all.iter().position(|id| *id == warning.id));
    let height = rows::list_height(ui, warning.is_some());
    let listing = Listing { name: "warnings", count: all.len(), height, selected };
    rows::rows(ui, board, &listing, |ui, _, n| {
        let Some(warning) = all.get(n).and_then(|id| view.city.warnings.get(id)) else {
            ui.allocate_space(bevy_egui::egui::vec2(1.0, rows::ROW));
            return;
        };
        row::row(ui, view, warning, actions);
    });
    if let Some(warning) = warning {
        rows::detail(ui, view.theme, "warning", |ui| detail::detail(ui, view, board, warning, actions));
    }
}
