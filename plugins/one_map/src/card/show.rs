//! Writes cards.

use super::Card;
use bevy_egui::egui;
use egui::{
    Color32, CornerRadius, FontId, Frame, Label, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType,
    vec2,
};
use shell::{Colour, Theme, Words};

/// How much of a card is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Depth {
    /// Its name and its first line, for a wide area under the pointer.
    Line,
    /// Its lines.
    Short,
    /// All of it, as high as this and scrolling beyond, points.
    Whole(f32),
}

/// How wide cards are, points: a short one, and a whole one, which may hold long texts.
const SHORT: f32 = 260.0;
const WHOLE: f32 = 348.0;
/// What a name of a line takes, and the gap after it, points.
const NAMES: f32 = 76.0;
const GAP: f32 = 10.0;

/// Writes a card.
pub fn card(ui: &mut Ui, theme: &Theme, words: &Words, card: &Card, depth: Depth) {
    let is_whole = matches!(depth, Depth::Whole(_)) && !(card.more.is_empty() && card.texts.is_empty());
    let width = if is_whole { WHOLE } else { SHORT };
    ui.set_max_width(width);
    if let Some(band) = &card.band {
        write_band(ui, theme, band, if is_whole { Some(width) } else { None });
    }
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, theme.size.body + 4.0), Sense::hover());
        ui.painter().circle_filled(rect.center(), 5.0, card.mark.egui());
        let title = RichText::new(&card.title).size(theme.size.body).strong().color(theme.panel.text.egui());
        ui.add(Label::new(title).wrap());
    });
    let panel = &theme.panel;
    ui.spacing_mut().item_spacing.y = 2.0;
    for note in &card.notes {
        small(ui, theme, note, panel.attention.egui());
    }
    match depth {
        Depth::Line => grid(ui, theme, card.lines.iter().take(1), width),
        Depth::Short => grid(ui, theme, card.lines.iter(), width),
        Depth::Whole(height) => {
            let area = ScrollArea::vertical().id_salt("whole card").max_height(height);
            area.auto_shrink([!is_whole, true]).show(ui, |ui| {
                grid(ui, theme, card.lines.iter().chain(&card.more), width);
                for (name, text) in &card.texts {
                    ui.add_space(4.0);
                    small(ui, theme, name, panel.faint.egui());
                    small(ui, theme, text, panel.text.egui());
                }
            });
        }
    }
    if card.stale {
        small(ui, theme, words.get("mapCard.stale"), panel.attention.egui());
    }
}

fn small(ui: &mut Ui, theme: &Theme, text: &str, colour: Color32) {
    ui.add(Label::new(RichText::new(text).size(theme.size.small).color(colour)).wrap());
}

/// Exercise and truth never look alike.
fn write_band(ui: &mut Ui, theme: &Theme, text: &str, width: Option<f32>) {
    let frame = Frame::new().fill(theme.panel.exercise_band.egui()).corner_radius(CornerRadius::same(3));
    frame.inner_margin(vec2(6.0, 2.0)).show(ui, |ui| {
        if let Some(width) = width {
            ui.set_min_width(width - 12.0);
        }
        let text = RichText::new(text).size(theme.size.body).strong();
        ui.label(text.color(theme.panel.on_exercise_band.egui()));
    });
}

/// Names at the left, what they are at the right; what is long goes on below.
fn grid<'a>(ui: &mut Ui, theme: &Theme, lines: impl Iterator<Item = &'a (String, String)>, width: f32) {
    let font = FontId::proportional(theme.size.small);
    for (name, value) in lines {
        let lay = |text: &String, colour: Colour, width: f32| {
            ui.painter().layout(text.clone(), font.clone(), colour.egui(), width)
        };
        let name = lay(name, theme.panel.faint, NAMES);
        let told = lay(value, theme.panel.text, width - NAMES - GAP);
        let size = vec2(NAMES + GAP + told.size().x, name.size().y.max(told.size().y) + 2.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, value));
        ui.painter().galley(rect.min, name, Color32::PLACEHOLDER);
        ui.painter().galley(rect.min + vec2(NAMES + GAP, 0.0), told, Color32::PLACEHOLDER);
    }
}
