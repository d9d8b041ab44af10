//! Parts of the detail: clocks, units out, units to send, history.

use crate::action::Action;
use crate::acts;
use crate::board::Board;
use crate::offered::OfferedUnit;
use crate::paint::{self, Face, Standing};
use crate::saying;
use crate::spans;
use crate::view::BoardView;
use bevy_egui::egui;
use city::{Clock, Command, Incident, Suitability, Unit, UnitState};
use egui::{Align2, Rect, Sense, Ui, pos2, vec2};
use shell::Selected;

/// How many suitable units are listed at first.
const OFFERED_FIRST: usize = 6;

/// Every clock, two in a line: step, elapsed and target, and how much of its time is used as a bar.
pub fn clocks(ui: &mut Ui, view: &BoardView, incident: &Incident) {
    paint::heading(ui, view.theme, view.words.get("board.clocks"));
    let gap = 16.0;
    for pair in view.city.clocks(incident).chunks(2) {
        let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
        let width = (line.width() - gap) / 2.0;
        for (n, clock) in pair.iter().enumerate() {
            let min = line.min + vec2(n as f32 * (width + gap), 0.0);
            clock_cell(ui, view, clock, Rect::from_min_size(min, vec2(width, line.height())));
        }
    }
}

fn clock_cell(ui: &mut Ui, view: &BoardView, clock: &Clock, rect: Rect) {
    let (panel, size, words) = (&view.theme.panel, &view.theme.size, view.words);
    let (left_s, ran_s) = (clock.left_s(view.now), clock.ran_s(view.now));
    let target_s = clock.due.seconds_since(clock.began).max(1.0);
    let colour = match (clock.done.is_some(), left_s < 0.0) {
        (false, true) => panel.bad,
        (false, false) => panel.text,
        (true, true) => panel.attention,
        (true, false) => panel.good,
    };
    let step = saying::keyed(words, "step", clock.step);
    let (elapsed, target) = (spans::mm_ss(ran_s), format!(" / {}", spans::mm_ss(target_s)));
    let response = ui.interact(rect, ui.id().with(("clock", clock.step)), Sense::hover());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Label, true, format!("{step} {elapsed}{target}"))
    });
    response.on_hover_text(words.get("board.clockHint"));
    let y = rect.top() + 9.0;
    let galley = paint::line(ui, &target, size.small, panel.faint.egui(), rect.width() * 0.4);
    let edge = paint::place(ui, galley, Align2::RIGHT_CENTER, pos2(rect.right(), y + 1.0));
    let galley = paint::line(ui, &elapsed, size.body, colour.egui(), rect.width() * 0.4);
    let edge = paint::place(ui, galley, Align2::RIGHT_CENTER, pos2(edge.left(), y));
    let room = edge.left() - rect.left() - 4.0;
    let galley = paint::line(ui, &step, size.small, panel.text.egui(), room);
    paint::place(ui, galley, Align2::LEFT_CENTER, pos2(rect.left(), y + 1.0));
    let track = Rect::from_min_size(pos2(rect.left(), rect.bottom() - 3.0), vec2(rect.width(), 2.0));
    ui.painter().rect_filled(track, 1.0, panel.line.egui());
    let share = (ran_s / target_s).clamp(0.0, 1.0) as f32;
    let used = Rect::from_min_size(track.min, vec2(track.width() * share, 2.0));
    ui.painter().rect_filled(used, 1.0, colour.egui());
}

/// Units out with what they do, when they arrive, and a button to call each back.
pub fn units_out(
    ui: &mut Ui,
    view: &BoardView,
    board: &mut Board,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    if incident.units.is_empty() {
        return;
    }
    paint::heading(ui, view.theme, view.words.get("board.out"));
    for id in &incident.units {
        let command = Command::Recall { incident_id: incident.id.clone(), unit_id: id.clone() };
        let standing = acts::standing(view, board, &command);
        let second = view.city.units.get(id).map(|unit| doing(view, unit)).unwrap_or_default();
        let name = saying::unit(view, id);
        let button =
            UnitButton { name: &name, second: &second, word: "board.recall", key: "", primary: false };
        let pressed = unit_row(ui, view, &button, &standing, actions, view.city.units.get(id));
        if pressed {
            let time_s = ui.input(|input| input.time);
            board.give(view, command, time_s, actions);
        }
    }
}

/// What a unit is doing, with the countdown to its arrival.
pub fn doing(view: &BoardView, unit: &Unit) -> String {
    let kind = saying::keyed(view.words, "unitKind", unit.kind.key());
    let state = saying::keyed(view.words, "unitState", unit.state.key());
    let mut text = format!("{kind} · {state}");
    if let (UnitState::Driving, Some(trip)) = (unit.state, &unit.trip) {
        let left_s = trip.arrives().seconds_since(view.now);
        let when = match left_s > 0.0 {
            true => view.words.fill("board.arrivesIn", &[("t", &spans::running(left_s))]),
            false => view.words.get("board.arrivesSoon").to_owned(),
        };
        text = format!("{text} · {when}");
    }
    text
}

