//! How models are coloured: their own pictures and colours, the lamps of the ground, handed to `models.wgsl`.

use bevy::asset::{load_internal_asset, uuid_handle};
use bevy::mesh::{MeshVertexAttribute, MeshVertexBufferLayoutRef};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, Face, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError, VertexFormat,
};
use bevy::shader::{Shader, ShaderRef};
use models::Opacity;
use shell::{GroundLook, GroundModel, OPAQUE_BIAS, Theme};

const SHADER: Handle<Shader> = uuid_handle!("7d5a3c1e-94b2-4f08-9c77-52a0e8f3b6d4");
pub(crate) const NORMAL: MeshVertexAttribute =
    MeshVertexAttribute::new("Model_Normal", 0x5c_0a_31_21, VertexFormat::Snorm8x4);
pub(crate) const COLOUR: MeshVertexAttribute =
    MeshVertexAttribute::new("Model_Colour", 0x5c_0a_31_22, VertexFormat::Unorm8x4);
pub(crate) const UV: MeshVertexAttribute =
    MeshVertexAttribute::new("Model_Uv", 0x5c_0a_31_23, VertexFormat::Float32x2);

/// What the shader is told of a material.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub(crate) struct Told {
    haze: Vec4,
    /// As the ground's: direction (east, up, north), and the light on level ground.
    lamps: [Vec4; 3],
    /// Exaggeration of the ground, 1 where the light is in the picture, least opacity that is there.
    told: Vec4,
}

/// What all models are lit by.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Light(Told);

/// The look of a part.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
#[bind_group_data(Kind)]
pub(crate) struct ModelMaterial {
    #[uniform(0)]
    told: Told,
    #[texture(1)]
    #[sampler(2)]
    picture: Option<Handle<Image>>,
    kind: Kind,
}

/// What the shader is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    has_picture: bool,
    is_masked: bool,
    is_blended: bool,
    is_double_sided: bool,
}

impl From<&ModelMaterial> for Kind {
    fn from(material: &ModelMaterial) -> Self {
        material.kind
    }
}

impl ModelMaterial {
    pub fn new(look: &models::Look, picture: Option<Handle<Image>>, light: &Light) -> Self {
        let least = if let Opacity::Mask(least) = look.opacity { least } else { 0.0 };
        let mut told = light.0;
        (told.told.y, told.told.z) = (if look.unlit { 1.0 } else { 0.0 }, least);
        let kind = Kind {
            has_picture: picture.is_some(),
            is_masked: matches!(look.opacity, Opacity::Mask(_)),
            is_blended: look.opacity == Opacity::Blend,
            is_double_sided: look.double_sided,
        };
        Self { told, picture, kind }
    }
}

/// What shows through comes after all that is opaque, and before the lines that lie on the ground.
const DRAWN_AFTER_OPAQUE: f32 = -1.0e6;

impl Material for ModelMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    /// Mostly opaque, but drawn in the pass that the program sorts itself, where the ground is drawn too.
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn depth_bias(&self) -> f32 {
        if self.kind.is_blended { DRAWN_AFTER_OPAQUE } else { OPAQUE_BIAS }
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
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let kind = key.bind_group_data;
        let buffer = layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            NORMAL.at_shader_location(1),
            COLOUR.at_shader_location(2),
            UV.at_shader_location(3),
        ])?;
        descriptor.vertex.buffers = vec![buffer];
        descriptor.primitive.cull_mode = (!kind.is_double_sided).then_some(Face::Back);
        let defs = [(kind.has_picture, "PICTURE"), (kind.is_masked, "MASK")];
        for (_, def) in defs.into_iter().filter(|(is_on, _)| *is_on) {
            descriptor.vertex.shader_defs.push(def.into());
            descriptor.fragment.iter_mut().for_each(|fragment| fragment.shader_defs.push(def.into()));
        }
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_write_enabled = Some(!kind.is_blended);
            // The bias orders the drawing only.
            depth.bias.constant = 0;
        }
        if !kind.is_blended {
            let targets =
                descriptor.fragment.iter_mut().flat_map(|fragment| fragment.targets.iter_mut().flatten());
            targets.for_each(|target| target.blend = None);
        }
        Ok(())
    }
}

/// Tells all materials how they are lit, when something it follows from changed.
pub(crate) fn light(
    theme: Res<Theme>,
    lamps: Res<GroundLook>,
    ground: Res<GroundModel>,
    mut light: ResMut<Light>,
    mut materials: ResMut<Assets<ModelMaterial>>,
) {
    if !(theme.is_changed() || lamps.is_changed() || ground.is_changed()) {
        return;
    }
    let haze = theme.ground.haze.linear().to_vec4();
    let told = Vec4::new(ground.exaggeration as f32, 0.0, 0.0, 0.0);
    let now = Light(Told { haze, lamps: lamps.lamps(), told });
    if !light.set_if_neq(now) {
        return;
    }
    for (_, material) in materials.iter_mut() {
        let (y, z) = (material.told.told.y, material.told.told.z);
        material.told = now.0;
        (material.told.told.y, material.told.told.z) = (y, z);
    }
}

pub(crate) fn plugin(app: &mut App) {
    load_internal_asset!(app, SHADER, "../../../assets/shaders/models.wgsl", Shader::from_wgsl);
    app.init_resource::<Light>();
    app.add_plugins(MaterialPlugin::<ModelMaterial>::default());
}
