//! Draws the lines of the shapes that plugins and files lay on the map ([`shell::MapShapes`]): each set is built off
//! the frame when it is another, and takes the place of the one before when it is whole. Areas are filled by the ground.

use crate::ground_lines::chunk;
use crate::line_material::{LineMaterial, OwnLooks};
use crate::spots::Spots;
use crate::{shape_lines, shape_names};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use bevy_egui::EguiPrimaryContextPass;
use shell::{CitySet, GroundModel, MapShapes, Pending};

/// By how much sets that lie under others are drawn earlier, to the sorting: more than the order of any other.
const UNDER: f32 = 4.0e5;
/// The greatest order; symbols are drawn after it. Sets beyond the twelve-thousandth share it.
const LAST: f32 = 2.0e5;

/// A set as it is drawn.
#[derive(Default)]
struct Drawn {
    version: u64,
    entities: Vec<Entity>,
    building: Option<(u64, Task<Built>)>,
    /// The layer it is switched with.
    layer: String,
    spots: Spots,
}

/// Meshes of lines, and what finds the shapes by place.
type Built = (Vec<shape_lines::Batch>, Spots);

/// All sets, by name.
#[derive(Resource, Default)]
pub(crate) struct Sets(HashMap<String, Drawn>);

impl Sets {
    /// What can be found under the pointer, with the layer it is switched with.
    pub fn spots(&self) -> impl Iterator<Item = (&str, &Spots)> {
        self.0.values().map(|drawn| (drawn.layer.as_str(), &drawn.spots))
    }
}

/// Has those built that are another than what is drawn, and clears away what was lifted.
fn follow(
    mut commands: Commands,
    shapes: Res<MapShapes>,
    ground: Option<Res<GroundModel>>,
    mut sets: ResMut<Sets>,
    mut built_on: Local<Option<terrain::Ground>>,
) {
    let Some(ground) = ground else { return };
    let is_another = built_on.as_ref().is_none_or(|before| !before.is_same(&ground.ground));
    if !shapes.is_changed() && !is_another {
        return;
    }
    *built_on = Some(ground.ground.clone());
    sets.0.retain(|name, drawn| {
        let is_kept = shapes.get(name).is_some();
        if !is_kept {
            drawn.entities.drain(..).for_each(|entity| commands.entity(entity).despawn());
        }
        is_kept
    });
    for (name, set) in shapes.in_order() {
        let drawn = sets.0.entry(name.to_owned()).or_default();
        let newest = drawn.building.as_ref().map_or(drawn.version, |(version, _)| *version);
        if newest == set.version && !is_another {
            continue;
        }
        let (shapes, things, ground) = (set.shapes.clone(), set.things.clone(), ground.ground.clone());
        let task = AsyncComputeTaskPool::get().spawn(async move {
            let height_of = |at| ground.height_m(at).unwrap_or(0.0);
            (shape_lines::build(&shapes, &height_of), Spots::new(&shapes, &things, &height_of))
        });
        drawn.building = Some((set.version, task));
    }
}

/// Takes in what was built.
fn take_over(
    mut commands: Commands,
    shapes: Res<MapShapes>,
    mut sets: ResMut<Sets>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<LineMaterial>>,
    mut pending: ResMut<Pending>,
) {
    if sets.0.values().all(|drawn| drawn.building.is_none()) {
        if sets.is_changed() {
            pending.set("shapes", 0);
        }
        return;
    }
    for (name, drawn) in &mut sets.0 {
        let Some((version, (batches, spots))) =
            drawn.building.as_mut().and_then(|(version, task)| Some((*version, check_ready(task)?)))
        else {
            continue;
        };
        drawn.building = None;
        drawn.version = version;
        drawn.entities.drain(..).for_each(|entity| commands.entity(entity).despawn());
        let Some(set) = shapes.get(name) else { continue };
        (drawn.spots, drawn.layer) = (spots, set.layer.clone());
        for (n, batch) in batches.into_iter().enumerate() {
            let mut material = LineMaterial::new();
            material.own = Some(OwnLooks {
                looks: batch.looks,
                layer: set.layer.clone(),
                order: (set.order as f32 * 16.0 + n as f32).min(LAST)
                    - if set.is_under { UNDER } else { 0.0 },
                through_ground: batch.through_ground,
            });
            let material = materials.add(material);
            for (shown, mesh) in batch.meshes {
                let entity = commands.spawn(chunk(shown, mesh, &mut meshes, material.clone()));
                drawn.entities.push(entity.id());
            }
        }
    }
    pending.set("shapes", sets.0.values().filter(|drawn| drawn.building.is_some()).count());
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Sets>()
        .init_resource::<shape_names::Marks>()
        .add_systems(
            Update,
            (follow, take_over, shape_names::name)
                .chain()
                .in_set(CitySet::Draw)
                .before(crate::line_look::keep_looks),
        )
        .add_systems(EguiPrimaryContextPass, shape_names::mark.in_set(CitySet::Overlay));
}
