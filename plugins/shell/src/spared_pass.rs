//! The engine ends a picture by drawing it once more onto where it is to go, at another size or in other colours. Where
//! both are the same it is copied instead: that pass is 4 ms of a frame on a software adapter.
//! A window's surface takes no copies, so there it stays.

use bevy::core_pipeline::schedule::{Core3d, Core3dSystems};
use bevy::core_pipeline::upscaling::upscaling;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::render_resource::{Texture, TextureUsages, TextureView};
use bevy::render::renderer::{RenderContext, ViewQuery};
use bevy::render::view::ViewTarget;

pub(crate) fn plugin(app: &mut App) {
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    // The panels are painted before it, as before the pass it stands for.
    render.add_systems(Core3d, copy.after(Core3dSystems::PostProcess).after(upscaling));
}

/// Where a picture can be copied to; `None` where it has to be drawn.
fn goal(target: &ViewTarget) -> Option<(&Texture, &TextureView)> {
    let (made, goal) = (target.main_texture(), target.out_texture()?);
    let place = goal.texture();
    let can_be_copied = made.usage().contains(TextureUsages::COPY_SRC)
        && place.usage().contains(TextureUsages::COPY_DST)
        && (made.format(), made.size()) == (place.format(), place.size())
        && target.out_texture_view_format() == Some(place.format())
        && target.compositing_space.is_none();
    can_be_copied.then_some((made, goal))
}

/// True while some picture has to be drawn once more: where none has, that pass can be left out.
pub fn a_picture_is_drawn_once_more(views: Query<&ViewTarget>) -> bool {
    views.iter().any(|target| goal(target).is_none())
}

fn copy(view: ViewQuery<&ViewTarget>, mut context: RenderContext) {
    let Some((made, goal)) = goal(view.into_inner()) else { return };
    context.command_encoder().copy_texture_to_texture(
        made.as_image_copy(),
        goal.texture().as_image_copy(),
        made.size(),
    );
}
