//! Borders, roads, bridges and drone routes on the ground: built once off the frame, shown by distance.
//!
//! Each line exists coarse for far chunks and fine for near ones; local streets only close by.

use crate::borders::{Border, borders};
use crate::drape::{CHUNK_M, ChunkKey, Chunks, HeightOf, Lie, anchor_of, city_path, drape};
use crate::line_look::{LineClass, class_of_road};
use crate::line_material::{LineMaterial, line_mesh};
use bevy::camera::primitives::MeshAabb;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use geo::{Coord, LineString, Simplify};
use geodesy::EastNorth;
use layers::{Gazetteer, RoadClass, StaticLayers, Structure};
use shell::{CitySet, Exaggerated, GroundModel, Pending, Placed, Projector, StaticCity};

/// From how near to how far a chunk is shown, metres from the eye.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub(crate) struct ShownWithin {
    key: ChunkKey,
    from_m: f64,
    to_m: f64,
}

impl ShownWithin {
    /// A chunk shown from one distance to another, metres from the eye.
    pub fn new(key: ChunkKey, from_m: f64, to_m: f64) -> Self {
        Self { key, from_m, to_m }
    }

    /// The middle of the chunk, to which its mesh is relative.
    pub fn anchor(&self) -> EastNorth {
        anchor_of(self.key)
    }
}

/// Coarse lines are shown beyond this, fine ones within, metres.
const FINE_WITHIN_M: f64 = 70_000.0;
/// Local streets are shown within this, metres.
const LOCAL_WITHIN_M: f64 = 14_000.0;
/// Within this of Chaotianmen fine lines follow the ground in short steps, metres.
const CENTRE_M: f64 = 40_000.0;

struct Built {
    shown: ShownWithin,
    mesh: Mesh,
}

#[derive(Resource, Default)]
struct Building(Option<Task<Vec<Built>>>);

/// The material all ground lines share.
#[derive(Resource)]
pub(crate) struct GroundLines(pub Handle<LineMaterial>);

fn begin(
    mut commands: Commands,
    city: Option<Res<StaticCity>>,
    ground: Option<Res<GroundModel>>,
    mut materials: ResMut<Assets<LineMaterial>>,
    mut pending: ResMut<Pending>,
) {
    commands.insert_resource(GroundLines(materials.add(LineMaterial::new())));
    let (Some(city), Some(ground)) = (city, ground) else { return };
    let (layers, ground) = (city.layers.clone(), ground.ground.clone());
    let task = AsyncComputeTaskPool::get()
        .spawn(async move { build(&layers, &|at| ground.height_m(at).unwrap_or(0.0)) });
    pending.set("map lines", 1);
    commands.insert_resource(Building(Some(task)));
}

fn build(layers: &StaticLayers, height_of: HeightOf) -> Vec<Built> {
    let gazetteer = Gazetteer::new(layers);
    let borders = borders(&layers.districts, &|at| gazetteer.place(at).is_some());
    let bands = [
        (fine(layers, &borders, height_of), 0.0, FINE_WITHIN_M),
        (coarse(layers, &borders, height_of), FINE_WITHIN_M, f64::MAX),
        (local(layers, height_of), 0.0, LOCAL_WITHIN_M),
    ];
    let mut built = Vec::new();
    for (chunks, from_m, to_m) in bands {
        for (key, strokes) in chunks.by_place {
            if !strokes.is_empty() {
                let (vertices, indices) = strokes.finish();
                let shown = ShownWithin { key, from_m, to_m };
                built.push(Built { shown, mesh: line_mesh(&vertices, indices) });
            }
        }
    }
    built
}

fn fine(layers: &StaticLayers, borders: &[Border], height_of: HeightOf) -> Chunks {
    let mut chunks = Chunks::default();
    for border in borders {
        let class = if border.outer { LineClass::CityBorder } else { LineClass::DistrictBorder };
        add_fine(&mut chunks, class, &city_path(&border.path), Lie::Ground(3.0), height_of);
    }
    // Less important roads first: what matters lies on top.
    for road in layers.roads.iter().rev().filter(|r| r.class != RoadClass::Local) {
        let lie = match road.structure {
            Structure::Bridge => Lie::Straight(6.0),
            Structure::Ground | Structure::Tunnel => Lie::Ground(4.0),
        };
        add_fine(
            &mut chunks,
            class_of_road(road.class, road.structure),
            &city_path(&road.path),
            lie,
            height_of,
        );
    }
    for bridge in &layers.bridges {
        add_fine(&mut chunks, LineClass::Bridge, &city_path(&bridge.ends), Lie::Straight(8.0), height_of);
    }
    for route in &layers.drone_routes {
        let lie = Lie::Ground(route.above_ground_m);
        add_fine(&mut chunks, LineClass::DroneRoute, &city_path(&route.path), lie, height_of);
    }
    chunks
}

