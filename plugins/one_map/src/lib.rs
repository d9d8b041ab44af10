//! Draws the one-map on the ground: district borders, roads, bridges, drone routes, risk points, sensing devices,
//! units and incidents, their names, and the tree of layers; says what is under the pointer and selects it.
//!
//! Lines and symbols are a few meshes with shaders of their own, never an entity a point. What zooms, fades or
//! pulses changes uniform values only. Deliberately absent: the ground, water and drones.

mod borders;
pub mod class_symbol;
mod devices;
mod drape;
mod ground_lines;
mod highlights;
mod incidents;
mod line_look;
mod line_material;
mod risk_points;
mod stroke;
mod symbol_layer;
mod symbol_material;
pub mod symbol_mesh;
mod thinning;
mod units;

use bevy::prelude::*;

/// The one-map.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneMapPlugin;

impl Plugin for OneMapPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins((line_material::plugin, symbol_material::plugin));
        app.add_plugins((ground_lines::plugin, highlights::plugin));
        app.add_plugins((devices::plugin, risk_points::plugin, units::plugin, incidents::plugin));
        app.add_systems(
            Update,
            (line_look::keep_looks, symbol_layer::keep_scale).in_set(shell::CitySet::Draw),
        );
    }
}
