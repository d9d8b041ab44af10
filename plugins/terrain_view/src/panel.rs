//! What the ground shows and how: colouring, exaggeration, light, and how high the rivers stand.

use crate::ask::Asking;
use crate::ask_panel;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use shell::{
    Column, GroundColouring, GroundLook, GroundModel, MapArea, OnScreenLayers, Panel, Panels, Repaint, Theme,
    Words,
};

/// Width of the panel, points.
const WIDTH: f32 = 250.0;

/// Shows the choices for a look and an exaggeration, which it changes; true when it did.
pub fn ground_panel(
    ui: &mut egui::Ui,
    words: &Words,
    theme: &Theme,
    look: &mut GroundLook,
    exaggeration: &mut f64,
) -> bool {
    let before = (*look, *exaggeration);
    let faint = theme.panel.faint.egui();
    ui.horizontal_wrapped(|ui| {
        for (name, colouring) in GroundColouring::ALL {
            ui.selectable_value(&mut look.colouring, colouring, words.get(&format!("ground.{name}")));
        }
    });
    if look.colouring == GroundColouring::Slope {
        steps(ui, theme);
    }
    let mut slider =
        |value: &mut f64, range: std::ops::RangeInclusive<f64>, step: f64, key: &str, unit: &str| {
            ui.label(egui::RichText::new(words.get(key)).size(theme.size.small).color(faint));
            ui.add(egui::Slider::new(value, range).step_by(step).suffix(unit));
        };
    slider(exaggeration, 1.0..=3.0, 0.1, "ground.exaggeration", " ×");
    slider(&mut look.sun_azimuth_deg, 0.0..=359.0, 1.0, "ground.sunAzimuth", "°");
    slider(&mut look.sun_altitude_deg, 5.0..=90.0, 1.0, "ground.sunAltitude", "°");
    slider(&mut look.water_rise_m, 0.0..=60.0, 0.5, "ground.waterRise", " m");
    if look.water_rise_m > 0.0 {
        ui.label(egui::RichText::new(words.get("ground.waterRiseMeans")).size(theme.size.small).color(faint));
    }
    if ui.button(words.get("ground.reset")).clicked() {
        (*look, *exaggeration) = (GroundLook::default(), 1.0);
    }
    before != (*look, *exaggeration)
}

/// The six classes of slope with their colours.
fn steps(ui: &mut egui::Ui, theme: &Theme) {
    const CLASSES: [&str; 6] = ["<5°", "5°", "15°", "25°", "35°", "≥45°"];
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 26.0), egui::Sense::hover());
    let wide = rect.width() / 6.0;
    for (i, (class, colour)) in CLASSES.iter().zip(&theme.ground.slope).enumerate() {
        let corner = rect.left_top() + egui::vec2(wide * i as f32, 0.0);
        let swatch = egui::Rect::from_min_size(corner, egui::vec2(wide - 1.0, 9.0));
        ui.painter().rect_filled(swatch, 0.0, colour.egui());
        let font = egui::FontId::proportional(10.0);
        let middle = swatch.center_bottom() + egui::vec2(0.0, 9.0);
        ui.painter().text(middle, egui::Align2::CENTER_CENTER, class, font, theme.panel.faint.egui());
    }
}

/// Shows it in the lower right corner of the map, folded until it is wanted.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn show(
    mut contexts: EguiContexts,
    words: Res<Words>,
    theme: Res<Theme>,
    area: Res<MapArea>,
    layers: Res<OnScreenLayers>,
    mut look: ResMut<GroundLook>,
    mut ground: ResMut<GroundModel>,
    mut asking: ResMut<Asking>,
    mut repaint: ResMut<Repaint>,
    mut panels: ResMut<Panels>,
) -> Result {
    if !layers.is_on("panels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let (mut wanted, mut exaggeration) = (*look, ground.exaggeration);
    let title = words.get("ground.title");
    let (column, unfolded) = (Column::Right, Some(false));
    let panel = Panel { name: "ground", title, column, order: 0, width: WIDTH, unfolded };
    let changed = panels
        .show(context, free, &theme, panel, |ui| {
            if ask_panel::buttons(ui, &words, asking.bypass_change_detection()) {
                asking.set_changed();
            }
            ui.separator();
            ground_panel(ui, &words, &theme, &mut wanted, &mut exaggeration)
        })
        .unwrap_or(false);
    if changed {
        look.set_if_neq(wanted);
        if ground.exaggeration != exaggeration {
            ground.exaggeration = exaggeration;
        }
        repaint.ask();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::{Harness, kittest::Queryable};

    #[test]
    fn colours_are_chosen_by_name_and_all_is_reset() {
        let mut words = Words::shipped();
        words.language = shell::Language::English;
        let state = (words, Theme::shipped(), GroundLook { water_rise_m: 8.0, ..default() }, 2.0);
        let mut harness = Harness::builder().with_size([260.0, 400.0]).build_ui_state(
            |ui, (words, theme, look, exaggeration): &mut (Words, Theme, GroundLook, f64)| {
                ground_panel(ui, words, theme, look, exaggeration);
            },
            state,
        );
        harness.get_by_label("Slope").click();
        harness.run();
        assert_eq!(harness.state().2.colouring, GroundColouring::Slope);
        harness.get_by_label("Reset").click();
        harness.run();
        assert_eq!((harness.state().2, harness.state().3), (GroundLook::default(), 1.0));
    }
}
