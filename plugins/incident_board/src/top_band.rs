//! The top: what is not actual says so, then title, views, counts, the city's date and clock, theme, language.

use crate::action::Action;
use crate::board::Board;
use crate::incident_detail::status_word;
use crate::paint;
use crate::view::BoardView;
use bevy_egui::egui;
use city::Status;
use egui::{Align2, FontId, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};
use shell::{NAMED_VIEWS, ThemeName, theme::Colour};

/// The height of the band that says 演练, points.
const BAND_POINTS: f32 = 24.0;

/// The band over the whole width while what is shown is not actual. Nothing can close it. Before the first snapshot
/// nothing is known to be actual, so it stands then too.
pub fn status_band(ui: &mut Ui, view: &BoardView) {
    let status = view.status();
    if status == Status::Actual {
        return;
    }
    let panel = &view.theme.panel;
    let (fill, ink) = match status {
        Status::Simulated => (panel.accent, panel.on_accent),
        _ => (panel.exercise_band, panel.on_exercise_band),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAND_POINTS), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, fill.egui());
    if status == Status::Simulated {
        stripes(ui, rect, ink);
    }
    let text = band_words(view, status);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, &text));
    let galley = paint::line(ui, &text, view.theme.size.body, ink.egui(), 400.0);
    // Three times on a video wall, so that every part of it is marked.
    let times = if rect.width() > 2_400.0 { 3 } else { 1 };
    for n in 0..times {
        let x = rect.left() + rect.width() * (n as f32 + 0.5) / times as f32;
        let clear = Rect::from_center_size(pos2(x, rect.center().y), galley.size() + vec2(32.0, 6.0));
        ui.painter().rect_filled(clear, 0.0, fill.egui());
        paint::place(ui, galley.clone(), Align2::CENTER_CENTER, clear.center());
    }
}

/// Both languages, whichever is shown: whoever walks past must understand it.
fn band_words(view: &BoardView, status: Status) -> String {
    let word = status_word(view, status);
    match status {
        Status::Simulated if word != "SIMULATED" => format!("{word} SIMULATED"),
        Status::Exercise if word != "EXERCISE" => format!("{word} EXERCISE"),
        Status::Simulated => format!("推演 {word}"),
        _ => format!("演练 {word}"),
    }
}

fn stripes(ui: &Ui, rect: Rect, ink: Colour) {
    let painter = ui.painter().with_clip_rect(rect);
    let stroke = Stroke::new(3.0, ink.with_alpha(0.35).egui());
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        painter.line_segment([pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())], stroke);
        x += 16.0;
    }
}

/// Title, views, counts, clock, theme, language in one line. The clock and the counts matter more than a title, or than
/// a button that has a key as well: these have what is left of the line.
pub fn top_line(ui: &mut Ui, view: &BoardView, board: &Board) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut views = Vec::new();
    paint::both_ends(
        ui,
        |ui| {
            switches(ui, view, &mut actions);
            ui.add_space(6.0);
            clock(ui, view);
            ui.add_space(10.0);
            counts(ui, view, board);
        },
        |ui| title_and_views(ui, view, &mut views),
    );
    actions.append(&mut views);
    actions
}

/// Theme and language, each button named for what it brings.
fn switches(ui: &mut Ui, view: &BoardView, actions: &mut Vec<Action>) {
    let words = view.words;
    if ui.button(words.get("board.language")).on_hover_text(words.get("board.languageHint")).clicked() {
        actions.push(Action::SwitchLanguage);
    }
    let other = if view.theme.name == ThemeName::Night { "board.day" } else { "board.night" };
    if ui.button(words.get(other)).on_hover_text(words.get("board.themeHint")).clicked() {
        actions.push(Action::SwitchTheme);
    }
}

fn counts(ui: &mut Ui, view: &BoardView, board: &Board) {
    let (counts, panel) = (board.order.counts(), &view.theme.panel);
    let calm = |n: usize, colour| if n == 0 { panel.faint } else { colour };
    figure(ui, view, "board.overdue", counts.overdue, calm(counts.overdue, panel.bad));
    figure(ui, view, "board.handling", counts.handling, calm(counts.handling, panel.text));
    figure(ui, view, "board.waiting", counts.waiting, calm(counts.waiting, panel.attention));
}

/// The long title where it and every view have room, and as many views as have.
fn title_and_views(ui: &mut Ui, view: &BoardView, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let gap = ui.spacing().item_spacing.x;
    let wide = |text: &str, points: f32| {
        paint::line(ui, text, points, theme.panel.text.egui(), f32::INFINITY).size().x + gap
    };
    let frame = 2.0 * ui.spacing().button_padding.x;
    let views: Vec<(&str, &str, f32)> = NAMED_VIEWS
        .iter()
        .map(|named| (named.name, words.get(view_key(named.name))))
        .map(|(name, label)| (name, label, wide(label, theme.size.body) + frame))
        .collect();
    let all = wide(words.get("app.title"), theme.size.heading) + views.iter().map(|v| v.2).sum::<f32>();
    let key = if all + 6.0 < ui.available_width() { "app.title" } else { "board.shortTitle" };
    let title = RichText::new(words.get(key)).size(theme.size.heading).color(theme.panel.text.egui());
    ui.add(egui::Label::new(title).truncate());
    ui.add_space(6.0);
    for (name, label, width) in views {
        if ui.available_width() < width {
            break;
        }
        if ui.button(RichText::new(label).size(theme.size.body)).clicked() {
            actions.push(Action::View(name));
        }
    }
}

fn view_key(name: &str) -> &'static str {
    match name {
        "city" => "view.city",
        "centre" => "view.centre",
        "yuzhong" => "view.yuzhong",
        "jiefangbei" => "view.jiefangbei",
        _ => "view.lijia",
    }
}

/// The time of day big, the date small beside it; both of the city.
fn clock(ui: &mut Ui, view: &BoardView) {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let text = if view.received { view.now.shanghai_date_clock() } else { "---------- --:--:--".to_owned() };
    let (date, time) = text.split_once(' ').unwrap_or((&text, ""));
    // Digits are as wide as each other, so the widest time fixes the place and nothing trembles.
    let widest = paint::line(ui, "00:00:00", size.clock, panel.text.egui(), 300.0).size().x;
    let (rect, response) = ui.allocate_exact_size(vec2(widest.ceil() + 2.0, 36.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, time));
    let galley = paint::line(ui, time, size.clock, panel.text.egui(), 300.0);
    paint::place(ui, galley, Align2::LEFT_CENTER, rect.left_center());
    ui.label(RichText::new(date).font(FontId::proportional(size.body)).color(panel.faint.egui()));
}

/// A count: its figure big, its words small under it.
fn figure(ui: &mut Ui, view: &BoardView, key: &str, count: usize, colour: Colour) {
    let (panel, size) = (&view.theme.panel, &view.theme.size);
    let word = view.words.get(key);
    let words = paint::line(ui, word, size.small, panel.faint.egui(), 200.0);
    let count = count.to_string();
    let number = paint::line(ui, &count, size.heading, colour.egui(), 200.0);
    let width = words.size().x.max(number.size().x).max(48.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 38.0), Sense::hover());
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, format!("{word} {count}")));
    paint::place(ui, number, Align2::CENTER_CENTER, pos2(rect.center().x, rect.top() + 12.0));
    paint::place(ui, words, Align2::CENTER_CENTER, pos2(rect.center().x, rect.bottom() - 8.0));
}
