//! The small pictures the panels share: one line of text, the level's badge, the stage bar, act buttons.

use crate::saying;
use crate::view::BoardView;
use bevy_egui::egui;
use city::Stage;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Galley, Layout, Pos2, Rect, Sense, Stroke, Ui, Vec2, vec2,
};
use shell::{Theme, theme::Colour};
use std::sync::Arc;

/// One line of text, shortened with … where it is wider than `width` points.
pub fn line(ui: &Ui, text: &str, points: f32, colour: Color32, width: f32) -> Arc<Galley> {
    let format = egui::TextFormat::simple(FontId::proportional(points), colour);
    let mut job = LayoutJob::single_section(text.replace('\n', " "), format);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    ui.painter().layout_job(job)
}

/// Lays out the right end of a line from the right, then the left end in what is left of it.
pub fn both_ends(ui: &mut Ui, right: impl FnOnce(&mut Ui), left: impl FnOnce(&mut Ui)) {
    let whole = ui.available_rect_before_wrap();
    let part = |rect, layout| egui::UiBuilder::new().max_rect(rect).layout(layout);
    let laid = ui.scope_builder(part(whole, Layout::right_to_left(Align::Center)), right).response.rect;
    let rest = whole.with_max_x((laid.left() - ui.spacing().item_spacing.x).max(whole.left()));
    ui.scope_builder(part(rest, Layout::left_to_right(Align::Center)), left);
}

/// Paints `galley` with its `align` corner or middle at `at`; the rectangle it takes.
pub fn place(ui: &Ui, galley: Arc<Galley>, align: Align2, at: Pos2) -> Rect {
    let rect = align.anchor_size(at, galley.size());
    ui.painter().galley(rect.min, galley, Color32::PLACEHOLDER);
    rect
}

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

/// A heading inside a panel, with a thin line to the edge.
pub fn heading(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(text).size(theme.size.small).color(theme.panel.faint.egui()));
        let rest = ui.available_rect_before_wrap();
        let y = rest.center().y;
        ui.painter().hline(rest.left()..=rest.right(), y, Stroke::new(1.0, theme.panel.line.egui()));
    });
}

/// Faint small text.
pub fn faint(ui: &mut Ui, theme: &Theme, text: impl Into<String>) -> egui::Response {
    small(ui, theme, text, theme.panel.faint)
}

/// Small text in a colour of the theme.
pub fn small(ui: &mut Ui, theme: &Theme, text: impl Into<String>, colour: Colour) -> egui::Response {
    ui.label(egui::RichText::new(text).size(theme.size.small).color(colour.egui()))
}

/// How a button stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be pressed.
    Ready,
    /// It cannot, for this reason.
    Refused(String),
    /// It was pressed: the command is on its way.
    OnItsWay,
}

/// What a button looks like.
#[derive(Clone, Debug)]
pub struct Face<'a> {
    /// Its words.
    pub label: &'a str,
    /// What stands at its right end and is never cut off, the key that does the same; empty for none.
    pub key: &'a str,
    /// True for the thing to do next.
    pub primary: bool,
    /// Points across and down.
    pub size: Vec2,
}

/// A button for a command. Disabled, it says why when the pointer rests on it; pressed, it says it is on its way.
/// True when it was pressed now.
pub fn act_button(ui: &mut Ui, view: &BoardView, face: &Face, standing: &Standing) -> bool {
    let (panel, small) = (&view.theme.panel, view.theme.size.small);
    let sending = view.words.get("board.onItsWay");
    let label = if *standing == Standing::OnItsWay { sending } else { face.label };
    let ready = *standing == Standing::Ready;
    let primary = face.primary && ready;
    let (ink, key_ink) = match (primary, ready) {
        (true, _) => (panel.on_accent, panel.on_accent),
        (false, true) => (panel.text, panel.faint),
        (false, false) => (panel.faint, panel.faint),
    };
    let text = egui::RichText::new(label).color(ink.egui());
    let mut button = egui::Button::new(text).truncate().min_size(face.size);
    if !face.key.is_empty() {
        button = button.shortcut_text(egui::RichText::new(face.key).size(small).color(key_ink.egui()));
    }
    if primary {
        button = button.fill(panel.accent.egui());
    }
    let response = ui.add_enabled_ui(ready, |ui| ui.add_sized(face.size, button)).inner;
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, ready, label));
    match standing {
        Standing::Refused(reason) => {
            response.on_disabled_hover_text(reason);
            false
        }
        Standing::OnItsWay => false,
        Standing::Ready => response.clicked(),
    }
}
