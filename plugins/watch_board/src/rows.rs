//! A list of which only the visible rows are laid out.

use crate::board::Board;
use bevy_egui::egui;
use egui::{Rect, Response, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use shell::Theme;
use shell::widgets::row_ground;

/// The height of a row, points.
pub const ROW: f32 = 46.0;
/// Between two rows, points.
const GAP: f32 = 2.0;

/// What a list shows.
pub struct Listing<'a> {
    /// Its own name.
    pub name: &'a str,
    /// How many rows it has.
    pub count: usize,
    /// How high it may be, points.
    pub height: f32,
    /// The row that is selected.
    pub selected: Option<usize>,
}

/// Lays out the visible rows, each by `row`; where somebody pressed on one, rows must stay where they are.
pub fn rows(
    ui: &mut Ui,
    board: &mut Board,
    listing: &Listing,
    mut row: impl FnMut(&mut Ui, &mut Board, usize),
) {
    let reveal = std::mem::take(&mut board.reveal);
    ui.spacing_mut().item_spacing.y = GAP;
    let area = ScrollArea::vertical().id_salt(listing.name).max_height(listing.height);
    let area = area.min_scrolled_height(0.0).auto_shrink([false, true]).animated(false);
    let shown = area.show_rows(ui, ROW, listing.count, |ui, range| {
        if let Some(selected) = listing.selected.filter(|_| reveal) {
            let top = ui.max_rect().top() + (selected as f32 - range.start as f32) * (ROW + GAP);
            ui.scroll_to_rect(Rect::from_min_size(pos2(ui.max_rect().left(), top), vec2(1.0, ROW)), None);
        }
        for n in range {
            board.laid_out += 1;
            row(ui, board, n);
        }
    });
    let is_pressed = ui.input(|input| {
        let over = input.pointer.interact_pos().is_some_and(|at| shown.inner_rect.contains(at));
        over && (input.pointer.any_down() || input.pointer.any_released())
    });
    if is_pressed {
        board.warnings.pressed(ui.input(|input| input.time));
    }
}

/// The ground of one row and what it is called for who cannot see it.
pub fn row(ui: &mut Ui, theme: &Theme, label: &str, selected: bool) -> (Rect, Response) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, label));
    if ui.is_rect_visible(rect) {
        row_ground(ui, theme, rect, selected, response.hovered());
    }
    (rect, response)
}

/// How high the list over a detail may be, of what is left of `ui`: whole rows, for the detail needs more room than the
/// list.
pub fn list_height(ui: &Ui, has_detail: bool) -> f32 {
    let room = (ui.available_height() - 6.0).max(0.0);
    let rows = (0.42 * room / (ROW + GAP)).floor().max(1.0);
    if has_detail { rows * (ROW + GAP) - GAP } else { room }
}

/// The detail under the list, as high as there is room.
pub fn detail(ui: &mut Ui, theme: &Theme, name: &str, say: impl FnOnce(&mut Ui)) {
    ui.add_space(4.0);
    let edge = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), edge, egui::Stroke::new(1.0, theme.panel.line.egui()));
    ui.add_space(4.0);
    let area = ScrollArea::vertical().id_salt(name).max_height((ui.available_height() - 2.0).max(0.0));
    area.min_scrolled_height(0.0).auto_shrink([false, true]).show(ui, |ui| {
        // The bar of the scroll area is not to lie on the words.
        ui.set_max_width(ui.available_width() - 8.0);
        ui.spacing_mut().item_spacing.y = 3.0;
        say(ui);
    });
}
