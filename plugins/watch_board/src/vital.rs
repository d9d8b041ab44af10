//! The page of vital signs (体征): the area with its way back, a row a sign, and the open sign in depth.

mod compare;
mod crumbs;
mod depth;
mod meaning;
mod parts;
mod plot;
mod row;
mod trend;
mod words;

pub use crumbs::trouble;
#[cfg(test)]
pub use {
    plot::{Frame, runs},
    words::validity,
};

use crate::action::Action;
use crate::board::Board;
use crate::rows::{self, Listing};
use crate::view::WatchView;
use bevy_egui::egui::{Ui, vec2};
use shell::widgets::faint;

/// Draws the page.
pub fn page(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    let (theme, text) = (view.theme, view.words);
    crumbs::crumbs(ui, view, board, actions);
    let told = board.looking.signs(view);
    crumbs::trouble(ui, view, board, told.map(|told| told.now));
    let Some(told) = told else {
        if view.vitals.trouble.is_none() {
            faint(ui, theme, text.get("vital.waiting"));
        }
        return;
    };
    crumbs::past(ui, view, told);
    if told.signs.is_empty() {
        faint(ui, theme, text.get("vital.noSigns"));
    }
    let open = board.looking.sign.clone();
    let selected = open.as_ref().and_then(|open| told.signs.iter().position(|sign| sign.id == *open));
    let height = rows::list_height(ui, selected.is_some());
    let listing = Listing { name: "vital signs", count: told.signs.len(), height, selected };
    rows::rows(ui, board, &listing, |ui, board, n| match told.signs.get(n) {
        Some(sign) => row::row(ui, view, board, sign),
        None => _ = ui.allocate_space(vec2(1.0, rows::ROW)),
    });
    if selected.is_some() {
        // Each sign's detail begins at its top; who goes down into an area finds its parts where those above were.
        let name = format!("sign {}", open.unwrap_or_default());
        rows::detail(ui, theme, &name, |ui| depth::depth(ui, view, board, actions));
    }
}
