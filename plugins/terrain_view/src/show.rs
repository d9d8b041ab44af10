//! Which tiles exist and which are drawn: chooses for the camera, has the missing ones built off the frame, takes in
//! a few a frame, and keeps the rest in a budget of memory.

use crate::build::{Built, build};
use crate::drape::{Content, Draped, Drapery};
use crate::material::{Dress, GroundMaterial, LONG_AGO_S, Rasters, Tile};
use crate::select::{self, Fineness, Selection, Span};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::platform::collections::{HashMap, HashSet};
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use geodesy::{EastNorth, to_lon_lat};
use shell::{CameraEye, GroundModel, Pending, Placed, Projector, Screen};
use terrain::{Ground, TileKey};

/// What tiles may take on the graphics card without imagery, bytes.
const BUDGET: usize = 192 << 20;
/// Meshes handed to the graphics card a frame, in a window.
const UPLOADS_A_FRAME: usize = 3;
/// Coarse levels that are always there, to stand in for what is not ready.
const STAND_IN_LEVELS: u8 = 3;
/// Heights of all ground, metres, and the level down to which tiles are given that span.
const ALL_HEIGHTS_M: Span = (0.0, 2_900.0);
const COARSE: u8 = 4;
/// Finer tiles are given the span of the tile of this level (4 km wide) they lie in.
const SPAN_LEVEL: u8 = 7;

/// Whether everything the present camera needs is drawn. Pictures wait for it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// True when every tile wanted is there and none was changed in this frame.
    pub settled: bool,
    /// Tiles drawn.
    pub tiles: usize,
    /// Their triangles.
    pub triangles: usize,
    /// What all tiles that are kept take on the graphics card.
    pub bytes: usize,
    /// Tiles wanted and not there yet.
    pub pending: usize,
}

struct Ready {
    entity: Entity,
    material: Handle<GroundMaterial>,
    bytes: usize,
    triangles: usize,
    /// The last choice that wanted it.
    wanted: u64,
    /// Bytes and content of what lies on it.
    draped: (usize, Content),
}

/// All tiles.
#[derive(Resource, Default)]
pub(crate) struct Tiles {
    fineness: Fineness,
    ground: Option<Ground>,
    chosen: Selection,
    choice: u64,
    spans: HashMap<TileKey, Span>,
    ready: HashMap<TileKey, Ready>,
    building: HashMap<TileKey, Task<Built>>,
    drawn: HashSet<TileKey>,
    bytes: usize,
    changed: bool,
    /// True when a tile came on which something else lies by now.
    came_stale: bool,
}

impl Tiles {
    /// True when a tile came, since this was asked last, on which something else lies by now.
    pub fn take_came_stale(&mut self) -> bool {
        std::mem::take(&mut self.came_stale)
    }

    /// Drawn tiles whose imagery is on its way.
    pub fn drawn_with_imagery_coming(&self) -> usize {
        self.drawn
            .iter()
            .filter_map(|key| self.ready.get(key))
            .filter(|tile| tile.draped.1.is_coming())
            .count()
    }

    /// Tiles on which something else should lie: whether they are drawn, and those first.
    pub fn stale(&self, is_stale: impl Fn(&Content) -> bool) -> Vec<(bool, TileKey)> {
        let stale = self.ready.iter().filter(|(_, tile)| is_stale(&tile.draped.1));
        let mut stale: Vec<_> = stale.map(|(key, _)| (self.drawn.contains(key), *key)).collect();
        stale.sort_by_key(|(is_drawn, key)| (!is_drawn, *key));
        stale
    }

    /// Lays something else over a tile.
    pub fn lay(
        &mut self,
        key: TileKey,
        draped: Draped,
        images: &mut Assets<Image>,
        materials: &mut Assets<GroundMaterial>,
    ) {
        let Some(tile) = self.ready.get_mut(&key) else { return };
        let now = (draped.bytes(), draped.of);
        self.bytes = self.bytes + now.0 - tile.draped.0;
        tile.bytes = tile.bytes + now.0 - tile.draped.0;
        let (before_bytes, _) = std::mem::replace(&mut tile.draped, now);
        if before_bytes == 0 && now.0 == 0 {
            return;
        }
        if let Some(mut material) = materials.get_mut(&tile.material) {
            material.draped = draped.image.map(|image| images.add(image));
        }
    }
}

