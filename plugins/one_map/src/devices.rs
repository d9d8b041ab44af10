//! Sensing devices: faint dots where all is as usual; those past their alarm, or silent for too long, stand out.
//!
//! The dots are meshes of chunks that change only with the list of devices. Each second only the few exceptions
//! are drawn anew, in a layer of their own.

use crate::drape::{ChunkKey, anchor_of, chunk_of};
use crate::ground_lines::{ShownWithin, chunk};
use crate::symbol_layer::{ANCHOR, LayerTools, SymbolLayer, local, telemetry_is_lost};
use crate::symbol_material::SymbolMaterial;
use crate::symbol_mesh::{Symbol, SymbolMesh};
use crate::thinning::spacings_m;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::{CityTime, LonLat, Measure, RiskClass};
use feeds::DeviceTable;
use geodesy::{EastNorth, to_city_frame};
use layers::PointIndex;
use shell::symbols::Shape;
use shell::{CityClock, CitySet, Feeds, GroundModel, LiveDevices, OnScreenLayers, Pending, Theme};
use std::collections::BTreeMap;

/// A device that has not reported for this long is stale, seconds: three times the usual interval of ten.
pub(crate) const STALE_AFTER_S: f64 = 30.0;
/// Points of screen a device has for itself before others give way.
pub(crate) const GAP: f32 = 8.0;
/// Usual devices are not drawn beyond this, metres.
const SEEN_WITHIN_M: f32 = 130_000.0;

/// Devices as drawn: columns beside the table's, row for row.
pub(crate) struct DeviceColumns {
    /// The table's layout they were made for.
    pub layout: u64,
    /// Finds them by place.
    pub index: PointIndex,
    /// City frame.
    pub at: Vec<EastNorth>,
    /// Height of the ground, metres, not exaggerated.
    pub height_m: Vec<f32>,
    /// The ground each has for itself, metres.
    pub spacing_m: Vec<f32>,
    measures: Vec<Option<Measure>>,
}

/// Why a device stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exception {
    Alarm,
    Stale,
}

/// The layers of devices.
#[derive(Resource)]
pub(crate) struct DeviceLayers {
    usual: Handle<SymbolMaterial>,
    exceptional: SymbolLayer,
    task: Option<(u64, Task<DeviceColumns>)>,
    /// What is drawn; `None` until the first batch is prepared.
    pub columns: Option<DeviceColumns>,
    exceptions: Vec<(u32, Exception)>,
    looked: Option<(u64, i64)>,
}

impl DeviceLayers {
    /// How many devices there are, and how many are past their alarm.
    pub fn count(&self) -> (usize, usize) {
        let alarms = self.exceptions.iter().filter(|e| e.1 == Exception::Alarm).count();
        (self.columns.as_ref().map_or(0, |c| c.at.len()), alarms)
    }
}

#[derive(Component)]
struct UsualDevices;

fn begin(mut tools: LayerTools) {
    let usual = SymbolMaterial::new(0, GAP, 15_000.0, (0.5, 1.6))
        .with_rim(0.5)
        .with_fade(0.5 * SEEN_WITHIN_M, SEEN_WITHIN_M);
    let usual = tools.materials.add(usual);
    let exceptional = tools.layer(SymbolMaterial::new(1, GAP, 15_000.0, (0.6, 1.6)));
    tools.commands.insert_resource(DeviceLayers {
        usual,
        exceptional,
        task: None,
        columns: None,
        exceptions: Vec::new(),
        looked: None,
    });
}

/// Prepares new columns off the frame whenever the list of devices is another one, or their colours are.
fn prepare(
    devices: Res<LiveDevices>,
    ground: Option<Res<GroundModel>>,
    theme: Res<Theme>,
    mut layers: ResMut<DeviceLayers>,
    mut pending: ResMut<Pending>,
) {
    let layout = devices.table.layout();
    let prepared = layers.task.as_ref().map(|t| t.0).or(layers.columns.as_ref().map(|c| c.layout));
    let is_other = prepared != Some(layout) || theme.is_changed();
    let Some(ground) = ground.filter(|_| !devices.table.is_empty() && is_other) else {
        return;
    };
    let (at, class) = (devices.table.at.clone(), devices.table.class.clone());
    let places = devices.table.place.clone();
    let ground = ground.ground.clone();
    let task = AsyncComputeTaskPool::get().spawn(async move {
        let districts = places.iter().map(|p| p.district);
        let rows = at.iter().zip(&class).zip(districts).map(|((at, class), d)| (*at, class, None, d));
        columns(layout, &at, &class, PointIndex::new(rows), &ground)
    });
    layers.task = Some((layout, task));
    pending.set("devices", 1);
}

fn columns(
    layout: u64,
    at: &[LonLat],
    class: &[RiskClass],
    index: PointIndex,
    ground: &terrain::Ground,
) -> DeviceColumns {
    let places: Vec<EastNorth> = at.iter().map(|p| to_city_frame(*p)).collect();
    DeviceColumns {
        layout,
        index,
        height_m: at.iter().map(|p| ground.height_m(*p).unwrap_or(0.0) as f32).collect(),
        spacing_m: spacings_m(&places),
        measures: class.iter().map(Measure::of).collect(),
        at: places,
    }
}

