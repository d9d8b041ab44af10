//! The selected incident: what, where, who said so, its stage, what can be done, its clocks, units and history.

use crate::action::Action;
use crate::acts::{self, Ask};
use crate::board::Board;
use crate::close_form::{CloseForm, close_form};
use crate::detail_parts::{clocks, history, offered_units, units_out};
use crate::keys;
use crate::paint::{self, Face, Standing};
use crate::saying;
use crate::view::BoardView;
use bevy_egui::egui;
use city::{Incident, Stage, Status};
use egui::{Rect, ScrollArea, Sense, Ui, vec2};
use shell::Selected;

/// What a key and the rims of its button take beside the words, points.
const KEY_POINTS: f32 = 48.0;

/// Draws the detail into what is left of `ui`.
pub fn incident_detail(ui: &mut Ui, view: &BoardView, board: &mut Board) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(incident) = view.incident() else {
        let gone = matches!(view.selected, Selected::Incident(_));
        let key = if gone { "board.gone" } else { "board.selectHint" };
        ui.add_space(8.0);
        ui.vertical_centered(|ui| paint::faint(ui, view.theme, view.words.get(key)));
        return actions;
    };
    headline(ui, view, incident, &mut actions);
    paint::stage_bar(ui, view, incident.stage);
    if board.close.is_some() {
        close_form(ui, view, board, incident, &mut actions);
    } else {
        buttons(ui, view, board, incident, &mut actions);
    }
    ScrollArea::vertical().id_salt("detail").auto_shrink([false, false]).show(ui, |ui| {
        facts(ui, view, incident);
        clocks(ui, view, incident);
        units_out(ui, view, board, incident, &mut actions);
        if matches!(incident.stage, Stage::Perceive | Stage::Decide) {
            offered_units(ui, view, board, incident, &mut actions);
        }
        history(ui, view, incident);
    });
    actions
}

/// Badge, class and level, place; the button that goes there at the right.
fn headline(ui: &mut Ui, view: &BoardView, incident: &Incident, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(36.0, 42.0), Sense::hover());
        let badge = Rect::from_center_size(rect.center(), vec2(36.0, 36.0));
        paint::badge(ui, view, badge, incident.level.number());
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.horizontal(|ui| {
                let class = saying::class(words, &incident.class);
                ui.label(egui::RichText::new(class).size(theme.size.heading).color(theme.panel.text.egui()));
                paint::faint(ui, theme, level_words(view, incident));
            });
            ui.horizontal(|ui| {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let fly = egui::RichText::new(words.get("board.flyThere")).size(theme.size.small);
                    if ui.button(fly).clicked() {
                        actions.push(Action::fly_near(incident.at));
                    }
                    let place = view.places.place(words, incident.place);
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        ui.add(egui::Label::new(place).truncate());
                    });
                });
            });
        });
    });
}

/// Its level in words, its status where that is not actual, and its identifier.
fn level_words(view: &BoardView, incident: &Incident) -> String {
    let level = view.words.get(&format!("board.level{}", incident.level.number())).to_owned();
    match incident.status {
        Status::Actual => format!("{level} · {}", incident.id),
        status => format!("{level} · {} · {}", status_word(view, status), incident.id),
    }
}

/// The word for a status.
pub fn status_word<'a>(view: &BoardView<'a>, status: Status) -> &'a str {
    view.words.get(match status {
        Status::Actual => "status.actual",
        Status::Exercise => "status.exercise",
        Status::Simulated => "status.simulated",
    })
}

/// Acknowledge and dispatch above, undo, close and next below.
fn buttons(ui: &mut Ui, view: &BoardView, board: &mut Board, incident: &Incident, actions: &mut Vec<Action>) {
    let words = view.words;
    let gap = ui.spacing().item_spacing.x;
    let whole = ui.available_width();
    let time_s = ui.input(|input| input.time);
    let waits = incident.stage == Stage::Perceive;
    ui.horizontal(|ui| {
        let acknowledge = acts::acknowledge(view, board);
        let label = words.get("board.acknowledge");
        // As wide as its word and its key ask; the rest names whom the dispatch sends.
        let word = paint::line(ui, label, view.theme.size.body, view.theme.panel.text.egui(), whole);
        let first = (word.size().x + KEY_POINTS).min(0.4 * whole);
        let face = Face { label, key: "A", primary: waits, size: vec2(first, 34.0) };
        press(ui, view, board, &face, acknowledge, time_s, actions);
        let dispatch = acts::dispatch_first(view, board);
        let (label, right_end) = dispatch_words(view, board, &dispatch);
        let primary = incident.stage == Stage::Decide && incident.units.is_empty();
        let face = Face { label: &label, key: &right_end, primary, size: vec2(whole - gap - first, 34.0) };
        press(ui, view, board, &face, dispatch, time_s, actions);
    });
    ui.horizontal(|ui| {
        let size = vec2((whole - 2.0 * gap) / 3.0, 28.0);
        let undo = acts::undo(view, board);
        let face = Face { label: words.get("board.undo"), key: "U", primary: false, size };
        press(ui, view, board, &face, undo, time_s, actions);
        let primary = incident.stage == Stage::Supervise;
        let face = Face { label: words.get("board.close"), key: "C", primary, size };
        if paint::act_button(ui, view, &face, &acts::close_form(view, board)) {
            board.close = Some(CloseForm::default());
        }
        let face = Face { label: words.get("board.next"), key: "N", primary: !incident.is_open(), size };
        if paint::act_button(ui, view, &face, &Standing::Ready) {
            keys::next(view, board, actions);
        }
    });
}

/// Whom the dispatch would send; and for the end that is never cut off how long that unit takes, and the key.
fn dispatch_words(view: &BoardView, board: &Board, dispatch: &Ask) -> (String, String) {
    let first = board.offered.first(view, &board.sent).filter(|_| dispatch.command.is_some());
    let Some(first) = first else { return (view.words.get("board.dispatch").to_owned(), "D".to_owned()) };
    let unit = saying::unit(view, &first.id);
    let arrival = saying::arrival(view.words, first.arrival);
    (view.words.fill("board.dispatchFirst", &[("unit", &unit)]), format!("{arrival}   D"))
}

fn press(
    ui: &mut Ui,
    view: &BoardView,
    board: &mut Board,
    face: &Face,
    ask: Ask,
    time_s: f64,
    actions: &mut Vec<Action>,
) {
    if paint::act_button(ui, view, face, &ask.standing)
        && let Some(command) = ask.command
    {
        board.give(view, command, time_s, actions);
    }
}

/// What was reported, by whom, when and where.
fn facts(ui: &mut Ui, view: &BoardView, incident: &Incident) {
    let (theme, words) = (view.theme, view.words);
    ui.add_space(2.0);
    ui.add(egui::Label::new(egui::RichText::new(saying::text(view, incident)).size(theme.size.body)).wrap());
    let (lon, lat, when) = (incident.at.lon, incident.at.lat, incident.reported.shanghai_clock());
    let line = format!("{when} · {} · {lon:.5}, {lat:.5}", saying::source(view, incident));
    let line = egui::RichText::new(line).size(theme.size.small).color(theme.panel.faint.egui());
    ui.add(egui::Label::new(line).wrap());
    if let Some(rating) = incident.rating {
        let rated = words.fill("board.ratedAs", &[("n", &rating.to_string())]);
        let text = if incident.note.is_empty() { rated } else { format!("{rated} · {}", incident.note) };
        ui.add(egui::Label::new(egui::RichText::new(text).size(theme.size.small)).wrap());
    }
}
