//! Tilesets: what the eye needs of each is brought by threads, taken in a few a frame, and kept in a budget of memory.

use crate::ModelsDrawn;
use crate::material::{Light, ModelMaterial};
use crate::upload::{Shown, upload};
use crate::workers::Workers;
use bevy::camera::visibility::NoAutoAabb;
use bevy::platform::collections::{HashMap, HashSet};
use bevy::prelude::*;
use geodesy::{EastNorth, to_lon_lat};
use models::tiles::{Job, Loaded, Opened, TileId, Tree, View, select};
use models::{Foot, ModelError, is_on_the_web, shown};
use shell::laid::drop_elsewhere;
use shell::{
    Exaggerated, GivenModels, GroundModel, Notice, NoticeKind, OnScreenLayers, Pending, Placed, Projector,
    Screen,
};
use std::sync::Arc;

/// What tiles may take on the graphics card, bytes, all tilesets together.
const BUDGET: usize = 256 << 20;
/// Tiles handed to the graphics card a frame, in a window.
const UPLOADS_A_FRAME: usize = 2;
/// Threads that bring tiles of this machine, and of the web, where they mostly wait.
const HANDS: usize = 2;
const HANDS_ON_THE_WEB: usize = 6;
/// After so long a tile of the web that could not be had is asked for again, seconds.
const AGAIN_AFTER_S: f64 = 30.0;
/// How much coarser tiles become when those that are needed do not fit into the budget.
const COARSER: f64 = 1.4;

struct Content {
    entities: Vec<Entity>,
    bytes: usize,
    triangles: usize,
    /// The last choice that needed it.
    needed: u64,
}

struct Tileset {
    opened: Arc<Opened>,
    tree: Tree,
    workers: Workers,
    contents: HashMap<TileId, Content>,
    drawn: HashSet<TileId>,
    lift_m: f64,
    /// By how much tiles are coarser than asked for, because of the budget.
    coarser: f64,
    /// How many kinds of problems were told.
    told: usize,
    waiting: usize,
    /// Tiles of the web that could not be had, and when, seconds since the start.
    failed: Vec<(TileId, f64)>,
}

/// All tilesets.
#[derive(Resource, Default)]
pub(crate) struct Tilesets {
    list: Vec<Tileset>,
    choice: u64,
    bytes: usize,
    /// Something came or went, or stands elsewhere.
    changed: bool,
}

/// Takes in tilesets that were given, and sets them on the ground anew when that is another.
pub(crate) fn begin(
    mut commands: Commands,
    given: Res<GivenModels>,
    ground: Res<GroundModel>,
    mut tilesets: ResMut<Tilesets>,
    mut placed: Query<&mut Placed>,
) {
    if !given.is_changed() && !ground.is_changed() {
        return;
    }
    let tilesets = &mut *tilesets;
    let known = tilesets.list.iter().map(|tileset| Arc::as_ptr(&tileset.opened));
    if !known.eq(given.tilesets.iter().map(Arc::as_ptr)) {
        tilesets.take_in(&mut commands, &given.tilesets);
    }
    for tileset in &mut tilesets.list {
        tileset.lift_m = lift_m(&tileset.opened, &tileset.tree, &ground);
        let height_m = tileset.lift_m * ground.exaggeration;
        for entity in tileset.contents.values().flat_map(|content| &content.entities) {
            if let Ok(mut place) =
                placed.get_mut(*entity).map(|place| place.map_unchanged(|p| &mut p.height_m))
            {
                place.set_if_neq(height_m);
            }
        }
    }
    tilesets.changed = true;
}

impl Tileset {
    fn new(opened: &Arc<Opened>) -> Self {
        let hands = if is_on_the_web(&opened.source.address) { HANDS_ON_THE_WEB } else { HANDS };
        Self {
            tree: Tree::new(opened),
            workers: Workers::start(&opened.fetch, hands),
            opened: opened.clone(),
            contents: HashMap::default(),
            drawn: HashSet::default(),
            lift_m: 0.0,
            coarser: 1.0,
            told: 0,
            waiting: 0,
            failed: Vec::new(),
        }
    }
}

/// By how much a tileset is lifted: what its source says, and what it takes to stand on the ground.
fn lift_m(opened: &Opened, tree: &Tree, ground: &GroundModel) -> f64 {
    let (source, root) = (&opened.source, tree.bound(0));
    let ground_m = |at| ground.ground.height_m(at).unwrap_or(0.0);
    let foot_m = match (opened.is_set(), source.at, source.foot) {
        (true, Some(at), Foot::AboveGround(above_m)) if !source.clamp => ground_m(at) + above_m,
        (true, _, Foot::AboveSea(height_m)) if !source.clamp => height_m,
        _ if source.clamp && !root.everywhere => {
            ground_m(to_lon_lat(EastNorth::new(root.middle.x, root.middle.y))) - root.lowest_m()
        }
        _ => 0.0,
    };
    foot_m + source.lift_m
}

