//! The small pictures the panels share: the level's badge, the stage bar, act buttons.

use crate::saying;
use crate::view::BoardView;
use bevy_egui::egui;
use city::Stage;
use egui::{Align2, CornerRadius, Rect, Sense, Ui, vec2};
use shell::{Theme, theme::Colour};

pub use shell::widgets::{Face, Standing, both_ends, faint, heading, line, place, small};

/// The theme's colour of a level, 1 to 4.
pub fn level_colour(theme: &Theme, level: u8) -> Colour {
    theme.map.level[usize::from(level.clamp(1, 4) - 1)]
}

/// Paints the badge of a level into `rect`: its colour and its numeral.
pub fn badge(ui: &Ui, view: &BoardView, rect: Rect, level: u8) {
    let colour = level_colour(view.theme, level);
    ui.painter().rect_filled(rect, CornerRadius::same(4), colour.egui());
    let numeral = saying::numeral(view.words, level);
    let ink = view.theme.ink_on(colour).egui();
    let galley = line(ui, numeral, rect.height() * 0.62, ink, rect.width());
    place(ui, galley, Align2::CENTER_CENTER, rect.center());
}

/// The four stages as a bar: done, present, to come.
pub fn stage_bar(ui: &mut Ui, view: &BoardView, stage: Stage) {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let gap = 3.0;
    let width = (rect.width() - 3.0 * gap) / 4.0;
    for (n, each) in Stage::ALL.into_iter().enumerate() {
        let min = rect.min + vec2(n as f32 * (width + gap), 0.0);
        let step = Rect::from_min_size(min, vec2(width, rect.height()));
        let (fill, text) = match each.cmp(&stage) {
            std::cmp::Ordering::Less => (panel.accent.with_alpha(0.25).egui(), panel.text.egui()),
            std::cmp::Ordering::Equal => (panel.accent.egui(), panel.on_accent.egui()),
            std::cmp::Ordering::Greater => (panel.inset.egui(), panel.faint.egui()),
        };
        let corners = CornerRadius {
            nw: if n == 0 { 6 } else { 2 },
            sw: if n == 0 { 6 } else { 2 },
            ne: if n == 3 { 6 } else { 2 },
            se: if n == 3 { 6 } else { 2 },
        };
        ui.painter().rect_filled(step, corners, fill);
        let word = saying::keyed(view.words, "stage", each.key());
        let galley = line(ui, &word, size.small, text, width - 6.0);
        place(ui, galley, Align2::CENTER_CENTER, step.center());
    }
    let word = saying::keyed(view.words, "stage", stage.key());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, &word));
}

/// A button for a command. Disabled, it says why when the pointer rests on it; pressed, it says it is on its way.
/// True when it was pressed now.
pub fn act_button(ui: &mut Ui, view: &BoardView, face: &Face, standing: &Standing) -> bool {
    shell::widgets::act_button(ui, view.theme, view.words, face, standing)
}
