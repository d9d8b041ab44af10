//! Where the panels over the map stand: the one place that knows what room there is. A panel says its column and its
//! order; columns share their height, and what is longer than its share scrolls.

mod arrange;

use crate::Theme;
use arrange::{Asked, Slot, arrange};
use bevy::platform::collections::HashMap;
use bevy::prelude::Resource;
use bevy_egui::egui;
use egui::{Align2, Id, Rect, RichText, ScrollArea, Sense, Ui, vec2};

pub use arrange::Column;

/// The panel that says all there is to say of what the city's own watch says.
pub const WATCH_PANEL: &str = "watch";

/// Around what a panel says, points.
const MARGIN: f32 = 8.0;
/// The side of the sign that tells whether a panel is folded, points.
const ICON: f32 = 12.0;
/// More than this is another height.
const SAME: f32 = 0.5;

/// A panel that wants to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a> {
    /// Its own name, for this console only.
    pub name: &'static str,
    /// What is written over it.
    pub title: &'a str,
    /// Which column it stands in.
    pub column: Column,
    /// Its place there: the least stands nearest to the corner from which the column grows.
    pub order: u8,
    /// How wide what it says is, points.
    pub width: f32,
    /// Whether it is unfolded from the start; none where it cannot be folded.
    pub unfolded: Option<bool>,
}

#[derive(Clone, Copy)]
struct Known {
    asked: Asked,
    /// The pass that showed it last.
    pass: u64,
    rect: Rect,
}

/// All panels, and how they are folded.
#[derive(Resource, Default)]
pub struct Panels {
    known: HashMap<&'static str, Known>,
    opened: u64,
}

impl Panels {
    /// Shows a panel in the part of the screen that is `free`, while it is unfolded; `say` is told how high it may be.
    pub fn show<R>(
        &mut self,
        context: &egui::Context,
        free: Rect,
        theme: &Theme,
        panel: Panel,
        say: impl FnOnce(&mut Ui) -> R,
    ) -> Option<R> {
        let slot = self.slot(context.cumulative_pass_nr(), free, panel);
        let frame = egui::Frame::window(&context.global_style()).inner_margin(0.0);
        let shown = egui::Area::new(Id::new(("panel", panel.name)))
            .pivot(slot.pivot)
            .fixed_pos(slot.corner)
            .constrain(false)
            .show(context, |ui| {
                frame.fill(theme.panel.background.egui()).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    let pressed = header(ui, theme, panel, slot);
                    let said = slot.is_unfolded.then(|| body(ui, panel, slot, say));
                    (pressed, said)
                })
            });
        let (pressed, said) = shown.inner.inner;
        if pressed {
            self.fold(panel.name, slot.is_unfolded);
        }
        let Some(known) = self.known.get_mut(panel.name) else { return said.map(|(said, _)| said) };
        known.rect = shown.response.rect;
        let high = said.as_ref().map_or(known.asked.content, |(_, high)| *high);
        if pressed || (high - known.asked.content).abs() > SAME {
            known.asked.content = high;
            context.request_repaint();
        }
        said.map(|(said, _)| said)
    }

    /// Where a panel was shown last.
    pub fn rect(&self, name: &str) -> Option<Rect> {
        self.known.get(name).map(|known| known.rect)
    }

    /// Whether a panel was unfolded when it was shown last.
    pub fn is_unfolded(&self, name: &str) -> bool {
        self.known.get(name).is_some_and(|known| known.asked.opened.is_some())
    }

    /// Folds a panel that is unfolded, and unfolds one that is folded, as a press on its title does.
    pub fn toggle(&mut self, name: &str) {
        self.fold(name, self.is_unfolded(name));
    }

    fn fold(&mut self, name: &str, is_unfolded: bool) {
        self.opened += 1;
        if let Some(known) = self.known.get_mut(name) {
            known.asked.opened = (!is_unfolded).then_some(self.opened);
        }
    }

    fn slot(&mut self, pass: u64, free: Rect, panel: Panel) -> Slot {
        let Panel { name, column, order, width, unfolded, .. } = panel;
        if !self.known.contains_key(name) {
            self.opened += 1;
        }
        let opened = unfolded.unwrap_or(true).then_some(self.opened);
        let known = self.known.entry(name).or_insert(Known {
            asked: Asked { column, order, width: 0.0, opened, content: 0.0, can_fold: true },
            pass,
            rect: Rect::NOTHING,
        });
        known.pass = pass;
        let width = width + 2.0 * MARGIN;
        known.asked = Asked { column, order, width, can_fold: unfolded.is_some(), ..known.asked };
        // What was shown in the pass before will be in this one as well.
        let mut all: Vec<_> = self.known.iter().filter(|(_, known)| known.pass + 1 >= pass).collect();
        all.sort_by_key(|(name, known)| (known.asked.order, **name));
        let asked: Vec<Asked> = all.iter().map(|(_, known)| known.asked).collect();
        let own = all.iter().position(|(other, _)| **other == name).unwrap_or(0);
        arrange(free, &asked)[own]
    }
}

