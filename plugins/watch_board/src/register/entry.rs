//! One entry of the register: all it says of itself, what names it, how well it did, and every change of its state.

use super::change::change;
use super::evaluation::evaluation;
use super::row::state_colour;
use crate::action::Action;
use crate::board::Board;
use crate::facts::{coloured_fact, fact, paragraph};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::Algorithm;
use egui::{RichText, Ui};
use shell::saying::keyed;
use shell::widgets::{faint, heading};

/// Draws the entry.
pub fn entry(ui: &mut Ui, view: &WatchView, board: &mut Board, entry: &Algorithm, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let name = RichText::new(saying::told(words, &entry.name)).size(theme.size.body).strong();
    ui.add(egui::Label::new(name.color(theme.panel.text.egui())).wrap());
    faint(ui, theme, format!("{} · {}", entry.id, entry.version));
    change(ui, view, board, entry, actions);
    paragraph(ui, theme, saying::told(words, &entry.purpose));
    let say = |key: &str| keyed(words, "watch", key);
    let state = keyed(words, "algorithmState", entry.state.key());
    coloured_fact(ui, theme, &say("state"), &state, state_colour(theme, entry.state));
    let named = board.register.named(&entry.id);
    let (warnings, notices) = (named.warnings.to_string(), named.notices.to_string());
    fact(ui, theme, &say("named"), &words.fill("watch.namedBy", &[("n", &warnings), ("m", &notices)]));
    fact(ui, theme, &say("owner"), &entry.owner);
    fact(ui, theme, &say("inputs"), &entry.inputs.join(words.pick(";", "; ")));
    fact(ui, theme, &say("validity"), saying::told(words, &entry.validity));
    fact(ui, theme, &say("method"), entry.method.as_deref().unwrap_or_default());
    fact(ui, theme, &say("code"), &entry.code);
    evaluation(ui, view, entry);
    heading(ui, theme, &say("changes"));
    if entry.changes.is_empty() {
        faint(ui, theme, say("neverChanged"));
    }
    for made in entry.changes.iter().rev() {
        let state = |state: city::AlgorithmState| keyed(words, "algorithmState", state.key());
        let from_to = format!("{} → {}", state(made.from), state(made.to));
        let who = saying::by(view, "watch.byAt", &made.by, made.at);
        fact(ui, theme, &from_to, &format!("{who} · {}", made.reason));
    }
}
