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

pub use shell::widgets::{choice, row_ground};

/// The height of a row, points.
const ROW_POINTS: f32 = 46.0;
/// Between two rows, points.
pub const GAP_POINTS: f32 = 2.0;

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
    let time_s = ui.input(|input| input.time);
    let reveal = board.reveal && !board.order.is_held(time_s);
    board.reveal &= !reveal;
    let rows = board.order.rows();
    let selected = match view.selected {
        Selected::Incident(id) if reveal => rows.iter().position(|row| row == id),
        _ => None,
    };
    ui.spacing_mut().item_spacing.y = GAP_POINTS;
    let area = ScrollArea::vertical().id_salt("incidents").auto_shrink([false, false]).animated(false);
    let shown = area.show_rows(ui, ROW_POINTS, rows.len(), |ui, range| {
        if let Some(selected) = selected {
            reveal_row(ui, selected, range.start, ROW_POINTS);
        }
        for id in &rows[range] {
            row(ui, view, id, &mut actions);
        }
    });
    let (over, down) = ui.input(|input| {
        let at = input.pointer.interact_pos();
        let released = input.pointer.any_released();
        (at.is_some_and(|at| shown.inner_rect.contains(at)), input.pointer.any_down() || released)
    });
    if over && down {
        board.order.pressed(time_s);
    }
    actions
}

/// Scrolls just so far that row `row` is seen, from within rows of which `first` is the first drawn.
pub fn reveal_row(ui: &Ui, row: usize, first: usize, row_points: f32) {
    let top = ui.max_rect().top() + (row as f32 - first as f32) * (row_points + GAP_POINTS);
    let rect = Rect::from_min_size(pos2(ui.max_rect().left(), top), vec2(1.0, row_points));
    ui.scroll_to_rect(rect, None);
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
        row_ground(ui, view.theme, rect, selected, response.hovered());
        paint_row(ui, view, rect, incident, clock);
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

fn paint_row(ui: &Ui, view: &BoardView, rect: Rect, incident: &Incident, clock: Option<Clock>) {
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
    let room = clock_left - left - 8.0;
    let class = saying::class(view.words, &incident.class);
    let text = paint::line(ui, class, size.body, panel.text.egui(), room);
    let class = paint::place(ui, text, Align2::LEFT_CENTER, pos2(left, upper));
    let state =
        paint::line(ui, &doing(view, incident), size.small, panel.faint.egui(), room - class.width() - 10.0);
    paint::place(ui, state, Align2::LEFT_CENTER, pos2(class.right() + 10.0, upper + 1.0));
    let place = view.places.place(view.words, incident.place);
    let text = paint::line(ui, &place, size.small, panel.faint.egui(), room);
    paint::place(ui, text, Align2::LEFT_CENTER, pos2(left, lower));
}

/// Its stage, and who is out for it or how it was rated.
fn doing(view: &BoardView, incident: &Incident) -> String {
    let mut text = saying::keyed(view.words, "stage", incident.stage.key());
    if !incident.units.is_empty() {
        let n = incident.units.len().to_string();
        text = format!("{text} · {}", view.words.fill("board.unitsOut", &[("n", &n)]));
    }
    if let Some(rating) = incident.rating {
        text = format!("{text} · {}", view.words.fill("board.ratedAs", &[("n", &rating.to_string())]));
    }
    text
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
        let districts =
            board.order.districts().iter().map(|(code, n)| (*code, format!("{} {n}", name(*code))));
        let shown = filter.district.map(name);
        choice(ui, "district", width, shown, all, districts, &mut filter.district);
        let all = words.get("board.anyLevel").to_owned();
        let level =
            |n: u8| format!("{} {}", saying::numeral(words, n), words.get(&format!("board.level{n}")));
        let shown = filter.level.map(level);
        choice(ui, "level", width, shown, all, (1..=4).map(|n| (n, level(n))), &mut filter.level);
        let all = words.get("board.anyClass").to_owned();
        let classes = board.order.classes().iter();
        let classes = classes.map(|class| (class.clone(), saying::class(words, class).to_owned()));
        let shown = filter.class.as_ref().map(|class| saying::class(words, class).to_owned());
        choice(ui, "class", width, shown, all, classes, &mut filter.class);
    });
    stages(ui, view, &mut filter, board.order.rows().len());
    board.order.filter = filter;
}

/// The stages side by side, each as wide as its words need, and how many are shown.
fn stages(ui: &mut Ui, view: &BoardView, filter: &mut IncidentFilter, shown: usize) {
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
        let count = words.fill("board.shown", &[("n", &shown.to_string())]);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            paint::faint(ui, view.theme, count);
        });
    });
}
