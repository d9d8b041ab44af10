//! The table as it is laid out: headings that sort, the rows that are seen, and a bar that scrolls.
//!
//! egui's own scroll area holds positions as 32-bit points, which a list of millions outgrows: here the row on top is a
//! number of its own.

use crate::cells::{COLUMNS, Column, Told};
use crate::listing::Listing;
use bevy_egui::egui;
use egui::{Align2, Key, Rect, Sense, Ui, pos2, vec2};
use layers::points::Sort;
use shell::widgets::{line, place, row_ground};

/// The height of a row, points.
const ROW: f32 = 21.0;
/// The width of the bar that scrolls, points.
const BAR: f32 = 10.0;
/// Between the text of two columns, points.
const GAP: f32 = 8.0;

/// Shows the table in what room there is, `rows` rows of it; returns the row that is to be selected.
pub(crate) fn table(
    ui: &mut Ui,
    told: &Told,
    listing: &mut Listing,
    selected: Option<usize>,
    rows: usize,
) -> Option<usize> {
    let width = ui.available_width();
    let columns = fitted(width - BAR, told.set.points.has_grades());
    headings(ui, told, listing, &columns);
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW * rows as f32), Sense::click());
    listing.seen = rows;
    let body = rect.with_max_x(rect.right() - BAR);
    if response.contains_pointer() {
        let delta = ui.input(|input| input.smooth_scroll_delta().y);
        if delta != 0.0 {
            ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
            listing.scroll_to(listing.top - f64::from(delta / ROW));
        }
    }
    bar(ui, rect.with_min_x(body.right()), told, listing);
    let mut pressed = None;
    let painter = ui.painter().with_clip_rect(body.intersect(ui.clip_rect()));
    let ui = &mut ui.new_child(egui::UiBuilder::new().max_rect(body));
    ui.set_clip_rect(painter.clip_rect());
    let offset = (listing.top.fract() as f32) * ROW;
    for (n, row) in listing.visible().iter().enumerate() {
        let row = *row as usize;
        let top = body.top() + n as f32 * ROW - offset;
        let at = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), ROW - 1.0));
        let response = ui.interact(at, ui.id().with(("row", n)), Sense::click());
        let name = told.name(row);
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, selected == Some(row), &name)
        });
        row_ground(ui, told.theme, at, selected == Some(row), response.hovered());
        let mut left = at.left() + GAP;
        for (column, width) in &columns {
            let (text, colour) = told.cell(column, row);
            let text = line(ui, &text, told.theme.size.small, colour.egui(), width - GAP);
            let (align, x) = match column.is_number {
                true => (Align2::RIGHT_CENTER, left + width - GAP),
                false => (Align2::LEFT_CENTER, left),
            };
            place(ui, text, align, pos2(x, at.center().y));
            left += width;
        }
        if response.clicked() {
            response.request_focus();
            pressed = Some(row);
        }
        if response.has_focus() {
            ui.memory_mut(|memory| {
                let filter = egui::EventFilter { vertical_arrows: true, ..egui::EventFilter::default() };
                memory.set_focus_lock_filter(response.id, filter);
            });
            pressed = pressed.or_else(|| step(ui, &listing.rows, selected));
        }
    }
    pressed
}

/// The row that the arrow keys go to from the selected one.
fn step(ui: &Ui, rows: &[u32], selected: Option<usize>) -> Option<usize> {
    let by = ui.input(|input| {
        i64::from(input.key_pressed(Key::ArrowDown)) - i64::from(input.key_pressed(Key::ArrowUp))
    });
    let selected = selected.filter(|_| by != 0)?;
    let at = rows.iter().position(|row| *row as usize == selected)? as i64 + by;
    rows.get(usize::try_from(at).ok()?).map(|row| *row as usize)
}

/// The columns that say something of the set and find room in `width`, each as wide as its part of it: risk points have
/// grades, and devices values.
fn fitted(width: f32, has_grades: bool) -> Vec<(Column, f32)> {
    let whole = |columns: &[Column]| columns.iter().map(|column| column.width).sum::<f32>();
    let mut columns = COLUMNS.to_vec();
    columns.retain(|column| match column.key {
        "grade" => has_grades,
        "value" | "age" => !has_grades,
        _ => true,
    });
    if whole(&columns) > width {
        columns.retain(|column| !column.is_spare);
    }
    let wider = width / whole(&columns);
    columns.into_iter().map(|column| (column, column.width * wider)).collect()
}

fn headings(ui: &mut Ui, told: &Told, listing: &mut Listing, columns: &[(Column, f32)]) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let mut left = rect.left() + GAP;
    for (column, width) in columns {
        let at = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, ROW));
        let response = ui.interact(at, ui.id().with(("heading", column.key)), Sense::click());
        let title = told.words.get(&format!("pointTable.{}", column.key)).to_owned();
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &title));
        let is_sorted = listing.sort == column.sort && column.sort != Sort::Place;
        let sign = match (is_sorted, listing.descending) {
            (false, _) => "",
            (true, true) => " ▼",
            (true, false) => " ▲",
        };
        let colour =
            if response.hovered() || is_sorted { told.theme.panel.text } else { told.theme.panel.faint };
        let text = line(ui, &format!("{title}{sign}"), told.theme.size.small, colour.egui(), width - GAP);
        let (align, x) = match column.is_number {
            true => (Align2::RIGHT_CENTER, left + width - GAP),
            false => (Align2::LEFT_CENTER, left),
        };
        place(ui, text, align, pos2(x, at.center().y));
        if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
            // What is grave, high or old is looked for first.
            let descending = matches!(column.sort, Sort::Value | Sort::Standing);
            listing.descending = if listing.sort == column.sort { !listing.descending } else { descending };
            listing.sort = column.sort;
        }
        left += width;
    }
}

/// The bar: as long as the part of the list that is seen, taken by the hand anywhere.
fn bar(ui: &mut Ui, rect: Rect, told: &Told, listing: &mut Listing) {
    let (count, seen) = (listing.rows.len() as f64, listing.seen as f64);
    if count <= seen {
        return;
    }
    let response = ui.interact(rect, ui.id().with("bar"), Sense::click_and_drag());
    let long = (rect.height() * (seen / count) as f32).clamp(24.0, rect.height());
    let way = f64::from(rect.height() - long).max(1.0);
    if let Some(at) = response.interact_pointer_pos() {
        let share = f64::from(at.y - rect.top() - 0.5 * long) / way;
        listing.scroll_to(share.clamp(0.0, 1.0) * (count - seen + 1.0));
    }
    let top = rect.top() + (listing.top / (count - seen + 1.0) * way) as f32;
    let handle = Rect::from_min_size(pos2(rect.left() + 3.0, top), vec2(BAR - 4.0, long));
    let is_held = response.hovered() || response.dragged();
    let colour = if is_held { told.theme.panel.faint } else { told.theme.panel.line };
    ui.painter().rect_filled(handle, 3.0, colour.egui());
}
