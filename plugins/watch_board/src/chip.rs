//! The chip of a colour: a letter as well, so that nobody needs to tell colours apart.

use bevy_egui::egui;
use city::WarningColour;
use egui::{Align2, CornerRadius, Rect, Ui};
use shell::widgets::{line, place};
use shell::{Colour, Theme, Words};

/// The theme's colour of a warning.
pub fn colour_of(theme: &Theme, colour: WarningColour) -> Colour {
    theme.map.grade[usize::from(colour.level() - 1)]
}

/// The letter of a colour: 红, in English R.
pub fn letter(words: &Words, colour: WarningColour) -> String {
    words.get(&format!("colourLetter.{}", colour.key())).to_owned()
}

/// Paints the chip of a colour; faint for a warning that ended.
pub fn chip(ui: &Ui, theme: &Theme, words: &Words, rect: Rect, colour: WarningColour, is_over: bool) {
    let plate = colour_of(theme, colour);
    let (fill, ink) = match is_over {
        true => (theme.panel.line, theme.panel.text),
        false => (plate, theme.ink_on(plate)),
    };
    ui.painter().rect_filled(rect, CornerRadius::same(4), fill.egui());
    if is_over {
        let edge = egui::Stroke::new(1.5, plate.egui());
        ui.painter().rect_stroke(rect, CornerRadius::same(4), edge, egui::StrokeKind::Inside);
    }
    let galley = line(ui, &letter(words, colour), rect.height() * 0.55, ink.egui(), rect.width());
    place(ui, galley, Align2::CENTER_CENTER, rect.center());
}
