//! The board: a row a source, and what is behind it under the pointer.

use crate::table::{Column, cell, summary};
use bevy_egui::egui;
use city::CityTime;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};
use feeds::FeedState;
use shell::{CitySource, SwitchSource, Theme, Words, paint_state, span};

/// How high a row is, points.
const ROW: f32 = 24.0;
/// The mark of the state before a name, points.
const MARK: f32 = 16.0;

/// Shows the board; which sources were switched.
pub fn board(
    ui: &mut Ui,
    words: &Words,
    theme: &Theme,
    sources: &[CitySource],
    now: CityTime,
) -> Vec<SwitchSource> {
    let mut switched = Vec::new();
    let width = ui.available_width();
    let columns = Column::fitting(width);
    let rest: f32 = columns.iter().filter(|column| **column != Column::Name).map(|c| c.width()).sum();
    let width_of = |column: Column| if column == Column::Name { width - rest } else { column.width() };
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.label(RichText::new(summary(sources, words)).size(theme.size.small).color(theme.panel.faint.egui()));
    let (head, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let mut left = head.left();
    for &column in &columns {
        let key = format!("source.{}", column.key());
        let at = Rect::from_min_size(pos2(left, head.top()), vec2(width_of(column), ROW));
        text(ui, at, words.get(&key), theme, theme.panel.faint.egui(), column);
        left += width_of(column);
    }
    ui.painter().hline(head.x_range(), head.bottom(), Stroke::new(1.0, theme.panel.line.egui()));
    for source in sources {
        let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
        let said = cell(Column::Name, source, now, words);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, &said));
        if !ui.is_rect_visible(rect) {
            continue;
        }
        if response.hovered() {
            ui.painter().rect_filled(rect, 3.0, theme.panel.inset.egui());
        }
        let mut left = rect.left();
        for &column in &columns {
            let at = Rect::from_min_size(pos2(left, rect.top()), vec2(width_of(column), ROW));
            left += width_of(column);
            match column {
                Column::Name => {
                    let mark = pos2(at.left() + 6.0, at.center().y);
                    paint_state(ui.painter(), mark, theme, source.health.state);
                    let at = at.with_min_x(at.left() + MARK);
                    text(ui, at, &said, theme, theme.panel.text.egui(), column);
                }
                Column::Switch => {
                    if switch(ui, at, source, words) {
                        let name = source.name.clone();
                        switched.push(SwitchSource { name, on: !source.is_on });
                    }
                }
                _ => {
                    let colour = colour(theme, source, column);
                    text(ui, at, &cell(column, source, now, words), theme, colour, column);
                }
            }
        }
        response.on_hover_ui(|ui| behind(ui, words, theme, source));
    }
    switched
}

/// Names stand at the left, numbers at the right so that they can be compared.
fn text(ui: &Ui, at: Rect, text: &str, theme: &Theme, colour: Color32, column: Column) {
    let is_name = matches!(column, Column::Name | Column::Department | Column::Protocol);
    let room = at.shrink2(vec2(4.0, 0.0));
    let format = egui::TextFormat::simple(FontId::proportional(theme.size.small), colour);
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = TextWrapping::truncate_at_width(room.width());
    let galley = ui.painter().layout_job(job);
    let (align, place) = if is_name {
        (Align2::LEFT_CENTER, room.left_center())
    } else {
        (Align2::RIGHT_CENTER, room.right_center())
    };
    let rect = align.anchor_size(place, galley.size());
    ui.painter().galley(rect.min, galley, Color32::PLACEHOLDER);
}

/// What should worry is coloured: a feed that is late or lost by its age, unreadable records, silent devices.
fn colour(theme: &Theme, source: &CitySource, column: Column) -> Color32 {
    let panel = &theme.panel;
    let is_silent = |share: Option<f64>| share.is_some_and(|share| share < 0.9);
    let colour = match (column, source.health.state) {
        (_, FeedState::Off) => panel.faint,
        (Column::Age, FeedState::Late) => panel.attention,
        (Column::Age, FeedState::Lost) => panel.bad,
        (Column::Problems, _) => panel.attention,
        (Column::Online, _) if is_silent(source.heard.shares().map(|shares| shares.0)) => panel.attention,
        (Column::Reporting, _) if is_silent(source.heard.shares().map(|shares| shares.1)) => panel.attention,
        (Column::Department | Column::Protocol, _) => panel.faint,
        _ => panel.text,
    };
    colour.egui()
}

/// A small box; true when it was pressed.
fn switch(ui: &mut Ui, at: Rect, source: &CitySource, words: &Words) -> bool {
    let mut on = source.is_on;
    let place = Rect::from_center_size(at.center(), vec2(20.0, 20.0));
    let response = ui.place(place, egui::Checkbox::without_text(&mut on));
    let key = if source.is_on { "source.switchOff" } else { "source.switchOn" };
    let said = words.fill(key, &[("name", &source.name)]);
    response
        .widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::Checkbox, true, source.is_on, &said));
    response.on_hover_text(said).changed()
}

/// Everything known of a source.
fn behind(ui: &mut Ui, words: &Words, theme: &Theme, source: &CitySource) {
    let health = &source.health;
    ui.set_max_width(420.0);
    let small = |text: &str| RichText::new(text).size(theme.size.small);
    ui.label(RichText::new(&source.name).strong());
    ui.label(small(&format!("{} · {}", health.protocol, source.url)).color(theme.panel.faint.egui()));
    let state = words.get(&format!("feed.{}", health.state.key())).to_owned();
    ui.label(small(&words.fill("source.since", &[("state", &state), ("t", &span(health.since_s))])));
    if let Some(cause) = health.cause {
        ui.label(small(words.get(&format!("sourceCause.{}", cause.key()))).color(theme.panel.bad.egui()));
        ui.label(small(&health.message));
    }
    let (received, superseded) = (health.received.to_string(), health.superseded.to_string());
    let counts = [("protocol", ""), ("received", &*received), ("superseded", &*superseded)];
    ui.label(small(words.fill("feed.hover", &counts).trim_start_matches(" · ")));
    if health.missing > 0 {
        let missing = words.fill("source.missingHover", &[("n", &health.missing.to_string())]);
        ui.label(small(&missing).color(theme.panel.attention.egui()));
    }
    if source.heard.known > 0 {
        let [known, online, reporting] =
            [source.heard.known, source.heard.online, source.heard.reporting].map(|n| n.to_string());
        let counts = [("known", &*known), ("online", &*online), ("reporting", &*reporting)];
        ui.label(small(&words.fill("source.heardCounts", &counts)));
    }
    if let Some(sample) = &health.sample {
        ui.label(
            small(&words.fill("feed.sample", &[("sample", sample)])).color(theme.panel.attention.egui()),
        );
    }
}
