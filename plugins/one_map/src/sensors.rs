//! Devices that other systems of the city told of, as a set of points: hollow where one has been silent for long.
//!
//! The set is made anew, off the frame, only with the lists of devices.

use crate::city_set::{Building, put};
use bevy::prelude::*;
use city::{CityTime, LonLat, RiskClass};
use layers::SENSOR;
use layers::points::{Given, Kind, Points, PointsBuilder};
use shell::{CityClock, CitySet, CitySources, Feeder, LaidThings, Pending, PointSets, SetOf, id_of_sensor};

/// How often it is looked who was heard, milliseconds of the city's clock.
const LOOK_MS: i64 = 2_000;

/// The set, and which lists of devices it is of.
#[derive(Resource, Default)]
struct SensorSet {
    building: Building<Points>,
    /// Whether a source is on, and how often its list changed.
    lists: Vec<(bool, u64)>,
    feeder: Option<Feeder>,
    /// When it was looked last, and how often values had changed by then.
    looked: (i64, Vec<u64>),
}

struct Sensor {
    id: String,
    name: String,
    at: LonLat,
    heard: Option<CityTime>,
}

fn made(sensors: &[Sensor]) -> Points {
    let mut builder = PointsBuilder::default();
    for Sensor { id, name, at, heard } in sensors {
        let kind = Kind::device(RiskClass::from(SENSOR));
        let (place, value) = (None, f32::NAN);
        builder.push(&Given { id, name, at: *at, kind, place, value, measured: *heard });
    }
    builder.finish().0
}

fn make(
    sources: Res<CitySources>,
    mut set: ResMut<SensorSet>,
    things: Res<LaidThings>,
    mut sets: ResMut<PointSets>,
    mut pending: ResMut<Pending>,
) {
    let set = set.bypass_change_detection();
    let lists = || sources.all.iter().map(|source| (source.is_on, source.held.changes.devices));
    if !set.lists.iter().copied().eq(lists()) {
        set.lists = lists().collect();
        let mut sensors = Vec::new();
        for source in sources.all.iter().filter(|source| source.is_on) {
            let sensor = |device: &feeds::told::Device| {
                let id = id_of_sensor(&source.name, &device.id);
                Some(Sensor { id, name: device.name.clone(), at: device.at?, heard: device.heard })
            };
            sensors.extend(source.held.devices.all().iter().filter_map(sensor));
        }
        set.building.begin(move || made(&sensors));
    }
    if let Some(points) = set.building.take() {
        match points.is_empty() {
            true => sets.remove(SetOf::Sensors.key()),
            false => set.feeder = Some(put(&mut sets, SetOf::Sensors, points, things.usual_display)),
        }
    }
    pending.set("sensors", usize::from(set.building.is_at_work()));
}

/// Tells the set who was heard since the last look.
fn hear(
    sources: Res<CitySources>,
    clock: Res<CityClock>,
    sets: Res<PointSets>,
    mut set: ResMut<SensorSet>,
    mut changed: Local<Vec<u32>>,
) {
    let set = set.bypass_change_detection();
    let look = clock.now.0.div_euclid(LOOK_MS);
    let (Some(feeder), Some(drawn)) = (&set.feeder, sets.of(SetOf::Sensors)) else { return };
    let readings = || sources.all.iter().map(|source| source.held.changes.readings);
    if look == set.looked.0 || set.looked.1.iter().copied().eq(readings()) {
        return;
    }
    set.looked = (look, readings().collect());
    let mut heard = Vec::new();
    for source in sources.all.iter().filter(|source| source.is_on) {
        for device in source.held.devices.all() {
            let row = drawn.points.row(&id_of_sensor(&source.name, &device.id));
            heard.extend(row.zip(device.heard).map(|(row, at)| (row as u32, at)));
        }
    }
    feeder.hear(heard.into_iter(), &mut changed);
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<SensorSet>().add_systems(Update, (make, hear).chain().in_set(CitySet::Step));
}
