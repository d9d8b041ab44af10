//! The other systems the city is read from: a board that says how each does and switches it, and what they told laid
//! on the map: warnings, drones and teams, residents' requests, features.
//!
//! [`table`] says what stands in a row, [`panel`] is a function from rows to what was pressed, [`lay`] keeps the shapes
//! of the map those of the sources, [`signs`] names the warnings wherever one looks. Deliberately absent: sockets, rules,
//! the drawing of devices, and what is said of a thing that is selected (the one-map's).

mod lay;
pub mod panel;
mod shapes;
mod show;
mod signs;
pub mod table;

#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::CitySet;

/// The board and the shapes of the sources.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeedBoardPlugin;

impl Plugin for FeedBoardPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, lay::lay.in_set(CitySet::Step));
        app.add_systems(EguiPrimaryContextPass, show::show.in_set(CitySet::Panels));
    }
}
