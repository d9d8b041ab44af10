//! What the console is made of: a line a feature.

use bevy::app::{PluginGroup, PluginGroupBuilder};
use shell::Screen;

/// Everything that draws the city or works on it. The link is added where there is a backend.
pub struct Features {
    /// Where the picture goes.
    pub screen: Screen,
}

impl PluginGroup for Features {
    fn build(self) -> PluginGroupBuilder {
        PluginGroupBuilder::start::<Self>()
            .add(shell::ShellPlugin { screen: self.screen })
            .add(terrain_view::TerrainViewPlugin)
            .add(one_map::OneMapPlugin)
            .add(points::PointsPlugin)
            .add(buildings::BuildingsPlugin)
            .add(model_view::ModelViewPlugin)
            .add(drones::DronesPlugin)
            .add(incident_board::IncidentBoardPlugin)
            .add(point_table::PointTablePlugin)
            .add(watch_board::WatchBoardPlugin)
            .add(feed_board::FeedBoardPlugin)
            .add(ways::WaysPlugin)
    }
}
