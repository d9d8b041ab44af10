//! Says on the screen what the ground was made from while it is no measurement, whom its makers ask to be thanked, and
//! whose imagery lies on it, with what is wrong with it.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use overlays::imagery::ImageryHealth;
use shell::{Credits, GivenImagery, GroundModel, MapArea, OnScreenLayers, Theme, Words};
use terrain::GroundKind;

/// One line a source.
fn line_of(health: &ImageryHealth, words: &Words) -> String {
    let mut line = health.attribution.clone().unwrap_or_else(|| health.name.clone());
    if health.offline {
        line = format!("{line} · {}", words.get("ground.imageryOffline"));
    }
    if let Some(problem) = &health.problem {
        line = format!("{line} · {problem}");
    }
    line
}

/// Writes it in the lower left corner of the map.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn say_what_it_is(
    mut contexts: EguiContexts,
    ground: Res<GroundModel>,
    imagery: Res<GivenImagery>,
    credits: Res<Credits>,
    layers: Res<OnScreenLayers>,
    area: Res<MapArea>,
    theme: Res<Theme>,
    words: Res<Words>,
) -> Result {
    let mut lines: Vec<String> = Vec::new();
    if layers.is_on("imagery") {
        lines.extend(imagery.layers.iter().map(|layer| line_of(&layer.store.health(), &words)));
    }
    lines.extend(credits.lines().into_iter().map(str::to_owned));
    lines.extend(ground.ground.info().credits.iter().cloned());
    if ground.ground.info().kind == GroundKind::Reconstruction {
        lines.push(words.get("ground.reconstruction").to_owned());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let painter = context.layer_painter(egui::LayerId::background());
    let mut corner = free.left_bottom() + egui::vec2(10.0, -4.0);
    for line in lines.into_iter().rev() {
        let font = egui::FontId::proportional(theme.size.small);
        let mut job = egui::text::LayoutJob::simple_singleline(line, font, theme.panel.text.egui());
        job.wrap.max_width = free.width() * 0.6;
        job.wrap.max_rows = 1;
        let galley = painter.layout_job(job);
        corner.y -= galley.size().y + 6.0;
        let plate = egui::Rect::from_min_size(corner.round(), galley.size());
        painter.rect_filled(plate.expand2(egui::vec2(6.0, 3.0)), 3.0, theme.map.halo.egui());
        painter.galley(plate.min, galley, theme.panel.text.egui());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_cannot_be_reached_says_so() {
        let mut words = Words::shipped();
        words.language = shell::Language::English;
        let mut health = ImageryHealth { name: "tiles.example".to_owned(), ..ImageryHealth::default() };
        assert_eq!(line_of(&health, &words), "tiles.example");
        (health.attribution, health.offline) = (Some("© Somebody".to_owned()), true);
        health.problem = Some("no answer".to_owned());
        let line = line_of(&health, &words);
        assert!(line.starts_with("© Somebody · ") && line.ends_with("no answer"), "{line}");
    }
}
