//! The parts of an area, worst first, a bar each: districts and townships are gone to, a device is flown to. Only the rows
//! that are seen are laid out, for a township may have a thousand devices.

use super::crumbs::go;
use super::row::mark;
use super::words;
use crate::action::Action;
use crate::board::Board;
use crate::view::WatchView;
use bevy_egui::egui;
use city::{DeviceId, LonLat};
use egui::{Align2, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use shell::Selected;
use shell::widgets::{faint, heading, line, place, row_ground};
use watch::vital::told::{PartKind, PartTold};

/// The height of a row with the gap under it, points.
const ROW: f32 = 27.0;
const GAP: f32 = 2.0;
/// What value and counts take at the right, points.
const VALUE: f32 = 96.0;
const COUNTS: f32 = 52.0;

/// Draws the rows under their title.
pub fn parts(
    ui: &mut Ui,
    view: &WatchView,
    board: &mut Board,
    title: &str,
    parts: &[PartTold],
    unit: &str,
    actions: &mut Vec<Action>,
) {
    heading(ui, view.theme, title);
    if parts.is_empty() {
        faint(ui, view.theme, view.words.get("vital.noParts"));
        return;
    }
    let id = ui.id().with(title);
    let size = vec2(ui.available_width(), ROW * parts.len() as f32);
    let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
    let seen = ui.clip_rect();
    let row_at = |y: f32| ((y - whole.top()) / ROW).floor().clamp(0.0, parts.len() as f32) as usize;
    let scale = scale(parts);
    for n in row_at(seen.top())..(row_at(seen.bottom()) + 1).min(parts.len()) {
        let Some(part) = parts.get(n) else { continue };
        let min = whole.min + vec2(0.0, n as f32 * ROW);
        let rect = Rect::from_min_size(min, vec2(whole.width(), ROW - GAP));
        let response = ui.interact(rect, id.with(n), Sense::click());
        let name = words::part(view, part);
        let told = part.value.map_or_else(|| "—".to_owned(), |value| words::with_unit(value, unit));
        let label = format!("{name} {told}");
        let is_here = board.looking.area(view).is_some_and(|here| words::part_area(part) == Some(here));
        let selected = is_here || is_selected(view, part);
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &label));
        row_ground(ui, view.theme, rect, selected, response.hovered());
        paint(ui, view, rect, part, &name, &told, scale);
        board.laid_out += 1;
        if response.clicked() {
            to_part(board, part, actions);
        }
    }
}

/// Whether the device that a part is, is selected.
fn is_selected(view: &WatchView, part: &PartTold) -> bool {
    match view.selected {
        Selected::Device(id) => part.kind == PartKind::Device && Action::tells_of(&part.id, id.as_str()),
        _ => false,
    }
}

/// Where a click leads.
fn to_part(board: &mut Board, part: &PartTold, actions: &mut Vec<Action>) {
    if let Some(area) = words::part_area(part) {
        go(board, area, actions);
        return;
    }
    let id = DeviceId::from(part.id.as_str());
    let at = part.lon.zip(part.lat).map(|(lon, lat)| LonLat::new(lon, lat)).filter(|at| at.is_valid());
    actions.extend(Action::to_device(id, at));
}

/// The ends of the bars: zero, or what lies beyond it.
fn scale(parts: &[PartTold]) -> (f64, f64) {
    let known = parts.iter().filter_map(|part| part.value).filter(|value| value.is_finite());
    known.fold((0.0, 0.0), |(low, high), value| (f64::min(low, value), f64::max(high, value)))
}

fn paint(ui: &Ui, view: &WatchView, rect: Rect, part: &PartTold, name: &str, told: &str, scale: (f64, f64)) {
    let (panel, size) = (&view.theme.panel, view.theme.size.small);
    let is_old = view.vitals.trouble.is_some();
    let ink = if part.value.is_none() || is_old { panel.faint } else { panel.text };
    let badge = Rect::from_center_size(pos2(rect.left() + 16.0, rect.center().y), vec2(17.0, 17.0));
    mark(ui, view, badge, part.colour, part.value.is_some(), is_old);
    let mut right = rect.right() - 8.0;
    if part.kind != PartKind::Device {
        let counts = format!("{}/{}", part.reporting, part.devices);
        let counts = line(ui, &counts, size, panel.faint.egui(), COUNTS - 6.0);
        place(ui, counts, Align2::RIGHT_CENTER, pos2(right, rect.center().y));
        right -= COUNTS;
    }
    let value = line(ui, told, size, ink.egui(), VALUE - 8.0);
    place(ui, value, Align2::RIGHT_CENTER, pos2(right, rect.center().y));
    right -= VALUE;
    let left = rect.left() + 32.0;
    let middle = left + 0.58 * (right - left).max(0.0);
    let name = line(ui, name, size, ink.egui(), middle - left - 6.0);
    place(ui, name, Align2::LEFT_CENTER, pos2(left, rect.center().y));
    let room = Rect::from_min_max(pos2(middle, rect.center().y - 4.0), pos2(right, rect.center().y + 4.0));
    bar(ui, view, room, part, scale);
}

fn bar(ui: &Ui, view: &WatchView, room: Rect, part: &PartTold, (low, high): (f64, f64)) {
    let Some(value) = part.value.filter(|value| value.is_finite() && high > low) else { return };
    let x = |value: f64| room.left() + ((value - low) / (high - low)) as f32 * room.width();
    let (from, to) = (x(value.min(0.0)), x(value.max(0.0)));
    let panel = &view.theme.panel;
    let colour = part.colour.map_or(panel.accent, |colour| crate::chip::colour_of(view.theme, colour));
    let colour = if view.vitals.trouble.is_some() { panel.faint } else { colour };
    ui.painter().rect_filled(room, 2.0, panel.line.egui());
    let filled = Rect::from_min_max(pos2(from, room.top()), pos2(to.max(from + 1.5), room.bottom()));
    ui.painter().rect_filled(filled.intersect(room), 2.0, colour.egui());
}
