//! What the console is made of: a line a feature.

use bevy::app::{App, PluginGroup, PluginGroupBuilder};

/// Everything that draws the city or works on it. The link is added where there is a backend.
pub struct Features;

impl PluginGroup for Features {
    fn build(self) -> PluginGroupBuilder {
        PluginGroupBuilder::start::<Self>()
            .add(shell::ShellPlugin)
            .add(terrain_view::TerrainViewPlugin)
            .add(one_map::OneMapPlugin)
            .add(drones::DronesPlugin)
            .add(incident_board::IncidentBoardPlugin)
    }
}

/// Adds every feature.
pub fn add(app: &mut App) {
    app.add_plugins(Features);
}
