//! The two passes: points are written into pixels after the ground is drawn, and coloured among what lies on it.

use crate::adapter::{Adapter, Picture};
use crate::told::View;
use bevy::asset::uuid_handle;
use bevy::core_pipeline::core_3d::{
    CORE_3D_DEPTH_FORMAT, Transparent3d, TransparentSortingInfo3d, main_opaque_pass_3d,
    main_transparent_pass_3d,
};
use bevy::core_pipeline::schedule::{Core3d, Core3dSystems};
use bevy::ecs::query::ROQueryItem;
use bevy::ecs::system::SystemParamItem;
use bevy::ecs::system::lifetimeless::SRes;
use bevy::prelude::*;
use bevy::render::render_phase::{
    AddRenderCommand, DrawFunctions, PhaseItem, PhaseItemExtraIndex, RenderCommand, RenderCommandResult,
    SetItemPipeline, TrackedRenderPass, ViewSortedRenderPhases,
};
use bevy::render::render_resource::binding_types::{
    storage_buffer_read_only_sized, storage_buffer_sized, texture_depth_2d, uniform_buffer,
};
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendState,
    CachedComputePipelineId, CachedRenderPipelineId, ColorTargetState, ColorWrites, CompareFunction,
    ComputePassDescriptor, ComputePipelineDescriptor, DepthStencilState, FragmentState, PipelineCache,
    RenderPipelineDescriptor, ShaderStages, VertexState,
};
use bevy::render::renderer::{RenderContext, RenderDevice, ViewQuery};
use bevy::render::sync_world::MainEntity;
use bevy::render::view::{ExtractedView, ViewDepthTexture, ViewTarget};
use bevy::render::{Render, RenderApp, RenderStartup, RenderSystems};
use bevy::shader::Shader;

const SHADER: Handle<Shader> = uuid_handle!("5b0f7c0e-6a52-4d3b-9a35-1f0a6f6f9c31");
const COLOUR_SHADER: Handle<Shader> = uuid_handle!("5b0f7c0e-6a52-4d3b-9a35-1f0a6f6f9c32");
/// Over lines and ground, under the symbols of risks, units and incidents.
const ORDER: f32 = 2.0e6 * 1.9;

#[derive(Resource)]
struct Pipelines {
    data: BindGroupLayoutDescriptor,
    ground: BindGroupLayoutDescriptor,
    picture: BindGroupLayoutDescriptor,
    take_changes: CachedComputePipelineId,
    splat: CachedComputePipelineId,
    /// By the format of the picture.
    colour: Vec<(bevy::render::render_resource::TextureFormat, CachedRenderPipelineId)>,
}

#[derive(Resource, Default)]
struct Bound {
    layout: u64,
    data: Option<BindGroup>,
    picture: Option<BindGroup>,
}

pub(crate) fn plugin(app: &mut App) {
    let splatting =
        Shader::from_wgsl(include_str!("../../../assets/shaders/points.wgsl"), "shaders/points.wgsl");
    let colour = include_str!("../../../assets/shaders/points_colour.wgsl");
    let colour = Shader::from_wgsl(colour, "shaders/points_colour.wgsl");
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    // Ids of our own always have their place, so inserting cannot fail.
    let _ = shaders.insert(SHADER.id(), splatting);
    let _ = shaders.insert(COLOUR_SHADER.id(), colour);
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .init_resource::<Bound>()
        .add_render_command::<Transparent3d, DrawPoints>()
        .add_systems(RenderStartup, make)
        .add_systems(
            Render,
            (queue.in_set(RenderSystems::Queue), bind.in_set(RenderSystems::PrepareBindGroups)),
        )
        .add_systems(
            Core3d,
            splat.after(main_opaque_pass_3d).before(main_transparent_pass_3d).in_set(Core3dSystems::MainPass),
        );
}

fn make(mut commands: Commands, cache: Res<PipelineCache>) {
    let data = BindGroupLayoutDescriptor::new(
        "points_data",
        &BindGroupLayoutEntries::sequential(
            ShaderStages::COMPUTE,
            (
                uniform_buffer::<View>(false),
                storage_buffer_sized(false, None),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_sized(false, None),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_sized(false, None),
            ),
        ),
    );
    let picture = BindGroupLayoutDescriptor::new(
        "points_picture",
        &BindGroupLayoutEntries::sequential(
            ShaderStages::VERTEX_FRAGMENT,
            (
                uniform_buffer::<Picture>(false),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_read_only_sized(false, None),
            ),
        ),
    );
    let ground = BindGroupLayoutDescriptor::new(
        "points_ground",
        &BindGroupLayoutEntries::single(ShaderStages::COMPUTE, texture_depth_2d()),
    );
    let compute = |entry: &'static str| {
        cache.queue_compute_pipeline(ComputePipelineDescriptor {
            label: Some(entry.into()),
            layout: vec![data.clone(), ground.clone()],
            shader: SHADER,
            entry_point: Some(entry.into()),
            ..default()
        })
    };
    let (take_changes, splat) = (compute("take_changes"), compute("splat"));
    commands.insert_resource(Pipelines { data, ground, picture, take_changes, splat, colour: Vec::new() });
}

