//! The open source: why it has its score, each part as a bar with its figures, the worst devices, the weeks before.

use super::row::{name, reason};
use super::{score_colour, score_word, weeks};
use crate::action::Action;
use crate::facts::{coloured_fact, fact};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::DeviceId;
use egui::{Align2, Label, Rect, RichText, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use shell::Selected;
use shell::saying::{figure, keyed};
use shell::widgets::{faint, heading, line, place, row_ground};
use watch::quality::told::{OffenderTold, PartOfScore, SourceTold};

/// The height of a part and of a device, points.
const PART: f32 = 24.0;
const DEVICE: f32 = 25.0;

/// Draws the source.
pub fn detail(ui: &mut Ui, view: &WatchView, source: &SourceTold, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let say = |key: &str| keyed(words, "quality", key);
    let title = RichText::new(name(words, source)).size(theme.size.body).strong();
    ui.add(Label::new(title.color(theme.panel.text.egui())).wrap());
    let score = words.fill("quality.of100", &[("n", &score_word(source.score))]);
    coloured_fact(ui, theme, &say("score"), &score, score_colour(view, source.score));
    let moment = |at| saying::moment(at, view.now);
    fact(ui, theme, &say("counted"), &format!("{} – {}", moment(source.from), moment(source.until)));
    fact(ui, theme, &say("reports"), &source.reports.to_string());
    if let Some(delays) = source.delay_s {
        let [half, most, nearly] = delays.map(|s| format!("{} s", figure(s)));
        let parts = [("a", &*half), ("b", &*most), ("c", &*nearly)];
        fact(ui, theme, &say("delay"), &words.fill("quality.delays", &parts));
    }
    heading(ui, theme, &say("parts"));
    for part in &source.parts {
        part_row(ui, view, part);
    }
    if !source.reasons.is_empty() {
        heading(ui, theme, &say("lost"));
    }
    for why in &source.reasons {
        let lost = words.fill("quality.points", &[("n", &figure(why.lost))]);
        coloured_fact(ui, theme, &lost, reason(words, why), theme.panel.text);
    }
    if !source.worst.is_empty() {
        heading(ui, theme, &say("worst"));
    }
    for (n, offender) in source.worst.iter().enumerate() {
        device(ui, view, n, offender, actions);
    }
    heading(ui, theme, &say("weeks"));
    if source.weeks.is_empty() {
        faint(ui, theme, say("noWeeks"));
    } else {
        weeks::weeks(ui, view, source);
    }
}

/// A bar of what was good, with how many of how many were bad and what that gives.
fn part_row(ui: &mut Ui, view: &WatchView, part: &PartOfScore) {
    let (panel, size, words) = (&view.theme.panel, view.theme.size.small, view.words);
    let name = keyed(words, "qualityPart", &part.key);
    let (bad, of) = (part.bad.to_string(), part.of.to_string());
    let (points, most) = (figure(part.points), figure(part.most));
    let share = (part.of > 0).then(|| 1.0 - (part.bad as f64 / part.of as f64).clamp(0.0, 1.0));
    let told = match share {
        None => words.get("quality.leftOut").to_owned(),
        Some(_) => {
            let parts = [("bad", &*bad), ("of", &*of), ("p", &*points), ("most", &*most)];
            words.fill("quality.part", &parts)
        }
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), PART), Sense::hover());
    let label = format!("{name} {told}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &label));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let y = rect.center().y;
    let galley = line(ui, &name, size, panel.faint.egui(), 92.0);
    place(ui, galley, Align2::LEFT_CENTER, pos2(rect.left(), y));
    let room = Rect::from_min_max(pos2(rect.left() + 98.0, y - 4.0), pos2(rect.left() + 168.0, y + 4.0));
    ui.painter().rect_filled(room, 2.0, panel.line.egui());
    if let Some(share) = share {
        let gained = if part.most > 0.0 { 100.0 * part.points / part.most } else { 100.0 * share };
        let width = room.width() * share as f32;
        let filled = Rect::from_min_size(room.min, vec2(width, room.height()));
        ui.painter().rect_filled(filled, 2.0, score_colour(view, Some(gained)).egui());
    }
    let percent = share.map_or_else(|| "—".to_owned(), percent);
    let percent = line(ui, &percent, size, panel.text.egui(), 56.0);
    place(ui, percent, Align2::LEFT_CENTER, pos2(room.right() + 8.0, y));
    let left = room.right() + 64.0;
    let told = line(ui, &told, size, panel.faint.egui(), rect.right() - left);
    place(ui, told, Align2::LEFT_CENTER, pos2(left, y));
}

/// A share in percent; what is not whole is not rounded up to it.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 99.9 && percent < 100.0 { ">99.9 %".to_owned() } else { format!("{} %", figure(percent)) }
}

/// A device with many faults; a click flies there.
fn device(ui: &mut Ui, view: &WatchView, n: usize, told: &OffenderTold, actions: &mut Vec<Action>) {
    let (panel, size, words) = (&view.theme.panel, view.theme.size.small, view.words);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), DEVICE), Sense::click());
    let each =
        [("faults", u64::from(told.faults)), ("repeats", u64::from(told.repeats)), ("missing", told.missing)];
    let said = each.into_iter().filter(|(_, count)| *count > 0);
    let said: Vec<String> = said
        .map(|(key, count)| words.fill(&format!("quality.{key}"), &[("n", &count.to_string())]))
        .collect();
    let said = said.join(" · ");
    let label = format!("{} {said}", told.device_id);
    let is_it = |id: &DeviceId| Action::tells_of(told.device_id.as_str(), id.as_str());
    let selected = matches!(view.selected, Selected::Device(id) if is_it(id));
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &label));
    if ui.is_rect_visible(rect) {
        row_ground(ui, view.theme, rect, selected, response.hovered());
        let number = line(ui, &(n + 1).to_string(), size, panel.faint.egui(), 20.0);
        place(ui, number, Align2::LEFT_CENTER, pos2(rect.left() + 8.0, rect.center().y));
        let said = line(ui, &said, size, panel.faint.egui(), 0.55 * rect.width());
        let said = place(ui, said, Align2::RIGHT_CENTER, pos2(rect.right() - 8.0, rect.center().y));
        let left = rect.left() + 30.0;
        let id = line(ui, told.device_id.as_str(), size, panel.text.egui(), said.left() - left - 8.0);
        place(ui, id, Align2::LEFT_CENTER, pos2(left, rect.center().y));
    }
    if response.clicked() {
        actions.extend(Action::to_device(told.device_id.clone(), None));
    }
}
