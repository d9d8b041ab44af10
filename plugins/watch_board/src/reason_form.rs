//! The small form that asks for a reason: a line, Enter, Esc.

use crate::action::Action;
use crate::acts::{self, Reasoned};
use crate::board::Board;
use crate::view::WatchView;
use bevy_egui::egui;
use egui::{EventFilter, Key, Modifiers, TextEdit, Ui, vec2};
use shell::widgets::{Face, Standing, act_button, heading, small};

/// What was entered so far.
#[derive(Clone, Debug, PartialEq)]
pub struct ReasonForm {
    /// What is done for this reason.
    pub what: Reasoned,
    /// In words.
    pub text: String,
    is_focused: bool,
}

impl ReasonForm {
    /// An empty form.
    pub fn of(what: Reasoned) -> Self {
        Self { what, text: String::new(), is_focused: false }
    }
}

/// Draws the form under `title`; it stays open until it is confirmed or left.
pub fn reason_form(ui: &mut Ui, view: &WatchView, board: &mut Board, title: &str, actions: &mut Vec<Action>) {
    let Some(mut form) = board.form.take() else { return };
    let (theme, words) = (view.theme, view.words);
    // Taken before the field sees it: Enter in the field confirms. Where another field is written into, keys are its own.
    let id = ui.make_persistent_id("reason");
    let is_written = !form.is_focused || ui.memory(|memory| memory.has_focus(id));
    let pressed = |key| is_written && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (enter, escaped) = (pressed(Key::Enter), pressed(Key::Escape));
    heading(ui, theme, title);
    let field = TextEdit::singleline(&mut form.text)
        .id(id)
        .hint_text(words.get("watch.reasonHint"))
        .margin(egui::Margin::symmetric(8, 6))
        .desired_width(f32::INFINITY);
    let field = ui.add(field);
    if !form.is_focused {
        field.request_focus();
        form.is_focused = true;
    }
    // Escape leaves the form alone: the field keeps the keyboard until then, so that it lets go of no selection.
    let keeps = EventFilter { escape: true, horizontal_arrows: true, vertical_arrows: true, tab: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(field.id, keeps));
    let command = form.what.command(&form.text);
    let standing = acts::standing(view, board, &command);
    if let Standing::Refused(reason) = &standing {
        small(ui, theme, reason.as_str(), theme.panel.attention);
    }
    let (confirmed, left) = ui
        .horizontal(|ui| {
            let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
            let size = vec2(width, 28.0);
            let face = Face { label: words.get("board.confirm"), key: "Enter", primary: true, size };
            let confirmed = act_button(ui, theme, words, &face, &standing);
            let face = Face { label: words.get("board.cancel"), key: "Esc", primary: false, size };
            (confirmed, act_button(ui, theme, words, &face, &Standing::Ready))
        })
        .inner;
    if standing == Standing::Ready && (confirmed || enter) {
        let time_s = ui.input(|input| input.time);
        board.give(view, command, time_s, actions);
    } else if !(left || escaped) {
        board.form = Some(form);
    }
}
