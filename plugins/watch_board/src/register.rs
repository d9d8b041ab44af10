//! The page of the register of algorithms (算法备案): the list, and the entry that is open.

mod change;
mod entry;
mod evaluation;
mod order;
mod row;

pub use order::RegisterRows;

use crate::action::Action;
use crate::board::Board;
use crate::rows::{self, Listing};
use crate::view::WatchView;
use bevy_egui::egui::{Ui, vec2};
use shell::widgets::faint;
use std::sync::Arc;

/// Draws the page.
pub fn page(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let all = Arc::clone(board.register.rows());
    let key = if all.is_empty() { "watch.noEntries" } else { "watch.registerHint" };
    faint(ui, theme, words.fill(key, &[("n", &all.len().to_string())]));
    let open = board.algorithm.as_ref().and_then(|id| view.city.algorithms.get(id));
    let selected = open.and_then(|entry| all.iter().position(|id| *id == entry.id));
    let height = rows::list_height(ui, open.is_some());
    let listing = Listing { name: "register", count: all.len(), height, selected };
    rows::rows(ui, board, &listing, |ui, board, n| {
        match all.get(n).and_then(|id| view.city.algorithms.get(id)) {
            Some(entry) => row::row(ui, view, board, entry),
            None => _ = ui.allocate_space(vec2(1.0, rows::ROW)),
        }
    });
    if let Some(entry) = open {
        rows::detail(ui, theme, "entry", |ui| entry::entry(ui, view, board, entry, actions));
    }
}