fn add_fine(chunks: &mut Chunks, class: LineClass, path: &[EastNorth], lie: Lie, height_of: HeightOf) {
    let path = simpler(path, 12.0);
    let central = path.iter().any(|p| p.east_m.hypot(p.north_m) < CENTRE_M);
    chunks.add(class as u8, &drape(&path, if central { 250.0 } else { 1000.0 }, lie, height_of));
}

fn coarse(layers: &StaticLayers, borders: &[Border], height_of: HeightOf) -> Chunks {
    let mut chunks = Chunks::default();
    for border in borders {
        let class = if border.outer { LineClass::CityBorder } else { LineClass::DistrictBorder };
        let path = simpler(&city_path(&border.path), 150.0);
        chunks.add(class as u8, &drape(&path, 4_000.0, Lie::Ground(20.0), height_of));
    }
    let far = |class| matches!(class, RoadClass::Expressway | RoadClass::Trunk);
    for road in layers.roads.iter().rev().filter(|r| far(r.class)) {
        // From afar a tunnel or bridge is part of its road.
        let class = class_of_road(road.class, Structure::Ground);
        let path = simpler(&city_path(&road.path), 150.0);
        chunks.add(class as u8, &drape(&path, 4_000.0, Lie::Ground(20.0), height_of));
    }
    chunks
}

fn local(layers: &StaticLayers, height_of: HeightOf) -> Chunks {
    let mut chunks = Chunks::default();
    for road in layers.roads.iter().filter(|r| r.class == RoadClass::Local) {
        let class = class_of_road(road.class, road.structure);
        chunks.add(class as u8, &drape(&city_path(&road.path), 300.0, Lie::Ground(3.0), height_of));
    }
    chunks
}

/// The path without the points that a line within `tolerance_m` does not need.
pub(crate) fn simpler(path: &[EastNorth], tolerance_m: f64) -> Vec<EastNorth> {
    let line: LineString<f64> = path.iter().map(|p| Coord { x: p.east_m, y: p.north_m }).collect();
    line.simplify(tolerance_m).coords().map(|c| EastNorth::new(c.x, c.y)).collect()
}

/// A chunk as the engine holds it: hidden until the eye is near, and left out where its own bounds are not seen.
pub(crate) fn chunk<M: Material>(
    shown: ShownWithin,
    mesh: Mesh,
    meshes: &mut Assets<Mesh>,
    material: Handle<M>,
) -> impl Bundle {
    let bounds = mesh.compute_aabb().unwrap_or_default();
    let placed = Placed { at: shown.anchor(), height_m: 0.0 };
    let drawn = (Mesh3d(meshes.add(mesh)), MeshMaterial3d(material));
    (shown, placed, Exaggerated, Visibility::Hidden, bounds, drawn)
}

fn take_over(
    mut commands: Commands,
    mut building: ResMut<Building>,
    lines: Res<GroundLines>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut pending: ResMut<Pending>,
) {
    let Some(built) = building.bypass_change_detection().0.as_mut().and_then(check_ready) else { return };
    building.0 = None;
    for Built { shown, mesh } in built {
        commands.spawn(chunk(shown, mesh, &mut meshes, lines.0.clone()));
    }
    pending.set("map lines", 0);
}

/// Shows each chunk in its range of distances, when the eye moved or chunks came.
fn show_by_distance(
    projector: Res<Projector>,
    added: Query<(), Added<ShownWithin>>,
    mut chunks: Query<(&ShownWithin, &mut Visibility)>,
) {
    if !projector.is_changed() && added.is_empty() {
        return;
    }
    for (shown, mut visibility) in &mut chunks {
        let centre = anchor_of(shown.key);
        let outside = |eye: f64, middle: f64| ((eye - middle).abs() - CHUNK_M / 2.0).max(0.0);
        let (dx, dy) = (outside(projector.eye.x, centre.east_m), outside(projector.eye.y, centre.north_m));
        let distance_m = (dx * dx + dy * dy + projector.eye.z * projector.eye.z).sqrt();
        let wanted = if (shown.from_m..shown.to_m).contains(&distance_m) {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        };
        visibility.set_if_neq(wanted);
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Building>()
        .add_systems(Startup, begin)
        .add_systems(Update, (take_over, show_by_distance).chain().in_set(CitySet::Draw));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn all_lines_are_built_and_far_ones_are_few() {
        let layers = StaticLayers::shipped().unwrap();
        let borders = borders(&layers.districts, &|_| true);
        let corners =
            |chunks: Chunks| chunks.by_place.into_values().map(|s| s.finish().1.len() / 3).sum::<usize>();
        let far = corners(coarse(&layers, &borders, &|_| 200.0));
        let near = corners(fine(&layers, &borders, &|_| 200.0));
        assert!(far > 1_000 && far < 60_000, "{far} triangles far");
        assert!(near > far, "{near} triangles near");
        assert!(corners(local(&layers, &|_| 200.0)) > 1_000);
    }
}
