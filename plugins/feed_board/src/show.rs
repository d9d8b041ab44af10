//! Where the board stands, and what becomes of what was pressed.

use crate::panel::board;
use bevy::prelude::*;
use bevy_egui::EguiContexts;
use feeds::FeedState;
use shell::{
    CityClock, CitySources, Column, MapArea, OnScreenLayers, Panel, Panels, Repaint, SwitchSource, Theme,
    Words,
};

/// How wide the board is where there is room, points.
const WIDTH: f32 = 820.0;

/// Shows the board at the top of the map, folded until it is wanted; its title says whether it is.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn show(
    mut contexts: EguiContexts,
    words: Res<Words>,
    theme: Res<Theme>,
    area: Res<MapArea>,
    layers: Res<OnScreenLayers>,
    clock: Res<CityClock>,
    sources: Res<CitySources>,
    mut panels: ResMut<Panels>,
    mut wishes: MessageWriter<SwitchSource>,
    mut repaint: ResMut<Repaint>,
) -> Result {
    if sources.all.is_empty() || !layers.is_on("panels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let lost = sources.all.iter().filter(|source| source.health.state == FeedState::Lost).count();
    let key = if lost > 0 { "source.titleLost" } else { "source.title" };
    let (count, lost) = (sources.all.len().to_string(), lost.to_string());
    let title = words.fill(key, &[("n", &count), ("lost", &lost)]);
    let (column, unfolded) = (Column::Middle, Some(false));
    let panel = Panel { name: "sources", title: &title, column, order: 1, width: WIDTH, unfolded };
    let switched = panels
        .show(context, free, &theme, panel, |ui| board(ui, &words, &theme, &sources.all, clock.now))
        .unwrap_or_default();
    for wish in switched {
        wishes.write(wish);
        repaint.ask();
    }
    Ok(())
}
