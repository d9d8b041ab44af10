//! Says on the screen what the ground was made from while it is no measurement.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use shell::{GroundModel, MapArea, Theme, Words};
use terrain::GroundKind;

/// Writes it in the lower left corner of the map.
pub(crate) fn say_what_it_is(
    mut contexts: EguiContexts,
    ground: Res<GroundModel>,
    area: Res<MapArea>,
    theme: Res<Theme>,
    words: Res<Words>,
) -> Result {
    if ground.ground.info().kind != GroundKind::Reconstruction {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let painter = context.layer_painter(egui::LayerId::background());
    let font = egui::FontId::proportional(theme.size.small);
    let galley =
        painter.layout_no_wrap(words.get("ground.reconstruction").to_owned(), font, theme.panel.text.egui());
    let corner = (free.left_bottom() + egui::vec2(10.0, -10.0 - galley.size().y)).round();
    let plate = egui::Rect::from_min_size(corner, galley.size()).expand2(egui::vec2(6.0, 3.0));
    painter.rect_filled(plate, 3.0, theme.map.halo.egui());
    painter.galley(corner, galley, theme.panel.text.egui());
    Ok(())
}
