//! Above the list: where we are with the way back up, what the past is made of, and trouble with what to do.

use super::words::short_area;
use crate::action::{Action, Where};
use crate::board::Board;
use crate::facts::remark;
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui::{Button, Label, RichText, Ui};
use city::{CityTime, Jurisdiction};
use watch::vital::told::{Past, SignsTold, read_area};

/// Draws city › district › township: those above are buttons where the operator answers for them.
pub fn crumbs(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    let told = || board.looking.signs(view).and_then(|told| read_area(&told.area));
    let Some(area) = board.looking.area(view).or_else(told) else { return };
    let (theme, own) = (view.theme, view.on_duty.actor.jurisdiction);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (n, above) in way_to(area).into_iter().enumerate() {
            if n > 0 {
                ui.label(RichText::new("›").color(theme.panel.faint.egui()));
            }
            let name = RichText::new(short_area(view, above));
            if above == area {
                let name = name.strong().color(theme.panel.text.egui());
                ui.add(Label::new(name).truncate());
            } else if view.on_duty.told && !own.covers_centre(above) {
                ui.label(name.color(theme.panel.faint.egui()));
            } else if ui.add(Button::new(name.color(theme.panel.accent.egui())).frame(false)).clicked() {
                go(board, above, actions);
            }
        }
    });
}

/// Goes to an area, in the panel and on the map.
pub fn go(board: &mut Board, area: Jurisdiction, actions: &mut Vec<Action>) {
    board.looking.go(area);
    board.reveal = true;
    actions.push(Action::Fly(Where::Area(area)));
}

/// An area with those it lies in, the widest first.
fn way_to(area: Jurisdiction) -> Vec<Jurisdiction> {
    match area {
        Jurisdiction::City => vec![area],
        Jurisdiction::District(_) => vec![Jurisdiction::City, area],
        Jurisdiction::Township(code) => {
            vec![Jurisdiction::City, Jurisdiction::District(code.district()), area]
        }
    }
}

/// Says what the past is made of, and that it is still being filled in.
pub fn past(ui: &mut Ui, view: &WatchView, told: &SignsTold) {
    let (theme, words) = (view.theme, view.words);
    if told.past == Past::Training {
        let key = if told.past_ready { "vital.training" } else { "vital.trainingFilling" };
        remark(ui, theme, words.get(key), theme.panel.attention);
    } else if !told.past_ready {
        remark(ui, theme, words.get("vital.filling"), theme.panel.faint);
    }
    if !told.withheld.is_empty() {
        remark(ui, theme, words.get("vital.someWithheld"), theme.panel.faint);
    }
}

/// Says why nothing newer comes and what to do, and offers the way back to the own area.
pub fn trouble(ui: &mut Ui, view: &WatchView, board: &mut Board, of: Option<CityTime>) {
    let (theme, words) = (view.theme, view.words);
    let Some(why) = &view.vitals.trouble else { return };
    let text = match of {
        Some(at) => words.fill("vital.troubleOld", &[("why", why), ("t", &saying::moment(at, view.now))]),
        None => words.fill("vital.trouble", &[("why", why)]),
    };
    // One line; what is cut off shows when the pointer rests on it.
    let text = RichText::new(text).size(theme.size.small).color(theme.panel.bad.egui());
    ui.add(Label::new(text).truncate());
    let own = view.on_duty.actor.jurisdiction;
    let is_elsewhere = view.on_duty.told && board.looking.area(view).is_some_and(|area| area != own);
    if is_elsewhere && of.is_none() && ui.button(words.get("vital.toOwn")).clicked() {
        board.looking.go(own);
    }
}
