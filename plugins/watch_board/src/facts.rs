//! Lines of a detail: a name at the left, what it is at the right; what is long goes on below.

use bevy_egui::egui;
use egui::{Color32, FontId, Label, RichText, Sense, Ui, WidgetInfo, WidgetType, vec2};
use shell::{Colour, Theme};

/// What a name of a line takes, and the gap after it, points.
const NAMES: f32 = 88.0;
const GAP: f32 = 8.0;

/// One line; nothing where there is nothing to say.
pub fn fact(ui: &mut Ui, theme: &Theme, name: &str, value: &str) {
    coloured_fact(ui, theme, name, value, theme.panel.text);
}

/// One line in a colour.
pub fn coloured_fact(ui: &mut Ui, theme: &Theme, name: &str, value: &str, colour: Colour) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let font = FontId::proportional(theme.size.small);
    let lay = |text: &str, colour: Colour, width: f32| {
        ui.painter().layout(text.to_owned(), font.clone(), colour.egui(), width.max(20.0))
    };
    let width = ui.available_width();
    let (name, told) = (lay(name, theme.panel.faint, NAMES), lay(value, colour, width - NAMES - GAP));
    let size = vec2(NAMES + GAP + told.size().x, name.size().y.max(told.size().y) + 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, value));
    ui.painter().galley(rect.min, name, Color32::PLACEHOLDER);
    ui.painter().galley(rect.min + vec2(NAMES + GAP, 0.0), told, Color32::PLACEHOLDER);
}

/// A paragraph of ordinary text.
pub fn paragraph(ui: &mut Ui, theme: &Theme, text: &str) {
    if !text.trim().is_empty() {
        let text = RichText::new(text.trim()).size(theme.size.body).color(theme.panel.text.egui());
        ui.add(Label::new(text).wrap());
    }
}

/// A paragraph of small text in a colour.
pub fn remark(ui: &mut Ui, theme: &Theme, text: &str, colour: Colour) {
    if !text.trim().is_empty() {
        let text = RichText::new(text.trim()).size(theme.size.small).color(colour.egui());
        ui.add(Label::new(text).wrap());
    }
}
