//! Lines that come and go with the selection: the ways of units to the selected incident, and a district's border.

use crate::borders::borders;
use crate::drape::{DrapedPoint, Lie, city_path, drape};
use crate::ground_lines::simpler;
use crate::line_look::LineClass;
use crate::line_material::{LineMaterial, line_mesh};
use crate::stroke::{LinePoint, Strokes};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::prelude::*;
use city::{City, DistrictCode, Trip, UnitId};
use geodesy::EastNorth;
use shell::{
    CityClock, CitySet, CityState, Exaggerated, GroundModel, Placed, Selected, Selection, StaticCity,
};

/// A way drawn on the ground; what is behind the unit is fainter.
#[derive(Component, Clone, Debug)]
struct TripOnMap {
    unit: UnitId,
    began: city::CityTime,
    duration_s: f64,
    length_m: f64,
    material: Handle<LineMaterial>,
}

#[derive(Component, PartialEq)]
struct DistrictOnMap(DistrictCode);

/// The trips the selection asks for.
fn wanted<'a>(city: &'a City, selected: &Selected) -> Vec<(&'a UnitId, &'a Trip)> {
    let of_unit =
        |id: &UnitId| city.units.get_key_value(id).and_then(|(id, u)| u.trip.as_ref().map(|t| (id, t)));
    match selected {
        Selected::Incident(id) => city
            .incidents
            .get(id)
            .map_or(Vec::new(), |incident| incident.units.iter().filter_map(of_unit).collect()),
        Selected::Unit(id) => of_unit(id).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Spawns a line of one class around an anchor.
fn spawn_line(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    material: Handle<LineMaterial>,
    class: LineClass,
    lines: &[Vec<DrapedPoint>],
) -> Option<Entity> {
    let anchor = lines.first()?.first()?.at;
    let mut strokes = Strokes::default();
    for line in lines {
        let points: Vec<LinePoint> = line.iter().map(|p| around(p, anchor)).collect();
        strokes.add(class as u8, &points);
    }
    if strokes.is_empty() {
        return None;
    }
    let (vertices, indices) = strokes.finish();
    let placed = Placed { at: anchor, height_m: 0.0 };
    let mesh = Mesh3d(meshes.add(line_mesh(&vertices, indices)));
    Some(commands.spawn((placed, Exaggerated, mesh, MeshMaterial3d(material), NoFrustumCulling)).id())
}

fn around(p: &DrapedPoint, anchor: EastNorth) -> LinePoint {
    LinePoint {
        east_m: (p.at.east_m - anchor.east_m) as f32,
        north_m: (p.at.north_m - anchor.north_m) as f32,
        height_m: p.height_m as f32,
        along_m: p.along_m as f32,
    }
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
fn draw_trips(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<LineMaterial>>,
    state: Res<CityState>,
    selection: Res<Selection>,
    ground: Option<Res<GroundModel>>,
    drawn: Query<(Entity, &TripOnMap)>,
) {
    if !(state.is_changed() || selection.is_changed()) {
        return;
    }
    let Some(ground) = ground else { return };
    let wanted = wanted(&state.city, &selection.selected);
    let is_drawn =
        |unit: &UnitId, trip: &Trip| drawn.iter().any(|(_, d)| d.unit == *unit && d.began == trip.began);
    for (entity, trip) in &drawn {
        if !wanted.iter().any(|(unit, t)| **unit == trip.unit && t.began == trip.began) {
            commands.entity(entity).despawn();
        }
    }
    for (unit, trip) in wanted.into_iter().filter(|(unit, trip)| !is_drawn(unit, trip)) {
        let path = simpler(&city_path(&trip.path), 5.0);
        let length_m: f64 = path.windows(2).map(|w| w[0].distance_m(w[1])).sum();
        // At most some 300 heights are asked, about a millisecond.
        let step_m = (length_m / 300.0).max(120.0);
        let line = drape(&path, step_m, Lie::Ground(6.0), &|at| ground.ground.height_m(at).unwrap_or(0.0));
        let mut material = LineMaterial::new();
        material.lines.settings.x = 0.025;
        material.lines.settings.w = 0.35;
        let material = materials.add(material);
        let line = [line];
        let entity = spawn_line(&mut commands, &mut meshes, material.clone(), LineClass::Trip, &line);
        if let Some(entity) = entity {
            let (unit, began, duration_s) = (unit.clone(), trip.began, trip.duration_s);
            commands.entity(entity).insert(TripOnMap { unit, began, duration_s, length_m, material });
        }
    }
}

/// What is travelled grows fainter, by the city's clock, in steps that can be seen.
fn follow_trips(
    clock: Res<CityClock>,
    mut materials: ResMut<Assets<LineMaterial>>,
    trips: Query<&TripOnMap>,
) {
    for trip in &trips {
        let share = (clock.now.seconds_since(trip.began) / trip.duration_s.max(1.0)).clamp(0.0, 1.0);
        let travelled_m = ((share * trip.length_m / 5.0).floor() * 5.0) as f32;
        let told = materials.get(&trip.material).map(|m| m.lines.settings.z);
        if told != Some(travelled_m)
            && let Some(mut material) = materials.get_mut(&trip.material)
        {
            material.lines.settings.z = travelled_m;
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
fn draw_district(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<LineMaterial>>,
    selection: Res<Selection>,
    city: Option<Res<StaticCity>>,
    ground: Option<Res<GroundModel>>,
    drawn: Query<(Entity, &DistrictOnMap)>,
) {
    let (Some(city), Some(ground)) = (city, ground) else { return };
    if !selection.is_changed() {
        return;
    }
    let wanted = match selection.selected {
        Selected::District(code) => city.layers.district(code),
        _ => None,
    };
    for (entity, district) in &drawn {
        if wanted.is_none_or(|w| w.code != district.0) {
            commands.entity(entity).despawn();
        }
    }
    let Some(district) = wanted.filter(|w| !drawn.iter().any(|(_, d)| d.0 == w.code)) else { return };
    let height_of = |at| ground.ground.height_m(at).unwrap_or(0.0);
    let lines: Vec<Vec<DrapedPoint>> = borders(std::slice::from_ref(district), &|_| true)
        .iter()
        .map(|border| drape(&simpler(&city_path(&border.path), 40.0), 1_500.0, Lie::Ground(8.0), &height_of))
        .collect();
    let material = materials.add(LineMaterial::new());
    let class = LineClass::SelectedDistrict;
    if let Some(entity) = spawn_line(&mut commands, &mut meshes, material, class, &lines) {
        commands.entity(entity).insert(DistrictOnMap(district.code));
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (draw_trips, follow_trips, draw_district)
            .chain()
            .in_set(CitySet::Draw)
            .before(crate::line_look::keep_looks),
    );
}
