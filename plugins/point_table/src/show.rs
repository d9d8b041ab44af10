//! The panel of the table, between the columns of panels; table and map are one selection.

use crate::cells::Told;
use crate::listing::Listing;
use crate::table::table;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{Key, RichText};
use shell::widgets::fresh_keys;
use shell::{
    CityClock, Column, FlyTo, MapArea, OnScreenLayers, Panel, Panels, PlaceNames, PointSet, PointSets,
    Repaint, Selection, SetOf, Theme, Words,
};

/// The name of the panel.
const NAME: &str = "point table";
/// How wide it is, points.
const WIDTH: f32 = 720.0;
/// So many rows are seen where there is room for them; what is flown to stays in sight under them.
const ROWS: usize = 10;
/// From how far a row is looked at, metres.
const POINT_M: f64 = 1_500.0;

/// What the panel reads of the world.
#[derive(SystemParam)]
pub(crate) struct Seen<'w, 's> {
    sets: Res<'w, PointSets>,
    clock: Res<'w, CityClock>,
    layers: Res<'w, OnScreenLayers>,
    area: Res<'w, MapArea>,
    theme: Res<'w, Theme>,
    words: Res<'w, Words>,
    names: Res<'w, PlaceNames>,
    /// What is selected, and where that is in the list.
    followed: Local<'s, (Option<usize>, u64)>,
}

/// What a set is called.
pub(crate) fn name_of(words: &Words, set: &PointSet) -> String {
    match set.of {
        SetOf::Laid => set.name.clone(),
        of => words.get(&format!("pointSet.{}", of.key())).to_owned(),
    }
}

/// Shows the table.
pub(crate) fn show(
    mut contexts: EguiContexts,
    mut seen: Seen,
    mut listing: ResMut<Listing>,
    mut selection: ResMut<Selection>,
    mut panels: ResMut<Panels>,
    mut flights: MessageWriter<FlyTo>,
    mut repaint: ResMut<Repaint>,
) -> Result {
    let listing = listing.bypass_change_detection();
    listing.is_shown = false;
    if !seen.layers.is_on("panels") || seen.sets.all.is_empty() {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    if fresh_keys(context).contains(&Key::B) {
        panels.toggle(NAME);
        repaint.ask();
    }
    let free = seen.area.free.unwrap_or_else(|| context.viewport_rect());
    let Some(set) = listing.set(&seen.sets) else { return Ok(()) };
    let title = seen.words.get("pointTable.title");
    let panel =
        Panel { name: NAME, title, column: Column::Middle, order: 9, width: WIDTH, unfolded: Some(false) };
    let selected =
        seen.sets.row_of(&selection.selected).filter(|(of, _)| of.key == set.key).map(|(_, row)| row);
    // What was selected on the map is brought into sight, once.
    if (selected, listing.listed) != *seen.followed {
        let is_other = selected != seen.followed.0;
        *seen.followed = (selected, listing.listed);
        if let Some(row) = selected.filter(|_| is_other) {
            follow(listing, row);
        }
    }
    let told = Told { set, names: &seen.names, words: &seen.words, theme: &seen.theme, now: seen.clock.now };
    let pressed = panels.show(context, free, &seen.theme, panel, |ui| {
        listing.is_shown = true;
        chosen_set(ui, &seen.sets, &told, listing);
        let rows = ((ui.max_rect().height() - 80.0) / 21.0).max(3.0) as usize;
        // A short list takes no more room than it needs.
        let rows = rows.min(ROWS).min(listing.rows.len().max(3));
        table(ui, &told, listing, selected, rows)
    });
    if let Some(row) = pressed.flatten() {
        // What was pressed is in sight already.
        seen.followed.0 = Some(row);
        selection.selected = set.selected(row);
        let at = set.points.position(row);
        if at.is_valid() {
            flights.write(FlyTo::Place { at, distance_m: POINT_M });
        }
    }
    Ok(())
}

/// Brings a row into sight.
fn follow(listing: &mut Listing, row: usize) {
    let Some(at) = listing.rows.iter().position(|held| *held as usize == row) else { return };
    let at = at as f64;
    if at < listing.top || at > listing.top + listing.seen as f64 - 1.0 {
        listing.scroll_to(at - (listing.seen / 2) as f64);
    }
}

/// The sets, one of them listed, and how many rows there are.
fn chosen_set(ui: &mut egui::Ui, sets: &PointSets, told: &Told, listing: &mut Listing) {
    let small = told.theme.size.small;
    ui.horizontal_wrapped(|ui| {
        for set in sets.all.iter().rev() {
            let text = RichText::new(name_of(told.words, set)).size(small);
            if ui.selectable_label(set.key == told.set.key, text).clicked() {
                listing.key = Some(set.key.clone());
            }
        }
        let count = match listing.is_of(told.set) && !listing.is_at_work() {
            true => told.words.fill("pointTable.rows", &[("n", &shell::words::grouped(listing.rows.len()))]),
            false => told.words.get("pointTable.sorting").to_owned(),
        };
        ui.label(RichText::new(count).size(small).color(told.theme.panel.faint.egui()));
    });
}