/// What is handed to the graphics card.
#[derive(bevy::ecs::system::SystemParam)]
pub(crate) struct Card<'w> {
    light: Res<'w, Light>,
    meshes: ResMut<'w, Assets<Mesh>>,
    materials: ResMut<'w, Assets<ModelMaterial>>,
    images: ResMut<'w, Assets<Image>>,
}

/// Takes in what came, a few a frame, tells what was wrong, and drops what nobody needed for longest.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn receive(
    mut commands: Commands,
    ground: Res<GroundModel>,
    screen: Res<Screen>,
    mut card: Card,
    mut tilesets: ResMut<Tilesets>,
    mut notices: MessageWriter<Notice>,
    time: Res<Time<Real>>,
) {
    if tilesets.list.is_empty() {
        return;
    }
    let now_s = time.elapsed_secs_f64();
    let whole = &mut tilesets;
    let tilesets = whole.bypass_change_detection();
    let most = if screen.is_still() { usize::MAX } else { UPLOADS_A_FRAME };
    let (mut uploads, mut came) = (0, false);
    for tileset in &mut tilesets.list {
        if !screen.is_still() && tileset.forgive(now_s) {
            tilesets.changed = true;
        }
        while uploads < most {
            let Some((job, result)) = tileset.workers.next() else { break };
            uploads += 1;
            came = true;
            tilesets.bytes += {
                let when = When { choice: tilesets.choice, now_s };
                tileset.take(&mut commands, &mut card, &ground, when, job, result)
            };
        }
        let kinds = tileset.tree.problems.list().len();
        if kinds > tileset.told {
            tileset.told = kinds;
            let text = format!("{}: {}", tileset.opened.source.name, tileset.tree.problems);
            warn!("{text}");
            notices.write(Notice { kind: NoticeKind::Attention, text });
        }
    }
    if !came {
        return;
    }
    tilesets.changed = true;
    tilesets.make_room(&mut commands);
    whole.set_changed();
}

/// The choice and the time at which something came.
#[derive(Clone, Copy)]
struct When {
    choice: u64,
    now_s: f64,
}

impl Tileset {
    /// Has tiles asked for again that could not be had a while ago; true where there are such.
    fn forgive(&mut self, now_s: f64) -> bool {
        let due = self.failed.iter().take_while(|(_, failed_s)| now_s - failed_s > AGAIN_AFTER_S).count();
        self.failed.drain(..due).for_each(|(tile, _)| self.tree.forgive(tile));
        due > 0
    }

    /// Takes in what came of a tile; tells how many bytes it takes.
    fn take(
        &mut self,
        commands: &mut Commands,
        card: &mut Card,
        ground: &GroundModel,
        when: When,
        job: Job,
        result: Result<Loaded, ModelError>,
    ) -> usize {
        let mut loaded = match result {
            Ok(loaded) => loaded,
            Err(why) => {
                self.tree.take(job.tile(), Err(why));
                if is_on_the_web(&self.opened.source.address) {
                    self.failed.push((job.tile(), when.now_s));
                }
                return 0;
            }
        };
        self.tree.take(job.tile(), Ok(&mut loaded));
        if loaded.model.parts.is_empty() {
            return 0;
        }
        let bytes = loaded.model.bytes();
        let parts =
            upload(loaded.model, &card.light, &mut card.meshes, &mut card.materials, &mut card.images);
        let triangles = parts.iter().map(|part| part.triangles).sum();
        let place = Placed { at: job.anchor(), height_m: self.lift_m * ground.exaggeration };
        let spawn = |part: Shown| {
            let mesh = (Mesh3d(part.mesh), MeshMaterial3d(part.material));
            commands.spawn((place, Exaggerated, Visibility::Hidden, part.bounds, NoAutoAabb, mesh)).id()
        };
        let entities = parts.into_iter().map(spawn).collect();
        self.contents.insert(job.tile(), Content { entities, bytes, triangles, needed: when.choice });
        bytes
    }
}

impl Tilesets {
    /// Takes these tilesets instead of those before: those that stay keep their tiles, those that go free them.
    fn take_in(&mut self, commands: &mut Commands, given: &[Arc<Opened>]) {
        let mut before = std::mem::take(&mut self.list);
        for opened in given {
            let stays = before.iter().position(|tileset| Arc::ptr_eq(&tileset.opened, opened));
            let tileset = stays.map_or_else(|| Tileset::new(opened), |at| before.swap_remove(at));
            // What was too much beside the others may have room now.
            self.list.push(Tileset { coarser: 1.0, ..tileset });
        }
        for gone in before {
            for content in gone.contents.values() {
                self.bytes -= content.bytes;
                content.entities.iter().for_each(|entity| commands.entity(*entity).despawn());
            }
            // Its threads end, and what they bring at last is dropped.
            drop_elsewhere(gone);
        }
    }

