//! Where the panel stands, and what becomes of what was pressed.

use crate::inquiry::Inquiry;
use crate::network::LAYER;
use crate::panel::{Pressed, ways_panel};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use shell::{GivenRoads, MapArea, OnScreenLayers, Repaint, Theme, Words};

/// Width of the panel, points.
const WIDTH: f32 = 250.0;
/// It stands on the ground panel while there is this much room above that, points; else beside it.
const ROOM: f32 = 420.0;
/// It is never higher, points: tall enough for a route with twelve of its roads.
const HIGHEST: f32 = 620.0;
/// Its title and margins, points.
const FRAME: f32 = 64.0;
/// Between panels, points.
const GAP: f32 = 8.0;

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
) -> Result {
    if !layers.is_on("panels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let is_imported =
        given.is_some_and(|given| given.network.as_ref().is_some_and(|n| n.streets().is_some()));
    let network = is_imported.then(|| layers.is_on(LAYER));
    let corner = corner(context, free);
    let title = egui::RichText::new(words.get("ways.title")).size(theme.size.body).strong();
    let pressed = egui::Window::new(title)
        .id(egui::Id::new("ways panel"))
        .pivot(egui::Align2::RIGHT_BOTTOM)
        .fixed_pos(corner)
        .fixed_size([WIDTH, (corner.y - free.top() - FRAME).clamp(120.0, HIGHEST)])
        .default_open(inquiry.asked().is_some())
        .frame(egui::Frame::window(&context.global_style()).fill(theme.panel.background.egui()))
        .show(context, |ui| ways_panel(ui, &words, &theme, &inquiry, network))
        .and_then(|shown| shown.inner)
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

/// The lower right corner of the panel: over the ground panel, or beside it where that is unfolded and tall.
fn corner(context: &egui::Context, free: egui::Rect) -> egui::Pos2 {
    let ground = context.memory(|memory| memory.area_rect(egui::Id::new("ground panel")));
    match ground {
        Some(ground) if ground.top() - free.top() > ROOM => {
            egui::pos2(free.right() - GAP, ground.top() - GAP)
        }
        Some(ground) => egui::pos2(ground.left() - GAP, free.bottom() - GAP),
        // Without that panel its place is free.
        None => free.right_bottom() - egui::vec2(GAP, GAP),
    }
}
