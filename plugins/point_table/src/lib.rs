//! Every point of the one-map in a table, and the search for places and points by name.
//!
//! [`search`] looks through ids and names off the frame and says what it found; [`listing`] has the rows that are on sorted
//! off the frame; [`table`] lays out the rows that are seen, so that a table of a million costs what one of twenty does;
//! [`show`] keeps table and map one selection. Deliberately absent: which points are on, and drawing them.

mod cells;
mod listing;
mod search;
mod show;
mod table;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::CitySet;

/// The table and the search.
#[derive(Clone, Copy, Debug, Default)]
pub struct PointTablePlugin;

impl Plugin for PointTablePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<listing::Listing>();
        app.add_systems(Update, (search::search, listing::list, listing::bring).in_set(CitySet::Draw));
        app.add_systems(EguiPrimaryContextPass, show::show.in_set(CitySet::Panels));
    }
}
