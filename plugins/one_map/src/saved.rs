//! Saved sets of layers: each by its name, pressed to have it, and a line that saves what is on now.

use bevy::prelude::ResMut;
use bevy_egui::egui;
use egui::{RichText, TextEdit, Ui};
use shell::{OnScreenLayers, SavedLayers, SavedSet, Theme, Words};

/// Names are no longer than this, characters.
const LONGEST: usize = 40;

/// Shows the section; `name` is what stands in its line. Returns true where other layers are on.
pub fn saved_section(
    ui: &mut Ui,
    words: &Words,
    theme: &Theme,
    layers: &mut OnScreenLayers,
    saved: &mut ResMut<SavedLayers>,
    name: &mut String,
) -> bool {
    let title = RichText::new(words.get("savedLayers.title")).size(theme.size.small);
    let section = egui::CollapsingHeader::new(title.color(theme.panel.faint.egui()));
    let shown = section.id_salt("saved").default_open(!saved.all.is_empty()).show(ui, |ui| {
        let (mut switched, mut gone) = (false, None);
        for (n, set) in saved.all.iter().enumerate() {
            ui.horizontal(|ui| {
                let text = RichText::new(&set.name).size(theme.size.small);
                if ui.selectable_label(set.is_on(layers), text).clicked() {
                    set.switch(layers);
                    switched = true;
                }
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let button = ui.small_button("×").on_hover_text(words.get("savedLayers.remove"));
                    gone = gone.or(button.clicked().then_some(n));
                });
            });
        }
        if let Some(n) = gone {
            saved.all.remove(n);
        }
        ui.horizontal(|ui| {
            let all = RichText::new(words.get("savedLayers.all")).size(theme.size.small);
            if ui.selectable_label(SavedSet::default().is_on(layers), all).clicked() {
                SavedSet::default().switch(layers);
                switched = true;
            }
        });
        ui.horizontal(|ui| {
            let hint = RichText::new(words.get("savedLayers.hint")).size(theme.size.small);
            let line = TextEdit::singleline(name).hint_text(hint).char_limit(LONGEST);
            let line = ui.add(line.desired_width(ui.available_width() - 52.0));
            let entered = line.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let is_named = !name.trim().is_empty();
            let button = ui.add_enabled(is_named, egui::Button::new(words.get("savedLayers.save")));
            if is_named && (entered || button.clicked()) {
                saved.save(SavedSet::of(std::mem::take(name).trim(), layers));
            }
        });
        switched
    });
    shown.body_returned.unwrap_or(false)
}
