//! The scores of the weeks before, a bar each, and where they go.

use super::row::course_key;
use super::{score_colour, score_word};
use crate::facts::remark;
use crate::view::WatchView;
use bevy_egui::egui;
use egui::{Align2, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use shell::widgets::{line, place};
use watch::quality::told::{CourseTold, SourceTold};

/// How high the picture is and what the days below take, points; how many weeks it shows.
const HEIGHT: f32 = 96.0;
const BELOW: f32 = 16.0;
const MOST: usize = 26;

/// Draws the weeks, the newest at the right, and says where they go.
pub fn weeks(ui: &mut Ui, view: &WatchView, source: &SourceTold) {
    let (theme, words) = (view.theme, view.words);
    let (panel, size) = (&theme.panel, theme.size.small - 1.0);
    let shown = source.weeks.get(source.weeks.len().saturating_sub(MOST)..).unwrap_or_default();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let all = shown.iter().map(|week| score_word(week.score)).collect::<Vec<_>>().join(" ");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &all));
    if ui.is_rect_visible(rect) && !shown.is_empty() {
        ui.painter().rect_filled(rect, 4.0, panel.inset.egui());
        let room = Rect::from_min_max(rect.min + vec2(8.0, 18.0), rect.max - vec2(8.0, BELOW));
        let step = (room.width() / shown.len() as f32).min(56.0);
        for (n, week) in shown.iter().enumerate() {
            let x = room.left() + n as f32 * step;
            let known = week.score.filter(|score| score.is_finite());
            let part = known.map_or(0.0, |score| (score / 100.0).clamp(0.0, 1.0)) as f32;
            let bar = Rect::from_min_max(
                pos2(x + 0.15 * step, room.bottom() - (part * room.height()).max(1.0)),
                pos2(x + 0.85 * step, room.bottom()),
            );
            ui.painter().rect_filled(bar, 2.0, score_colour(view, known).egui());
            let middle = bar.center().x;
            let is_named = step > 40.0 || n % 4 == 0;
            if is_named {
                let score = line(ui, &score_word(known), size, panel.text.egui(), 40.0);
                place(ui, score, Align2::CENTER_BOTTOM, pos2(middle, bar.top() - 1.0));
                let day = week.from.shanghai_date_clock();
                let day = line(ui, day.get(5..10).unwrap_or_default(), size, panel.faint.egui(), 40.0);
                place(ui, day, Align2::CENTER_CENTER, pos2(middle, rect.bottom() - 0.5 * BELOW));
            }
        }
    }
    let by = source.points_a_week.map(|slope| format!("{slope:+.1}")).unwrap_or_default();
    let course = words.fill(&format!("qualityCourse.{}Long", course_key(source.course)), &[("n", &by)]);
    let tone = if source.course == CourseTold::Falling { panel.attention } else { panel.faint };
    remark(ui, theme, course.as_str(), tone);
}
