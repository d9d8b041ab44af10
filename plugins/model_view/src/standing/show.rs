//! Draws the models that can be seen.

use super::{Read, Standing};
use crate::seen::size_pt;
use crate::upload::Shown;
use bevy::camera::visibility::NoAutoAabb;
use bevy::math::DVec3;
use bevy::prelude::*;
use shell::{GroundModel, OnScreenLayers, Pending, Placed, Projector, Screen};

/// A model is drawn while it is as large as this on the screen, points.
const LEAST_PT: f64 = 2.0;
/// How far a model that has not been read may reach, metres.
const PERHAPS_M: f64 = 500.0;
/// As many places are drawn at most, the largest on the screen first.
const MOST_DRAWN: usize = 4_000;

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
    if !(standing.changed || eye.is_changed() || layers.is_changed() || ground.is_changed()) {
        return;
    }
    let stretched = ground.is_changed();
    let whole = &mut standing;
    let standing = whole.bypass_change_detection();
    let mut is_other = standing.changed || stretched;
    standing.changed = false;
    if stretched {
        standing.sets.iter_mut().for_each(|set| set.clear(&mut commands));
    }
    let is_on = layers.is_on("models");
    let exaggeration = ground.exaggeration;
    let mut seen: Vec<(f64, usize, usize)> = Vec::new();
    for (s, set) in standing.sets.iter().enumerate().filter(|_| is_on) {
        for (n, (placed, spot)) in set.given.places.placed.iter().zip(&set.spots).enumerate() {
            let reach_m = match &standing.models[set.models[placed.model]].read {
                Read::Ready { reach_m, .. } => *reach_m,
                Read::Failed => continue,
                _ => PERHAPS_M,
            };
            let height_m = spot.base_m * exaggeration + spot.above_m;
            let middle = DVec3::new(spot.at.east_m, spot.at.north_m, height_m);
            let size = size_pt(&eye, middle, reach_m * placed.scale);
            // In a window what is beside the view is kept: the eye turns.
            if size >= LEAST_PT && (!screen.is_still() || eye.sees(middle, reach_m * placed.scale)) {
                seen.push((size, s, n));
            }
        }
    }
    if seen.len() > MOST_DRAWN {
        let place = |one: &(f64, usize, usize)| (one.1, one.2);
        seen.select_nth_unstable_by(MOST_DRAWN, |a, b| {
            b.0.total_cmp(&a.0).then_with(|| place(a).cmp(&place(b)))
        });
        seen.truncate(MOST_DRAWN);
    }
    let mut is_seen: Vec<Vec<bool>> = standing.sets.iter().map(|set| vec![false; set.drawn.len()]).collect();
    for (_, s, n) in &seen {
        is_seen[*s][*n] = true;
    }
    for (set, is_seen) in standing.sets.iter_mut().zip(&is_seen) {
        for (drawn, _) in set.drawn.iter_mut().zip(is_seen).filter(|(d, seen)| !**seen && !d.is_empty()) {
            is_other = true;
            drawn.drain(..).for_each(|entity| commands.entity(entity).despawn());
        }
    }
    for (_, s, n) in seen {
        let set = &mut standing.sets[s];
        let (placed, spot) = (&set.given.places.placed[n], set.spots[n]);
        let model = &mut standing.models[set.models[placed.model]];
        model.want();
        let (Read::Ready { parts, .. }, true) = (&model.read, set.drawn[n].is_empty()) else { continue };
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
        set.drawn[n] = parts.iter().map(spawn).collect();
        is_other = true;
    }
    let reading = standing.models.iter().filter(|model| matches!(model.read, Read::Reading(_))).count();
    // While something is awaited it is looked again in the next frame.
    let waiting = reading + standing.sets.iter().filter(|set| set.measuring.is_some()).count();
    pending.set("models", if is_on { waiting } else { 0 });
    // What is drawn is counted and told when it is another, not whenever the eye moves.
    if is_other {
        whole.set_changed();
    }
}
