//! The page of risk notices: how often they were right so far, the list, and the detail of the selected one.

mod detail;
mod figures;
mod order;
mod row;

pub use order::NoticeRows;

use crate::action::Action;
use crate::board::Board;
use crate::rows::{self, Listing};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui::{Ui, vec2};
use shell::widgets::faint;
use std::sync::Arc;

/// Draws the page.
pub fn page(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let (share, unjudged) = board.notices.hit_rate();
    let right = saying::share(words, share);
    let told = words.fill("watch.hitRate", &[("share", &right), ("n", &unjudged.to_string())]);
    crate::facts::remark(ui, theme, &told, theme.panel.faint);
    let all = Arc::clone(board.notices.rows());
    if all.is_empty() {
        faint(ui, theme, words.get("watch.noNotices"));
    }
    let notice = view.notice();
    let selected = notice.and_then(|notice| all.iter().position(|id| *id == notice.id));
    let height = rows::list_height(ui, notice.is_some());
    let listing = Listing { name: "notices", count: all.len(), height, selected };
    rows::rows(ui, board, &listing, |ui, _, n| match all.get(n).and_then(|id| view.city.notices.get(id)) {
        Some(notice) => row::row(ui, view, notice, actions),
        None => _ = ui.allocate_space(vec2(1.0, rows::ROW)),
    });
    if let Some(notice) = notice {
        rows::detail(ui, theme, "notice", |ui| detail::detail(ui, view, board, notice, actions));
    }
}