/// Chooses tiles when the eye moved; forgets all when the ground or the screen is another.
pub(crate) fn choose(
    mut commands: Commands,
    eye: Res<Projector>,
    camera: Single<&Camera, With<CameraEye>>,
    ground: Res<GroundModel>,
    mut tiles: ResMut<Tiles>,
) {
    if !eye.is_changed() && !ground.is_changed() {
        return;
    }
    let pixels = camera.physical_viewport_size().map_or(eye.size.y, |size| f64::from(size.y));
    let fineness = Fineness::of(&eye, pixels / eye.size.y.max(1.0));
    let is_another = tiles.ground.as_ref().is_none_or(|before| !before.is_same(&ground.ground));
    if ground.is_changed() {
        // Another exaggeration leaves the tiles, and moves how high they reach.
        tiles.spans.clear();
    }
    if is_another || !fineness.serves(&tiles.fineness) {
        for (_, tile) in tiles.ready.drain() {
            commands.entity(tile.entity).despawn();
        }
        *tiles = Tiles { choice: tiles.choice, fineness, ground: Some(ground.ground.clone()), ..default() };
    }
    let tiles = &mut *tiles;
    let spans = &mut tiles.spans;
    let chosen = select::select(&eye, &tiles.fineness, |key| {
        let level = key.level.min(SPAN_LEVEL);
        let coarse = TileKey { level, x: key.x >> (key.level - level), y: key.y >> (key.level - level) };
        *spans.entry(coarse).or_insert_with(|| span(&ground, coarse))
    });
    tiles.choice += 1;
    for key in chosen.leaves.iter().chain(&chosen.split) {
        if let Some(tile) = tiles.ready.get_mut(key) {
            tile.wanted = tiles.choice;
        }
    }
    tiles.changed |= chosen != tiles.chosen;
    tiles.chosen = chosen;
}

/// Between which heights a tile is drawn, from nine places and a margin: it must not depend on what is built.
fn span(ground: &GroundModel, key: TileKey) -> Span {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    if key.level > COARSE {
        let (corner, width_m) = (key.south_west(), key.width_m());
        for (i, j) in (0..3).flat_map(|i| (0..3).map(move |j| (i, j))) {
            let east_m = corner.east_m + width_m * f64::from(i) / 2.0;
            let north_m = corner.north_m + width_m * f64::from(j) / 2.0;
            let height_m = ground.drawn_height_m(to_lon_lat(EastNorth::new(east_m, north_m)));
            (low, high) = (low.min(height_m), high.max(height_m));
        }
        let margin_m = 50.0 + width_m * 0.03 * ground.exaggeration;
        return (low - margin_m, high + margin_m);
    }
    (ALL_HEIGHTS_M.0, ALL_HEIGHTS_M.1 * ground.exaggeration)
}

/// Has missing tiles built, as many at once as there are hands: coarse stand-ins first, then the widest looking.
pub(crate) fn request(
    ground: Res<GroundModel>,
    drapery: Res<Drapery>,
    screen: Res<Screen>,
    mut tiles: ResMut<Tiles>,
) {
    let pool = AsyncComputeTaskPool::get();
    let free = (pool.thread_num() + 1).saturating_sub(tiles.building.len());
    if free == 0 {
        return;
    }
    let stand_ins =
        tiles.chosen.split.iter().filter(|key| !screen.is_still() && key.level <= STAND_IN_LEVELS);
    let missing: Vec<TileKey> = stand_ins
        .chain(&tiles.chosen.leaves)
        .filter(|key| !tiles.ready.contains_key(*key) && !tiles.building.contains_key(*key))
        .take(free)
        .copied()
        .collect();
    for key in missing {
        let (ground, drapery) = (ground.ground.clone(), drapery.clone());
        let bound_m = tiles.fineness.bound_m(key) as f32;
        tiles.building.insert(key, pool.spawn(async move { build(&ground, &drapery, key, bound_m) }));
    }
}

/// What a tile is made of in the engine.
#[derive(SystemParam)]
pub(crate) struct Stock<'w> {
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    materials: ResMut<'w, Assets<GroundMaterial>>,
    dress: Dress<'w>,
}

impl Stock<'_> {
    /// A hidden entity that shows a tile, with its material.
    fn take_in(
        &mut self,
        commands: &mut Commands,
        fineness: &Fineness,
        key: TileKey,
        built: Built,
    ) -> (Entity, Handle<GroundMaterial>) {
        let image = self.images.add(built.image);
        let above_water = built.above_water.map(|above| self.images.add(above));
        let draped = built.draped.image.map(|image| self.images.add(image));
        let (from_m, to_m) = fineness.morph_m(key);
        let morph_m = (from_m as f32, to_m as f32);
        let is_near_water = above_water.is_some();
        let (range_m, shore_m) = (built.range_m, built.shore_m);
        let tile = Tile { key, range_m, shore_m, morph_m, is_near_water, came_s: LONG_AGO_S };
        let material = GroundMaterial::new(tile, Rasters { raster: image, above_water, draped }, &self.dress);
        let material = self.materials.add(material);
        let entity = commands.spawn((
            Mesh3d(self.meshes.add(built.mesh)),
            MeshMaterial3d(material.clone()),
            Placed { at: key.south_west(), height_m: 0.0 },
            Visibility::Hidden,
            NoFrustumCulling,
        ));
        (entity.id(), material)
    }
}