/// The title, which folds and unfolds; true when it was pressed. A folded panel is no wider than its title.
fn header(ui: &mut Ui, theme: &Theme, panel: Panel, slot: Slot) -> bool {
    let can_fold = panel.unfolded.is_some();
    let left = MARGIN + if can_fold { ICON + MARGIN } else { 0.0 };
    let title = egui::WidgetText::from(RichText::new(panel.title).size(theme.size.body).strong());
    let (wrap, style) = (Some(egui::TextWrapMode::Truncate), egui::TextStyle::Body);
    let title = title.into_galley(ui, wrap, (slot.width - MARGIN - left).max(0.0), style);
    let width = if slot.is_unfolded { slot.width } else { left + title.size().x + MARGIN };
    let sense = if can_fold { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(width, arrange::HEADER), sense);
    let kind = if can_fold { egui::WidgetType::CollapsingHeader } else { egui::WidgetType::Label };
    response.widget_info(|| egui::WidgetInfo::labeled(kind, true, panel.title));
    if can_fold {
        let middle = egui::pos2(rect.left() + MARGIN + ICON / 2.0, rect.center().y);
        let icon =
            egui::Response { rect: Rect::from_center_size(middle, vec2(ICON, ICON)), ..response.clone() };
        egui::collapsing_header::paint_default_icon(ui, if slot.is_unfolded { 1.0 } else { 0.0 }, &icon);
    }
    let colour = if response.hovered() && can_fold { theme.panel.accent } else { theme.panel.text };
    let corner = egui::pos2(rect.left() + left, rect.center().y - title.size().y / 2.0);
    ui.painter().galley_with_override_text_color(corner, title, colour.egui());
    response.clicked()
}

/// What the panel says, and how high that is.
fn body<R>(ui: &mut Ui, panel: Panel, slot: Slot, say: impl FnOnce(&mut Ui) -> R) -> (R, f32) {
    let gap = ui.ctx().global_style().spacing.item_spacing.y;
    // The area is as high as it was in the pass before, which says nothing of the room there is.
    let corner = ui.cursor().min + vec2(MARGIN, 0.0);
    let room = Rect::from_min_size(corner, vec2(slot.width - MARGIN, slot.room));
    let shown = ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
        let area = ScrollArea::vertical()
            .id_salt(panel.name)
            .max_height(slot.room)
            .min_scrolled_height(0.0)
            .auto_shrink([false, true]);
        area.show(ui, |ui| {
            // The bar of the scroll area stands in the margin.
            ui.set_max_width(slot.width - 2.0 * MARGIN);
            ui.set_max_height(slot.room);
            ui.spacing_mut().item_spacing.y = gap;
            say(ui)
        })
    });
    ui.add_space(arrange::FOOT);
    (shown.inner.inner, shown.inner.content_size.y)
}

impl Slot {
    /// A place that grows to the right and down from the left top, or to the left and up from the right bottom.
    fn new(corner: egui::Pos2, pivot: Align2, width: f32) -> Self {
        Self { corner, pivot, width, room: 0.0, is_unfolded: false }
    }
}

#[cfg(test)]
mod tests;
