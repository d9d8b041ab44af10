//! Single models: each is read once, off the frame, when a place of it can first be seen, and drawn wherever it stands.

use crate::material::{Light, ModelMaterial};
use crate::seen::size_pt;
use crate::upload::{Shown, upload};
use bevy::camera::visibility::NoAutoAabb;
use bevy::math::DVec3;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use geodesy::{EastNorth, to_city_frame};
use models::{Disk, Foot, Model, ModelError, Places, gltf};
use shell::{
    GivenModels, GroundModel, Notice, NoticeKind, OnScreenLayers, Pending, Placed, Projector, Screen,
};
use std::sync::Arc;

/// A model is drawn while it is as large as this on the screen, points.
const LEAST_PT: f64 = 2.0;
/// How far a model that has not been read may reach, metres.
const PERHAPS_M: f64 = 500.0;
/// As many places are drawn at most, the largest on the screen first.
const MOST_DRAWN: usize = 4_000;

/// A model as far as it was read.
enum Read {
    Not,
    Reading(Task<Result<Model, ModelError>>),
    Ready { parts: Vec<Shown>, reach_m: f64 },
    Failed,
}

/// A place, ready to be looked at.
#[derive(Clone, Copy)]
struct Spot {
    at: EastNorth,
    /// Metres above the sea, of the ground or of the model itself, and what it stands above that.
    base_m: f64,
    above_m: f64,
}

/// All single models.
#[derive(Resource, Default)]
pub(crate) struct Standing {
    places: Arc<Places>,
    models: Vec<Read>,
    spots: Vec<Spot>,
    measuring: Option<Task<Vec<Spot>>>,
    ground: Option<terrain::Ground>,
    /// What is drawn of each place.
    drawn: Vec<Vec<Entity>>,
    changed: bool,
    told: Vec<String>,
    /// Whom to thank for the models that were read.
    pub thanks: Vec<String>,
}

/// Finds the ground under every place, off the frame, when places or ground are others.
pub(crate) fn begin(
    mut commands: Commands,
    given: Res<GivenModels>,
    ground: Res<GroundModel>,
    mut standing: ResMut<Standing>,
) {
    if !given.is_changed() && !ground.is_changed() {
        return;
    }
    standing.changed = true;
    let same_ground = standing.ground.as_ref().is_none_or(|before| before.is_same(&ground.ground));
    if same_ground && Arc::ptr_eq(&standing.places, &given.places) {
        return;
    }
    clear(&mut commands, &mut standing.drawn);
    let places = given.places.clone();
    if !Arc::ptr_eq(&standing.places, &places) {
        standing.models = places.models.iter().map(|_| Read::Not).collect();
    }
    standing.drawn = places.placed.iter().map(|_| Vec::new()).collect();
    standing.spots.clear();
    (standing.places, standing.ground) = (places.clone(), Some(ground.ground.clone()));
    if places.placed.is_empty() {
        return;
    }
    let ground = ground.ground.clone();
    standing.measuring = Some(AsyncComputeTaskPool::get().spawn(async move {
        let spot = |placed: &models::PlacedModel| {
            let (base_m, above_m) = match placed.foot {
                Foot::AboveGround(above_m) => (ground.height_m(placed.at).unwrap_or(0.0), above_m),
                Foot::AboveSea(height_m) => (height_m, 0.0),
            };
            Spot { at: to_city_frame(placed.at), base_m, above_m }
        };
        places.placed.iter().map(spot).collect()
    }));
}

fn clear(commands: &mut Commands, drawn: &mut [Vec<Entity>]) {
    for entity in drawn.iter_mut().flat_map(|entities| entities.drain(..)) {
        commands.entity(entity).despawn();
    }
}

/// Takes in what was measured and read.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn receive(
    mut standing: ResMut<Standing>,
    light: Res<Light>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<ModelMaterial>>,
    mut images: ResMut<Assets<Image>>,
    mut notices: MessageWriter<Notice>,
) {
    let mut came = false;
    let whole = &mut standing;
    let standing = whole.bypass_change_detection();
    if let Some(spots) = standing.measuring.as_mut().and_then(check_ready) {
        (standing.spots, standing.measuring, standing.changed) = (spots, None, true);
    }
    for (n, read) in standing.models.iter_mut().enumerate() {
        let Read::Reading(task) = read else { continue };
        let Some(result) = check_ready(task) else { continue };
        (standing.changed, came) = (true, true);
        let mut tell = |text: String| {
            warn!("{text}");
            standing.told.push(text.clone());
            notices.write(Notice { kind: NoticeKind::Attention, text });
        };
        *read = match result {
            Ok(model) => {
                if !model.problems.is_empty() {
                    tell(format!("{}: {}", standing.places.models[n], model.problems));
                }
                if let Some(copyright) =
                    model.copyright.clone().filter(|text| !standing.thanks.contains(text))
                {
                    standing.thanks.push(copyright);
                }
                let reach = |corner: [f32; 3]| Vec3::from(corner).length();
                let reach_m = model.bounds().map_or(0.0, |(low, high)| {
                    let far: [f32; 3] = std::array::from_fn(|i| low[i].abs().max(high[i].abs()));
                    f64::from(reach(far))
                });
                let parts = upload(model, &light, &mut meshes, &mut materials, &mut images);
                Read::Ready { parts, reach_m }
            }
            Err(why) => {
                tell(why.to_string());
                Read::Failed
            }
        };
    }
    if came {
        whole.set_changed();
    }
}

