//! The material of lines on the ground: widths in points, one style a class, set in a shader of our own.
//!
//! Switching a layer, fading and highlighting change a few uniform values and never a mesh.

use crate::overlay;
use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::mesh::{
    Indices, MeshVertexAttribute, MeshVertexBufferLayoutRef, PrimitiveTopology, VertexAttributeValues,
};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, CompareFunction, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
    VertexFormat,
};
use bevy::shader::{Shader, ShaderRef};

/// How many classes of lines the shader knows.
pub(crate) const CLASSES: usize = 12;

const SHADER: Handle<Shader> = uuid_handle!("5b0f7c0e-6a52-4d3b-9a35-1f0a6f6f9c01");
const ACROSS: MeshVertexAttribute = MeshVertexAttribute::new("Across", 731_204_871, VertexFormat::Float32x3);
const STYLE: MeshVertexAttribute = MeshVertexAttribute::new("LineStyle", 731_204_872, VertexFormat::Uint32);

/// How the lines of one class look.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub(crate) struct LineLook {
    /// Linear colour and opacity.
    pub colour: Vec4,
    /// Width in points (0: not shown), metres where it begins to fade and where it is gone, dash in points.
    pub shape: Vec4,
    /// Linear colour and opacity of the rim on both sides.
    pub casing: Vec4,
    /// The rim's width in points, part of the width; 1 for arrows along the line.
    pub more: Vec4,
}

/// What the shader is told of all lines.
#[derive(Clone, Copy, Debug, PartialEq, ShaderType)]
pub(crate) struct LineUniform {
    /// By class.
    pub classes: [LineLook; CLASSES],
    /// Pull towards the eye as a share of the distance, pixels a point, metres travelled, opacity of those.
    pub settings: Vec4,
}

/// Looks that are not the theme's: those of shapes that were laid on the map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnLooks {
    /// By class.
    pub looks: [LineLook; CLASSES],
    /// The layer they are switched with.
    pub layer: String,
    /// What is drawn later lies on top: −4e5 to 2e5.
    pub order: f32,
    /// Drawn through the ground: what lies under it.
    pub through_ground: bool,
}

/// Lines on the ground.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
#[bind_group_data(LineKind)]
pub(crate) struct LineMaterial {
    /// What the shader is told.
    #[uniform(0)]
    pub lines: LineUniform,
    /// The looks of its classes, where they are not the theme's.
    pub own: Option<OwnLooks>,
}

/// What the shader is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LineKind {
    is_shape: bool,
    through_ground: bool,
}

impl From<&LineMaterial> for LineKind {
    fn from(material: &LineMaterial) -> Self {
        let through_ground = material.own.as_ref().is_some_and(|own| own.through_ground);
        Self { is_shape: material.own.is_some(), through_ground }
    }
}

impl LineMaterial {
    /// Lines that look like nothing yet.
    pub fn new() -> Self {
        // No pixels a point: that is how one is known that has not been told its looks.
        let settings = Vec4::new(0.015, 0.0, -1.0, 1.0);
        Self { lines: LineUniform { classes: [LineLook::default(); CLASSES], settings }, own: None }
    }
}

impl Material for LineMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    // Lines are drawn after the ground and before symbols (from 4e6 on), whatever their distance; shapes after the
    // city's own.
    fn depth_bias(&self) -> f32 {
        2.0e6 + self.own.as_ref().map_or(0.0, |own| 1.0e6 + own.order)
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        if key.bind_group_data.is_shape {
            descriptor.fragment.iter_mut().for_each(|f| f.shader_defs.push("SHAPES".into()));
        }
        if key.bind_group_data.through_ground
            && let Some(depth) = &mut descriptor.depth_stencil
        {
            depth.depth_compare = Some(CompareFunction::Always);
        }
        overlay::prepare(
            descriptor,
            layout,
            &[
                Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
                ACROSS.at_shader_location(1),
                STYLE.at_shader_location(2),
            ],
        )
    }
}

/// One corner of a tessellated line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LineVertex {
    /// The middle of the line: east, up, south of the anchor, metres.
    pub position: [f32; 3],
    /// East and north across the line, and metres along it.
    pub across: [f32; 3],
    /// Class and side as the shader wants them.
    pub style: u32,
}

/// A mesh of lines for this material.
pub(crate) fn line_mesh(vertices: &[LineVertex], indices: Vec<u32>) -> Mesh {
    let positions: Vec<[f32; 3]> = vertices.iter().map(|v| v.position).collect();
    let across: Vec<[f32; 3]> = vertices.iter().map(|v| v.across).collect();
    let style: Vec<u32> = vertices.iter().map(|v| v.style).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(ACROSS, across)
        .with_inserted_attribute(STYLE, VertexAttributeValues::Uint32(style))
        .with_inserted_indices(Indices::U32(indices))
}

pub(super) fn plugin(app: &mut App) {
    let source = include_str!("../../../assets/shaders/one_map_lines.wgsl");
    let shader = Shader::from_wgsl(source, "shaders/one_map_lines.wgsl");
    // An id of our own always has its place, so inserting cannot fail.
    let _ = app.world_mut().resource_mut::<Assets<Shader>>().insert(SHADER.id(), shader);
    app.add_plugins(MaterialPlugin::<LineMaterial>::default());
}
