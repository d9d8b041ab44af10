//! A row of the list: kind and class, where, who should act and by when, how it stands.

use crate::action::Action;
use crate::rows;
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::{NoticeKind, Outcome, RiskNotice};
use egui::{Align2, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};
use shell::Colour;
use shell::widgets::{line, place};

/// Less than this until the deadline is soon, seconds.
const SOON_S: f64 = 7_200.0;

/// Draws one row; a click selects the notice and goes there.
pub fn row(ui: &mut Ui, view: &WatchView, notice: &RiskNotice, actions: &mut Vec<Action>) {
    let selected = view.selected.risk_notice() == Some(&notice.id);
    let title = saying::notice_title(view.words, notice);
    let (rect, response) = rows::row(ui, view.theme, &title, selected);
    if ui.is_rect_visible(rect) {
        paint(ui, view, rect, notice, &title);
    }
    if response.clicked() {
        actions.extend(Action::to_notice(notice));
    }
}

/// How long until the deadline, or since; and how grave that is. What is settled has no deadline.
pub fn countdown(view: &WatchView, notice: &RiskNotice) -> (String, Colour) {
    let panel = &view.theme.panel;
    let left_s = notice.act.by.seconds_since(view.now);
    let lasting = view.words.lasting(left_s.abs());
    match left_s {
        _ if !notice.is_open() => (String::new(), panel.faint),
        s if s < 0.0 => (view.words.fill("watch.overdue", &[("t", &lasting)]), panel.bad),
        s if s < SOON_S => (view.words.fill("watch.left", &[("t", &lasting)]), panel.attention),
        _ => (view.words.fill("watch.left", &[("t", &lasting)]), panel.text),
    }
}

fn paint(ui: &Ui, view: &WatchView, rect: Rect, notice: &RiskNotice, title: &str) {
    let (panel, size, words) = (&view.theme.panel, &view.theme.size, view.words);
    let colour = if notice.is_open() { panel.attention } else { panel.faint };
    sign(ui.painter(), pos2(rect.left() + 22.0, rect.center().y), notice.kind, colour);
    let (left, right) = (rect.left() + 46.0, rect.right() - 10.0);
    let (upper, lower) = (rect.top() + 15.0, rect.bottom() - 13.0);
    let (when, colour) = match notice.outcome {
        Outcome::Hit => (words.get("watch.hit").to_owned(), panel.good),
        Outcome::Miss => (words.get("watch.miss").to_owned(), panel.bad),
        Outcome::Unknown => countdown(view, notice),
    };
    let when = line(ui, &when, size.small, colour.egui(), 0.45 * (right - left));
    let when = place(ui, when, Align2::RIGHT_CENTER, pos2(right, upper + 1.0));
    let tag = if notice.on_trial { words.get("watch.trialTag") } else { "" };
    let tag = line(ui, tag, size.small, panel.attention.egui(), 60.0);
    let gap = if tag.size().x > 0.0 { 6.0 } else { 0.0 };
    let ink = if notice.is_open() { panel.text } else { panel.faint };
    let title = line(ui, title, size.body, ink.egui(), when.left() - left - 8.0 - tag.size().x - gap);
    let title = place(ui, title, Align2::LEFT_CENTER, pos2(left, upper));
    place(ui, tag, Align2::LEFT_CENTER, pos2(title.right() + gap, upper + 1.0));
    let state = shell::saying::keyed(words, "noticeState", notice.state.key());
    let state = line(ui, &state, size.small, panel.faint.egui(), 90.0);
    let state = place(ui, state, Align2::RIGHT_CENTER, pos2(right, lower));
    let leads = notice.act.departments.first().map_or("", String::as_str);
    let place_words = view.places.jurisdiction(words, notice.act.jurisdiction);
    let second = line(
        ui,
        format!("{place_words} · {leads}").trim_end_matches([' ', '·']),
        size.small,
        panel.faint.egui(),
        state.left() - left - 8.0,
    );
    place(ui, second, Align2::LEFT_CENTER, pos2(left, lower));
}

/// A small picture of what a notice found: many in a spot, a rise, a return, a cause.
fn sign(painter: &Painter, at: Pos2, kind: NoticeKind, colour: Colour) {
    let (colour, stroke) = (colour.egui(), Stroke::new(2.0, colour.egui()));
    match kind {
        NoticeKind::Cluster => {
            painter.circle_stroke(at, 11.0, Stroke::new(1.5, colour));
            for (dx, dy) in [(-3.5, -2.5), (3.5, -3.0), (0.0, 4.0), (-1.0, -0.5)] {
                painter.circle_filled(at + vec2(dx, dy), 2.0, colour);
            }
        }
        NoticeKind::Trend => {
            let points = [(-10.0, 7.0), (-3.0, 2.0), (2.0, 4.0), (10.0, -7.0)];
            painter.line(points.map(|(dx, dy)| at + vec2(dx, dy)).to_vec(), stroke);
            painter.line(vec![at + vec2(3.5, -7.0), at + vec2(10.0, -7.0), at + vec2(10.0, -0.5)], stroke);
        }
        NoticeKind::RecurringPlace => {
            let ring = |n: i32| at + 9.0 * egui::Vec2::angled(n as f32 * 0.35 - 0.6);
            painter.line((0..16).map(ring).collect(), stroke);
            painter.circle_filled(ring(15), 3.0, colour);
            painter.circle_filled(at, 2.5, colour);
        }
        NoticeKind::RecurringCause => {
            for dy in [-7.0, 0.0, 7.0] {
                painter.line_segment([at + vec2(-10.0, dy), at + vec2(2.0, 0.0)], stroke);
            }
            painter.circle_filled(at + vec2(6.0, 0.0), 4.0, colour);
        }
    }
}