fn draw_usual(
    mut tools: LayerTools,
    mut layers: ResMut<DeviceLayers>,
    theme: Res<Theme>,
    drawn: Query<Entity, With<UsualDevices>>,
    mut pending: ResMut<Pending>,
) {
    let ready = layers.bypass_change_detection().task.as_mut().and_then(|t| check_ready(&mut t.1));
    let Some(columns) = ready else { return };
    layers.task = None;
    for entity in &drawn {
        tools.commands.entity(entity).despawn();
    }
    let mut chunks: BTreeMap<ChunkKey, SymbolMesh> = BTreeMap::new();
    for row in 0..columns.at.len() {
        let key = chunk_of(columns.at[row]);
        let symbol = Symbol {
            shape: Shape::Disc,
            hollow: false,
            colour: theme.map.device.with_alpha(0.75).0,
            size: theme.size.device,
            spacing_m: columns.spacing_m[row],
            pulse: false,
            stale: false,
            group: 0,
        };
        let at = local(columns.at[row], columns.height_m[row], anchor_of(key));
        chunks.entry(key).or_default().push(at, &symbol);
    }
    for (key, mesh) in chunks {
        let Some(mesh) = mesh.into_mesh() else { continue };
        let shown = ShownWithin::new(key, 0.0, f64::from(SEEN_WITHIN_M));
        let chunk = chunk(shown, mesh, &mut tools.meshes, layers.usual.clone());
        tools.commands.spawn((UsualDevices, chunk));
    }
    layers.columns = Some(columns);
    layers.looked = None;
    pending.set("devices", 0);
}

/// The devices that stand out: one look at every row, about 20 µs.
fn exceptions(table: &DeviceTable, columns: &DeviceColumns, now: CityTime) -> Vec<(u32, Exception)> {
    let oldest = now.plus_s(-STALE_AFTER_S);
    (0..columns.at.len().min(table.len()))
        .filter_map(|row| {
            if table.measured[row] < oldest {
                return Some((row as u32, Exception::Stale));
            }
            let alarms = columns.measures[row].is_some_and(|m| m.alarms(table.value[row]));
            alarms.then_some((row as u32, Exception::Alarm))
        })
        .collect()
}

fn draw_exceptions(
    mut tools: LayerTools,
    mut layers: ResMut<DeviceLayers>,
    devices: Res<LiveDevices>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
) {
    // Ages matter to the second.
    let look = (devices.generation, clock.now.0.div_euclid(1000));
    let Some(columns) = &layers.columns else { return };
    if layers.looked == Some(look) || columns.layout != devices.table.layout() {
        return;
    }
    let found = exceptions(&devices.table, columns, clock.now);
    let first = layers.looked.is_none();
    layers.looked = Some(look);
    if found == layers.exceptions && !first {
        return;
    }
    let Some(columns) = &layers.columns else { return };
    let mut mesh = SymbolMesh::default();
    let (stale, alarms): (Vec<_>, Vec<_>) = found.iter().partition(|e| e.1 == Exception::Stale);
    for &&(row, why) in stale.iter().chain(&alarms) {
        let row = row as usize;
        let symbol = match why {
            Exception::Stale => Symbol {
                shape: Shape::Disc,
                hollow: true,
                colour: theme.map.stale.0,
                size: theme.size.device * 1.4,
                spacing_m: columns.spacing_m[row],
                pulse: false,
                stale: true,
                group: 0,
            },
            Exception::Alarm => Symbol {
                shape: Shape::Disc,
                hollow: false,
                colour: theme.map.device_alarm.0,
                size: theme.size.device * 2.6,
                spacing_m: 1.0e6,
                pulse: false,
                stale: false,
                group: 1,
            },
        };
        mesh.push(local(columns.at[row], columns.height_m[row], ANCHOR), &symbol);
    }
    tools.redraw(&layers.exceptional, mesh);
    layers.exceptions = found;
}

fn keep_look(
    mut tools: LayerTools,
    layers: Res<DeviceLayers>,
    on: Res<OnScreenLayers>,
    feeds: Res<Feeds>,
    drawn: Query<(), Added<UsualDevices>>,
) {
    if on.is_changed() || feeds.is_changed() || !drawn.is_empty() {
        let lost = telemetry_is_lost(&feeds);
        let usual = SymbolLayer::of_material(layers.usual.clone());
        tools.set_look(&usual, on.is_on("devices"), lost);
        tools.set_look(&layers.exceptional, on.is_on("devices"), lost);
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, begin)
        .add_systems(Update, (prepare, draw_usual, draw_exceptions, keep_look).chain().in_set(CitySet::Draw));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn alarms_and_silence_stand_out() {
        let ground = terrain::Ground::shipped().unwrap();
        let class = vec![RiskClass::Gas, RiskClass::Gas, RiskClass::WaterQuality];
        let at = vec![LonLat::new(106.5, 29.5); 3];
        let rows = at.iter().zip(&class).map(|(at, class)| (*at, class, None, city::DistrictCode(500103)));
        let columns = columns(1, &at, &class, PointIndex::new(rows), &ground);
        let mut table = DeviceTable::default();
        let batch = city::DeviceColumns {
            id: vec!["D-1".into(), "D-2".into(), "D-3".into()],
            value: vec![25.0, 1.0, 7.0],
            age_ms: vec![0, 0, 40_000],
            risk_class: class.clone(),
            lon: vec![106.5; 3],
            lat: vec![29.5; 3],
            district_code: vec![city::DistrictCode(500103); 3],
            township_code: vec![city::TownshipCode(500103001); 3],
        };
        table.apply(&batch, CityTime(100_000));
        let found = exceptions(&table, &columns, CityTime(100_000));
        assert_eq!(found, vec![(0, Exception::Alarm), (2, Exception::Stale)]);
        assert_eq!(exceptions(&table, &columns, CityTime(131_000)).len(), 3);
    }
}
