//! One tile, from the ground to the engine's mesh and image. Runs on the task pool, never in a frame.

use crate::raster::{self, SAMPLES};
use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use terrain::{Ground, TileKey};

/// A tile ready for the graphics card.
pub(crate) struct Built {
    pub mesh: Mesh,
    pub image: Image,
    /// Middle and half of its range of heights, metres.
    pub range_m: (f32, f32),
    /// What it takes on the graphics card.
    pub bytes: usize,
}

/// Samples, meshes and rasters a tile.
pub(crate) fn build(ground: &Ground, key: TileKey) -> Built {
    let samples = ground.tile(key, SAMPLES);
    let shape = raster::mesh(&samples, key.width_m());
    let raster = raster::raster(&samples, key.width_m());
    let bytes = raster.bytes.len() + shape.positions.len() * 20 + shape.indices.len() * 2;
    let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, shape.positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, shape.uvs)
        .with_inserted_indices(Indices::U16(shape.indices));
    Built { mesh, image: image(raster), range_m: raster::range(&samples), bytes }
}

fn image(raster: raster::TileRaster) -> Image {
    let size = Extent3d { width: SAMPLES as u32, height: SAMPLES as u32, depth_or_array_layers: 1 };
    let mut image = Image::new_uninit(
        size,
        TextureDimension::D2,
        TextureFormat::Rgba16Float,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.data = Some(raster.bytes);
    image.texture_descriptor.mip_level_count = raster.levels;
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::ClampToEdge,
        address_mode_v: ImageAddressMode::ClampToEdge,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Nearest,
        ..default()
    });
    image
}
