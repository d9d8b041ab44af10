//! What is opaque though it is drawn in the pass that the program sorts itself, where lines and symbols that lie on it
//! follow: the ground and what stands on it.

use bevy::core_pipeline::core_3d::Transparent3d;
use bevy::prelude::*;
use bevy::render::render_phase::{ViewSortedRenderPhases, sort_phase_system};
use bevy::render::view::ExtractedView;
use bevy::render::{Render, RenderApp, RenderSystems};

/// The depth bias of opaque materials: farther, to the sorting, than anything of the city can be. Metres along the
/// sight, negative ahead.
pub const OPAQUE_BIAS: f32 = -4.0e6;
/// Nothing is farther from the eye than this, metres.
const REACH_M: f32 = 5.0e5;

pub(crate) fn plugin(app: &mut App) {
    if let Some(render) = app.get_sub_app_mut(RenderApp) {
        let after = sort_phase_system::<Transparent3d>;
        render.add_systems(Render, nearest_first.in_set(RenderSystems::PhaseSort).after(after));
    }
}

/// The sorting puts what is far first; what is opaque hides what lies behind it, and what is hidden already need not be
/// shaded.
fn nearest_first(views: Query<&ExtractedView>, mut phases: ResMut<ViewSortedRenderPhases<Transparent3d>>) {
    for view in &views {
        let Some(phase) = phases.get_mut(&view.retained_view_entity) else { continue };
        let opaque = phase.items.values().take_while(|item| item.distance < OPAQUE_BIAS + REACH_M).count();
        for i in 0..opaque / 2 {
            phase.items.swap_indices(i, opaque - 1 - i);
        }
    }
}