/// Takes in what was built, a few a frame, and drops what nobody wanted for longest.
pub(crate) fn receive(
    mut commands: Commands,
    mut stock: Stock,
    drapery: Res<Drapery>,
    screen: Res<Screen>,
    mut tiles: ResMut<Tiles>,
) {
    if tiles.building.is_empty() {
        return;
    }
    let most = if screen.is_still() { usize::MAX } else { UPLOADS_A_FRAME };
    let tiles = &mut *tiles;
    let mut done = Vec::new();
    for (key, task) in &mut tiles.building {
        if done.len() < most
            && let Some(built) = check_ready(task)
        {
            done.push((*key, built));
        }
    }
    done.sort_by_key(|(key, _)| *key);
    for (key, built) in done {
        tiles.building.remove(&key);
        tiles.bytes += built.bytes;
        let (bytes, triangles) = (built.bytes, built.triangles);
        let draped = (built.draped.bytes(), built.draped.of);
        tiles.came_stale |= drapery.is_other_than(&draped.1);
        let (entity, material) = stock.take_in(&mut commands, &tiles.fineness, key, built);
        tiles.ready.insert(key, Ready { entity, material, bytes, triangles, wanted: tiles.choice, draped });
        tiles.changed = true;
    }
    while tiles.bytes > BUDGET + drapery.budget() {
        let unwanted = tiles.ready.iter().filter(|(key, tile)| {
            key.level > STAND_IN_LEVELS && tile.wanted < tiles.choice && !tiles.drawn.contains(*key)
        });
        let Some(oldest) = unwanted.min_by_key(|(key, tile)| (tile.wanted, **key)).map(|(key, _)| *key)
        else {
            return;
        };
        if let Some(tile) = tiles.ready.remove(&oldest) {
            tiles.bytes -= tile.bytes;
            commands.entity(tile.entity).despawn();
        }
    }
}

/// Shows what covers the view best with what is there.
pub(crate) fn show(
    mut tiles: ResMut<Tiles>,
    mut seen: Query<&mut Visibility>,
    mut materials: ResMut<Assets<GroundMaterial>>,
    time: Res<Time>,
    screen: Res<Screen>,
    mut settled: ResMut<Settled>,
    mut pending: ResMut<Pending>,
) {
    if !tiles.changed {
        let now = Settled { settled: settled.pending == 0 && tiles.choice > 0, ..*settled };
        if settled.set_if_neq(now) {
            pending.set("terrain", usize::from(!now.settled) + now.pending);
        }
        return;
    }
    let tiles = &mut *tiles;
    let drawn: HashSet<TileKey> =
        select::cover(&tiles.chosen, &|key| tiles.ready.contains_key(&key)).into_iter().collect();
    let mut all_set = true;
    // A tile that comes where the one above it was drawn grows out of it.
    let comes = |key: &TileKey| {
        let above = key.parent().is_some_and(|parent| tiles.drawn.contains(&parent));
        above && drawn.contains(key) && !tiles.drawn.contains(key) && !screen.is_still()
    };
    for (_, tile) in tiles.ready.iter().filter(|(key, _)| comes(key)) {
        if let Some(mut material) = materials.get_mut(&tile.material) {
            material.come(time.elapsed_secs_wrapped());
        }
    }
    for (key, tile) in &tiles.ready {
        let wanted = if drawn.contains(key) { Visibility::Visible } else { Visibility::Hidden };
        match seen.get_mut(tile.entity) {
            Ok(mut visibility) => {
                visibility.set_if_neq(wanted);
            }
            // Spawned in this frame: it is shown in the next.
            Err(_) => all_set = false,
        }
    }
    let missing = tiles.chosen.leaves.iter().filter(|key| !tiles.ready.contains_key(*key)).count();
    let triangles = drawn.iter().filter_map(|key| tiles.ready.get(key)).map(|tile| tile.triangles).sum();
    *settled =
        Settled { settled: false, tiles: drawn.len(), triangles, bytes: tiles.bytes, pending: missing };
    pending.set("terrain", missing + 1);
    tiles.drawn = drawn;
    tiles.changed = !all_set;
}
