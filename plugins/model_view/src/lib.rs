//! Draws models that stand on the map.
//!
//! [`standing`] reads single models and sets them in their places, [`tilesets`] draws what the eye needs of 3D Tiles, which
//! [`workers`] bring, [`material`] and `models.wgsl` colour them. Deliberately absent: files and formats, which `models`
//! reads, and the web.

mod material;
mod seen;
mod standing;
mod tilesets;
mod upload;
mod workers;

use bevy::prelude::*;
use shell::{CitySet, Credits, GivenModels, GroundModel, OnScreenLayers};

/// The models. Waits for [`GroundModel`].
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelViewPlugin;

/// What of the models is drawn.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelsDrawn {
    /// Places of single models.
    pub places: usize,
    /// Their triangles.
    pub triangles: usize,
    /// Tiles.
    pub tiles: usize,
    /// Their triangles.
    pub tile_triangles: usize,
    /// What all tiles that are kept take on the graphics card.
    pub tile_bytes: usize,
}

/// What was wrong with models as they were read, a line each.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelsTold {
    /// The lines.
    pub lines: Vec<String>,
}

impl Plugin for ModelViewPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(material::plugin);
        follow(app);
    }
}

/// All but what colours them.
fn follow(app: &mut App) {
    app.init_resource::<standing::Standing>().init_resource::<tilesets::Tilesets>();
    app.init_resource::<ModelsDrawn>().init_resource::<ModelsTold>();
    app.add_systems(
        Update,
        (
            material::light,
            (standing::begin, standing::receive, standing::show).chain(),
            (tilesets::begin, tilesets::receive, tilesets::choose).chain(),
            (tell, thank),
        )
            .chain()
            .in_set(CitySet::Draw)
            .run_if(resource_exists::<GroundModel>.and_then(are_given)),
    );
}

/// While there are none, nothing is looked at; when the last ones go, once more.
fn are_given(given: Res<GivenModels>) -> bool {
    given.is_changed() || !given.places.is_empty() || !given.tilesets.is_empty()
}

/// Says what is drawn of single models, and what was wrong, when that changed.
fn tell(
    standing: Res<standing::Standing>,
    tilesets: Res<tilesets::Tilesets>,
    mut drawn: ResMut<ModelsDrawn>,
    mut told: ResMut<ModelsTold>,
) {
    if standing.is_changed() {
        let (places, triangles) = standing.drawn();
        let now = ModelsDrawn { places, triangles, ..*drawn };
        drawn.set_if_neq(now);
    }
    if standing.is_changed() || tilesets.is_changed() {
        let lines = standing.problems().map(str::to_owned).chain(tilesets.problems()).collect();
        told.set_if_neq(ModelsTold { lines });
    }
}

/// Says whom to thank for what is drawn, when that changed.
fn thank(
    standing: Res<standing::Standing>,
    tilesets: Res<tilesets::Tilesets>,
    layers: Res<OnScreenLayers>,
    mut credits: ResMut<Credits>,
) {
    if standing.is_changed() || tilesets.is_changed() || layers.is_changed() {
        let all = standing.thanks().chain(tilesets.thanks());
        credits.set("models", if layers.is_on("models") { all.collect() } else { Vec::new() });
    }
}

#[cfg(test)]
mod tests;
