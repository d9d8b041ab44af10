//! The order of a frame, said once.

use bevy::prelude::*;

/// What happens in a frame, in this order, all in `Update` but the last three, which run in egui's pass.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CitySet {
    /// What the link brought is drained into the resources; the clock moves.
    Ingest,
    /// What people did (keys, clicks, panels of the last frame) becomes commands, selection and camera goals.
    Decide,
    /// The camera and whatever moves by itself take their step.
    Step,
    /// Entities are made to look like the resources, where those changed.
    Draw,
    /// What egui paints under all else on the map: clusters of points.
    Underlay,
    /// What egui paints on the map, under the panels (`LayerId::background()`): labels, symbols.
    Overlay,
    /// Panels are drawn by egui.
    Panels,
}
