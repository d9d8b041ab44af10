//! The keys of the board: Y folds and unfolds it, J goes to the next warning that nobody took note of, M takes note.

use crate::action::Action;
use crate::acts;
use crate::board::{Board, Page};
use crate::view::WatchView;
use bevy_egui::egui::{Context, Key};
use shell::widgets::{Standing, fresh_keys};

/// What the keys pressed in this frame ask for.
pub fn keys(context: &Context, view: &WatchView, board: &mut Board) -> Vec<Action> {
    let mut actions = Vec::new();
    let time_s = context.input(|input| input.time);
    for key in fresh_keys(context) {
        match key {
            // Whoever goes elsewhere while nothing is being written leaves what was begun.
            Key::Y => {
                board.form = None;
                actions.push(Action::Toggle);
            }
            Key::J => {
                board.form = None;
                next(view, board, &mut actions);
            }
            Key::M if board.form.is_none() => note(view, board, time_s, &mut actions),
            _ => {}
        }
    }
    actions
}

/// Selects the gravest warning after the selected one that nobody took note of, beginning anew at the end.
fn next(view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    board.warnings.refresh(view, 0.0);
    let rows = board.warnings.rows();
    let current = view.selected.city_warning();
    let start = current.and_then(|id| rows.iter().position(|row| row == id)).map_or(0, |at| at + 1);
    let (before, after) = rows.split_at(start.min(rows.len()));
    let warnings = after.iter().chain(before).filter_map(|id| view.city.warnings.get(id));
    let mut waiting = warnings.filter(|warning| warning.is_in_force() && warning.noted.is_none());
    match waiting.next() {
        Some(warning) => {
            actions.extend(Action::to_warning(warning));
            actions.push(Action::Unfold);
            board.open(Page::Warnings);
        }
        None => actions.push(Action::Explain(view.words.get("watch.noneNew").to_owned())),
    }
}

fn note(view: &WatchView, board: &mut Board, time_s: f64, actions: &mut Vec<Action>) {
    let Some(warning) = view.warning() else {
        actions.push(Action::Explain(view.words.get("watch.noWarningSelected").to_owned()));
        return;
    };
    match acts::note(view, board, warning) {
        (command, Standing::Ready) => board.give(view, command, time_s, actions),
        (_, Standing::Refused(reason)) => actions.push(Action::Explain(reason)),
        (_, Standing::OnItsWay) => {}
    }
}
