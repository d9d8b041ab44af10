//! Above the list: how many are in force of each colour, which filters by it; system, district and words.

use crate::board::Board;
use crate::chip;
use crate::saying;
use crate::view::WatchView;
use crate::warnings::order::WarningFilter;
use bevy_egui::egui;
use city::WarningColour;
use egui::{CornerRadius, Rect, Sense, Stroke, StrokeKind, TextEdit, Ui, pos2, vec2};
use shell::widgets::{choice, line, place};

/// How high the counts are, points.
const COUNTS: f32 = 30.0;

/// Draws counts and filters; a change takes effect in the next frame.
pub fn filters(ui: &mut Ui, view: &WatchView, board: &mut Board) {
    let mut filter = board.warnings.filter.clone();
    counts(ui, view, board, &mut filter);
    let words = view.words;
    let width = (ui.available_width() - 2.0 * ui.spacing().item_spacing.x) / 3.0;
    ui.horizontal(|ui| {
        let name = |key: &String| saying::system(words, key);
        let systems = board.warnings.systems().iter();
        let systems = systems.map(|(key, n)| (key.clone(), format!("{} {n}", name(key))));
        let (shown, all) = (filter.system.as_ref().map(name), words.get("watch.anySystem").to_owned());
        choice(ui, "system", width - 14.0, shown, all, systems, &mut filter.system);
        let name = |code| view.places.district(words, code);
        let districts = board.warnings.districts().iter();
        let districts = districts.map(|(code, n)| (*code, format!("{} {n}", name(*code))));
        let (shown, all) = (filter.district.map(name), words.get("board.anyDistrict").to_owned());
        choice(ui, "warned district", width - 14.0, shown, all, districts, &mut filter.district);
        let field = TextEdit::singleline(&mut filter.text).hint_text(words.get("watch.search"));
        ui.add(field.desired_width(f32::INFINITY).margin(egui::Margin::symmetric(6, 4)));
    });
    board.warnings.filter = filter;
}

/// A plate a colour with its letter and its count; a press shows only these, another press all.
fn counts(ui: &mut Ui, view: &WatchView, board: &Board, filter: &mut WarningFilter) {
    let (theme, words) = (view.theme, view.words);
    let gap = ui.spacing().item_spacing.x;
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), COUNTS), Sense::hover());
    let width = (whole.width() - 3.0 * gap) / 4.0;
    for (n, (colour, count)) in WarningColour::ALL.into_iter().zip(board.warnings.counts()).enumerate() {
        let min = whole.min + vec2(n as f32 * (width + gap), 0.0);
        let rect = Rect::from_min_size(min, vec2(width, COUNTS));
        let is_chosen = filter.colour == Some(colour);
        let response = ui.interact(rect, ui.id().with(("colour", colour.key())), Sense::click());
        let label = format!("{} {count}", words.get(&format!("warningColour.{}", colour.key())));
        response
            .widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::Button, true, is_chosen, &label));
        let ground = if is_chosen || response.hovered() { theme.panel.line } else { theme.panel.inset };
        ui.painter().rect_filled(rect, CornerRadius::same(4), ground.egui());
        if is_chosen {
            let edge = Stroke::new(1.5, theme.panel.accent.egui());
            ui.painter().rect_stroke(rect, CornerRadius::same(4), edge, StrokeKind::Inside);
        }
        let middle = rect.center();
        let badge = Rect::from_center_size(pos2(rect.left() + 17.0, middle.y), vec2(20.0, 20.0));
        chip::chip(ui, theme, words, badge, colour, false);
        let ink = if count == 0 { theme.panel.faint } else { theme.panel.text };
        let number = line(ui, &count.to_string(), theme.size.heading, ink.egui(), width - 36.0);
        place(ui, number, egui::Align2::LEFT_CENTER, pos2(badge.right() + 8.0, middle.y));
        if response.clicked() {
            filter.colour = if is_chosen { None } else { Some(colour) };
        }
    }
}
