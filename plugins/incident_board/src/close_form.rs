//! The form that closes and rates an incident: 1–5, a note, Enter.

use crate::action::Action;
use crate::acts;
use crate::board::Board;
use crate::paint::{self, Face, Standing};
use crate::view::BoardView;
use bevy_egui::egui;
use city::Incident;
use egui::{Event, Key, Modifiers, Rect, Sense, Ui, vec2};

/// What was entered so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloseForm {
    /// 1 to 5, once chosen.
    pub rating: Option<u8>,
    /// In words.
    pub note: String,
    focused: bool,
}

/// Draws the form; it stays open until it is confirmed or left.
pub fn close_form(
    ui: &mut Ui,
    view: &BoardView,
    board: &mut Board,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let Some(mut form) = board.close.take() else { return };
    let (theme, words) = (view.theme, view.words);
    // Taken before the fields see it: Enter in the note confirms as well.
    let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    paint::heading(ui, theme, words.get("board.closeTitle"));
    hold_keyboard(ui, &mut form);
    rating(ui, view, &mut form);
    let note = egui::TextEdit::singleline(&mut form.note)
        .hint_text(words.get("board.noteHint"))
        .margin(egui::Margin::symmetric(8, 6))
        .desired_width(f32::INFINITY);
    ui.add(note);
    let command = acts::close(incident, form.rating.unwrap_or(0), &form.note);
    let standing = match form.rating {
        None => Standing::Refused(words.get("board.rateFirst").to_owned()),
        Some(_) => acts::standing(view, board, &command),
    };
    if let Standing::Refused(reason) = &standing {
        paint::small(ui, theme, reason.as_str(), theme.panel.attention);
    }
    let (confirmed, left) = ui
        .horizontal(|ui| {
            let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
            let size = vec2(width, 30.0);
            let label = words.get("board.confirm");
            let face = Face { label, key: "Enter", primary: true, size };
            let confirmed = paint::act_button(ui, view, &face, &standing);
            let face = Face { label: words.get("board.cancel"), key: "Esc", primary: false, size };
            (confirmed, paint::act_button(ui, view, &face, &Standing::Ready))
        })
        .inner;
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    if standing == Standing::Ready && (confirmed || enter) {
        let time_s = ui.input(|input| input.time);
        board.give(view, command, time_s, actions);
    } else if !(left || escaped) {
        board.close = Some(form);
    }
}

/// Takes the keyboard when the form opens, so that digits rate instead of moving the camera.
fn hold_keyboard(ui: &mut Ui, form: &mut CloseForm) {
    let holder = ui.interact(Rect::NOTHING, ui.id().with("close form"), Sense::focusable_noninteractive());
    if !form.focused {
        holder.request_focus();
        form.focused = true;
    }
}

/// The five ratings; digits choose too while the note is not being written.
fn rating(ui: &mut Ui, view: &BoardView, form: &mut CloseForm) {
    const DIGITS: [Key; 5] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    if !ui.ctx().text_edit_focused() {
        ui.input(|input| {
            for event in &input.events {
                if let Event::Key { key, pressed: true, .. } = event
                    && let Some(n) = DIGITS.iter().position(|digit| digit == key)
                {
                    form.rating = Some(n as u8 + 1);
                }
            }
        });
    }
    let panel = &view.theme.panel;
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 4.0 * ui.spacing().item_spacing.x) / 5.0;
        for n in 1..=5_u8 {
            let reached = form.rating.is_some_and(|rating| n <= rating);
            let colour = if reached { panel.attention } else { panel.faint };
            let text = egui::RichText::new(format!("★ {n}")).color(colour.egui());
            let response = ui.add_sized(vec2(width, 28.0), egui::Button::selectable(reached, text));
            let label = view.words.fill("board.stars", &[("n", &n.to_string())]);
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::WidgetType::Button, true, form.rating == Some(n), &label)
            });
            if response.clicked() {
                form.rating = Some(n);
            }
        }
    });
}
