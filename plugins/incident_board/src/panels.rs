//! How the panels share the screen: band and line at the top, strip at the bottom, work place at the right.
//! What they leave is the map's.

use crate::action::Action;
use crate::board::{Board, Tab};
use crate::bottom_strip::{strip_line, strip_list};
use crate::incident_detail::incident_detail;
use crate::incident_list::incident_list;
use crate::keys::keys;
use crate::report_form::report_form;
use crate::top_band::{status_band, top_line};
use crate::unit_list::unit_list;
use crate::view::BoardView;
use bevy_egui::egui;
use egui::{CornerRadius, Frame, Margin, Panel, Rect, Stroke, Ui, UiBuilder, vec2};

/// From this width on the detail stands beside the list instead of under it, points.
const SIDE_BY_SIDE_FROM: f32 = 2_200.0;

/// Draws every panel into `ui`, which spans the screen. What was done, and the part left to the map.
pub fn panels(ui: &mut Ui, view: &BoardView, board: &mut Board) -> (Vec<Action>, Rect) {
    let time_s = ui.input(|input| input.time);
    board.refresh(view, time_s);
    if board.order.is_held(time_s) {
        // What waits for the order to be let go is shown as soon as it is.
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(50));
    }
    let mut actions = keys(ui, view, board);
    let bare = Frame::new().fill(view.theme.panel.background.egui());
    let plain = bare.inner_margin(Margin::symmetric(12, 4));
    band(ui, view);
    Panel::top("top line").exact_size(52.0).frame(plain).show(ui, |ui| {
        actions.extend(top_line(ui, view, board));
    });
    Panel::bottom("feeds").exact_size(34.0).frame(plain).show(ui, |ui| strip_line(ui, view, board));
    if let Some(list) = board.strip {
        Panel::bottom("strip list").exact_size(140.0).frame(plain).show(ui, |ui| strip_list(ui, view, list));
    }
    let wide = ui.available_width() >= SIDE_BY_SIDE_FROM;
    let width = if ui.available_width() >= 1_600.0 { 420.0 } else { 380.0 };
    let side = bare.inner_margin(Margin::symmetric(10, 8));
    Panel::right("work place").exact_size(width).resizable(false).frame(side).show(ui, |ui| {
        work_place(ui, view, board, wide, &mut actions);
    });
    if wide && board.split {
        Panel::right("detail").exact_size(width).resizable(false).frame(side).show(ui, |ui| {
            actions.extend(incident_detail(ui, view, board));
        });
    }
    (actions, ui.available_rect_before_wrap())
}

/// The map alone, under the band that says what is not actual: nothing takes that away.
pub fn band_only(ui: &mut Ui, view: &BoardView) -> (Vec<Action>, Rect) {
    band(ui, view);
    (Vec::new(), ui.available_rect_before_wrap())
}

fn band(ui: &mut Ui, view: &BoardView) {
    let frame = Frame::new().fill(view.theme.panel.background.egui());
    Panel::top("status band").frame(frame).min_size(0.0).show_separator_line(false).show(ui, |ui| {
        status_band(ui, view);
    });
}

fn work_place(ui: &mut Ui, view: &BoardView, board: &mut Board, wide: bool, actions: &mut Vec<Action>) {
    tabs(ui, view, board);
    match board.tab {
        Tab::Units => actions.extend(unit_list(ui, view, board)),
        Tab::Report => report_form(ui, view, board, actions),
        Tab::Incidents if wide || !board.split => {
            actions.extend(incident_list(ui, view, board));
        }
        Tab::Incidents => {
            // The detail needs more room than the list: the next thing to do is on it.
            let whole = ui.available_rect_before_wrap();
            let list_height = (whole.height() * 0.37).max(150.0);
            let (list, detail) = whole.split_top_bottom_at_y(whole.top() + list_height);
            let mut upper = ui.new_child(UiBuilder::new().id_salt("list").max_rect(list));
            actions.extend(incident_list(&mut upper, view, board));
            let line = Stroke::new(1.0, view.theme.panel.line.egui());
            ui.painter().hline(detail.x_range(), detail.top() + 5.0, line);
            let detail = Rect::from_min_max(detail.min + vec2(0.0, 12.0), detail.max);
            let mut lower = ui.new_child(UiBuilder::new().id_salt("lower").max_rect(detail));
            actions.extend(incident_detail(&mut lower, view, board));
        }
    }
}

fn tabs(ui: &mut Ui, view: &BoardView, board: &mut Board) {
    let gap = ui.spacing().item_spacing.x;
    let size = vec2((ui.available_width() - 2.0 * gap) / 3.0, 28.0);
    let each =
        [(Tab::Incidents, "board.incidents"), (Tab::Units, "board.units"), (Tab::Report, "board.report")];
    ui.horizontal(|ui| {
        for (tab, key) in each {
            let button = egui::Button::selectable(board.tab == tab, view.words.get(key));
            if ui.add_sized(size, button.corner_radius(CornerRadius::same(4))).clicked() {
                board.tab = tab;
            }
        }
    });
}