    /// Drops what nobody needed for longest until the rest fits; where all is needed, coarser tiles will do.
    fn make_room(&mut self, commands: &mut Commands) {
        while self.bytes > BUDGET {
            let choice = self.choice;
            let all = self.list.iter().enumerate().flat_map(|(n, tileset)| {
                tileset.contents.iter().map(move |(tile, content)| (content.needed, n, *tile))
            });
            let oldest = all.filter(|(needed, ..)| *needed < choice).min();
            let Some((_, n, tile)) = oldest else {
                self.list.iter_mut().for_each(|tileset| tileset.coarser *= COARSER);
                return;
            };
            let Some(tileset) = self.list.get_mut(n) else { return };
            let Some(content) = tileset.contents.remove(&tile) else { return };
            tileset.tree.drop_content(tile);
            tileset.drawn.remove(&tile);
            self.bytes -= content.bytes;
            content.entities.into_iter().for_each(|entity| commands.entity(entity).despawn());
        }
    }
}

/// Chooses, shows what is chosen, and says what is wanted and what pictures wait for.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn choose(
    eye: Res<Projector>,
    ground: Res<GroundModel>,
    layers: Res<OnScreenLayers>,
    screen: Res<Screen>,
    mut tilesets: ResMut<Tilesets>,
    mut seen: Query<&mut Visibility>,
    mut pending: ResMut<Pending>,
    mut drawn: ResMut<ModelsDrawn>,
) {
    let moved = eye.is_changed() || layers.is_changed() || ground.is_changed();
    // When the last one has gone, once more.
    if !tilesets.changed && (tilesets.list.is_empty() || !moved) {
        return;
    }
    let tilesets = tilesets.bypass_change_detection();
    tilesets.changed = false;
    tilesets.choice += 1;
    let (mut count, mut triangles, mut waiting) = (0, 0, 0);
    for tileset in &mut tilesets.list {
        let view = View {
            eye: eye.eye,
            forward: eye.forward,
            right: eye.right,
            up: eye.up,
            reach: eye.centre.max(eye.size - eye.centre) / eye.focal,
            focal: eye.focal,
            exaggeration: ground.exaggeration,
            lift_m: tileset.lift_m,
            error_pt: tileset.opened.source.error_pt * tileset.coarser,
            still: screen.is_still(),
        };
        let found = if layers.is_on("models") { select(&tileset.tree, &view) } else { Default::default() };
        let mut needed_bytes = 0;
        for tile in found.draw.iter().chain(&found.keep) {
            if let Some(content) = tileset.contents.get_mut(tile) {
                content.needed = tilesets.choice;
                needed_bytes += content.bytes;
            }
        }
        // Where so little is needed, tiles twice as many have room.
        if eye.is_changed() && found.want.is_empty() && needed_bytes < BUDGET / 4 {
            tileset.coarser = (tileset.coarser / COARSER).max(1.0);
        }
        let now: HashSet<TileId> = found.draw.iter().copied().collect();
        for tile in tileset.drawn.difference(&now) {
            set(&tileset.contents, *tile, Visibility::Hidden, &mut seen);
        }
        for tile in &now {
            // Spawned in this frame, it is shown in the next.
            if !set(&tileset.contents, *tile, Visibility::Inherited, &mut seen) {
                tilesets.changed = true;
                waiting += 1;
            }
        }
        let shown = now.iter().filter_map(|tile| tileset.contents.get(tile));
        triangles += shown.map(|content| content.triangles).sum::<usize>();
        count += now.len();
        tileset.drawn = now;
        tileset.waiting = found.want.len();
        waiting += tileset.waiting;
        let tree = &tileset.tree;
        tileset.workers.want(found.want.iter().map(|(tile, _)| *tile), |tile| tree.job(tile));
    }
    pending.set("tiles", waiting);
    let told = ModelsDrawn { tiles: count, tile_triangles: triangles, tile_bytes: tilesets.bytes, ..*drawn };
    drawn.set_if_neq(told);
}

/// Shows or hides a tile; false where it is not in the world yet.
fn set(
    contents: &HashMap<TileId, Content>,
    tile: TileId,
    wanted: Visibility,
    seen: &mut Query<&mut Visibility>,
) -> bool {
    let Some(content) = contents.get(&tile) else { return true };
    let mut all = true;
    for entity in &content.entities {
        match seen.get_mut(*entity) {
            Ok(mut visibility) => {
                visibility.set_if_neq(wanted);
            }
            Err(_) => all = false,
        }
    }
    all
}

impl Tilesets {
    /// Whom to thank for what came.
    pub fn thanks(&self) -> impl Iterator<Item = String> + '_ {
        self.list.iter().flat_map(|tileset| match &tileset.opened.source.attribution {
            Some(text) => vec![text.clone()],
            None => tileset.tree.copyrights.clone(),
        })
    }

    /// What was wrong, a line a tileset.
    pub fn problems(&self) -> impl Iterator<Item = String> + '_ {
        let told = self.list.iter().filter(|tileset| !tileset.tree.problems.is_empty());
        told.map(|tileset| format!("{}: {}", shown(&tileset.opened.source.address), tileset.tree.problems))
    }
}
