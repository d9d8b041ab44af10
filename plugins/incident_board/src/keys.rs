//! The keys of the duty officer: A acknowledges, D dispatches, U undoes, C closes, N next, Esc lets go.
//!
//! They do nothing while somebody writes in a field, with Ctrl, Alt or Shift held, or by a key's own repetition.

use crate::action::Action;
use crate::acts::{self, Ask};
use crate::board::{Board, Tab};
use crate::close_form::CloseForm;
use crate::paint::Standing;
use crate::view::BoardView;
use bevy_egui::egui::{Key, Ui};
use shell::{Selected, widgets::fresh_keys};

/// What the keys pressed in this frame ask for.
pub fn keys(ui: &Ui, view: &BoardView, board: &mut Board) -> Vec<Action> {
    let mut actions = Vec::new();
    let (pressed, time_s) = (fresh_keys(ui.ctx()), ui.input(|input| input.time));
    for key in pressed {
        key_pressed(key, view, board, time_s, &mut actions);
    }
    actions
}

fn key_pressed(key: Key, view: &BoardView, board: &mut Board, time_s: f64, actions: &mut Vec<Action>) {
    if board.close.is_some() {
        // The form reads digits and Enter itself.
        if key == Key::Escape {
            board.close = None;
        }
        return;
    }
    match key {
        Key::A => ask(acts::acknowledge(view, board), view, board, time_s, actions),
        Key::D => ask(acts::dispatch_first(view, board), view, board, time_s, actions),
        Key::U => ask(acts::undo(view, board), view, board, time_s, actions),
        Key::C => match acts::close_form(view, board) {
            Standing::Ready => {
                board.tab = Tab::Incidents;
                board.close = Some(CloseForm::default());
            }
            Standing::Refused(reason) => actions.push(Action::Explain(reason)),
            Standing::OnItsWay => {}
        },
        Key::N => next(view, board, actions),
        Key::Escape if *view.selected != Selected::Nothing => actions.push(Action::Select(Selected::Nothing)),
        _ => {}
    }
}

/// Selects the next most urgent incident and goes there.
pub fn next(view: &BoardView, board: &mut Board, actions: &mut Vec<Action>) {
    let current = match view.selected {
        Selected::Incident(id) => Some(id),
        _ => None,
    };
    let Some(id) = board.order.next(view.city, current) else { return };
    board.tab = Tab::Incidents;
    if let Some(incident) = view.city.incidents.get(&id) {
        actions.push(Action::fly_near(incident.at));
    }
    actions.push(Action::Select(Selected::Incident(id)));
}

/// Gives what is ready; says why where it is refused.
fn ask(ask: Ask, view: &BoardView, board: &mut Board, time_s: f64, actions: &mut Vec<Action>) {
    match (ask.standing, ask.command) {
        (Standing::Ready, Some(command)) => board.give(view, command, time_s, actions),
        (Standing::Refused(reason), _) => actions.push(Action::Explain(reason)),
        _ => {}
    }
}
