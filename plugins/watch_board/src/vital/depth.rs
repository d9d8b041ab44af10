//! The open sign in depth: its value, its trend, beside its past, where it is worst, what it means, and how all districts
//! rank.

use super::{compare, meaning, parts, trend, words};
use crate::action::Action;
use crate::board::Board;
use crate::facts::{coloured_fact, fact, remark};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui::{Label, RichText, Ui};
use city::Jurisdiction;
use shell::saying::{figure, keyed};
use shell::widgets::faint;
use watch::vital::told::{PartKind, SignTold, read_area};

/// Draws the sign in depth; while it is on its way it says so.
pub fn depth(ui: &mut Ui, view: &WatchView, board: &mut Board, actions: &mut Vec<Action>) {
    let (theme, text) = (view.theme, view.words);
    let Some(told) = board.looking.depth(view) else {
        if view.vitals.trouble.is_none() {
            faint(ui, theme, text.get("vital.waiting"));
        }
        return;
    };
    let sign = &told.sign;
    let name = RichText::new(words::name(text, sign)).size(theme.size.body).strong();
    ui.add(Label::new(name.color(theme.panel.text.egui())).wrap());
    value(ui, view, sign);
    trend::trend(ui, view, board, &told);
    compare::compare(ui, view, &told);
    let key = match told.parts.first().map(|part| part.kind) {
        Some(PartKind::Township) => "townships",
        Some(PartKind::Device) => "devices",
        _ => "districts",
    };
    let title = keyed(text, "vital", key);
    parts::parts(ui, view, board, &title, &told.parts, &sign.unit, actions);
    if told.parts_left_out > 0 {
        faint(ui, theme, text.fill("vital.leftOut", &[("n", &told.parts_left_out.to_string())]));
    }
    meaning::meaning(ui, view, board, sign);
    if read_area(&told.area) != Some(Jurisdiction::City) && told.ranking.len() > 1 {
        parts::parts(ui, view, board, text.get("vital.ranking"), &told.ranking, &sign.unit, actions);
    }
}

fn value(ui: &mut Ui, view: &WatchView, sign: &SignTold) {
    let (theme, text) = (view.theme, view.words);
    let say = |key: &str| keyed(text, "vital", key);
    let mut told = words::value(sign);
    if let Some(error) = sign.error.map(figure).filter(|error| error != "0") {
        told = format!("{told} ± {error}");
    }
    let colour = match sign.colour {
        Some(colour) => {
            told = format!("{told} · {}", keyed(text, "warningColour", colour.key()));
            crate::chip::colour_of(theme, colour)
        }
        None => theme.panel.text,
    };
    coloured_fact(ui, theme, &say("now"), &told, colour);
    remark(ui, theme, &words::validity(text, sign), theme.panel.attention);
    let devices = words::reporting(text, sign.reporting, sign.devices);
    fact(ui, theme, &say("deviceCount"), &devices);
    if let Some(at) = sign.at {
        fact(ui, theme, &say("measured"), &saying::moment(at, view.now));
    }
}
