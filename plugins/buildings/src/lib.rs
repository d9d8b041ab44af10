//! Draws the buildings that were given: squares of the city, fine where the eye is near, boxes farther off.
//!
//! [`choose`] says which squares a view needs, [`blocks`] has them raised off the frame and keeps them in a budget of
//! memory, [`material`] and `buildings.wgsl` colour them. Deliberately absent: reading files, hovering.

mod blocks;
mod choose;
mod material;

pub use blocks::Standing;

use bevy::prelude::*;
use shell::{CitySet, GivenBuildings, GroundModel};

/// The buildings. Waits for [`GroundModel`].
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildingsPlugin;

impl Plugin for BuildingsPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(material::plugin);
        app.init_resource::<blocks::Blocks>().init_resource::<Standing>();
        app.add_systems(Startup, material::make);
        app.add_systems(
            Update,
            (
                blocks::begin,
                blocks::take_dealt,
                blocks::choose,
                blocks::request,
                blocks::receive,
                blocks::show,
                material::dress,
            )
                .chain()
                .in_set(CitySet::Draw)
                .run_if(resource_exists::<GroundModel>.and_then(are_given)),
        );
    }
}

/// While there are none, nothing is looked at; when the last ones go, once more.
fn are_given(given: Res<GivenBuildings>) -> bool {
    given.is_changed() || !given.footprints.is_empty()
}
