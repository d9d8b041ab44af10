//! A row of the list: colour, name, where, since when, of which system, its incident, and how it stands.

use crate::action::Action;
use crate::chip;
use crate::rows;
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::Warning;
use egui::{Align2, Rect, Ui, pos2, vec2};
use shell::widgets::{line, place};

/// Draws one row; a click selects the warning and goes there.
pub fn row(ui: &mut Ui, view: &WatchView, warning: &Warning, actions: &mut Vec<Action>) {
    let selected = view.selected.city_warning() == Some(&warning.id);
    let name = saying::told(view.words, &warning.name);
    let label = format!("{} {name}", chip::letter(view.words, warning.colour));
    let (rect, response) = rows::row(ui, view.theme, &label, selected);
    if ui.is_rect_visible(rect) {
        paint(ui, view, rect, warning, name);
    }
    if response.clicked() {
        actions.extend(Action::to_warning(warning));
    }
}

fn paint(ui: &Ui, view: &WatchView, rect: Rect, warning: &Warning, name: &str) {
    let (panel, size, words) = (&view.theme.panel, &view.theme.size, view.words);
    let badge = Rect::from_center_size(pos2(rect.left() + 23.0, rect.center().y), vec2(26.0, 26.0));
    let is_over = !warning.is_in_force();
    chip::chip(ui, view.theme, words, badge, warning.colour, is_over);
    let is_new = !is_over && warning.noted.is_none();
    if is_new {
        // Nobody took note: a dot at the chip's corner, for eyes that do not tell colours apart.
        ui.painter().circle_filled(badge.right_top(), 4.5, panel.text.egui());
        ui.painter().circle_filled(badge.right_top(), 3.0, panel.bad.egui());
    }
    let (left, right) = (badge.right() + 11.0, rect.right() - 10.0);
    let (upper, lower) = (rect.top() + 15.0, rect.bottom() - 13.0);
    let seconds = view.now.seconds_since(warning.ended.map_or(warning.since, |ended| ended.at));
    let age = words.lasting(seconds.max(0.0));
    let age = line(ui, &age, size.small, panel.text.egui(), 110.0);
    let age = place(ui, age, Align2::RIGHT_CENTER, pos2(right, upper + 1.0));
    let ink = if is_over { panel.faint } else { panel.text };
    let room = age.left() - left - 8.0;
    // What it is made of, and that it is on trial, is never cut off: the name is.
    let tag = tag(view, warning);
    let tag = line(ui, &tag, size.small, panel.attention.egui(), 0.5 * room);
    let gap = if tag.size().x > 0.0 { 6.0 } else { 0.0 };
    let name = line(ui, name, size.body, ink.egui(), room - tag.size().x - gap);
    let name = place(ui, name, Align2::LEFT_CENTER, pos2(left, upper));
    place(ui, tag, Align2::LEFT_CENTER, pos2(name.right() + gap, upper + 1.0));
    let colour = if is_new { panel.attention } else { panel.faint };
    let standing =
        line(ui, &saying::standing(view, warning), size.small, colour.egui(), 0.45 * (right - left));
    let standing = place(ui, standing, Align2::RIGHT_CENTER, pos2(right, lower));
    let mut second = format!("{} · {}", saying::place(view, warning), saying::system(words, &warning.system));
    if let Some(incident) = &warning.incident_id {
        second = format!("{incident} · {second}");
    }
    let second = line(ui, &second, size.small, panel.faint.egui(), standing.left() - left - 8.0);
    place(ui, second, Align2::LEFT_CENTER, pos2(left, lower));
}

/// What a row says after the name: that it is on trial, that it comes and goes.
fn tag(view: &WatchView, warning: &Warning) -> String {
    let trial = warning.on_trial.then(|| view.words.get("watch.trialTag").to_owned());
    let times = warning.times.to_string();
    let flapping = warning.flapping.then(|| view.words.fill("watch.flapTag", &[("n", &times)]));
    trial.into_iter().chain(flapping).collect::<Vec<_>>().join(" ")
}
