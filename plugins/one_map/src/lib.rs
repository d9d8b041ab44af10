//! Draws the one-map on the ground: district borders, roads, bridges, drone routes, risk points, sensing devices,
//! units and incidents, shapes laid on it, their names, and the tree of layers; says what is under the pointer and selects it.
//!
//! Lines and symbols are a few meshes with shaders of their own, never an entity a point. What zooms, fades or
//! pulses changes uniform values only. Deliberately absent: the ground, water and drones.

mod borders;
pub mod card;
mod choose_file;
mod city_set;
mod devices;
mod displays;
mod drape;
mod ground_lines;
mod highlights;
mod incidents;
mod labels;
pub mod laid;
pub mod layer_tree;
pub mod legend;
mod line_look;
mod line_material;
mod marks;
mod outline;
mod overlay;
mod panel;
mod pick;
mod place_names;
mod risk_points;
mod saved;
mod search;
mod sensors;
mod shape_lines;
mod shape_names;
mod shapes;
mod spots;
mod stroke;
mod symbol_layer;
mod symbol_material;
pub mod symbol_mesh;
mod thinning;
mod units;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::CitySet;

/// The one-map.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneMapPlugin;

impl Plugin for OneMapPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins((line_material::plugin, symbol_material::plugin));
        app.add_plugins((ground_lines::plugin, highlights::plugin, shapes::plugin));
        app.add_plugins((
            devices::plugin,
            sensors::plugin,
            risk_points::plugin,
            units::plugin,
            incidents::plugin,
        ));
        app.add_plugins((pick::plugin, marks::plugin, outline::plugin));
        app.init_resource::<panel::Counted>().init_resource::<choose_file::ChooseFile>();
        app.add_systems(
            Update,
            (line_look::keep_looks, symbol_layer::keep_look, labels::name_things, panel::count)
                .in_set(CitySet::Draw),
        );
        app.add_systems(EguiPrimaryContextPass, panel::show.in_set(CitySet::Panels));
    }
}