impl Pipelines {
    fn colour(
        &mut self,
        format: bevy::render::render_resource::TextureFormat,
        cache: &PipelineCache,
    ) -> CachedRenderPipelineId {
        if let Some((_, known)) = self.colour.iter().find(|(of, _)| *of == format) {
            return *known;
        }
        let made = cache.queue_render_pipeline(RenderPipelineDescriptor {
            label: Some("points_colour".into()),
            layout: vec![self.picture.clone()],
            vertex: VertexState {
                shader: COLOUR_SHADER,
                entry_point: Some("whole_picture".into()),
                ..default()
            },
            fragment: Some(FragmentState {
                shader: COLOUR_SHADER,
                entry_point: Some("colour".into()),
                targets: vec![Some(ColorTargetState {
                    format,
                    blend: Some(BlendState::ALPHA_BLENDING),
                    write_mask: ColorWrites::ALL,
                })],
                ..default()
            }),
            depth_stencil: Some(DepthStencilState {
                format: CORE_3D_DEPTH_FORMAT,
                depth_write_enabled: Some(false),
                depth_compare: Some(CompareFunction::Always),
                stencil: default(),
                bias: default(),
            }),
            ..default()
        });
        self.colour.push((format, made));
        made
    }
}

fn bind(
    adapter: Res<Adapter>,
    mut bound: ResMut<Bound>,
    pipelines: Res<Pipelines>,
    cache: Res<PipelineCache>,
    device: Res<RenderDevice>,
) {
    if adapter.drawn == 0 || (bound.data.is_some() && bound.layout == adapter.layout) {
        return;
    }
    let Adapter { view, points, mask, pages, looks, pixels, changes, moves, seen, picture, .. } = &*adapter;
    let both = (view.binding(), picture.binding(), pixels, seen);
    let (Some(view), Some(picture), Some(pixels), Some(seen)) = both else { return };
    let buffers = (points, mask, pages, looks, changes, moves);
    let (Some(points), Some(mask), Some(pages), Some(looks), Some(changes), Some(moves)) = buffers else {
        return;
    };
    bound.data = Some(device.create_bind_group(
        "points_data",
        &cache.get_bind_group_layout(&pipelines.data),
        &BindGroupEntries::sequential((
            view,
            points.as_entire_binding(),
            mask.as_entire_binding(),
            pages.as_entire_binding(),
            looks.as_entire_binding(),
            pixels.as_entire_binding(),
            changes.as_entire_binding(),
            moves.as_entire_binding(),
            seen.as_entire_binding(),
        )),
    ));
    bound.picture = Some(device.create_bind_group(
        "points_picture",
        &cache.get_bind_group_layout(&pipelines.picture),
        &BindGroupEntries::sequential((picture, pixels.as_entire_binding(), seen.as_entire_binding())),
    ));
    bound.layout = adapter.layout;
}

/// Takes up what changed and writes the points into pixels.
fn splat(
    view: ViewQuery<&ViewDepthTexture>,
    adapter: Res<Adapter>,
    bound: Res<Bound>,
    pipelines: Res<Pipelines>,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let (Some(data), Some(pixels)) = (&bound.data, &adapter.pixels) else { return };
    let (changes, splat) =
        (cache.get_compute_pipeline(pipelines.take_changes), cache.get_compute_pipeline(pipelines.splat));
    let (Some(changes), Some(splat)) = (changes, splat) else { return };
    if adapter.drawn == 0 {
        return;
    }
    let ground = context.render_device().create_bind_group(
        "points_ground",
        &cache.get_bind_group_layout(&pipelines.ground),
        &BindGroupEntries::single(view.into_inner().view()),
    );
    let told = adapter.view.get();
    let encoder = context.command_encoder();
    encoder.clear_buffer(pixels, 0, None);
    let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor { label: Some("points"), ..default() });
    pass.set_bind_group(0, data, &[]);
    pass.set_bind_group(1, &ground, &[]);
    if told.changes.max(told.moves) > 0 {
        pass.set_pipeline(changes);
        pass.dispatch_workgroups(told.changes.max(told.moves).div_ceil(64), 1, 1);
    }
    pass.set_pipeline(splat);
    pass.dispatch_workgroups(64, adapter.drawn, 1);
}

fn queue(
    adapter: Res<Adapter>,
    mut pipelines: ResMut<Pipelines>,
    cache: Res<PipelineCache>,
    functions: Res<DrawFunctions<Transparent3d>>,
    mut phases: ResMut<ViewSortedRenderPhases<Transparent3d>>,
    views: Query<(&ExtractedView, &ViewTarget)>,
) {
    if adapter.drawn == 0 {
        return;
    }
    for (view, target) in &views {
        let Some(phase) = phases.get_mut(&view.retained_view_entity) else { continue };
        phase.add_transient(Transparent3d {
            sorting_info: TransparentSortingInfo3d::Sorted { mesh_center: Vec3::ZERO, depth_bias: ORDER },
            distance: 0.0,
            pipeline: pipelines.colour(target.main_texture_format(), &cache),
            entity: (Entity::PLACEHOLDER, MainEntity::from(Entity::PLACEHOLDER)),
            draw_function: functions.read().id::<DrawPoints>(),
            batch_range: 0..1,
            extra_index: PhaseItemExtraIndex::None,
            indexed: false,
        });
    }
}

type DrawPoints = (SetItemPipeline, ColourPoints);

struct ColourPoints;

impl<P: PhaseItem> RenderCommand<P> for ColourPoints {
    type Param = SRes<Bound>;
    type ViewQuery = ();
    type ItemQuery = ();

    fn render<'w>(
        _: &P,
        _: ROQueryItem<'w, '_, Self::ViewQuery>,
        _: Option<ROQueryItem<'w, '_, Self::ItemQuery>>,
        bound: SystemParamItem<'w, '_, Self::Param>,
        pass: &mut TrackedRenderPass<'w>,
    ) -> RenderCommandResult {
        let Some(picture) = &bound.into_inner().picture else { return RenderCommandResult::Skip };
        pass.set_bind_group(0, picture, &[]);
        pass.draw(0..3, 0..1);
        RenderCommandResult::Success
    }
}
