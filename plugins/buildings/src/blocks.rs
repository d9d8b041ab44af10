//! Which blocks exist and which are drawn: chooses for the eye, has the missing ones raised off the frame, takes in a few
//! a frame, and keeps the rest in a budget of memory.

use crate::choose::{Needed, Square, choose as needed_by};
use crate::material::{BuildingLook, block_mesh, bounds};
use bevy::camera::visibility::NoAutoAabb;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::LonLat;
use geodesy::to_lon_lat;
use overlays::buildings::{Block, ChunkKey, Fineness, Footprint, anchor_of, deal, raise};
use shell::{GivenBuildings, GroundModel, OnScreenLayers, Pending, Placed, Projector, Screen};
use std::sync::Arc;

/// What blocks may take on the graphics card, bytes.
const BUDGET: usize = 256 << 20;
/// Blocks handed to the graphics card a frame, in a window.
const UPLOADS_A_FRAME: usize = 3;

/// What is shown while another fineness is not there yet.
const STAND_INS: [Fineness; 3] = [Fineness::Coarse, Fineness::Massed, Fineness::Fine];

type BlockKey = (ChunkKey, Fineness);

struct Ready {
    entity: Entity,
    bytes: usize,
    triangles: usize,
    /// The last choice that needed it.
    needed: u64,
}

/// What of the buildings is drawn.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Blocks drawn.
    pub blocks: usize,
    /// Their triangles.
    pub triangles: usize,
    /// What all blocks that are kept take on the graphics card.
    pub bytes: usize,
}

/// All blocks.
#[derive(Resource, Default)]
pub(crate) struct Blocks {
    footprints: Arc<Vec<Footprint>>,
    ground: Option<terrain::Ground>,
    dealing: Option<Task<Vec<Square>>>,
    squares: Vec<Square>,
    needed: Vec<Needed>,
    choice: u64,
    ready: HashMap<BlockKey, Ready>,
    raising: HashMap<BlockKey, Task<Block>>,
    bytes: usize,
    /// Squares or blocks came, or the choice is another.
    changed: bool,
}

/// Deals the buildings to squares, off the frame, when they or the ground are others.
pub(crate) fn begin(
    mut commands: Commands,
    given: Res<GivenBuildings>,
    ground: Res<GroundModel>,
    mut blocks: ResMut<Blocks>,
) {
    if !given.is_changed() && !ground.is_changed() {
        return;
    }
    let same_ground = blocks.ground.as_ref().is_none_or(|before| before.is_same(&ground.ground));
    if same_ground && Arc::ptr_eq(&blocks.footprints, &given.footprints) {
        return;
    }
    for (_, block) in blocks.ready.drain() {
        commands.entity(block.entity).despawn();
    }
    let (footprints, ground) = (given.footprints.clone(), ground.ground.clone());
    *blocks = Blocks {
        footprints: footprints.clone(),
        ground: Some(ground.clone()),
        choice: blocks.choice,
        changed: true,
        ..default()
    };
    if !footprints.is_empty() {
        blocks.dealing = Some(AsyncComputeTaskPool::get().spawn(async move {
            let square = |(key, chunk)| {
                let ground_m = ground.height_m(to_lon_lat(anchor_of(key))).unwrap_or(0.0);
                Square { key, chunk, ground_m }
            };
            deal(&footprints).into_iter().map(square).collect()
        }));
    }
}

pub(crate) fn take_dealt(mut blocks: ResMut<Blocks>) {
    if blocks.dealing.is_none() {
        return;
    }
    if let Some(squares) = blocks.dealing.as_mut().and_then(check_ready) {
        (blocks.squares, blocks.dealing, blocks.changed) = (squares, None, true);
    }
}

/// Chooses blocks when the eye moved, the layer was switched or the squares are new.
pub(crate) fn choose(
    eye: Res<Projector>,
    ground: Res<GroundModel>,
    layers: Res<OnScreenLayers>,
    screen: Res<Screen>,
    mut blocks: ResMut<Blocks>,
) {
    if !(blocks.changed || eye.is_changed() || layers.is_changed() || ground.is_changed())
        || blocks.footprints.is_empty()
    {
        return;
    }
    let blocks = &mut *blocks;
    let needed = match layers.is_on("buildings") {
        true => needed_by(&eye, ground.exaggeration, &blocks.squares, screen.is_still(), BUDGET),
        false => Vec::new(),
    };
    blocks.choice += 1;
    for needed in &needed {
        if let Some(block) = blocks.ready.get_mut(&(needed.key, needed.fineness)) {
            block.needed = blocks.choice;
        }
    }
    blocks.changed |= needed != blocks.needed;
    blocks.needed = needed;
}

