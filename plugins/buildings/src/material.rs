//! How buildings are coloured: the theme, and the lamps the ground is lit by, handed to `buildings.wgsl`.

use crate::choose::SINK_M;
use bevy::asset::{RenderAssetUsages, load_internal_asset, uuid_handle};
use bevy::camera::primitives::Aabb;
use bevy::mesh::{
    Indices, MeshVertexAttribute, MeshVertexBufferLayoutRef, PrimitiveTopology, VertexAttributeValues,
};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, Face, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError, VertexFormat,
};
use bevy::shader::{Shader, ShaderRef};
use overlays::buildings::Block;
use shell::{Colour, GroundLook, GroundModel, OPAQUE_BIAS, Theme};

const SHADER: Handle<Shader> = uuid_handle!("b3c61f57-2d0e-4f5c-8a44-6b7f0f0d9e21");
const ABOVE: MeshVertexAttribute =
    MeshVertexAttribute::new("Above_Ground", 0x5c_0a_31_07, VertexFormat::Float32);
const FACET: MeshVertexAttribute = MeshVertexAttribute::new("Facet", 0x5c_0a_31_08, VertexFormat::Uint32);
/// As many times heights are drawn at most.
const MOST_EXAGGERATION: f32 = 3.0;

/// What the shader is told of all buildings.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub(crate) struct Look {
    wall: Vec4,
    roof: Vec4,
    /// Colour and strength of the edge between wall and roof.
    edge: Vec4,
    haze: Vec4,
    /// As the ground's: direction (east, up, north), and the light on level ground.
    lamps: [Vec4; 3],
    /// How many times the ground is exaggerated, and between which distances buildings sink into it.
    told: Vec4,
}

/// The material all blocks share.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
pub(crate) struct BuildingMaterial {
    #[uniform(0)]
    look: Look,
}

/// Its handle.
#[derive(Resource)]
pub(crate) struct BuildingLook(pub Handle<BuildingMaterial>);

impl Material for BuildingMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    /// Opaque, but drawn in the pass that the program sorts itself, where the ground is drawn too.
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    /// Before the lines and symbols, among the ground: near houses hide it as near ground hides them.
    fn depth_bias(&self) -> f32 {
        OPAQUE_BIAS
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let buffer = layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            ABOVE.at_shader_location(1),
            FACET.at_shader_location(2),
        ])?;
        descriptor.vertex.buffers = vec![buffer];
        descriptor.primitive.cull_mode = Some(Face::Back);
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_write_enabled = Some(true);
            // The bias orders the drawing only.
            depth.bias.constant = 0;
        }
        let targets =
            descriptor.fragment.iter_mut().flat_map(|fragment| fragment.targets.iter_mut().flatten());
        targets.for_each(|target| target.blend = None);
        Ok(())
    }
}

/// The mesh of a block; only the graphics card keeps it.
pub(crate) fn block_mesh(block: Block) -> Mesh {
    let positions: Vec<[f32; 3]> = block.corners.iter().map(|corner| corner.position).collect();
    let above: Vec<f32> = block.corners.iter().map(|corner| corner.above_m).collect();
    let facets: Vec<u32> = block.corners.iter().map(|corner| corner.facet).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(ABOVE, above)
        .with_inserted_attribute(FACET, VertexAttributeValues::Uint32(facets))
        .with_inserted_indices(Indices::U32(block.indices))
}

/// The box a block lies in however the ground is exaggerated.
pub(crate) fn bounds(block: &Block) -> Aabb {
    let (mut low, mut high) = (Vec3::MAX, Vec3::MIN);
    for corner in &block.corners {
        let [east, ground, south] = corner.position;
        for exaggeration in [1.0, MOST_EXAGGERATION] {
            let place = Vec3::new(east, ground * exaggeration + corner.above_m, south);
            (low, high) = (low.min(place), high.max(place));
        }
    }
    if block.corners.is_empty() { Aabb::default() } else { Aabb::from_min_max(low, high) }
}

pub(crate) fn make(mut commands: Commands, mut materials: ResMut<Assets<BuildingMaterial>>) {
    commands.insert_resource(BuildingLook(materials.add(BuildingMaterial { look: Look::default() })));
}

/// Tells the material how buildings look, when something it follows from changed.
pub(crate) fn dress(
    theme: Res<Theme>,
    light: Res<GroundLook>,
    ground: Res<GroundModel>,
    own: Res<BuildingLook>,
    mut materials: ResMut<Assets<BuildingMaterial>>,
) {
    if !(theme.is_changed() || light.is_changed() || ground.is_changed() || own.is_changed()) {
        return;
    }
    let colour = |colour: Colour| colour.linear().to_vec4();
    let look = Look {
        wall: colour(theme.map.building_wall),
        roof: colour(theme.map.building_roof),
        edge: colour(theme.map.building_edge),
        haze: colour(theme.ground.haze),
        lamps: light.lamps(),
        told: Vec4::new(ground.exaggeration as f32, SINK_M.0 as f32, SINK_M.1 as f32, 0.0),
    };
    if let Some(mut material) = materials.get_mut(&own.0)
        && material.look != look
    {
        material.look = look;
    }
}

pub(crate) fn plugin(app: &mut App) {
    load_internal_asset!(app, SHADER, "../../../assets/shaders/buildings.wgsl", Shader::from_wgsl);
    app.add_plugins(MaterialPlugin::<BuildingMaterial>::default());
}
