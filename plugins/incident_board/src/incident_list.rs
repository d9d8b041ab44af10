//! The list of incidents: filters, count, and rows of which only the visible ones are drawn.

use crate::action::Action;
use crate::board::Board;
use crate::order::IncidentFilter;
use crate::paint;
use crate::saying;
use crate::spans;
use crate::view::BoardView;
use bevy_egui::egui;
use city::{Clock, Incident, IncidentId, Stage};
use egui::{Align2, Rect, ScrollArea, Sense, Ui, pos2, vec2};
use shell::Selected;

/// The height of a row, points.
const ROW_POINTS: f32 = 46.0;

/// Draws filters and list into what is left of `ui`.
pub fn incident_list(ui: &mut Ui, view: &BoardView, board: &mut Board) -> Vec<Action> {
    let mut actions = Vec::new();
    filters(ui, view, board);
    if board.order.rows().is_empty() {
        let key = if view.received { "board.noIncidents" } else { "board.noSnapshot" };
        ui.add_space(8.0);
        ui.vertical_centered(|ui| paint::faint(ui, view.theme, view.words.get(key)));
        return actions;
    }
    let reveal = std::mem::take(&mut board.reveal);
    let selected = match view.selected {
        Selected::Incident(id) => board.order.rows().iter().position(|row| row == id),
        _ => None,
    };
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut area = ScrollArea::vertical().id_salt("incidents").auto_shrink([false, false]);
    if let (true, Some(row)) = (reveal, selected) {
        let middle = row as f32 * (ROW_POINTS + 2.0) - (ui.available_height() - ROW_POINTS) / 2.0;
        area = area.vertical_scroll_offset(middle.max(0.0));
    }
    let rows = board.order.rows();
    let shown = area.show_rows(ui, ROW_POINTS, rows.len(), |ui, range| {
        for id in &rows[range] {
            row(ui, view, id, &mut actions);
        }
    });
    let (over, down, time_s) = ui.input(|input| {
        let at = input.pointer.interact_pos();
        (at.is_some_and(|at| shown.inner_rect.contains(at)), input.pointer.any_down(), input.time)
    });
    if over && down {
        board.order.pressed(time_s);
    }
    actions
}

fn row(ui: &mut Ui, view: &BoardView, id: &IncidentId, actions: &mut Vec<Action>) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_POINTS), Sense::click());
    let Some(incident) = view.city.incidents.get(id) else { return };
    let selected = *view.selected == Selected::Incident(id.clone());
    let clock = next_clock(view, incident);
    let headline = saying::headline(view, incident);
    response.widget_info(|| {
        let label = format!("{id} {headline}");
        egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, selected, label)
    });
    if ui.is_rect_visible(rect) {
        ground(ui, view, rect, selected, response.hovered());
        paint_row(ui, view, rect, incident, &headline, clock);
    }
    if response.double_clicked() {
        actions.push(Action::fly_near(incident.at));
    } else if response.clicked() && !selected {
        actions.push(Action::Select(Selected::Incident(id.clone())));
    }
}

/// The clock that runs out first; none once the incident is closed.
pub fn next_clock(view: &BoardView, incident: &Incident) -> Option<Clock> {
    view.city.clocks(incident).into_iter().filter(|clock| clock.done.is_none()).min_by_key(|clock| clock.due)
}

