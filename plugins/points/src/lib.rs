//! Points at scale on the map: devices by the million, drawn by a compute pass instead of meshes.
//!
//! [`resident`] chooses the pages of rows that a view needs and has them prepared off the frame ([`page`]); [`told`] is
//! what a frame tells the adapter; [`adapter`] keeps it there; [`filter`] works out which rows are on and counts them;
//! [`gather`] draws many as few where they are many, and [`tags`] names the single ones close by. [`pass`] writes the
//! number of each point into the pixels it covers and colours them. What changes costs what changed, what is still costs
//! nothing a point.
//! Deliberately absent: files, what a value means.

mod adapter;
mod discs;
mod few;
mod filter;
mod gather;
mod lay;
mod look;
mod names;
mod page;
mod pass;
mod resident;
mod tags;
mod told;

pub use resident::Residency;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::CitySet;

/// The points. Waits for [`shell::GroundModel`].
#[derive(Clone, Copy, Debug, Default)]
pub struct PointsPlugin;

impl Plugin for PointsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Residency>()
            .init_resource::<told::Told>()
            .init_resource::<gather::Gathered>()
            .add_systems(Update, (names::bring, filter::filter).in_set(CitySet::Draw).run_if(are_there))
            .add_systems(EguiPrimaryContextPass, gather::paint.in_set(CitySet::Underlay))
            .add_systems(
                Update,
                (
                    gather::gather,
                    tags::name,
                    resident::begin,
                    resident::receive,
                    resident::choose,
                    told::changes,
                    told::view,
                )
                    .chain()
                    .in_set(CitySet::Draw)
                    .run_if(resource_exists::<shell::GroundModel>.and_then(are_there)),
            );
        pass::plugin(app);
    }

    fn finish(&self, app: &mut App) {
        adapter::finish(app);
    }
}

/// While there are none, nothing is looked at; when the last ones go, once more.
fn are_there(sets: Res<shell::PointSets>) -> bool {
    sets.is_changed() || !sets.all.is_empty()
}