/// Units that could be sent, soonest there first, each with a button.
pub fn offered_units(
    ui: &mut Ui,
    view: &BoardView,
    board: &mut Board,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    paint::heading(ui, view.theme, view.words.get("board.suitable"));
    let first = board.offered.first(view, &board.sent).map(|unit| unit.id.clone());
    let suited = board.offered.units().iter().filter(|unit| unit.is_suited()).count();
    let all = board.offered.units().len();
    let listed = if board.all_units { all } else { suited.min(OFFERED_FIRST) };
    if suited == 0 {
        paint::faint(ui, view.theme, view.words.get("board.nobodySuited"));
    }
    for at in 0..listed {
        let Some(offer) = board.offered.units().get(at) else { break };
        let command = Command::Dispatch { incident_id: incident.id.clone(), unit_id: offer.id.clone() };
        let standing = acts::standing(view, board, &command);
        let key = if first.as_ref() == Some(&offer.id) { "D" } else { "" };
        let (name, second) = (saying::unit(view, &offer.id), offer_words(view, offer));
        let primary = offer.suitability == Suitability::MadeFor && !key.is_empty();
        let button = UnitButton { name: &name, second: &second, word: "board.dispatch", key, primary };
        if unit_row(ui, view, &button, &standing, actions, view.city.units.get(&offer.id)) {
            let time_s = ui.input(|input| input.time);
            board.give(view, command, time_s, actions);
        }
    }
    if all > suited.min(OFFERED_FIRST) {
        let more = (all - suited.min(OFFERED_FIRST)).to_string();
        let word = match board.all_units {
            true => view.words.get("board.fewer").to_owned(),
            false => view.words.fill("board.more", &[("n", &more)]),
        };
        if ui.button(egui::RichText::new(word).size(view.theme.size.small)).clicked() {
            board.all_units = !board.all_units;
            board.offered.forget();
        }
    }
}

fn offer_words(view: &BoardView, offer: &OfferedUnit) -> String {
    let kind =
        view.city.units.get(&offer.id).map(|unit| saying::keyed(view.words, "unitKind", unit.kind.key()));
    let fit = saying::suitability(view.words, offer.suitability);
    let far = spans::distance(offer.distance_m);
    let time = saying::arrival(view.words, offer.arrival);
    format!("{} · {fit} · {far} · {time}", kind.unwrap_or_default())
}

/// What the time of arrival stands on.
fn about_hint(ui: &mut Ui, view: &BoardView) {
    let km = format!("{:.0}", roads::DRONE_RANGE_M / 1e3);
    ui.label(view.words.fill("board.aboutHint", &[("km", &km)]));
}

struct UnitButton<'a> {
    name: &'a str,
    second: &'a str,
    word: &'a str,
    key: &'a str,
    primary: bool,
}

/// A unit in two lines with its button; a click on the lines selects the unit. True when the button was pressed.
fn unit_row(
    ui: &mut Ui,
    view: &BoardView,
    row: &UnitButton,
    standing: &Standing,
    actions: &mut Vec<Action>,
    unit: Option<&Unit>,
) -> bool {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let button = vec2(98.0, 28.0);
    ui.horizontal(|ui| {
        let width = ui.available_width() - button.x - ui.spacing().item_spacing.x;
        let (rect, response) = ui.allocate_exact_size(vec2(width, 36.0), Sense::click());
        let response = match row.word {
            "board.dispatch" => response.on_hover_ui(|ui| about_hint(ui, view)),
            _ => response,
        };
        response.widget_info(|| {
            let label = format!("{} {}", row.name, row.second);
            egui::WidgetInfo::labeled(egui::WidgetType::Label, true, label)
        });
        let galley = paint::line(ui, row.name, size.body, panel.text.egui(), width);
        paint::place(ui, galley, Align2::LEFT_CENTER, pos2(rect.left(), rect.top() + 10.0));
        let galley = paint::line(ui, row.second, size.small, panel.faint.egui(), width);
        paint::place(ui, galley, Align2::LEFT_CENTER, pos2(rect.left(), rect.bottom() - 9.0));
        if let (true, Some(unit)) = (response.double_clicked(), unit) {
            actions.push(Action::fly_near(unit.at));
            actions.push(Action::Select(Selected::Unit(unit.id.clone())));
        }
        let label = view.words.get(row.word);
        let face = Face { label, key: row.key, primary: row.primary, size: button };
        paint::act_button(ui, view, &face, standing)
    })
    .inner
}

/// What happened, newest first.
pub fn history(ui: &mut Ui, view: &BoardView, incident: &Incident) {
    let (theme, words) = (view.theme, view.words);
    paint::heading(ui, theme, words.get("board.history"));
    for line in incident.history.iter().rev() {
        ui.horizontal_top(|ui| {
            paint::faint(ui, theme, line.at.shanghai_clock());
            let text = egui::RichText::new(saying::happened(view, &line.body)).size(theme.size.small);
            ui.add(egui::Label::new(text).wrap());
        });
    }
}