/// Has missing blocks raised, as many at once as there are hands.
pub(crate) fn request(mut blocks: ResMut<Blocks>) {
    let pool = AsyncComputeTaskPool::get();
    let blocks = blocks.bypass_change_detection();
    let free = (pool.thread_num() + 1).saturating_sub(blocks.raising.len());
    let Some(ground) = blocks.ground.clone().filter(|_| free > 0) else { return };
    let missing: Vec<BlockKey> = blocks
        .needed
        .iter()
        .map(|needed| (needed.key, needed.fineness))
        .filter(|key| !blocks.ready.contains_key(key) && !blocks.raising.contains_key(key))
        .take(free)
        .collect();
    for (key, fineness) in missing {
        let found = blocks.squares.binary_search_by_key(&key, |square| square.key);
        let Some(square) = found.ok().and_then(|i| blocks.squares.get(i)) else { continue };
        let (footprints, members, ground) =
            (blocks.footprints.clone(), square.chunk.members.clone(), ground.clone());
        let task = pool.spawn(async move {
            let members = members.iter().filter_map(|n| footprints.get(*n as usize));
            raise(members, key, fineness, &|at: LonLat| ground.height_m(at).unwrap_or(0.0))
        });
        blocks.raising.insert((key, fineness), task);
    }
}

/// Takes in what was raised, a few a frame, and drops what nobody needed for longest.
pub(crate) fn receive(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    look: Res<BuildingLook>,
    screen: Res<Screen>,
    mut blocks: ResMut<Blocks>,
) {
    if blocks.raising.is_empty() {
        return;
    }
    let most = if screen.is_still() { usize::MAX } else { UPLOADS_A_FRAME };
    let blocks = &mut *blocks;
    let mut done = Vec::new();
    for (key, task) in &mut blocks.raising {
        if done.len() < most
            && let Some(block) = check_ready(task)
        {
            done.push((*key, block));
        }
    }
    done.sort_by_key(|(key, _)| *key);
    for (key, block) in done {
        blocks.raising.remove(&key);
        let (bytes, triangles) = (block.bytes(), block.indices.len() / 3);
        let entity = commands.spawn((
            Placed { at: anchor_of(key.0), height_m: 0.0 },
            Visibility::Hidden,
            bounds(&block),
            NoAutoAabb,
            Mesh3d(meshes.add(block_mesh(block))),
            MeshMaterial3d(look.0.clone()),
        ));
        blocks.bytes += bytes;
        blocks.ready.insert(key, Ready { entity: entity.id(), bytes, triangles, needed: blocks.choice });
        blocks.changed = true;
    }
    while blocks.bytes > BUDGET {
        let unneeded = blocks.ready.iter().filter(|(_, block)| block.needed < blocks.choice);
        let oldest = unneeded.min_by_key(|(key, block)| (block.needed, **key)).map(|(key, _)| *key);
        let Some(block) = oldest.and_then(|key| blocks.ready.remove(&key)) else { return };
        blocks.bytes -= block.bytes;
        commands.entity(block.entity).despawn();
    }
}

/// Shows what is needed, another fineness while that is not there, and says what pictures wait for.
pub(crate) fn show(
    mut blocks: ResMut<Blocks>,
    mut seen: Query<&mut Visibility>,
    mut standing: ResMut<Standing>,
    mut pending: ResMut<Pending>,
) {
    if !blocks.changed {
        return;
    }
    let blocks = &mut *blocks;
    let mut shown: HashMap<Entity, usize> = HashMap::new();
    let (mut missing, mut unseen) = (usize::from(blocks.dealing.is_some()), false);
    for Needed { key, fineness, in_view } in &blocks.needed {
        let own = blocks.ready.get(&(*key, *fineness));
        missing += usize::from(own.is_none() && *in_view);
        let mut others = STAND_INS.iter().filter_map(|other| blocks.ready.get(&(*key, *other)));
        if let Some(block) = own.or_else(|| others.next()) {
            shown.insert(block.entity, block.triangles);
        }
    }
    for block in blocks.ready.values() {
        let wanted =
            if shown.contains_key(&block.entity) { Visibility::Inherited } else { Visibility::Hidden };
        match seen.get_mut(block.entity) {
            Ok(mut visibility) => {
                visibility.set_if_neq(wanted);
            }
            // Spawned in this frame: it is shown in the next.
            Err(_) => unseen = true,
        }
    }
    pending.set("buildings", missing + usize::from(unseen));
    standing.set_if_neq(Standing {
        blocks: shown.len(),
        triangles: shown.values().sum(),
        bytes: blocks.bytes,
    });
    blocks.changed = unseen;
}
