//! How the points of the one-map are shown: a way for each of the city's sets, and what its colours mean.

use bevy_egui::egui;
use egui::{RichText, Ui};
use shell::{Display, LegendLine, PointSet, PointSets, SetOf, Theme, Words};

/// Shows the section of the city's own sets; returns a set with the way it is to be shown from now on.
pub fn display_section(
    ui: &mut Ui,
    words: &Words,
    theme: &Theme,
    sets: &PointSets,
) -> Option<(std::sync::Arc<str>, Display)> {
    let own = || sets.all.iter().rev().filter(|set| set.of != SetOf::Laid);
    own().next()?;
    let title = RichText::new(words.get("display.title")).size(theme.size.small);
    let section = egui::CollapsingHeader::new(title.color(theme.panel.faint.egui())).id_salt("displays");
    let shown = section.show(ui, |ui| {
        let mut pressed = None;
        for set in own() {
            ui.push_id(&set.key, |ui| {
                let name = words.get(&format!("pointSet.{}", set.of.key())).to_owned();
                ui.label(RichText::new(name).size(theme.size.small));
                displays(ui, words, theme, set.display, |display| pressed = Some((set.key.clone(), display)));
                legend(ui, words, theme, set);
            });
        }
        pressed
    });
    shown.body_returned.flatten()
}

/// One of the ways, in a line.
pub fn displays(ui: &mut Ui, words: &Words, theme: &Theme, now: Display, mut press: impl FnMut(Display)) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        for (name, display) in Display::ALL {
            let text = RichText::new(words.get(&format!("display.{name}"))).size(theme.size.small);
            if ui.selectable_label(display == now, text).clicked() {
                press(display);
            }
        }
    });
}

/// What the colours of a set that is gathered mean.
pub fn legend(ui: &mut Ui, words: &Words, theme: &Theme, set: &PointSet) {
    for LegendLine { colour, key, figure } in &set.legend {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 10.0), egui::Sense::hover());
            ui.painter().rect_filled(rect, 2.0, colour.egui());
            let text = words.fill(key, &[("n", figure)]);
            ui.label(RichText::new(text).size(theme.size.small).color(theme.panel.faint.egui()));
        });
    }
}
