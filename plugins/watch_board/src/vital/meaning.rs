//! What a sign means: its definition, from where on it is grave, what it is told against, and what answers for it.

use super::words::with_unit;
use crate::board::Board;
use crate::chip;
use crate::facts::{fact, paragraph};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::WarningColour;
use egui::{Align2, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use shell::saying::{figure, keyed};
use shell::widgets::{heading, line, place};
use watch::vital::told::{GradesTold, SignTold};

/// Draws the meaning.
pub fn meaning(ui: &mut Ui, view: &WatchView, board: &mut Board, sign: &SignTold) {
    let (theme, words) = (view.theme, view.words);
    let say = |key: &str| keyed(words, "vital", key);
    heading(ui, theme, &say("meaning"));
    paragraph(ui, theme, saying::told(words, &sign.definition));
    grades(ui, view, sign);
    fact(ui, theme, &say("source"), &sign.source);
    if let Some(baseline) = &sign.baseline {
        let value = with_unit(baseline.value, &sign.unit);
        fact(ui, theme, &say("baseline"), &format!("{value} · {}", baseline.source));
    }
    if let Some(reference) = &sign.reference {
        fact(ui, theme, &say("against"), &say(&reference.against));
        for station in &reference.stations {
            let guarantee = station.guarantee_m.map_or_else(|| "—".to_owned(), figure);
            let (warning, datum) = (figure(station.warning_m), keyed(words, "vitalDatum", &station.datum));
            let parts =
                [("w", &*warning), ("g", &*guarantee), ("datum", &*datum), ("source", &*station.source)];
            fact(ui, theme, words.name(&station.zh, &station.en), &words.fill("vital.station", &parts));
        }
    }
    if !sign.algorithm.is_empty() {
        let id = sign.algorithm.as_str().into();
        fact(ui, theme, &say("algorithm"), &saying::algorithm(view, &id, &sign.version));
        if view.city.algorithms.contains_key(&id) && ui.button(words.get("watch.entry")).clicked() {
            board.open_entry(&id);
        }
    }
}

/// The level of each grade that the sign has.
pub fn levels(grades: &GradesTold) -> Vec<(WarningColour, f64)> {
    let each = [grades.red, grades.orange, grades.yellow, grades.blue];
    let levels =
        WarningColour::ALL.into_iter().zip(each).filter_map(|(colour, level)| Some((colour, level?)));
    levels.filter(|(_, level)| level.is_finite()).collect()
}

/// A chip and a level a grade.
fn grades(ui: &mut Ui, view: &WatchView, sign: &SignTold) {
    let (theme, words) = (view.theme, view.words);
    let levels = levels(&sign.grades);
    if levels.is_empty() {
        fact(ui, theme, words.get("vital.grades"), words.get("vital.noGrades"));
        return;
    }
    let side = if sign.grades.side == "below" { "≤" } else { "≥" };
    let width = ui.available_width() / 4.0;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let said = |(colour, level): &(WarningColour, f64)| {
        let colour = keyed(words, "warningColour", colour.key());
        format!("{colour} {side} {}", with_unit(*level, &sign.unit))
    };
    let all = levels.iter().map(said).collect::<Vec<_>>().join(words.pick(",", ", "));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &all));
    for (n, (colour, level)) in levels.iter().enumerate() {
        let at = pos2(rect.left() + n as f32 * width, rect.center().y);
        let badge = Rect::from_center_size(at + vec2(9.0, 0.0), vec2(18.0, 18.0));
        chip::chip(ui, theme, words, badge, *colour, false);
        let told = format!("{side} {}", with_unit(*level, &sign.unit));
        let told = line(ui, &told, theme.size.small, theme.panel.text.egui(), width - 26.0);
        place(ui, told, Align2::LEFT_CENTER, at + vec2(23.0, 0.0));
    }
}
