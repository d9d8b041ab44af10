//! Devices that other systems of the city told of: a small square each, hollow where it has been silent for long.
//!
//! One mesh, made anew when the list of devices is another or one of them fell silent or spoke again; not with values.

use crate::symbol_layer::{ANCHOR, LayerTools, SymbolLayer, local};
use crate::symbol_material::SymbolMaterial;
use crate::symbol_mesh::{Symbol, SymbolMesh};
use crate::thinning::spacings_m;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::LonLat;
use feeds::told::{Device, ONLINE_WITHIN_S};
use geodesy::{EastNorth, to_city_frame};
use layers::{PointFilter, PointIndex};
use shell::symbols::Shape;
use shell::{
    CityClock, CitySet, CitySources, GroundModel, OnScreenLayers, Pending, Theme, ToldId, ToldThing,
};

/// The layer's name.
pub(crate) const LAYER: &str = "sources.devices";
/// Points of screen a device has for itself before others give way.
pub(crate) const GAP: f32 = 8.0;
/// How often it is looked who is silent, milliseconds of the city's clock.
const LOOK_MS: i64 = 2_000;

/// Devices with a place, as drawn.
#[derive(Default)]
struct Places {
    /// The source and its device.
    of: Vec<(usize, usize)>,
    at: Vec<EastNorth>,
    height_m: Vec<f32>,
    spacing_m: Vec<f32>,
    /// Finds them by place.
    index: Option<PointIndex>,
}

/// A device on the map.
pub(crate) struct Sensor<'a> {
    source: &'a str,
    device: &'a Device,
    /// City frame.
    pub at: EastNorth,
    /// Height of the ground, metres, not exaggerated.
    pub height_m: f32,
    /// The ground it has for itself, metres.
    pub spacing_m: f32,
}

impl Sensor<'_> {
    /// What a click on it selects.
    pub fn thing(&self) -> ToldThing {
        ToldThing { source: self.source.to_owned(), id: ToldId::Device(self.device.id.clone()) }
    }
}

/// The layer of devices of other systems.
#[derive(Resource)]
pub(crate) struct SensorLayer {
    layer: SymbolLayer,
    /// Which lists of devices the places are of: whether a source is on, and how often its list changed.
    lists: Vec<(bool, u64)>,
    task: Option<Task<Places>>,
    places: Places,
    silent: Vec<bool>,
    looked: i64,
}

impl SensorLayer {
    /// How many devices are on the map.
    pub fn count(&self) -> usize {
        self.places.at.len()
    }

    /// Finds devices by place; `None` until they are placed.
    pub fn index(&self) -> Option<&PointIndex> {
        self.places.index.as_ref()
    }

    /// A device by its row in the index.
    pub fn sensor<'a>(&self, row: usize, sources: &'a CitySources) -> Option<Sensor<'a>> {
        let (n, m) = *self.places.of.get(row)?;
        let source = sources.all.get(n)?;
        let device = source.held.devices.all().get(m)?;
        let (at, height_m, spacing_m) =
            (*self.places.at.get(row)?, *self.places.height_m.get(row)?, *self.places.spacing_m.get(row)?);
        Some(Sensor { source: &source.name, device, at, height_m, spacing_m })
    }

    /// Where a device is: city frame and height of the ground, metres.
    pub fn place_of(&self, source: &str, id: &str, sources: &CitySources) -> Option<(EastNorth, f32)> {
        let at = sources.named(source)?.held.devices.find(id)?.at?;
        let row = self.index()?.in_bbox([at.lon, at.lat, at.lon, at.lat], &PointFilter::default()).next()?;
        Some((*self.places.at.get(row)?, *self.places.height_m.get(row)?))
    }
}

fn begin(mut tools: LayerTools) {
    let layer = tools.layer(SymbolMaterial::new(0, GAP, 15_000.0, (0.6, 1.6)).with_rim(0.5));
    let (lists, places, silent) = Default::default();
    tools.commands.insert_resource(SensorLayer { layer, lists, task: None, places, silent, looked: 0 });
}

