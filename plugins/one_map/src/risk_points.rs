//! Risk points as a set of points: shape by class, colour and size by grade, grave ones above low ones.

use crate::city_set::{Building, put};
use bevy::prelude::*;
use city::RiskPoint;
use layers::points::{Given, Kind, Points, PointsBuilder};
use shell::{CitySet, LaidThings, Pending, PointSets, RiskPoints, SetOf};

fn made(points: &[RiskPoint]) -> Points {
    let mut builder = PointsBuilder::default();
    for point in points {
        let RiskPoint { id, name, at, place, class, grade, segment, layer, .. } = point;
        let kind = Kind { class: class.clone(), grade: Some(*grade), segment: *segment, layer: *layer };
        builder.push(&Given {
            id: id.as_str(),
            name,
            at: *at,
            kind,
            place: Some(*place),
            value: f32::NAN,
            measured: None,
        });
    }
    builder.finish().0
}

fn make(
    held: Res<RiskPoints>,
    things: Res<LaidThings>,
    mut sets: ResMut<PointSets>,
    mut building: Local<Building<Points>>,
    mut pending: ResMut<Pending>,
) {
    // Nothing is made before the first word; after it an empty list takes away what another city showed.
    let told_before = sets.of(SetOf::RiskPoints).is_some() || building.is_at_work();
    if held.is_changed() && (held.received || told_before) {
        let points = held.points.clone();
        building.begin(move || made(&points));
    }
    if let Some(points) = building.take() {
        put(&mut sets, SetOf::RiskPoints, points, things.usual_display);
    }
    pending.set("risk points", usize::from(building.is_at_work()));
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, make.in_set(CitySet::Step));
}