/// What lies under a row: selected, hovered or plain.
pub fn ground(ui: &Ui, view: &BoardView, rect: Rect, selected: bool, hovered: bool) {
    let panel = &view.theme.panel;
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

fn paint_row(
    ui: &Ui,
    view: &BoardView,
    rect: Rect,
    incident: &Incident,
    headline: &str,
    clock: Option<Clock>,
) {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let badge = Rect::from_center_size(pos2(rect.left() + 23.0, rect.center().y), vec2(26.0, 26.0));
    paint::badge(ui, view, badge, incident.level.number());
    if incident.stage == Stage::Perceive {
        // Not yet acknowledged: a dot at the badge's corner, for eyes that do not tell colours apart.
        ui.painter().circle_filled(badge.right_top(), 4.5, panel.text.egui());
        ui.painter().circle_filled(badge.right_top(), 3.0, panel.bad.egui());
    }
    let right = rect.right() - 10.0;
    let (upper, lower) = (rect.top() + 15.0, rect.bottom() - 13.0);
    let clock_left = paint_clock(ui, view, clock, right, upper, lower);
    let left = badge.right() + 11.0;
    let text = paint::line(ui, headline, size.body, panel.text.egui(), clock_left - left - 8.0);
    paint::place(ui, text, Align2::LEFT_CENTER, pos2(left, upper));
    let mut second = saying::keyed(view.words, "stage", incident.stage.key());
    if !incident.units.is_empty() {
        let n = incident.units.len().to_string();
        second = format!("{second} · {}", view.words.fill("board.unitsOut", &[("n", &n)]));
    }
    if let Some(rating) = incident.rating {
        second =
            format!("{second} · {}", view.words.fill("board.ratedAs", &[("n", &rating.to_string())]));
    }
    let second = format!("{second} · {}", incident.id);
    let text = paint::line(ui, &second, size.small, panel.faint.egui(), clock_left - left - 8.0);
    paint::place(ui, text, Align2::LEFT_CENTER, pos2(left, lower));
}

/// The running clock and its step at the right; where they begin.
fn paint_clock(ui: &Ui, view: &BoardView, clock: Option<Clock>, right: f32, upper: f32, lower: f32) -> f32 {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let Some(clock) = clock else { return right };
    let left_s = clock.left_s(view.now);
    let colour = match left_s {
        s if s < 0.0 => panel.bad,
        s if s < 30.0 => panel.attention,
        _ => panel.text,
    };
    let text = paint::line(ui, &spans::running(left_s), size.heading, colour.egui(), 90.0);
    let above = paint::place(ui, text, Align2::RIGHT_CENTER, pos2(right, upper));
    let step = saying::keyed(view.words, "step", clock.step);
    let text = paint::line(ui, &step, size.small, panel.faint.egui(), 90.0);
    let below = paint::place(ui, text, Align2::RIGHT_CENTER, pos2(right, lower));
    above.left().min(below.left())
}

fn filters(ui: &mut Ui, view: &BoardView, board: &mut Board) {
    let words = view.words;
    let mut filter = board.order.filter.clone();
    let gap = ui.spacing().item_spacing.x;
    let width = (ui.available_width() - 2.0 * gap) / 3.0;
    ui.horizontal(|ui| {
        let all = words.get("board.anyDistrict").to_owned();
        let name = |code| view.places.district(words, code);
        let districts = board.order.districts().iter().map(|(code, n)| (*code, format!("{} {n}", name(*code))));
        let shown = filter.district.map(name);
        choice(ui, "district", width, shown, all, districts, &mut filter.district);
        let all = words.get("board.anyLevel").to_owned();
        let level = |n: u8| format!("{} {}", saying::numeral(words, n), words.get(&format!("board.level{n}")));
        let shown = filter.level.map(level);
        choice(ui, "level", width, shown, all, (1..=4).map(|n| (n, level(n))), &mut filter.level);
        let all = words.get("board.anyClass").to_owned();
        let classes = board.order.classes().iter();
        let classes = classes.map(|class| (class.clone(), saying::class(words, class).to_owned()));
        let shown = filter.class.as_ref().map(|class| saying::class(words, class).to_owned());
        choice(ui, "class", width, shown, all, classes, &mut filter.class);
    });
    stages(ui, view, &mut filter);
    let n = board.order.rows().len().to_string();
    paint::faint(ui, view.theme, words.fill("board.shown", &[("n", &n)]));
    board.order.filter = filter;
}

/// The stages side by side, each as wide as its words need.
fn stages(ui: &mut Ui, view: &BoardView, filter: &mut IncidentFilter) {
    let (small, words) = (view.theme.size.small, view.words);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding.x = 6.0;
        let all = (None, words.get("board.open").to_owned());
        let each = Stage::ALL.map(|stage| (Some(stage), saying::keyed(words, "stage", stage.key())));
        for (stage, word) in std::iter::once(all).chain(each) {
            let text = egui::RichText::new(word).size(small);
            if ui.add(egui::Button::selectable(filter.stage == stage, text)).clicked() {
                filter.stage = stage;
            }
        }
    });
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