/// Draws what can be seen from here, and has models read that are not there.
pub(crate) fn show(
    mut commands: Commands,
    eye: Res<Projector>,
    ground: Res<GroundModel>,
    layers: Res<OnScreenLayers>,
    screen: Res<Screen>,
    mut standing: ResMut<Standing>,
    mut pending: ResMut<Pending>,
) {
    if standing.places.placed.is_empty()
        || !(standing.changed || eye.is_changed() || layers.is_changed() || ground.is_changed())
    {
        return;
    }
    let stretched = ground.is_changed();
    let whole = &mut standing;
    let standing = whole.bypass_change_detection();
    let mut is_other = standing.changed || stretched;
    standing.changed = false;
    if stretched {
        clear(&mut commands, &mut standing.drawn);
    }
    let is_on = layers.is_on("models");
    let exaggeration = ground.exaggeration;
    let mut seen: Vec<(f64, usize)> = Vec::new();
    for (n, (placed, spot)) in
        standing.places.placed.iter().zip(&standing.spots).enumerate().filter(|_| is_on)
    {
        let reach_m = match &standing.models[placed.model] {
            Read::Ready { reach_m, .. } => *reach_m,
            Read::Failed => continue,
            _ => PERHAPS_M,
        };
        let middle = DVec3::new(spot.at.east_m, spot.at.north_m, spot.base_m * exaggeration + spot.above_m);
        let size = size_pt(&eye, middle, reach_m * placed.scale);
        // In a window what is beside the view is kept: the eye turns.
        if size >= LEAST_PT && (!screen.is_still() || eye.sees(middle, reach_m * placed.scale)) {
            seen.push((size, n));
        }
    }
    if seen.len() > MOST_DRAWN {
        seen.select_nth_unstable_by(MOST_DRAWN, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        seen.truncate(MOST_DRAWN);
    }
    let mut is_seen = vec![false; standing.places.placed.len()];
    for (_, n) in &seen {
        is_seen[*n] = true;
    }
    for (n, drawn) in standing.drawn.iter_mut().enumerate() {
        if !is_seen[n] && !drawn.is_empty() {
            is_other = true;
            drawn.drain(..).for_each(|entity| commands.entity(entity).despawn());
        }
    }
    for (_, n) in seen {
        let (placed, spot) = (&standing.places.placed[n], standing.spots[n]);
        let read = &mut standing.models[placed.model];
        if let Read::Not = read {
            let address = standing.places.models[placed.model].clone();
            *read =
                Read::Reading(AsyncComputeTaskPool::get().spawn(async move { gltf::read(&address, &Disk) }));
        }
        let (Read::Ready { parts, .. }, true) = (read, standing.drawn[n].is_empty()) else { continue };
        let transform = Transform {
            rotation: Quat::from_rotation_y(-(placed.heading_deg.to_radians()) as f32),
            scale: Vec3::splat(placed.scale as f32),
            ..default()
        };
        let height_m = spot.base_m * exaggeration + spot.above_m;
        let spawn = |part: &Shown| {
            let place = Placed { at: spot.at, height_m };
            let mesh = (Mesh3d(part.mesh.clone()), MeshMaterial3d(part.material.clone()));
            commands.spawn((place, transform, Visibility::Inherited, part.bounds, NoAutoAabb, mesh)).id()
        };
        standing.drawn[n] = parts.iter().map(spawn).collect();
        is_other = true;
    }
    let reading = standing.models.iter().filter(|read| matches!(read, Read::Reading(_))).count();
    // While something is awaited it is looked again in the next frame.
    let waiting = reading + usize::from(standing.measuring.is_some());
    pending.set("models", if is_on { waiting } else { 0 });
    // What is drawn is counted and told when it is another, not whenever the eye moves.
    if is_other {
        whole.set_changed();
    }
}

impl Standing {
    /// What was wrong.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.told.iter().map(String::as_str)
    }

    /// How many places are drawn, and their triangles.
    pub fn drawn(&self) -> (usize, usize) {
        let triangles = |n: usize| match &self.models[self.places.placed[n].model] {
            Read::Ready { parts, .. } => parts.iter().map(|part| part.triangles).sum(),
            _ => 0,
        };
        let drawn = (0..self.drawn.len()).filter(|n| !self.drawn[*n].is_empty());
        drawn.fold((0, 0), |(places, sum), n| (places + 1, sum + triangles(n)))
    }
}
