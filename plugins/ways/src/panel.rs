//! The panel of ways: what is asked, by whom, what is closed, and the answer in words.

use crate::answer::{Answer, reach_minutes};
use crate::inquiry::{Inquiry, Stage, Tool};
use crate::saying::{length, road, time, why};
use crate::told::Told;
use bevy_egui::egui;
use egui::{RichText, Ui};
use roads::{Isochrone, Mode};
use shell::{Theme, Words};

/// How many roads of a route are seen without scrolling.
const ROWS: f32 = 12.0;
/// So many are seen at least, on a small screen.
const LEAST_ROWS: f32 = 3.0;
/// What stands under the roads, points.
const BELOW: f32 = 84.0;
/// Farther beside the network than this is told, metres.
const BESIDE_M: f64 = 30.0;

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pressed {
    /// A tool: taken in hand, or laid down.
    Tool(Tool),
    /// Another who moves.
    Mode(Mode),
    /// Everything closed is opened.
    OpenAll,
    /// The question and its answer are taken away.
    Clear,
    /// The layer of the imported network is switched.
    Network(bool),
}

/// Shows the inquiry; what was pressed. `network` says whether an imported network is drawn, where there is one.
pub fn ways_panel(
    ui: &mut Ui,
    words: &Words,
    theme: &Theme,
    inquiry: &Inquiry,
    network: Option<bool>,
) -> Vec<Pressed> {
    let mut pressed = Vec::new();
    ui.horizontal_wrapped(|ui| {
        for (tool, key) in Tool::ALL {
            if ui.selectable_label(inquiry.tool == Some(tool), words.get(key)).clicked() {
                pressed.push(Pressed::Tool(tool));
            }
        }
    });
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        for (mode, name) in Mode::ALL {
            let key = format!("wayMode.{name}");
            if ui.selectable_label(inquiry.mode == mode, words.get(&key)).clicked() && inquiry.mode != mode {
                pressed.push(Pressed::Mode(mode));
            }
        }
    });
    ui.separator();
    if !inquiry.closures.is_empty() {
        ui.horizontal(|ui| {
            let count = inquiry.closures.len().to_string();
            ui.colored_label(theme.panel.bad.egui(), words.fill("ways.closures", &[("n", &count)]));
            if ui.button(words.get("ways.openAll")).clicked() {
                pressed.push(Pressed::OpenAll);
            }
        });
    }
    say_what_next(ui, words, theme, inquiry);
    match inquiry.answer() {
        _ if inquiry.stage != Stage::Idle => {}
        Some(Ok(Answer::Route(told))) => {
            ui.scope(|ui| route(ui, words, theme, inquiry.mode, told));
        }
        Some(Ok(Answer::Reach(areas))) => reach(ui, words, theme, areas),
        Some(Err(error)) => {
            ui.colored_label(theme.panel.bad.egui(), why(words, inquiry.mode, error));
        }
        None => {}
    }
    if !inquiry.places.is_empty() && ui.button(words.get("ways.clear")).clicked() {
        pressed.push(Pressed::Clear);
    }
    if let Some(mut on) = network
        && ui.checkbox(&mut on, words.get("ways.showNetwork")).clicked()
    {
        pressed.push(Pressed::Network(on));
    }
    if let Some((edges, is_imported)) = inquiry.network {
        let key = if is_imported { "ways.imported" } else { "ways.schematic" };
        faint(ui, theme, &words.fill(key, &[("n", &edges.to_string())]));
    }
    pressed
}

fn faint(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).size(theme.size.small).color(theme.panel.faint.egui()));
}

/// What is being done, else what a click would do.
fn say_what_next(ui: &mut Ui, words: &Words, theme: &Theme, inquiry: &Inquiry) {
    let key = match (inquiry.stage, inquiry.tool) {
        (Stage::Preparing, _) => "ways.preparing",
        (Stage::Working, _) => "ways.working",
        (Stage::Idle, None) => return,
        (Stage::Idle, Some(Tool::Close)) => "ways.pickRoad",
        (Stage::Idle, Some(_)) if inquiry.answer().is_some() => return,
        (Stage::Idle, Some(Tool::Reach)) => "ways.pickFrom",
        (Stage::Idle, Some(Tool::Route)) if inquiry.places.is_empty() => "ways.pickStart",
        (Stage::Idle, Some(Tool::Route)) => "ways.pickEnd",
    };
    ui.colored_label(theme.panel.faint.egui(), words.get(key));
    if inquiry.tool == Some(Tool::Close) {
        faint(ui, theme, words.get("ways.closedMeans"));
    }
}

fn route(ui: &mut Ui, words: &Words, theme: &Theme, mode: Mode, told: &Told) {
    let route = &told.route;
    let mut facts = vec![
        ("ways.time", time(words, route.duration_s)),
        ("ways.length", length(route.length_m)),
        ("ways.climb", format!("{:.0} / {:.0} m", route.ascent_m, route.descent_m)),
    ];
    if mode.walks() {
        let counted = if told.steps > 0 { "ways.stairsCounted" } else { "ways.stairsOf" };
        let (stairs, steps) = (told.stairs.to_string(), told.steps.to_string());
        facts.push(("ways.stairs", words.fill(counted, &[("n", &stairs), ("steps", &steps)])));
        facts.push(("ways.lifts", format!("{} / {}", told.lifts, told.escalators)));
    }
    let beside_m = route.joins.beside_m.max(route.leaves.beside_m);
    if beside_m > BESIDE_M {
        facts.push(("ways.beside", length(beside_m)));
    }
    egui::Grid::new("way facts").num_columns(2).spacing([10.0, 2.0]).show(ui, |ui| {
        for (key, value) in &facts {
            ui.colored_label(theme.panel.faint.egui(), words.get(key));
            ui.label(value);
            ui.end_row();
        }
    });
    let row_height = ui.text_style_height(&egui::TextStyle::Body);
    let each = row_height + ui.spacing().item_spacing.y;
    let height = (ui.available_height() - BELOW).clamp(LEAST_ROWS * each, ROWS * each);
    let area = egui::ScrollArea::vertical().id_salt("way roads").max_height(height);
    // What can be pressed is higher than a line; rows cannot.
    ui.spacing_mut().interact_size.y = row_height;
    area.show_rows(ui, row_height, told.rows.len(), |ui, range| {
        for row in &told.rows[range] {
            ui.horizontal(|ui| {
                let far = length(row.length_m);
                ui.allocate_ui_with_layout(
                    egui::vec2(62.0, row_height),
                    egui::Layout::right_to_left(egui::Align::Center),
                    |ui| ui.colored_label(theme.panel.faint.egui(), far),
                );
                ui.add(egui::Label::new(road(words, &row.name)).truncate());
            });
        }
    });
}

fn reach(ui: &mut Ui, words: &Words, theme: &Theme, areas: &[Isochrone]) {
    for (area, colour) in areas.iter().zip(theme.ways.reach) {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 10.0), egui::Sense::hover());
            ui.painter().rect_filled(rect, 2.0, colour.with_alpha(1.0).egui());
            let km = format!("{:.0}", area.length_m / 1e3);
            ui.label(words.fill("ways.reached", &[("n", &reach_minutes(area)), ("km", &km)]));
        });
    }
}
