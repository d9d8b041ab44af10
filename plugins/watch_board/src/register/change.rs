//! Putting an algorithm to trial, taking it into use, withdrawing it: each with a reason, by the commander of the city.

use crate::action::Action;
use crate::acts::Reasoned;
use crate::board::Board;
use crate::facts::remark;
use crate::reason_form::{ReasonForm, reason_form};
use crate::view::WatchView;
use bevy_egui::egui::{Ui, vec2};
use city::{Algorithm, AlgorithmState};
use shell::saying::keyed;
use shell::widgets::{Face, Standing, act_button};

/// Draws the buttons, or the form that asks for the reason; where none may be pressed, why not.
pub fn change(
    ui: &mut Ui,
    view: &WatchView,
    board: &mut Board,
    entry: &Algorithm,
    actions: &mut Vec<Action>,
) {
    let (theme, words) = (view.theme, view.words);
    let asked = board.form.as_ref().and_then(|form| match &form.what {
        Reasoned::Change(id, state) if *id == entry.id => Some(*state),
        _ => None,
    });
    if let Some(state) = asked {
        let state = keyed(words, "algorithmState", state.key());
        reason_form(ui, view, board, &words.fill("watch.changeTitle", &[("state", &state)]), actions);
        return;
    }
    let others: Vec<_> = AlgorithmState::ALL.into_iter().filter(|state| *state != entry.state).collect();
    let mut refused = Vec::new();
    ui.horizontal(|ui| {
        let size = vec2((ui.available_width() - ui.spacing().item_spacing.x) / 2.0, 28.0);
        for state in others {
            let what = Reasoned::Change(entry.id.clone(), state);
            let standing = what.standing(view, board);
            let key = format!("algorithmChange.{}", state.key());
            let face = Face { label: words.get(&key), key: "", primary: false, size };
            if act_button(ui, theme, words, &face, &standing) {
                board.form = Some(ReasonForm::of(what));
            }
            if let Standing::Refused(reason) = standing {
                refused.push(reason);
            }
        }
    });
    refused.dedup();
    for reason in refused {
        remark(ui, theme, &reason, theme.panel.faint);
    }
}
