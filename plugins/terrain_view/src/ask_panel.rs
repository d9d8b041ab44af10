//! The panel of a question asked of the ground: what to click, the plot of a profile, the share that is seen.

use crate::ask::{Answer, Asking, Question};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use shell::{Column, GroundModel, MapArea, Panel, Panels, Projector, Theme, Words};
use terrain::ask::{Profile, Sight};

/// Width of the panel, points.
const WIDTH: f32 = 340.0;
/// Height of a plot, points.
const PLOT: f32 = 110.0;

/// The buttons of the questions; true when one was pressed.
pub fn buttons(ui: &mut egui::Ui, words: &Words, asking: &mut Asking) -> bool {
    let mut pressed = false;
    ui.horizontal_wrapped(|ui| {
        for (question, key) in [(Question::Line, "ask.line"), (Question::View, "ask.view")] {
            let on = asking.question == Some(question);
            if ui.selectable_label(on, words.get(key)).clicked() {
                asking.ask((!on).then_some(question));
                pressed = true;
            }
        }
    });
    pressed
}

/// Shows the question and its answer between the other panels.
pub(crate) fn show(
    mut contexts: EguiContexts,
    words: Res<Words>,
    theme: Res<Theme>,
    area: Res<MapArea>,
    ground: Res<GroundModel>,
    mut asking: ResMut<Asking>,
    mut panels: ResMut<Panels>,
) -> Result {
    let Some(question) = asking.question else { return Ok(()) };
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let key = if question == Question::Line { "ask.line" } else { "ask.view" };
    let mut changed = false;
    let (column, title) = (Column::Middle, words.get(key));
    let panel = Panel { name: "question", title, column, order: 0, width: WIDTH, unfolded: None };
    panels.show(context, free, &theme, panel, |ui| {
        // A look at it is no change.
        let asking = asking.bypass_change_detection();
        changed = body(ui, &words, &theme, question, asking);
        if changed && asking.question.is_some() {
            asking.again(&ground.ground);
        }
    });
    if changed {
        asking.set_changed();
    }
    Ok(())
}

/// The panel's inside; true when what is asked is another.
fn body(ui: &mut egui::Ui, words: &Words, theme: &Theme, question: Question, asking: &mut Asking) -> bool {
    let before = (asking.eye_m, asking.radius_m);
    ui.horizontal_wrapped(|ui| {
        ui.label(words.get("ask.eye"));
        ui.add(egui::DragValue::new(&mut asking.eye_m).range(0.0..=1_000.0).speed(0.5).suffix(" m"));
        if question == Question::View {
            ui.label(words.get("ask.radius"));
            ui.add(
                egui::DragValue::new(&mut asking.radius_m).range(200.0..=20_000.0).speed(50.0).suffix(" m"),
            );
        }
    });
    let faint = theme.panel.faint.egui();
    match &asking.answer {
        _ if asking.is_working() => {
            ui.colored_label(faint, words.get("ask.working"));
        }
        Some(Answer::Line(answer)) => line(ui, words, theme, &answer.0, &answer.1),
        Some(Answer::View(view)) => {
            let area = format!("{:.2} km²", view.visible_m2 / 1e6);
            let share = format!("{:.0}", view.share * 100.0);
            ui.label(words.fill("ask.area", &[("area", &area), ("share", &share)]));
        }
        None => {
            let key = if question == Question::Line { "ask.pickTwo" } else { "ask.pickOne" };
            ui.colored_label(faint, words.get(key));
        }
    }
    if ui.button(words.get("ask.close")).clicked() {
        asking.ask(None);
        return true;
    }
    before != (asking.eye_m, asking.radius_m)
}

