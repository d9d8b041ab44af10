//! From parts to what the graphics card draws.

use crate::material::{COLOUR, Light, ModelMaterial, NORMAL, UV};
use bevy::asset::RenderAssetUsages;
use bevy::camera::primitives::Aabb;
use bevy::image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::mesh::{Indices, PrimitiveTopology, VertexAttributeValues};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use models::{Model, Part, Texture, Wrap};
use std::sync::Arc;

/// A part on the graphics card.
#[derive(Clone)]
pub(crate) struct Shown {
    pub mesh: Handle<Mesh>,
    pub material: Handle<ModelMaterial>,
    pub bounds: Aabb,
    pub triangles: usize,
}

/// Hands a model to the graphics card; a picture that several parts share goes there once.
pub(crate) fn upload(
    model: Model,
    light: &Light,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<ModelMaterial>,
    images: &mut Assets<Image>,
) -> Vec<Shown> {
    let mut known: Vec<(Arc<Texture>, Handle<Image>)> = Vec::new();
    let one = |mut part: Part| {
        let picture = part.look.texture.take().map(|texture| {
            let held = known.iter().find(|(other, _)| Arc::ptr_eq(other, &texture));
            match held {
                Some((_, image)) => image.clone(),
                None => {
                    let image = images.add(image_of(&texture));
                    known.push((texture, image.clone()));
                    image
                }
            }
        });
        Shown {
            material: materials.add(ModelMaterial::new(&part.look, picture, light)),
            bounds: bounds(&part),
            triangles: part.triangles(),
            mesh: meshes.add(mesh_of(part)),
        }
    };
    model.parts.into_iter().map(one).collect()
}

fn bounds(part: &Part) -> Aabb {
    let (mut low, mut high) = (Vec3::MAX, Vec3::MIN);
    for place in &part.positions {
        (low, high) = (low.min(Vec3::from(*place)), high.max(Vec3::from(*place)));
    }
    if part.positions.is_empty() { Aabb::default() } else { Aabb::from_min_max(low, high) }
}

fn mesh_of(part: Part) -> Mesh {
    let count = part.positions.len();
    let signed = |n: &[f32; 3]| [n[0], n[1], n[2], 0.0].map(|x| (x.clamp(-1.0, 1.0) * 127.0).round() as i8);
    let normals: Vec<[i8; 4]> = part.normals.iter().map(signed).collect();
    // Square roots keep the tones of dark colours; opacity stays as it is.
    let root = |c: &[f32; 4]| {
        let byte = |x: f32| (x.clamp(0.0, 1.0) * 255.0).round() as u8;
        [byte(c[0].sqrt()), byte(c[1].sqrt()), byte(c[2].sqrt()), byte(c[3])]
    };
    let colours: Vec<[u8; 4]> = part.colours.iter().map(root).collect();
    let uvs = if part.uvs.len() == count { part.uvs } else { vec![[0.0; 2]; count] };
    let indices = match u16::try_from(count) {
        Ok(_) => Indices::U16(part.indices.iter().map(|index| *index as u16).collect()),
        Err(_) => Indices::U32(part.indices),
    };
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, part.positions)
        .with_inserted_attribute(NORMAL, VertexAttributeValues::Snorm8x4(normals))
        .with_inserted_attribute(COLOUR, VertexAttributeValues::Unorm8x4(colours))
        .with_inserted_attribute(UV, VertexAttributeValues::Float32x2(uvs))
        .with_inserted_indices(indices)
}

fn image_of(texture: &Texture) -> Image {
    let size = Extent3d { width: texture.width, height: texture.height, depth_or_array_layers: 1 };
    let format = TextureFormat::Rgba8UnormSrgb;
    let mut image = Image::new_uninit(size, TextureDimension::D2, format, RenderAssetUsages::RENDER_WORLD);
    image.data = Some(texture.levels.clone());
    image.texture_descriptor.mip_level_count = texture.level_count;
    let mode = |wrap: Wrap| match wrap {
        Wrap::Repeat => ImageAddressMode::Repeat,
        Wrap::Clamp => ImageAddressMode::ClampToEdge,
        Wrap::Mirror => ImageAddressMode::MirrorRepeat,
    };
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: mode(texture.wrap.0),
        address_mode_v: mode(texture.wrap.1),
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..default()
    });
    image
}
