//! What lies on the ground as part of it: imagery and the filled areas of shapes, painted into one texture a tile, so
//! that they follow the ground at every level of detail and nothing can show through.
//!
//! Tiles bring their texture with them; when what lies there is another, or more of the imagery has come, it is painted
//! anew off the frame, the drawn tiles first, and the old one stays until then.

use crate::build;
use crate::material::GroundMaterial;
use crate::show::Tiles;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use overlays::areas::Areas;
use overlays::canvas::{Canvas, with_smaller};
use overlays::imagery::{Square, compose};
use overlays::shapes::Shape;
use shell::laid::drop_elsewhere;
use shell::{DrapedImagery, GivenImagery, MapShapes, OnScreenLayers, Pending};
use std::sync::Arc;
use terrain::TileKey;

/// Texels along a side of what is laid over a tile: about a pixel each on an ordinary screen.
pub(crate) const SIDE: usize = 512;
/// Tiles painted anew at once.
const AT_ONCE: usize = 2;

/// Seconds between two looks for imagery that came: tiles come in crowds.
const LOOK_EVERY_S: f32 = 0.25;
/// The layer imagery is switched with.
const IMAGERY: &str = "imagery";

/// What lies on the ground now. Cloning it costs nothing.
#[derive(Resource, Clone, Default)]
pub(crate) struct Drapery {
    areas: Arc<Areas>,
    imagery: Vec<DrapedImagery>,
    /// Another number for another content.
    version: u64,
}

impl Drapery {
    /// Paints what lies on a tile; nothing where nothing does.
    pub fn paint(&self, key: TileKey) -> Draped {
        let square = Square { south_west: key.south_west(), width_m: key.width_m() };
        let no_areas = self.areas.miss(square.south_west, square.width_m);
        if no_areas && self.imagery.is_empty() {
            return Draped { image: None, of: Content { version: self.version, ..Content::default() } };
        }
        let mut canvas = Canvas::new(SIDE);
        let (mut anything, mut lacks, mut is_coming) = (false, None, false);
        let generation = self.generation();
        for DrapedImagery { store, opacity } in &self.imagery {
            let source = store.source();
            let composed = compose(&source.tiles, &square, SIDE, &**store);
            if composed.anything {
                canvas.lay(&composed.rgba, *opacity);
                anything = true;
            }
            is_coming |= !composed.coming.is_empty();
            if is_coming || !composed.failed.is_empty() {
                lacks = Some(generation);
            }
        }
        if !no_areas {
            self.areas.paint(square.south_west, square.width_m, &mut canvas);
            anything = true;
        }
        let image = anything.then(|| {
            let (texels, levels) = with_smaller(canvas.finish(), SIDE);
            build::texels(texels, levels, SIDE)
        });
        Draped { image, of: Content { version: self.version, lacks, is_coming } }
    }

    /// Counts what came of all imagery.
    pub fn generation(&self) -> u64 {
        self.imagery.iter().map(|layer| layer.store.generation()).sum()
    }

    /// True when a tile with this content would look otherwise painted now.
    pub fn is_other_than(&self, content: &Content) -> bool {
        content.is_stale(self.version, self.generation())
    }

    /// True where imagery lies on it.
    pub fn has_imagery(&self) -> bool {
        !self.imagery.is_empty()
    }

    /// How much light and shade there is on it, 0 to 1: imagery has shadows of its own.
    pub fn shading(&self) -> f32 {
        if self.imagery.is_empty() { 1.0 } else { 0.35 }
    }

    /// How much more tiles may take on the graphics card for what lies on them, bytes.
    pub fn budget(&self) -> usize {
        if self.imagery.is_empty() { 0 } else { 256 << 20 }
    }
}

/// What was painted for a tile.
pub(crate) struct Draped {
    pub image: Option<Image>,
    /// Of what.
    pub of: Content,
}

/// What a tile's texture was painted of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    version: u64,
    /// The imagery's generation then, where it was not all there.
    lacks: Option<u64>,
    /// Whether some of it is on its way.
    is_coming: bool,
}

impl Content {
    /// True when painting anew would show something else.
    pub fn is_stale(&self, version: u64, generation: u64) -> bool {
        self.version != version || self.lacks.is_some_and(|at| at != generation)
    }

    /// True while imagery is on its way.
    pub fn is_coming(&self) -> bool {
        self.is_coming
    }
}

impl Draped {
    /// What it takes on the graphics card, bytes.
    pub fn bytes(&self) -> usize {
        self.image.as_ref().and_then(|image| image.data.as_ref()).map_or(0, Vec::len)
    }
}

