//! The page of data quality (数据质量): a row a source, and of the open one why it has its score.

mod detail;
mod row;
mod weeks;

use crate::action::Action;
use crate::board::Board;
use crate::rows::{self, Listing};
use crate::view::WatchView;
use bevy_egui::egui::{Ui, vec2};
use shell::Colour;
use shell::widgets::faint;

/// From which score on a source is good, and from which on it only needs a look.
const GOOD: f64 = 90.0;
const FAIR: f64 = 70.0;

/// Draws the page.
pub fn page(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let told = view.vitals.quality.as_deref();
    crate::vital::trouble(ui, view, board, told.map(|told| told.now));
    let Some(told) = told else {
        if view.vitals.trouble.is_none() {
            faint(ui, theme, words.get("vital.waiting"));
        }
        return;
    };
    let key = if told.sources.is_empty() { "quality.none" } else { "quality.hint" };
    faint(ui, theme, words.get(key));
    let open = board.looking.source.clone();
    let selected = open.and_then(|open| told.sources.iter().position(|source| source.id == open));
    let height = rows::list_height(ui, selected.is_some());
    let listing = Listing { name: "quality", count: told.sources.len(), height, selected };
    rows::rows(ui, board, &listing, |ui, board, n| match told.sources.get(n) {
        Some(source) => row::row(ui, view, board, source),
        None => _ = ui.allocate_space(vec2(1.0, rows::ROW)),
    });
    if let Some(source) = selected.and_then(|at| told.sources.get(at)) {
        let name = format!("source {}", source.id);
        rows::detail(ui, theme, &name, |ui| detail::detail(ui, view, source, actions));
    }
}

/// The colour of a score.
fn score_colour(view: &WatchView, score: Option<f64>) -> Colour {
    let panel = &view.theme.panel;
    match score {
        None => panel.faint,
        Some(score) if score >= GOOD => panel.good,
        Some(score) if score >= FAIR => panel.attention,
        Some(_) => panel.bad,
    }
}

/// A score as it is told.
fn score_word(score: Option<f64>) -> String {
    score.filter(|score| score.is_finite()).map_or_else(|| "—".to_owned(), |score| format!("{score:.1}"))
}
