//! The small pictures that boards share: one line of text, headings, rows, choices, buttons of commands.

use crate::{Colour, Theme, Words};
use bevy_egui::egui;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Align2, Color32, Event, FontId, Galley, Key, Layout, Pos2, Rect, Stroke, Ui, Vec2, vec2};
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

/// What lies under a row: selected, hovered or plain.
pub fn row_ground(ui: &Ui, theme: &Theme, rect: Rect, selected: bool, hovered: bool) {
    let panel = &theme.panel;
    let fill = match (selected, hovered) {
        (true, _) => panel.accent.with_alpha(0.22),
        (false, true) => panel.line,
        (false, false) => panel.inset,
    };
    ui.painter().rect_filled(rect, 4.0, fill.egui());
    if selected {
        let edge = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        ui.painter().rect_filled(edge, 1.0, panel.accent.egui());
    }
}

/// A drop-down list of one choice or none.
pub fn choice<T: Clone + PartialEq>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    shown: Option<String>,
    all: String,
    options: impl Iterator<Item = (T, String)>,
    chosen: &mut Option<T>,
) {
    egui::ComboBox::from_id_salt(name)
        .width(width)
        .truncate()
        .selected_text(shown.unwrap_or_else(|| all.clone()))
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, all);
            for (value, text) in options {
                ui.selectable_value(chosen, Some(value), text);
            }
        });
}

/// The keys that were pressed in this frame: none while somebody writes in a field or chooses from a list, none with
/// Ctrl, Alt or Shift held, and none by a key's own repetition.
pub fn fresh_keys(context: &egui::Context) -> Vec<Key> {
    if context.text_edit_focused() || context.any_popup_open() {
        return Vec::new();
    }
    let fresh = |event: &Event| match event {
        Event::Key { key, pressed: true, repeat: false, modifiers, .. } if modifiers.is_none() => Some(*key),
        _ => None,
    };
    context.input(|input| input.events.iter().filter_map(fresh).collect())
}

/// A button for a command. Disabled, it says why when the pointer rests on it; pressed, it says it is on its way.
/// True when it was pressed now.
pub fn act_button(ui: &mut Ui, theme: &Theme, words: &Words, face: &Face, standing: &Standing) -> bool {
    let (panel, small) = (&theme.panel, theme.size.small);
    let sending = words.get("board.onItsWay");
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
