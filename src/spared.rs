//! What the engine would do in every frame for things this console never draws, and does not: it brings its own small
//! shaders and no lights, so clusters, shadows, prepasses, atmospheres, decals and the engine's own materials are left
//! out. A frame is some hundred short systems with cold caches; each one less is some microseconds less.

use bevy::app::SubApp;
use bevy::ecs::schedule::{
    BoxedCondition, ConditionWithAccess, Schedule, ScheduleLabel, Schedules, SingleThreadedExecutor,
    SystemKey,
};
use bevy::pbr::MeshViewBindGroup;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::camera::ExtractedCamera;
use shell::a_picture_is_drawn_once_more;

/// Systems whose name holds one of these never run in a schedule that runs every frame.
const NEVER: &[&str] = &[
    // Lights and their shadows.
    "bevy_light::",
    "bevy_pbr::render::light::check_views_lights_need_specialization",
    "bevy_pbr::render::light::extract_shadow_",
    "bevy_pbr::render::light::per_view_shadow_pass",
    "bevy_pbr::render::light::queue_shadows",
    "bevy_pbr::render::light::shared_shadow_pass",
    "bevy_pbr::render::light::specialize_shadows",
    "<bevy_pbr::render::light::Shadow, ",
    "<bevy_pbr::render::light::Shadow>",
    // Light by clusters.
    "bevy_pbr::cluster::gpu::cluster_on_gpu",
    "bevy_pbr::cluster::gpu::prepare_cluster_dummy_textures",
    "bevy_pbr::cluster::gpu::prepare_clustering_",
    "bevy_pbr::cluster::gpu::upload_view_gpu_clustering_buffers",
    // Passes before and after the two that everything here is drawn in.
    "<bevy_core_pipeline::core_3d::AlphaMask3d",
    "bevy_core_pipeline::core_2d::",
    "bevy_core_pipeline::core_3d::check_msaa",
    "bevy_core_pipeline::core_3d::configure_occlusion_culling_view_targets",
    "bevy_core_pipeline::core_3d::extract_camera_prepass_phase",
    "bevy_core_pipeline::core_3d::prepare_prepass_textures",
    "bevy_core_pipeline::deferred::",
    "bevy_core_pipeline::mip_generation::",
    "bevy_core_pipeline::oit::",
    "bevy_core_pipeline::prepass::",
    "bevy_core_pipeline::skybox::",
    "bevy_pbr::prepass::",
    "bevy_pbr::transmission::ScreenSpaceTransmission",
    "bevy_pbr::transmission::node::",
    "bevy_pbr::transmission::phase::Transmissive3d",
    "bevy_pbr::transmission::texture::",
    "bevy_render::occlusion_culling::",
    // Effects.
    "bevy_pbr::atmosphere::",
    "bevy_pbr::contact_shadows::",
    "bevy_pbr::decal::",
    "bevy_pbr::fog::",
    "bevy_pbr::light_probe::environment_map::",
    "bevy_pbr::light_probe::generate::",
    "bevy_pbr::lightmap::",
    "bevy_pbr::medium::",
    "bevy_pbr::render::fog::",
    "bevy_pbr::ssao::",
    "bevy_pbr::ssr::",
    "bevy_pbr::volumetric_fog::",
    // The engine's own materials.
    "bevy_pbr::pbr_material::",
    // Things within things: everything here stands by itself, and what is left out of sight brings its bounds along.
    "bevy_camera::visibility::calculate_bounds",
    "bevy_transform::systems::mark_dirty_trees",
    "bevy_transform::systems::parallel::propagate_parent_transforms",
    // Meshes that are changed in place, and what is told of a mesh whose material changed: the places of meshes are
    // written anew in every frame.
    "bevy_mesh::components::mark_3d_meshes_as_changed_if_their_assets_changed",
    "bevy_pbr::material::mark_meshes_as_changed_if_their_materials_changed",
    // Skins, morphs, motion, and meshes chosen or batched on the adapter.
    "bevy_camera::visibility::check_visibility_gpu_culling",
    "bevy_camera::visibility::range::",
    "bevy_camera::visibility::update_skinned_mesh_bounds",
    "bevy_mesh::skinning::",
    "bevy_pbr::render::mesh::set_mesh_motion_vector_flags",
    "bevy_pbr::render::morph::",
    "bevy_pbr::render::skin::",
    "bevy_render::batching::gpu_preprocessing::",
    "bevy_render::camera::clear_dirty_wireframe_specializations",
    "bevy_render::camera::expire_wireframe_specializations_for_views",
    "bevy_render::gpu_readback::",
    "bevy_render::render_resource::sparse_buffer_vec::",
    "bevy_render::storage::",
    "bevy_render::view::visibility::range::extract_visibility_ranges",
    // Steps of fixed length, families of entities, input and assets that are not there.
    "bevy_app::hierarchy::",
    "bevy_asset::assets::Assets<()>::",
    "bevy_asset::assets::LoadedUntypedAsset",
    "bevy_asset::folder::",
    "bevy_asset::server::publish_asset_server_diagnostics",
    "bevy_egui::input::write_non_window_",
    "bevy_input::gamepad::",
    "bevy_time::delayed_commands::",
    "bevy_time::fixed::",
];

