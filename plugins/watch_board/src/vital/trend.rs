//! The picture of a trend: the line with its band, the levels of grades dashed, time and values at its edges.

use super::meaning::levels;
use super::plot::{Frame, middle, nearest, runs};
use super::words::with_unit;
use crate::board::Board;
use crate::chip::{colour_of, letter};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use egui::{
    Align2, Button, Mesh, Painter, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};
use shell::saying::{figure, keyed};
use shell::widgets::{both_ends, faint, line, place, small};
use watch::vital::told::{PointTold, SignInDepth, Span};

/// How high the picture is, and what its axes take at the left and below, points.
const HEIGHT: f32 = 150.0;
const LEFT: f32 = 44.0;
const BELOW: f32 = 18.0;
/// What letters of grades take at the right, and the air above, points.
const RIGHT: f32 = 16.0;
const ABOVE: f32 = 8.0;

/// Draws the choice of spans and the picture.
pub fn trend(ui: &mut Ui, view: &WatchView, board: &mut Board, told: &SignInDepth) {
    let (theme, words) = (view.theme, view.words);
    ui.add_space(4.0);
    let title = words.fill("vital.trend", &[("unit", &told.sign.unit)]);
    let title = title.replace("()", "").replace(" ()", "").trim_end().to_owned();
    ui.horizontal(|ui| {
        both_ends(
            ui,
            |ui| {
                for span in Span::ALL.into_iter().rev() {
                    let name = RichText::new(keyed(words, "vitalSpan", span.key())).size(theme.size.small);
                    if ui.add(Button::selectable(board.looking.span == span, name)).clicked() {
                        board.looking.span = span;
                    }
                }
            },
            |ui| _ = small(ui, theme, title, theme.panel.faint),
        );
    });
    let grades = levels(&told.sign.grades);
    let figures: Vec<f64> = grades.iter().map(|(_, level)| *level).collect();
    let Some(frame) = Frame::of(&told.trend, &figures, told.span, told.now) else {
        faint(ui, theme, words.get("vital.noTrend"));
        return;
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let (low, high) = (with_unit(frame.low, ""), with_unit(frame.high, ""));
    response.widget_info(|| {
        let parts = [("n", &*told.trend.len().to_string()), ("low", &*low), ("high", &*high)];
        WidgetInfo::labeled(WidgetType::Image, true, words.fill("vital.picture", &parts))
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    ui.painter().rect_filled(rect, 4.0, theme.panel.inset.egui());
    let inside = Rect::from_min_max(rect.min + vec2(LEFT, ABOVE), rect.max - vec2(RIGHT, BELOW));
    axes(ui, view, &frame, told.span, inside);
    let painter = ui.painter().with_clip_rect(inside.expand(2.0).intersect(ui.clip_rect()));
    for (colour, level) in grades.iter().filter(|(_, level)| (0.0..=1.0).contains(&frame.up(*level))) {
        let y = at_height(inside, frame.up(*level));
        let ink = colour_of(theme, *colour).egui();
        let ends = [pos2(inside.left(), y), pos2(inside.right(), y)];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.2, ink), 6.0, 4.0));
        let name = line(ui, &letter(words, *colour), theme.size.small, ink, RIGHT);
        place(ui, name, Align2::CENTER_CENTER, pos2(inside.right() + 0.5 * RIGHT, y));
    }
    for run in runs(&told.trend) {
        draw_run(&painter, view, &frame, inside, &run);
    }
    if let Some(at) = response.hover_pos().filter(|at| inside.x_range().contains(at.x)) {
        let across = f64::from((at.x - inside.left()) / inside.width().max(1.0));
        if let Some(point) = nearest(&told.trend, &frame, across) {
            under_pointer(ui, view, &frame, inside, &point, &told.sign.unit);
        }
    }
}

fn at_height(inside: Rect, up: f64) -> f32 {
    inside.bottom() - (up.clamp(-1.0, 2.0) as f32) * inside.height()
}

fn spot(inside: Rect, frame: &Frame, point: &PointTold, value: f32) -> Pos2 {
    let across = frame.across(middle(point)).clamp(-1.0, 2.0) as f32;
    pos2(inside.left() + across * inside.width(), at_height(inside, frame.up(f64::from(value))))
}

