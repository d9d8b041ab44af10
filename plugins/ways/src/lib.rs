//! Asked of the roads on the map: the quickest way between two places, what is reached in some minutes, and both again
//! with roads closed; and an imported network drawn where the eye is near.
//!
//! [`inquiry`] is what is asked and answered, [`work`] finds it off the frame, [`ways_shapes`] and [`network`] say what
//! is laid on the map, [`panel`] is a function from data to what was pressed.
//! Deliberately absent: drawing (shapes are the one-map's), rules, the ways units take (those are the backend's).

pub mod answer;
mod clicks;
pub mod closing;
pub mod inquiry;
pub mod network;
mod network_look;
pub mod panel;
mod saying;
mod show;
mod told;
mod view_box;
mod ways_shapes;
mod work;

#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::{CitySet, GroundModel};

pub use answer::{Answer, Asked, Question, reach_minutes};
pub use inquiry::{Inquiry, Stage, Tool};
pub use told::{Row, RowName, Told};

/// Ways asked on the map. Waits for [`GroundModel`].
#[derive(Clone, Copy, Debug, Default)]
pub struct WaysPlugin;

impl Plugin for WaysPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Inquiry>()
            .init_resource::<work::Works>()
            .init_resource::<network::NetworkDrawn>();
        app.add_systems(
            Update,
            (
                clicks::take_clicks.in_set(CitySet::Decide),
                (work::work, clicks::take_roads).chain().in_set(CitySet::Step),
                (ways_shapes::lay, network::lay).in_set(CitySet::Draw),
            )
                .run_if(resource_exists::<GroundModel>),
        );
        app.add_systems(
            EguiPrimaryContextPass,
            show::show.in_set(CitySet::Panels).run_if(resource_exists::<GroundModel>),
        );
    }
}