/// The sets whose areas are painted, with their versions.
type Painted = Vec<(String, u64)>;

/// What [`follow`] remembers.
#[derive(Default)]
pub(crate) struct Following {
    painted: Painted,
    preparing: Option<(Painted, Task<Areas>)>,
}

/// Takes in imagery and areas that were laid, lifted or switched.
pub(crate) fn follow(
    shapes: Res<MapShapes>,
    imagery: Res<GivenImagery>,
    layers: Res<OnScreenLayers>,
    mut drapery: ResMut<Drapery>,
    mut pending: ResMut<Pending>,
    mut following: Local<Following>,
) {
    let came = following.preparing.as_mut().and_then(|(_, task)| check_ready(task));
    let is_busy = following.preparing.is_some() && came.is_none();
    let changed = shapes.is_changed() || layers.is_changed() || imagery.is_changed();
    if came.is_none() && !changed {
        return;
    }
    if came.is_some() {
        following.painted = following.preparing.take().map(|(painted, _)| painted).unwrap_or_default();
        pending.set("areas", 0);
    }
    let draped = if layers.is_on(IMAGERY) { imagery.layers.as_slice() } else { &[] };
    if came.is_some() || drapery.imagery != draped {
        let areas = came.map_or_else(|| drapery.areas.clone(), Arc::new);
        let version = drapery.version + 1;
        let now = Drapery { areas, imagery: draped.to_vec(), version };
        drop_elsewhere(std::mem::replace(&mut *drapery, now));
    }
    let mut sets = shapes.in_order();
    sets.retain(|(_, set)| layers.is_on(&set.layer) && set.shapes.iter().any(is_filled));
    let wanted: Painted = sets.iter().map(|(name, set)| ((*name).to_owned(), set.version)).collect();
    if is_busy || wanted == following.painted {
        return;
    }
    let sets: Vec<Arc<Vec<Shape>>> = sets.into_iter().map(|(_, set)| set.shapes.clone()).collect();
    let task = AsyncComputeTaskPool::get()
        .spawn(async move { Areas::new(sets.iter().flat_map(|shapes| shapes.iter())) });
    following.preparing = Some((wanted, task));
    pending.set("areas", 1);
}

/// Tiles being painted anew.
#[derive(Resource, Default)]
pub(crate) struct Repainting(HashMap<TileKey, Task<Draped>>);

/// What [`repaint`] remembers.
#[derive(Default)]
pub(crate) struct Behind {
    is_behind: bool,
    looked_s: f32,
    generation: u64,
}

/// Paints tiles anew that would show something else.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn repaint(
    drapery: Res<Drapery>,
    time: Res<Time<Real>>,
    mut tiles: ResMut<Tiles>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<GroundMaterial>>,
    mut pending: ResMut<Pending>,
    mut repainting: ResMut<Repainting>,
    mut behind: Local<Behind>,
) {
    let now_s = time.elapsed_secs();
    if now_s - behind.looked_s > LOOK_EVERY_S {
        let generation = drapery.generation();
        behind.is_behind |= generation != behind.generation;
        (behind.looked_s, behind.generation) = (now_s, generation);
    }
    behind.is_behind |= drapery.is_changed() | tiles.take_came_stale();
    let coming = if drapery.has_imagery() { tiles.drawn_with_imagery_coming() } else { 0 };
    pending.set("imagery", coming);
    if !behind.is_behind {
        return;
    }
    let under_way = &mut repainting.0;
    let mut done = Vec::new();
    under_way.retain(|key, task| {
        let painted = check_ready(task);
        let is_open = painted.is_none();
        done.extend(painted.map(|painted| (*key, painted)));
        is_open
    });
    for (key, painted) in done {
        tiles.lay(key, painted, &mut images, &mut materials);
    }
    let stale = tiles.stale(|content| content.is_stale(drapery.version, behind.generation));
    behind.is_behind = !(stale.is_empty() && under_way.is_empty());
    pending.set("draped ground", stale.iter().filter(|(is_drawn, _)| *is_drawn).count());
    for (_, key) in stale {
        if under_way.len() >= AT_ONCE {
            return;
        }
        let drapery = drapery.clone();
        under_way
            .entry(key)
            .or_insert_with(|| AsyncComputeTaskPool::get().spawn(async move { drapery.paint(key) }));
    }
}

fn is_filled(shape: &Shape) -> bool {
    matches!(shape.form, overlays::shapes::Form::Area(_)) && shape.style.fill.is_some()
}