fn axes(ui: &Ui, view: &WatchView, frame: &Frame, span: Span, inside: Rect) {
    let (panel, size) = (&view.theme.panel, view.theme.size.small - 1.0);
    let grid = Stroke::new(1.0, panel.line.egui());
    for value in frame.marks_up() {
        let y = at_height(inside, frame.up(value));
        ui.painter().hline(inside.x_range(), y, grid);
        let name = line(ui, &figure(value), size, panel.faint.egui(), LEFT - 6.0);
        place(ui, name, Align2::RIGHT_CENTER, pos2(inside.left() - 5.0, y));
    }
    let zone = line(ui, view.words.get("vital.zone"), size, panel.faint.egui(), 70.0);
    let below = inside.bottom() + 0.5 * BELOW + 1.0;
    let zone = place(ui, zone, Align2::LEFT_CENTER, pos2(inside.left() - LEFT + 6.0, below));
    let mut free = zone.right() + 6.0;
    for (at, name) in frame.marks_across(span) {
        let x = inside.left() + frame.across(at) as f32 * inside.width();
        ui.painter().vline(x, inside.y_range(), grid);
        let name = line(ui, &name, size, panel.faint.egui(), 60.0);
        if x - 0.5 * name.size().x > free && x + 0.5 * name.size().x < inside.right() + RIGHT {
            free = place(ui, name, Align2::CENTER_CENTER, pos2(x, below)).right() + 6.0;
        }
    }
}

/// The band from low to high with the line in it; a point alone is a dot.
fn draw_run(painter: &Painter, view: &WatchView, frame: &Frame, inside: Rect, run: &[PointTold]) {
    let colour = view.theme.panel.accent;
    let ends = |point: &PointTold| {
        let or_value = |end: f32| if end.is_finite() { end } else { point.value };
        [or_value(point.low), or_value(point.high)].map(|end| spot(inside, frame, point, end))
    };
    if let [point] = run {
        let [low, high] = ends(point);
        painter.line_segment([low, high], Stroke::new(3.0, colour.with_alpha(0.3).egui()));
        painter.circle_filled(spot(inside, frame, point, point.value), 2.5, colour.egui());
        return;
    }
    let mut band = Mesh::default();
    for point in run {
        for end in ends(point) {
            band.colored_vertex(end, colour.with_alpha(0.22).egui());
        }
    }
    for n in 1..run.len() as u32 {
        let (a, b) = (2 * n - 2, 2 * n);
        band.add_triangle(a, a + 1, b);
        band.add_triangle(a + 1, b, b + 1);
    }
    painter.add(Shape::mesh(band));
    let middle = run.iter().map(|point| spot(inside, frame, point, point.value)).collect();
    painter.add(Shape::line(middle, Stroke::new(1.6, colour.egui())));
}

/// What was measured where the pointer is.
fn under_pointer(ui: &Ui, view: &WatchView, frame: &Frame, inside: Rect, point: &PointTold, unit: &str) {
    let theme = view.theme;
    let at = spot(inside, frame, point, point.value);
    ui.painter().vline(at.x, inside.y_range(), Stroke::new(1.0, theme.panel.faint.egui()));
    ui.painter().circle_filled(at, 3.0, theme.panel.text.egui());
    let mut told =
        format!("{} · {}", saying::moment(point.at, view.now), with_unit(f64::from(point.value), unit));
    if point.low < point.high {
        told = format!("{told}({}–{})", figure(f64::from(point.low)), figure(f64::from(point.high)));
    }
    let galley = line(ui, &told, theme.size.small, theme.panel.text.egui(), inside.width());
    let half = 0.5 * galley.size().x;
    let x = at.x.clamp(inside.left() + half, (inside.right() - half).max(inside.left() + half));
    let rect = Align2::CENTER_TOP.anchor_size(pos2(x, inside.top()), galley.size());
    ui.painter().rect_filled(rect.expand(3.0), 3.0, theme.panel.background.egui());
    place(ui, galley, Align2::LEFT_TOP, rect.min);
}
