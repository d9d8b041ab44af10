//! What is laid on the map, as a section of the layers: each thing by its name, switched, faded, ordered, removed; and a
//! line that adds another.

use crate::displays::{displays, legend};
use bevy_egui::egui;
use egui::{RichText, Ui};
use shell::{Display, LaidContent, LaidKind, LaidThing, LaidThings, ModelSet, PointSets, Theme, Words};
use std::sync::Arc;

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Pressed {
    /// A thing is switched.
    Switch(u64, bool),
    /// Imagery covers more or less; true when the hand is off.
    Fade(u64, f32, bool),
    /// Imagery goes over or under another.
    Shift(u64, bool),
    /// Points are shown in another way.
    Show(u64, Display),
    /// A thing is taken away.
    Remove(u64),
    /// Something is to be laid on the map.
    Add(String),
    /// A file is to be chosen.
    Choose,
}

/// Shows the section; `draft` is what stands in its line. What lies on top stands first.
pub fn laid_section(
    ui: &mut Ui,
    words: &Words,
    theme: &Theme,
    things: &LaidThings,
    points: &PointSets,
    draft: &mut String,
) -> Vec<Pressed> {
    let mut pressed = Vec::new();
    let imagery = |thing: &&LaidThing| thing.kind == LaidKind::Imagery;
    let top = things.all().iter().rev().find(imagery).map(|thing| thing.id);
    let lowest = things.all().iter().find(imagery).map(|thing| thing.id);
    for thing in things.all().iter().rev().filter(|thing| !thing.given.is_empty()) {
        ui.push_id(thing.id, |ui| {
            row(ui, words, theme, thing, [top, lowest].map(|end| end != Some(thing.id)), &mut pressed);
            if let LaidContent::Points(all) = &thing.content {
                displays(ui, words, theme, things.display(thing.id), |display| {
                    pressed.push(Pressed::Show(thing.id, display));
                });
                if let Some(set) = points.all.iter().find(|set| Arc::ptr_eq(&set.points, all)) {
                    legend(ui, words, theme, set);
                }
            }
        });
    }
    for name in &things.coming {
        faint(ui, theme, words.fill("laid.reading", &[("name", name)]));
    }
    if things.all().is_empty() && things.coming.is_empty() {
        faint(ui, theme, words.get("laid.nothing").to_owned());
    }
    let hint = RichText::new(words.get("laid.hint")).size(theme.size.small);
    let line = egui::TextEdit::singleline(draft).hint_text(hint).desired_width(f32::INFINITY);
    let line = ui.add(line);
    let entered = line.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    ui.horizontal(|ui| {
        let is_named = !draft.trim().is_empty();
        let add = ui.add_enabled(is_named, egui::Button::new(words.get("laid.add")));
        if is_named && (add.clicked() || entered) {
            pressed.push(Pressed::Add(std::mem::take(draft)));
        }
        if ui.button(words.get("laid.choose")).clicked() {
            pressed.push(Pressed::Choose);
        }
    });
    pressed
}

fn faint(ui: &mut Ui, theme: &Theme, text: String) {
    let text = RichText::new(text).size(theme.size.small).color(theme.panel.faint.egui());
    ui.add(egui::Label::new(text).wrap());
}

/// One thing; `can_move` says whether it can go up and down.
fn row(
    ui: &mut Ui,
    words: &Words,
    theme: &Theme,
    thing: &LaidThing,
    can_move: [bool; 2],
    pressed: &mut Vec<Pressed>,
) {
    let id = thing.id;
    ui.horizontal(|ui| {
        let name = RichText::new(&thing.name).size(theme.size.small);
        if let LaidContent::Missing(why) = &thing.content {
            ui.colored_label(theme.panel.bad.egui(), "✖").on_hover_text(why);
        } else {
            let mut on = thing.shown;
            if ui.checkbox(&mut on, "").on_hover_text(&thing.name).clicked() {
                pressed.push(Pressed::Switch(id, on));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let mut button = |sign: &str, key: &str, enabled: bool, act: Pressed| {
                let button = egui::Button::new(RichText::new(sign).size(theme.size.small)).small();
                let button = ui.add_enabled(enabled, button).on_hover_text(words.get(key));
                let label = format!("{} {}", words.get(key), thing.name);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled, &label));
                if button.clicked() {
                    pressed.push(act);
                }
            };
            button("✖", "laid.remove", true, Pressed::Remove(id));
            if thing.kind == LaidKind::Imagery {
                button("⏷", "laid.down", can_move[1], Pressed::Shift(id, false));
                button("⏶", "laid.up", can_move[0], Pressed::Shift(id, true));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(name).truncate());
            });
        });
    });
    match &thing.content {
        LaidContent::Imagery(_) => fade(ui, words, theme, thing, pressed),
        LaidContent::Shapes(all) => {
            faint(ui, theme, words.fill("laid.shapes", &[("n", &all.len().to_string())]))
        }
        LaidContent::Buildings(all) => {
            faint(ui, theme, words.fill("laid.buildings", &[("n", &all.len().to_string())]));
        }
        LaidContent::Models(ModelSet::Places(given)) => {
            let count = given.places.placed.len().to_string();
            faint(ui, theme, words.fill("laid.models", &[("n", &count)]));
        }
        LaidContent::Models(ModelSet::Tileset(_)) => faint(ui, theme, words.get("laid.tileset").to_owned()),
        LaidContent::Points(all) => {
            faint(ui, theme, words.fill("laid.points", &[("n", &all.len().to_string())]));
        }
        LaidContent::Missing(why) => faint(ui, theme, why.clone()),
    }
}

fn fade(ui: &mut Ui, words: &Words, theme: &Theme, thing: &LaidThing, pressed: &mut Vec<Pressed>) {
    let mut percent = (thing.opacity * 100.0).round();
    ui.horizontal(|ui| {
        let text = RichText::new(words.get("laid.opacity")).size(theme.size.small);
        ui.label(text.color(theme.panel.faint.egui()));
        ui.spacing_mut().slider_width = (ui.available_width() - 56.0).max(40.0);
        let slider =
            ui.add(egui::Slider::new(&mut percent, 0.0..=100.0).step_by(5.0).fixed_decimals(0).suffix("%"));
        if slider.changed() || slider.drag_stopped() {
            // Painting the ground anew waits for the hand.
            let is_final = slider.drag_stopped() || !slider.dragged();
            pressed.push(Pressed::Fade(thing.id, percent / 100.0, is_final));
        }
    });
}

/// Does what was pressed, apart from what needs others. True when something else lies there now.
pub(crate) fn carry_out(things: &mut LaidThings, pressed: &Pressed) -> bool {
    match *pressed {
        Pressed::Switch(id, on) => things.switch(id, on),
        Pressed::Fade(id, opacity, is_final) => {
            things.fade(id, opacity);
            return is_final;
        }
        Pressed::Shift(id, up) => things.shift(id, up),
        Pressed::Show(id, display) => things.show_as(id, display),
        Pressed::Remove(id) => things.remove(id),
        Pressed::Add(_) | Pressed::Choose => return false,
    }
    true
}

#[cfg(test)]
mod tests;