fn line(ui: &mut egui::Ui, words: &Words, theme: &Theme, profile: &Profile, sight: &Sight) {
    plot(ui, theme, profile, sight);
    let height = |sample: Option<&terrain::ask::ProfileSample>| {
        sample.and_then(|sample| sample.height_m).map_or("—".to_owned(), |h| format!("{h:.0} m"))
    };
    let steepest = profile.steepest.map_or("—".to_owned(), |piece| format!("{:.0} %", piece.slope_percent));
    let told = [
        ("ask.length", format!("{:.2} km", profile.length_m / 1e3)),
        ("ask.climb", format!("{:.0} / {:.0} m", profile.ascent_m, profile.descent_m)),
        ("ask.between", format!("{} / {}", height(profile.min.as_ref()), height(profile.max.as_ref()))),
        ("ask.steepest", steepest),
    ];
    ui.horizontal_wrapped(|ui| {
        for (key, value) in told {
            ui.colored_label(theme.panel.faint.egui(), words.get(key));
            ui.label(value);
        }
    });
    match &sight.obstacle {
        None => ui.colored_label(theme.panel.good.egui(), words.get("ask.free")),
        Some(first) => {
            let at = format!("{:.2} km", first.distance_m / 1e3);
            ui.colored_label(theme.panel.bad.egui(), words.fill("ask.blocked", &[("m", &at)]))
        }
    };
}

/// The ground as a silhouette with the line of sight over it.
fn plot(ui: &mut egui::Ui, theme: &Theme, profile: &Profile, sight: &Sight) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), PLOT), egui::Sense::hover());
    let ends_m = [sight.from_m, sight.to_m];
    let heights = || profile.samples.iter().filter_map(|sample| sample.height_m).chain(ends_m);
    let (low, high) = heights().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), h| (a.min(h), b.max(h)));
    let room = ((high - low) * 0.08).max(2.0);
    let at = |distance_m: f64, height_m: f64| {
        let x = (distance_m / profile.length_m.max(1.0)) as f32;
        let y = ((height_m - low + room) / (high - low + 2.0 * room)) as f32;
        egui::pos2(rect.left() + x * rect.width(), rect.bottom() - y * rect.height())
    };
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, theme.panel.inset.egui());
    let ground: Vec<egui::Pos2> =
        profile.samples.iter().filter_map(|sample| Some(at(sample.distance_m, sample.height_m?))).collect();
    for pair in ground.windows(2) {
        let below = |p: egui::Pos2| egui::pos2(p.x, rect.bottom());
        let corners = vec![pair[0], pair[1], below(pair[1]), below(pair[0])];
        painter.add(egui::Shape::convex_polygon(corners, theme.panel.line.egui(), egui::Stroke::NONE));
    }
    painter.add(egui::Shape::line(ground, egui::Stroke::new(1.6, theme.panel.text.egui())));
    let colour = if sight.visible { theme.panel.good } else { theme.panel.bad };
    let line = [at(0.0, ends_m[0]), at(profile.length_m, ends_m[1])];
    painter.line_segment(line, egui::Stroke::new(1.2, colour.egui()));
    if let Some(first) = &sight.obstacle {
        painter.circle_filled(at(first.distance_m, first.ground_m), 3.5, colour.egui());
    }
    let font = egui::FontId::proportional(theme.size.small);
    let faint = theme.panel.faint.egui();
    for (height_m, corner, align) in [
        (high, rect.left_top() + egui::vec2(4.0, 2.0), egui::Align2::LEFT_TOP),
        (low, rect.left_bottom() + egui::vec2(4.0, -2.0), egui::Align2::LEFT_BOTTOM),
    ] {
        painter.text(corner, align, format!("{height_m:.0} m"), font.clone(), faint);
    }
}

/// Marks the places named, and the line between them.
pub(crate) fn mark(
    mut contexts: EguiContexts,
    asking: Res<Asking>,
    projector: Res<Projector>,
    ground: Res<GroundModel>,
    theme: Res<Theme>,
) -> Result {
    if asking.places.is_empty() {
        return Ok(());
    }
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    let seen: Vec<egui::Pos2> = asking
        .places
        .iter()
        .filter_map(|at| Some(projector.project(*at, ground.drawn_height_m(*at))?.at))
        .collect();
    let colour = theme.panel.accent.egui();
    if let [from, to] = seen.as_slice() {
        painter.line_segment([*from, *to], egui::Stroke::new(4.0, theme.map.halo.egui()));
        painter.line_segment([*from, *to], egui::Stroke::new(2.0, colour));
    }
    for at in seen {
        painter.circle(at, 5.0, colour, egui::Stroke::new(2.0, theme.map.halo.egui()));
    }
    Ok(())
}
