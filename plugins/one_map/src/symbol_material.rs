//! The material of symbols: a quad a point, sized in points and shaped in a shader of our own.
//!
//! Zooming, thinning, fading and the pulse change uniform values and never a mesh.

use crate::overlay;
use bevy::asset::uuid_handle;
use bevy::mesh::{MeshVertexAttribute, MeshVertexBufferLayoutRef};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError, VertexFormat,
};
use bevy::shader::{Shader, ShaderRef};
use shell::Theme;

const SHADER: Handle<Shader> = uuid_handle!("5b0f7c0e-6a52-4d3b-9a35-1f0a6f6f9c02");
pub(crate) const COLOUR: MeshVertexAttribute =
    MeshVertexAttribute::new("SymbolColour", 731_204_881, VertexFormat::Unorm8x4);
pub(crate) const STYLE: MeshVertexAttribute =
    MeshVertexAttribute::new("SymbolStyle", 731_204_882, VertexFormat::Uint32);

/// What the shader is told of a layer of symbols.
#[derive(Clone, Copy, Debug, PartialEq, ShaderType)]
pub(crate) struct SymbolUniform {
    /// Linear colour of the rim; its opacity is the layer's.
    pub rim: Vec4,
    /// Linear colour of what is too old.
    pub stale: Vec4,
    /// Pixels a point (0 until it is told), points between symbols, pull towards the eye, phase of the pulse.
    pub settings: Vec4,
    /// Metres at which a symbol has its own size, least and greatest factor, width of the rim in points.
    pub zoom: Vec4,
    /// Metres where the layer begins to fade and is gone, 1 while all is stale.
    pub fade: Vec4,
    /// Bit n: group n is shown.
    pub shown: UVec4,
}

impl SymbolUniform {
    /// Takes over the theme's colours.
    pub fn colour(&mut self, theme: &Theme) {
        self.rim = theme.map.halo.linear().to_vec3().extend(self.rim.w);
        self.stale = theme.map.stale.linear().to_vec4();
    }
}

/// A layer of symbols.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
pub(crate) struct SymbolMaterial {
    /// What the shader is told.
    #[uniform(0)]
    pub symbols: SymbolUniform,
    /// Layers are drawn by rising order.
    pub order: u8,
}

impl SymbolMaterial {
    /// A layer with `gap` points of room a symbol, that has its own size at `own_size_m` from the eye.
    pub fn new(order: u8, gap: f32, own_size_m: f32, factors: (f32, f32)) -> Self {
        let symbols = SymbolUniform {
            rim: Vec4::W,
            stale: Vec4::W,
            settings: Vec4::new(0.0, gap, 0.02, 0.0),
            zoom: Vec4::new(own_size_m, factors.0, factors.1, 1.2),
            fade: Vec4::new(1.0e8, 2.0e8, 0.0, 0.0),
            shown: UVec4::splat(u32::MAX),
        };
        Self { symbols, order }
    }
}

impl Material for SymbolMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    // Orders the layers over lines and ground; distances stay below 2,000 km.
    fn depth_bias(&self) -> f32 {
        2.0e6 * (2.0 + f32::from(self.order))
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
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        overlay::prepare(
            descriptor,
            layout,
            &[
                Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
                COLOUR.at_shader_location(1),
                STYLE.at_shader_location(2),
            ],
        )
    }
}

pub(super) fn plugin(app: &mut App) {
    let source = include_str!("../../../assets/shaders/one_map_symbols.wgsl");
    let shader = Shader::from_wgsl(source, "shaders/one_map_symbols.wgsl");
    // An id of our own always has its place, so inserting cannot fail.
    let _ = app.world_mut().resource_mut::<Assets<Shader>>().insert(SHADER.id(), shader);
    app.add_plugins(MaterialPlugin::<SymbolMaterial>::default());
}
