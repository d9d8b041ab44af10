//! Where the panel stands, and what becomes of what was pressed.

use crate::inquiry::Inquiry;
use crate::network::LAYER;
use crate::panel::{Pressed, ways_panel};
use bevy::prelude::*;
use bevy_egui::EguiContexts;
use shell::{Column, GivenRoads, MapArea, OnScreenLayers, Panel, Panels, Repaint, Theme, Words};

/// Width of the panel, points.
const WIDTH: f32 = 250.0;

/// Shows the panel at the right of the map over the ground panel, folded until it is wanted or answers.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn show(
    mut contexts: EguiContexts,
    words: Res<Words>,
    theme: Res<Theme>,
    area: Res<MapArea>,
    given: Option<Res<GivenRoads>>,
    mut layers: ResMut<OnScreenLayers>,
    mut inquiry: ResMut<Inquiry>,
    mut repaint: ResMut<Repaint>,
    mut panels: ResMut<Panels>,
) -> Result {
    if !layers.is_on("panels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let is_imported =
        given.is_some_and(|given| given.network.as_ref().is_some_and(|n| n.streets().is_some()));
    let network = is_imported.then(|| layers.is_on(LAYER));
    let title = words.get("ways.title");
    let (column, unfolded) = (Column::Right, Some(inquiry.asked().is_some()));
    let panel = Panel { name: "ways", title, column, order: 1, width: WIDTH, unfolded };
    let pressed = panels
        .show(context, free, &theme, panel, |ui| ways_panel(ui, &words, &theme, &inquiry, network))
        .unwrap_or_default();
    for pressed in pressed {
        match pressed {
            Pressed::Tool(tool) => inquiry.press(tool),
            Pressed::Mode(mode) => inquiry.mode = mode,
            Pressed::OpenAll => inquiry.closures.clear(),
            Pressed::Clear => inquiry.clear(),
            Pressed::Network(on) => layers.switch(LAYER, on),
        }
        repaint.ask();
    }
    Ok(())
}