/// Places the devices off the frame when the lists, or the ground, are others.
fn prepare(
    sources: Res<CitySources>,
    ground: Option<Res<GroundModel>>,
    mut layer: ResMut<SensorLayer>,
    mut pending: ResMut<Pending>,
) {
    let Some(ground) = ground else { return };
    let layer = layer.bypass_change_detection();
    let lists = || sources.all.iter().map(|source| (source.is_on, source.held.changes.devices));
    if layer.task.is_some() || (layer.lists.iter().copied().eq(lists()) && !ground.is_changed()) {
        return;
    }
    layer.lists = lists().collect();
    let (mut of, mut placed) = (Vec::new(), Vec::new());
    for (n, source) in sources.all.iter().enumerate().filter(|(_, source)| source.is_on) {
        for (m, device) in source.held.devices.all().iter().enumerate() {
            if let Some(at) = device.at {
                of.push((n, m));
                placed.push(at);
            }
        }
    }
    let ground = ground.ground.clone();
    layer.task = Some(AsyncComputeTaskPool::get().spawn(async move { places(of, &placed, &ground) }));
    pending.set("sensors", 1);
}

fn places(of: Vec<(usize, usize)>, placed: &[LonLat], ground: &terrain::Ground) -> Places {
    let at: Vec<EastNorth> = placed.iter().map(|at| to_city_frame(*at)).collect();
    let height_m = placed.iter().map(|at| ground.height_m(*at).unwrap_or(0.0) as f32).collect();
    let index = Some(PointIndex::of_places(placed.iter().copied()));
    Places { of, height_m, spacing_m: spacings_m(&at), at, index }
}

fn draw(
    mut tools: LayerTools,
    mut layer: ResMut<SensorLayer>,
    sources: Res<CitySources>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
    mut pending: ResMut<Pending>,
) {
    let layer = layer.bypass_change_detection();
    let ready = layer.task.as_mut().and_then(check_ready);
    let is_new = ready.is_some();
    if let Some(places) = ready {
        (layer.places, layer.task) = (places, None);
        pending.set("sensors", 0);
    }
    let look = clock.now.0.div_euclid(LOOK_MS);
    if !is_new && look == layer.looked && !theme.is_changed() {
        return;
    }
    layer.looked = look;
    let oldest = clock.now.plus_s(-ONLINE_WITHIN_S);
    let device = |&(n, m): &(usize, usize)| sources.all.get(n)?.held.devices.all().get(m);
    let is_silent = |of| device(of).and_then(|device| device.heard).is_none_or(|heard| heard < oldest);
    let silent: Vec<bool> = layer.places.of.iter().map(is_silent).collect();
    if silent == layer.silent && !is_new && !theme.is_changed() {
        return;
    }
    layer.silent = silent;
    let (places, mut mesh) = (&layer.places, SymbolMesh::default());
    for (row, is_silent) in layer.silent.iter().enumerate() {
        let symbol = Symbol {
            shape: Shape::Square,
            hollow: *is_silent,
            colour: if *is_silent { theme.map.stale.0 } else { theme.map.device.0 },
            size: theme.size.device * 1.5,
            spacing_m: places.spacing_m[row],
            pulse: false,
            stale: *is_silent,
            group: 0,
        };
        mesh.push(local(places.at[row], places.height_m[row], ANCHOR), &symbol);
    }
    tools.redraw(&layer.layer, mesh);
}

fn keep_look(mut tools: LayerTools, layer: Res<SensorLayer>, on: Res<OnScreenLayers>) {
    if on.is_changed() {
        tools.set_look(&layer.layer, on.is_on(LAYER), false);
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, begin)
        .add_systems(Update, (prepare, draw, keep_look).chain().in_set(CitySet::Draw));
}
