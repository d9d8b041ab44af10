//! The detail of a warning: its reason with value and limit, what to do, whose it is, what answers for it, and what it is
//! made of.

use super::members;
use crate::action::{Action, warning_place};
use crate::acts;
use crate::board::Board;
use crate::chip;
use crate::facts::{coloured_fact, fact, paragraph, remark};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::Warning;
use egui::{Rect, RichText, Sense, Ui, vec2};
use shell::Selected;
use shell::saying::keyed;
use shell::widgets::{Face, Standing, act_button, faint};

/// Draws the detail.
pub fn detail(
    ui: &mut Ui,
    view: &WatchView,
    board: &mut Board,
    warning: &Warning,
    actions: &mut Vec<Action>,
) {
    let (theme, words) = (view.theme, view.words);
    headline(ui, view, warning);
    buttons(ui, view, board, warning, actions);
    paragraph(ui, theme, &saying::reason(view, warning));
    if warning.on_trial {
        remark(ui, theme, words.get("watch.onTrial"), theme.panel.attention);
    }
    if warning.flapping {
        let times = words.fill("watch.flapping", &[("n", &warning.times.to_string())]);
        remark(ui, theme, &times, theme.panel.attention);
    }
    let say = |key: &str| keyed(words, "watch", key);
    fact(ui, theme, &say("value"), &value(view, warning));
    fact(ui, theme, &say("advice"), saying::told(words, &warning.advice));
    fact(ui, theme, &say("place"), &saying::place(view, warning));
    let at = warning.at.filter(|at| at.is_valid());
    let at = at.map_or_else(String::new, |at| format!("{:.5}, {:.5}", at.lon, at.lat));
    fact(ui, theme, &say("position"), &at);
    let lasts = words.lasting(view.now.seconds_since(warning.since).max(0.0));
    fact(ui, theme, &say("since"), &format!("{} · {lasts}", saying::moment(warning.since, view.now)));
    if let Some(ended) = warning.ended {
        let why = keyed(words, "warningEnd", ended.why.key());
        fact(ui, theme, &say("ended"), &format!("{} · {why}", saying::moment(ended.at, view.now)));
    }
    if let Some(noted) = &warning.noted {
        coloured_fact(ui, theme, &say("noted"), &saying::noted(view, noted), theme.panel.good);
    }
    fact(ui, theme, &say("departments"), &warning.departments.join(words.pick("、", ", ")));
    fact(ui, theme, &say("centre"), &view.places.jurisdiction(words, warning.centre));
    let class = saying::class(words, &warning.risk_class);
    fact(ui, theme, &say("system"), &format!("{} · {class}", saying::system(words, &warning.system)));
    fact(ui, theme, &say("device"), warning.device_id.as_ref().map_or("", |id| id.as_str()));
    fact(ui, theme, &say("rule"), &warning.rule);
    fact(ui, theme, &say("algorithm"), &saying::algorithm(view, &warning.algorithm, &warning.version));
    fact(ui, theme, &say("limits"), &source(view, warning));
    if let Some(made_of) = &warning.members {
        members::members(ui, view, made_of);
    }
}

/// The value that passed and the limit it passed, each with the unit.
fn value(view: &WatchView, warning: &Warning) -> String {
    let with_unit =
        |value: f64| format!("{} {}", shell::saying::figure(value), warning.unit).trim().to_owned();
    match (warning.value, warning.limit) {
        (Some(value), Some(limit)) => {
            view.words.fill("watch.valueOfLimit", &[("v", &with_unit(value)), ("limit", &with_unit(limit))])
        }
        (Some(value), None) => with_unit(value),
        (None, _) => String::new(),
    }
}

/// Where the limits come from; rules that ship without a standard say `training value`.
fn source(view: &WatchView, warning: &Warning) -> String {
    match warning.source.as_str() {
        "training value" => view.words.get("watch.trainingValue").to_owned(),
        other => other.to_owned(),
    }
}

fn headline(ui: &mut Ui, view: &WatchView, warning: &Warning) {
    let (theme, words) = (view.theme, view.words);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(26.0, 26.0), Sense::hover());
        chip::chip(
            ui,
            theme,
            words,
            Rect::from_center_size(rect.center(), vec2(24.0, 24.0)),
            warning.colour,
            false,
        );
        let colour = words.get(&format!("warningColour.{}", warning.colour.key())).to_owned();
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let name = RichText::new(saying::told(words, &warning.name)).size(theme.size.body).strong();
            ui.add(egui::Label::new(name.color(theme.panel.text.egui())).wrap());
            faint(ui, theme, format!("{colour} · {}", warning.id));
        });
    });
}

/// Take note; go to the incident; go there; open the entry of the register.
fn buttons(ui: &mut Ui, view: &WatchView, board: &mut Board, warning: &Warning, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    ui.horizontal(|ui| {
        let size = vec2((ui.available_width() - 3.0 * ui.spacing().item_spacing.x) / 4.0, 28.0);
        let (command, standing) = acts::note(view, board, warning);
        let face = Face { label: words.get("watch.note"), key: "M", primary: warning.noted.is_none(), size };
        if act_button(ui, theme, words, &face, &standing) {
            let time_s = ui.input(|input| input.time);
            board.give(view, command, time_s, actions);
        }
        let incident = warning.incident_id.as_ref().filter(|id| view.city.incidents.contains_key(*id));
        let standing = match (incident, &warning.incident_id) {
            (Some(_), _) => Standing::Ready,
            (None, Some(_)) => Standing::Refused(words.get("board.gone").to_owned()),
            (None, None) => Standing::Refused(words.get("watch.noIncident").to_owned()),
        };
        let face = Face { label: words.get("watch.toIncident"), key: "", primary: false, size };
        if act_button(ui, theme, words, &face, &standing)
            && let Some(id) = incident
        {
            actions.push(Action::Select(Selected::Incident(id.clone())));
        }
        let face = Face { label: words.get("board.flyThere"), key: "", primary: false, size };
        if act_button(ui, theme, words, &face, &Standing::Ready) {
            actions.extend(warning_place(warning).map(Action::Fly));
        }
        let face = Face { label: words.get("watch.entry"), key: "", primary: false, size };
        if act_button(ui, theme, words, &face, &Standing::Ready) {
            board.open_entry(&warning.algorithm);
        }
    });
}
