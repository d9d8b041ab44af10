//! Draws the hills, the water and the contour lines: a quadtree of ground tiles, finer where the eye is near.
//!
//! [`select`] says which tiles a camera needs, [`build`](mod@build) samples and meshes one off the frame,
//! [`show`](mod@show) keeps what is drawn without holes, and `terrain.wgsl` colours it.
//! Deliberately absent: anything that stands on the ground.

pub mod ask;
pub mod ask_panel;
mod build;
pub mod contours;
mod credit;
mod drape;
mod material;
pub mod panel;
mod raster;
pub mod select;
mod show;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::{CitySet, GroundModel};

pub use show::Settled;

/// The ground on screen. Waits for [`GroundModel`].
pub struct TerrainViewPlugin;

impl Plugin for TerrainViewPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(material::plugin);
        app.init_resource::<Settled>().init_resource::<show::Tiles>().init_resource::<contours::Interval>();
        app.init_resource::<drape::Drapery>().init_resource::<drape::Repainting>();
        app.insert_resource(ask::Asking::usual()).init_resource::<material::Laid>();
        app.add_systems(
            Update,
            (ask::take_places, ask::take_answer)
                .chain()
                .in_set(CitySet::Decide)
                .run_if(resource_exists::<GroundModel>),
        );
        app.add_systems(
            Update,
            (contours::follow_eye, contours::number)
                .chain()
                .before(show::choose)
                .in_set(CitySet::Draw)
                .run_if(resource_exists::<GroundModel>),
        );
        app.add_systems(
            Update,
            (
                drape::follow,
                show::choose,
                show::request,
                show::receive,
                show::show,
                drape::repaint,
                material::dress,
            )
                .chain()
                .in_set(CitySet::Draw)
                .run_if(resource_exists::<GroundModel>),
        );
        app.add_systems(
            EguiPrimaryContextPass,
            (
                (credit::say_what_it_is, ask_panel::mark).in_set(CitySet::Overlay),
                (panel::show, ask_panel::show).in_set(CitySet::Panels),
            )
                .run_if(resource_exists::<GroundModel>),
        );
    }
}
