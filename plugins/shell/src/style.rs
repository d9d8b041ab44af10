//! The theme as egui wears it: colours, text sizes, spacing, corners.

use crate::Theme;
use crate::theme::{PanelTheme, ThemeName};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, style::WidgetVisuals};

/// Dresses egui when the theme changes.
pub(crate) fn dress_egui(mut contexts: EguiContexts, theme: Res<Theme>, mut dressed: Local<bool>) -> Result {
    if *dressed && !theme.is_changed() {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    context.set_theme(if theme.name == ThemeName::Day { egui::Theme::Light } else { egui::Theme::Dark });
    context.all_styles_mut(|style| dress(style, &theme));
    *dressed = true;
    Ok(())
}

/// Puts the theme on a style: tests of panels use it too.
pub fn dress(style: &mut egui::Style, theme: &Theme) {
    let size = &theme.size;
    let font = |points: f32, family: FontFamily| FontId::new(points, family);
    style.text_styles = [
        (TextStyle::Small, font(size.small, FontFamily::Proportional)),
        (TextStyle::Body, font(size.body, FontFamily::Proportional)),
        (TextStyle::Button, font(size.body, FontFamily::Proportional)),
        (TextStyle::Heading, font(size.heading, FontFamily::Proportional)),
        (TextStyle::Monospace, font(size.body, FontFamily::Monospace)),
    ]
    .into();
    style.spacing.item_spacing = egui::vec2(8.0, 6.0);
    style.spacing.button_padding = egui::vec2(8.0, 4.0);
    style.spacing.interact_size.y = 24.0;
    style.spacing.window_margin = Margin::same(10);
    style.interaction.selectable_labels = false;
    style.visuals.dark_mode = theme.name == ThemeName::Night;
    colour(&mut style.visuals, &theme.panel);
}

fn colour(visuals: &mut egui::Visuals, panel: &PanelTheme) {
    let text = panel.text.egui();
    let line = Stroke::new(1.0, panel.line.egui());
    visuals.override_text_color = None;
    visuals.panel_fill = panel.background.egui();
    visuals.window_fill = panel.background.egui();
    visuals.extreme_bg_color = panel.inset.egui();
    visuals.faint_bg_color = panel.inset.egui();
    visuals.window_stroke = line;
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.popup_shadow = egui::Shadow::NONE;
    visuals.selection.bg_fill = panel.accent.with_alpha(0.35).egui();
    visuals.selection.stroke = Stroke::new(1.0, panel.accent.egui());
    visuals.hyperlink_color = panel.accent.egui();
    visuals.warn_fg_color = panel.attention.egui();
    visuals.error_fg_color = panel.bad.egui();
    let widget = |fill: egui::Color32, edge: egui::Color32, text: egui::Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: CornerRadius::same(4),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let (inset, accent) = (panel.inset.egui(), panel.accent.egui());
    visuals.widgets.noninteractive = widget(panel.background.egui(), panel.line.egui(), text);
    visuals.widgets.inactive = widget(inset, panel.line.egui(), text);
    visuals.widgets.hovered = widget(panel.line.egui(), accent, text);
    visuals.widgets.active = widget(panel.accent.with_alpha(0.5).egui(), accent, text);
    visuals.widgets.open = widget(inset, accent, text);
}
