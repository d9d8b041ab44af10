//! Draws models that stand on the map.
//!
//! [`standing`] reads single models and sets them in their places, [`material`] and `models.wgsl` colour them. Deliberately
//! absent: files and formats, which `models` reads.

mod material;
mod seen;
mod standing;
mod upload;

use bevy::prelude::*;
use shell::{CitySet, GroundModel};

/// The models. Waits for [`GroundModel`].
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelViewPlugin;

/// What of the models is drawn.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelsDrawn {
    /// Places of single models.
    pub places: usize,
    /// Their triangles, and those of tiles.
    pub triangles: usize,
}

impl Plugin for ModelViewPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(material::plugin);
        app.init_resource::<standing::Standing>().init_resource::<ModelsDrawn>();
        app.add_systems(
            Update,
            (material::light, standing::begin, standing::receive, standing::show, tell)
                .chain()
                .in_set(CitySet::Draw)
                .run_if(resource_exists::<GroundModel>),
        );
    }
}

fn tell(standing: Res<standing::Standing>, mut drawn: ResMut<ModelsDrawn>) {
    let (places, triangles) = standing.drawn();
    drawn.set_if_neq(ModelsDrawn { places, triangles });
}
