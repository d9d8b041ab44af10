//! A row of the list: the score, the source, what lost most, and where the weeks go.

use super::{FAIR, GOOD, score_colour, score_word};
use crate::board::Board;
use crate::rows;
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};
use shell::saying::keyed;
use shell::widgets::{line, place};
use shell::{Colour, Words};
use watch::quality::told::{CourseTold, ReasonTold, SourceTold};

/// Draws one row; a click opens the source, another closes it.
pub fn row(ui: &mut Ui, view: &WatchView, board: &mut Board, source: &SourceTold) {
    let selected = board.looking.source.as_deref() == Some(&*source.id);
    let name = name(view.words, source);
    let label = format!("{name} {}", score_word(source.score));
    let (rect, response) = rows::row(ui, view.theme, &label, selected);
    if ui.is_rect_visible(rect) {
        paint(ui, view, rect, source, name);
    }
    if response.clicked() {
        board.looking.source = (!selected).then(|| source.id.clone());
        board.reveal = true;
    }
}

/// What a source is called.
pub fn name<'a>(words: &Words, source: &'a SourceTold) -> &'a str {
    match saying::told(words, &source.name) {
        "" => &source.id,
        name => name,
    }
}

/// A reason in the language shown, else in the other.
pub fn reason<'a>(words: &Words, reason: &'a ReasonTold) -> &'a str {
    let shown = words.pick(&reason.zh, &reason.en);
    if shown.is_empty() { words.pick(&reason.en, &reason.zh) } else { shown }
}

fn paint(ui: &Ui, view: &WatchView, rect: Rect, source: &SourceTold, name: &str) {
    let (panel, size, words) = (&view.theme.panel, &view.theme.size, view.words);
    let is_old = view.vitals.trouble.is_some();
    let colour = if is_old { panel.faint } else { score_colour(view, source.score) };
    sign(ui, pos2(rect.left() + 17.0, rect.center().y), source.score, colour);
    let (left, right) = (rect.left() + 34.0, rect.right() - 10.0);
    let (upper, lower) = (rect.top() + 15.0, rect.bottom() - 13.0);
    let score = line(ui, &score_word(source.score), size.body, colour.egui(), 70.0);
    let score = place(ui, score, Align2::RIGHT_CENTER, pos2(right, upper));
    let ink = if is_old { panel.faint } else { panel.text };
    let title = line(ui, name, size.body, ink.egui(), score.left() - left - 8.0);
    place(ui, title, Align2::LEFT_CENTER, pos2(left, upper));
    let course = match source.course {
        CourseTold::TooShort => String::new(),
        course => keyed(words, "qualityCourse", course_key(course)),
    };
    let tone = if source.course == CourseTold::Falling { panel.attention } else { panel.faint };
    let course = line(ui, &course, size.small, tone.egui(), 90.0);
    let course = place(ui, course, Align2::RIGHT_CENTER, pos2(right, lower));
    let why = match source.reasons.first() {
        Some(first) => reason(words, first).to_owned(),
        None if source.score.is_none() => words.get("quality.notJudged").to_owned(),
        None => words.get("quality.nothingLost").to_owned(),
    };
    let why = line(ui, &why, size.small, panel.faint.egui(), course.left() - left - 8.0);
    place(ui, why, Align2::LEFT_CENTER, pos2(left, lower));
}

/// The key of a course.
pub fn course_key(course: CourseTold) -> &'static str {
    match course {
        CourseTold::TooShort => "tooShort",
        CourseTold::Steady => "steady",
        CourseTold::Rising => "rising",
        CourseTold::Falling => "falling",
    }
}

/// Disc, ring and cross, so that nobody needs to tell colours apart; a dash where nothing can be judged.
fn sign(ui: &Ui, at: egui::Pos2, score: Option<f64>, colour: Colour) {
    let (colour, stroke) = (colour.egui(), Stroke::new(2.0, colour.egui()));
    match score {
        None => _ = ui.painter().line_segment([at - vec2(5.0, 0.0), at + vec2(5.0, 0.0)], stroke),
        Some(score) if score >= GOOD => _ = ui.painter().circle_filled(at, 6.0, colour),
        Some(score) if score >= FAIR => _ = ui.painter().circle_stroke(at, 5.0, stroke),
        Some(_) => {
            for dx in [-5.0, 5.0] {
                ui.painter().line_segment([at + vec2(dx, -5.0), at + vec2(-dx, 5.0)], stroke);
            }
        }
    }
}
