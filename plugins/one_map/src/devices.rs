//! Sensing devices as a set of points: faint dots where all is as usual; those past their alarm stand out, those silent for
//! too long are hollow.
//!
//! The set is made anew, off the frame, only with the list of devices; values go into it as they come.

use crate::city_set::Building;
use bevy::prelude::*;
use feeds::DeviceTable;
use layers::points::{Given, Kind, News, Points, PointsBuilder};
use shell::{CitySet, Feeder, LaidThings, LiveDevices, Pending, PointSets, SetOf};

/// The set of devices, and how far its values are.
#[derive(Resource, Default)]
struct DeviceSet {
    building: Building<Made>,
    /// The table's layout that is on the map or on its way.
    layout: Option<u64>,
    /// What is on the map.
    drawn: Option<Drawn>,
}

struct Made {
    points: Points,
    /// The row in the set of each row of the table.
    rows: Vec<u32>,
}

struct Drawn {
    layout: u64,
    rows: Vec<u32>,
    feeder: Feeder,
    /// The batch whose values are in the set.
    generation: u64,
}

fn made(table: &DeviceTable) -> Made {
    let mut builder = PointsBuilder::default();
    for row in 0..table.len() {
        builder.push(&Given {
            id: table.id[row].as_str(),
            name: "",
            at: table.at[row],
            kind: Kind::device(table.class[row].clone()),
            place: Some(table.place[row]),
            value: table.value[row] as f32,
            measured: Some(table.measured[row]),
        });
    }
    let (points, _) = builder.finish();
    shell::judge_by_measures(&points);
    let row_of = |id: &city::DeviceId| points.row(id.as_str()).unwrap_or(0) as u32;
    Made { rows: table.id.iter().map(row_of).collect(), points }
}

/// Makes the set anew where the list of devices is another.
fn make(
    devices: Res<LiveDevices>,
    mut set: ResMut<DeviceSet>,
    things: Res<LaidThings>,
    mut sets: ResMut<PointSets>,
    mut pending: ResMut<Pending>,
) {
    let set = set.bypass_change_detection();
    let layout = devices.table.layout();
    if set.layout != Some(layout) && !devices.table.is_empty() {
        set.layout = Some(layout);
        let table = devices.table.clone();
        set.building.begin(move || made(&table));
    }
    if let Some(Made { points, rows }) = set.building.take() {
        let feeder = crate::city_set::put(&mut sets, SetOf::Devices, points, things.usual_display);
        let layout = set.layout.unwrap_or_default();
        set.drawn = Some(Drawn { layout, rows, feeder, generation: u64::MAX });
    }
    pending.set("devices", usize::from(set.building.is_at_work()));
}

/// Hands the values that came to the set; one look at every row a batch, some 100 µs.
fn feed(devices: Res<LiveDevices>, mut set: ResMut<DeviceSet>, mut changed: Local<Vec<u32>>) {
    let Some(drawn) = &mut set.bypass_change_detection().drawn else { return };
    let table = &devices.table;
    if drawn.generation == devices.generation || drawn.layout != table.layout() {
        return;
    }
    drawn.generation = devices.generation;
    let (mut news, mut heard) = (Vec::new(), Vec::new());
    for (row, of_set) in drawn.rows.iter().enumerate() {
        let (value, measured) = (table.value[row] as f32, table.measured[row]);
        // What is withheld is not known, but that the device speaks is.
        match value.is_nan() {
            true => heard.push((*of_set, measured)),
            false if drawn.feeder.is_other(*of_set, value, measured) => {
                news.push(News { row: *of_set, value, measured });
            }
            false => {}
        }
    }
    drawn.feeder.feed(&news, &mut changed);
    drawn.feeder.hear(heard.into_iter(), &mut changed);
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<DeviceSet>().add_systems(Update, (make, feed).chain().in_set(CitySet::Step));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::{CityTime, DeviceColumns, DistrictCode, RiskClass, TownshipCode};
    use layers::points::Standing;

    #[test]
    fn alarms_stand_out_and_rows_are_found_again() {
        let mut table = DeviceTable::default();
        let class = vec![RiskClass::Gas, RiskClass::Gas, RiskClass::WaterQuality];
        let batch = DeviceColumns {
            id: vec!["D-1".into(), "D-2".into(), "D-3".into()],
            value: vec![25.0, 1.0, 5.0],
            age_ms: vec![0, 0, 40_000],
            risk_class: class,
            lon: vec![106.7, 106.5, 106.6],
            lat: vec![29.5; 3],
            district_code: vec![DistrictCode(500103); 3],
            township_code: vec![TownshipCode(500103001); 3],
        };
        table.apply(&batch, CityTime(1_800_000_100_000));
        let Made { points, rows } = made(&table);
        let standing = |row: usize| points.standing(rows[row] as usize);
        assert_eq!([0, 1, 2].map(standing), [Standing::Orange, Standing::Usual, Standing::Orange]);
        assert_eq!(points.measured(rows[2] as usize), Some(CityTime(1_800_000_060_000)));
        assert_eq!(points.row("D-2"), Some(rows[1] as usize));
    }
}
