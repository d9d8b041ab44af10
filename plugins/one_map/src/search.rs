//! The line over the tree of layers that searches layers, places and points, and what it found.

use bevy::prelude::ResMut;
use bevy_egui::egui;
use egui::{RichText, TextEdit, Ui};
use shell::{Hit, PointSearch, Theme, Words};

/// Shows the line; what is typed is the search.
pub fn search_line(ui: &mut Ui, words: &Words, theme: &Theme, search: &mut ResMut<PointSearch>) {
    ui.horizontal(|ui| {
        let hint = RichText::new(words.get("layer.search")).size(theme.size.small);
        let mut text = search.text.clone();
        let clears = if text.is_empty() { 0.0 } else { 26.0 };
        let line =
            TextEdit::singleline(&mut text).hint_text(hint).desired_width(ui.available_width() - clears);
        ui.add(line);
        if !text.is_empty() && ui.small_button("×").on_hover_text(words.get("layer.searchEnd")).clicked() {
            text.clear();
        }
        if text != search.text {
            search.text = text;
        }
    });
}

/// Shows what was found; returns what is pressed.
pub fn results(ui: &mut Ui, words: &Words, theme: &Theme, search: &mut ResMut<PointSearch>) -> Option<Hit> {
    ui.separator();
    let small = |text: String| RichText::new(text).size(theme.size.small);
    let faint = |text: String| small(text).color(theme.panel.faint.egui());
    if let Some(share) = search.share {
        ui.add(egui::ProgressBar::new(share).desired_height(4.0));
    } else {
        let count = search.count();
        ui.label(faint(words.fill("layer.found", &[("n", &shell::words::grouped(count))])));
        let mut only = search.only;
        if count > 0 && ui.checkbox(&mut only, small(words.get("layer.foundOnly").to_owned())).changed() {
            search.only = only;
        }
    }
    let mut pressed = None;
    for hit in &search.hits {
        let name = ui.add(egui::Label::new(small(hit.name.clone())).truncate().sense(egui::Sense::click()));
        if name.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
            pressed = Some(hit.clone());
        }
        if !hit.place.is_empty() {
            ui.add(egui::Label::new(faint(hit.place.clone())).truncate());
        }
        ui.add_space(2.0);
    }
    pressed
}
