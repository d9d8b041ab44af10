//! One layer of symbols on screen: an entity, its mesh and its material.

use crate::symbol_material::SymbolMaterial;
use crate::symbol_mesh::SymbolMesh;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use feeds::FeedState;
use geodesy::EastNorth;
use shell::{CameraEye, Exaggerated, Feeds, GroundModel, Placed, Theme};

/// Where layers that span the city are anchored; f32 metres from here are right to 3 cm.
pub(crate) const ANCHOR: EastNorth = EastNorth { east_m: 0.0, north_m: 0.0 };

/// A place in the coordinates of a mesh at `anchor`; heights are not exaggerated.
pub(crate) fn local(at: EastNorth, height_m: f32, anchor: EastNorth) -> [f32; 3] {
    [(at.east_m - anchor.east_m) as f32, height_m, -(at.north_m - anchor.north_m) as f32]
}

/// A layer that spans the city.
#[derive(Clone, Debug)]
pub(crate) struct SymbolLayer {
    entity: Option<Entity>,
    /// Its material.
    pub material: Handle<SymbolMaterial>,
}

/// What making and changing layers needs.
#[derive(SystemParam)]
pub(crate) struct LayerTools<'w, 's> {
    /// For entities.
    pub commands: Commands<'w, 's>,
    /// Meshes.
    pub meshes: ResMut<'w, Assets<Mesh>>,
    /// Materials.
    pub materials: ResMut<'w, Assets<SymbolMaterial>>,
    ground: Option<Res<'w, GroundModel>>,
}

impl LayerTools<'_, '_> {
    /// A new layer, empty.
    pub fn layer(&mut self, material: SymbolMaterial) -> SymbolLayer {
        let material = self.materials.add(material);
        let entity = self
            .commands
            .spawn((
                Placed { at: ANCHOR, height_m: 0.0 },
                Exaggerated,
                Visibility::Inherited,
                MeshMaterial3d(material.clone()),
                NoFrustumCulling,
            ))
            .id();
        SymbolLayer { entity: Some(entity), material }
    }

    /// True in a frame in which the ground or its exaggeration is another.
    pub fn ground_changed(&self) -> bool {
        self.ground.as_ref().is_some_and(DetectChanges::is_changed)
    }

    /// How many times heights are drawn.
    pub fn exaggeration(&self) -> f32 {
        self.ground.as_ref().map_or(1.0, |g| g.exaggeration) as f32
    }

    /// Shows other symbols in a layer.
    pub fn redraw(&mut self, layer: &SymbolLayer, symbols: SymbolMesh) {
        let Some(entity) = layer.entity else { return };
        match symbols.into_mesh() {
            Some(mesh) => self.commands.entity(entity).insert(Mesh3d(self.meshes.add(mesh))),
            None => self.commands.entity(entity).remove::<Mesh3d>(),
        };
    }

    /// Switches a layer, and says whether all of it is stale.
    pub fn set_look(&mut self, layer: &SymbolLayer, on: bool, stale: bool) {
        let (opacity, stale) = (f32::from(u8::from(on)), f32::from(u8::from(stale)));
        let Some(now) = self.materials.get(&layer.material).map(|m| (m.symbols.rim.w, m.symbols.fade.z))
        else {
            return;
        };
        if now != (opacity, stale)
            && let Some(mut material) = self.materials.get_mut(&layer.material)
        {
            (material.symbols.rim.w, material.symbols.fade.z) = (opacity, stale);
        }
    }
}

/// True while telemetry is lost: whatever it tells of is the last picture, and looks like it.
pub(crate) fn telemetry_is_lost(feeds: &Feeds) -> bool {
    is_lost(feeds, "telemetry")
}

/// True while the event stream is lost: incidents are the last picture, and look like it.
pub(crate) fn events_are_lost(feeds: &Feeds) -> bool {
    is_lost(feeds, "events")
}

fn is_lost(feeds: &Feeds, name: &str) -> bool {
    feeds.health.iter().any(|h| h.name == name && h.state == FeedState::Lost)
}

/// Tells every symbol material the screen's scale and the theme's colours, when they changed or one is new.
pub(crate) fn keep_look(
    theme: Res<Theme>,
    eye: Query<&Camera, With<CameraEye>>,
    mut materials: ResMut<Assets<SymbolMaterial>>,
) {
    let pixels_a_point = eye.iter().find_map(Camera::target_scaling_factor).unwrap_or(1.0);
    if theme.is_changed() || materials.iter().any(|(_, m)| m.symbols.settings.x != pixels_a_point) {
        for (_, material) in materials.iter_mut() {
            material.symbols.settings.x = pixels_a_point;
            material.symbols.colour(&theme);
        }
    }
}
