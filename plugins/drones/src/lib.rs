//! The drones over the city: each with its heading, its height above the ground and its trail; the route and the
//! figures of the selected one. The routes of all drones, faint, belong to the one-map's lines.
//!
//! A handful of drones is painted by egui over the map. Deliberately absent: picking, which the one-map does.

mod body;
pub mod card;
mod fleet;
mod names;
mod route;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::CitySet;

/// The drones.
#[derive(Clone, Copy, Debug, Default)]
pub struct DronesPlugin;

impl Plugin for DronesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<fleet::Fleet>().init_resource::<route::SelectedRoute>();
        app.add_systems(Update, (fleet::follow, names::name, route::choose).chain().in_set(CitySet::Draw));
        app.add_systems(
            EguiPrimaryContextPass,
            (
                (route::paint, body::paint).chain().in_set(CitySet::Overlay),
                card::show.in_set(CitySet::Panels),
            ),
        );
    }
}
