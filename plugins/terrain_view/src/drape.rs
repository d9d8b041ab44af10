//! What lies on the ground as part of it: the filled areas of shapes, painted into one texture a tile, so that they
//! follow the ground at every level of detail and nothing can show through.
//!
//! Tiles bring their texture with them; when what lies there is another, it is painted anew off the frame, the drawn
//! tiles first, and the old one stays until then.

use crate::build;
use crate::material::GroundMaterial;
use crate::show::Tiles;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use overlays::areas::Areas;
use overlays::canvas::{Canvas, with_smaller};
use overlays::shapes::Shape;
use shell::{MapShapes, OnScreenLayers, Pending};
use std::sync::Arc;
use terrain::TileKey;

/// Texels along a side of what is laid over a tile: about a pixel each on an ordinary screen.
pub(crate) const SIDE: usize = 512;
/// Tiles painted anew at once.
const AT_ONCE: usize = 2;

/// What lies on the ground now. Cloning it costs nothing.
#[derive(Resource, Clone, Default)]
pub(crate) struct Drapery {
    areas: Arc<Areas>,
    /// Another number for another content.
    version: u64,
}

impl Drapery {
    /// Paints what lies on a tile; nothing where nothing does.
    pub fn paint(&self, key: TileKey) -> Draped {
        let (corner, width_m) = (key.south_west(), key.width_m());
        let image = (!self.areas.miss(corner, width_m)).then(|| {
            let mut canvas = Canvas::new(SIDE);
            self.areas.paint(corner, width_m, &mut canvas);
            let (texels, levels) = with_smaller(canvas.finish(), SIDE);
            build::texels(texels, levels, SIDE)
        });
        Draped { image, version: self.version }
    }
}

/// What was painted for a tile.
pub(crate) struct Draped {
    pub image: Option<Image>,
    /// Of what.
    pub version: u64,
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

/// Takes in areas that were laid, lifted or switched.
pub(crate) fn follow(
    shapes: Res<MapShapes>,
    layers: Res<OnScreenLayers>,
    mut drapery: ResMut<Drapery>,
    mut pending: ResMut<Pending>,
    mut following: Local<Following>,
) {
    if let Some((painted, task)) = &mut following.preparing {
        let Some(areas) = check_ready(task) else { return };
        let painted = std::mem::take(painted);
        *following = Following { painted, preparing: None };
        let version = drapery.version + 1;
        *drapery = Drapery { areas: Arc::new(areas), version };
        pending.set("areas", 0);
    } else if !shapes.is_changed() && !layers.is_changed() {
        return;
    }
    let mut sets = shapes.in_order();
    sets.retain(|(_, set)| layers.is_on(&set.layer) && set.shapes.iter().any(is_filled));
    let wanted: Painted = sets.iter().map(|(name, set)| ((*name).to_owned(), set.version)).collect();
    if wanted == following.painted {
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

/// Paints tiles anew whose texture is of another version.
pub(crate) fn repaint(
    drapery: Res<Drapery>,
    mut tiles: ResMut<Tiles>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<GroundMaterial>>,
    mut pending: ResMut<Pending>,
    mut repainting: ResMut<Repainting>,
    mut behind: Local<bool>,
) {
    *behind |= drapery.is_changed();
    if !*behind {
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
    let stale = tiles.not_of_version(drapery.version);
    *behind = !(stale.is_empty() && under_way.is_empty());
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