/// These write what is bound with every view though no shader here reads it: they run until a new view has it.
const UNTIL_BOUND: &[&str] = &[
    "bevy_pbr::cluster::extract_clusters_for_cpu_clustering",
    "bevy_pbr::cluster::gpu::extract_clusters_for_gpu_clustering",
    "bevy_pbr::cluster::gpu::prepare_clusters_for_gpu_clustering",
    "bevy_pbr::cluster::prepare_clusters_for_cpu_clustering",
    "bevy_pbr::light_probe::upload_light_probes",
    "bevy_pbr::render::light::extract_ambient_light",
    "bevy_pbr::render::light::extract_lights",
    "bevy_pbr::render::light::prepare_lights",
    "bevy_pbr::transmission::phase::extract_transmissive_camera_phases",
];

/// The pass that draws a picture once more where it is to go, as long as some picture cannot be copied there.
const WHERE_DRAWN: &[&str] = &["bevy_core_pipeline::upscaling::"];

type Unbound = (With<ExtractedCamera>, Without<MeshViewBindGroup>);

fn never() -> bool {
    false
}

fn a_view_is_unbound(bound: Query<(), With<MeshViewBindGroup>>, unbound: Query<(), Unbound>) -> bool {
    bound.is_empty() || !unbound.is_empty()
}

/// Keeps the engine from what it would do for nothing, and lets the rest run on one thread a world: handing short
/// systems to threads costs more than they do. Work that is long is off the frame already.
pub struct Spared;

impl Plugin for Spared {
    fn build(&self, _app: &mut App) {}

    /// After all others have added what they run.
    fn finish(&self, app: &mut App) {
        let mut unmet: Vec<&str> = NEVER.iter().chain(UNTIL_BOUND).chain(WHERE_DRAWN).copied().collect();
        spare(app.main_mut(), &mut unmet);
        if let Some(render) = app.get_sub_app_mut(RenderApp) {
            spare(render, &mut unmet);
        }
        for name in unmet {
            warn!(
                "the engine has nothing called `{name}` any more: what it does in every frame wants another look"
            );
        }
    }
}

fn spare(app: &mut SubApp, unmet: &mut Vec<&str>) {
    let Some(mut schedules) = app.world_mut().get_resource_mut::<Schedules>() else { return };
    for (label, schedule) in schedules.iter_mut() {
        schedule.set_executor(SingleThreadedExecutor::new());
        if runs_every_frame(label) {
            restrict(schedule, NEVER, || Box::new(IntoSystem::into_system(never)), unmet);
            restrict(schedule, UNTIL_BOUND, || Box::new(IntoSystem::into_system(a_view_is_unbound)), unmet);
            let drawn =
                || -> BoxedCondition { Box::new(IntoSystem::into_system(a_picture_is_drawn_once_more)) };
            restrict(schedule, WHERE_DRAWN, drawn, unmet);
        }
    }
}

/// What runs once, at the start, is left as it is: what it makes may be looked for.
fn runs_every_frame(label: &dyn ScheduleLabel) -> bool {
    !format!("{label:?}").contains("Startup")
}

/// The engine can take a system out of a schedule, but builds the schedule anew for each; a condition is built in with
/// the rest.
fn restrict(schedule: &mut Schedule, names: &[&str], when: fn() -> BoxedCondition, unmet: &mut Vec<&str>) {
    let systems = &mut schedule.graph_mut().systems;
    let mut meant: Vec<SystemKey> = Vec::new();
    for (key, system, _) in systems.iter() {
        let system = system.name().to_string();
        if names.iter().any(|name| system.contains(name)) {
            unmet.retain(|name| !system.contains(name));
            meant.push(key);
        }
    }
    for key in meant {
        if let Some(conditions) = systems.get_conditions_mut(key) {
            conditions.push(ConditionWithAccess::new(when()));
        }
    }
}
