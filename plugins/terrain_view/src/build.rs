//! One tile, from the ground to the engine's mesh and image. Runs on the task pool, never in a frame.

use crate::drape::{Draped, Drapery};
use crate::material::COARSE_HEIGHT;
use crate::raster::{self, COARSE_SAMPLES, SAMPLES};
use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use std::cell::RefCell;
use terrain::mesh::Mesher;
use terrain::{Ground, TileKey};

/// A tile ready for the graphics card.
pub(crate) struct Built {
    pub mesh: Mesh,
    pub image: Image,
    /// Heights above the nearest river; none where no river is near.
    pub above_water: Option<Image>,
    /// What lies on it.
    pub draped: Draped,
    /// Middle and half of its range of heights, metres.
    pub range_m: (f32, f32),
    /// How far into a river its wettest place lies, metres.
    pub shore_m: f32,
    /// What it takes on the graphics card.
    pub bytes: usize,
    /// Triangles, skirts among them.
    pub triangles: usize,
}

thread_local! {
    // Its working memory is used again for each tile. 257 is 2⁸ + 1, as it must be.
    static MESHER: RefCell<Option<Mesher>> = RefCell::new(Mesher::new(SAMPLES).ok());
}

/// Samples, meshes, rasters and drapes a tile; its triangles leave the ground by `bound_m` metres at most.
pub(crate) fn build(ground: &Ground, drapery: &Drapery, key: TileKey, bound_m: f32) -> Built {
    let samples = ground.tile(key, SAMPLES);
    let coarse = ground.tile(key, COARSE_SAMPLES);
    let shape = MESHER.with_borrow_mut(|mesher| {
        let mesher = mesher.as_mut()?;
        Some(raster::mesh(mesher, &samples, &coarse, key.width_m(), bound_m))
    });
    let shape = shape.unwrap_or_default();
    let raster = raster::raster(&samples, key.width_m());
    let above_water =
        raster::above_water(&samples).map(|bytes| one_level(bytes, TextureFormat::R16Float, SAMPLES));
    let draped = drapery.paint(key);
    let bytes = raster.bytes.len()
        + draped.bytes()
        + above_water.as_ref().map_or(0, |_| SAMPLES * SAMPLES * 2)
        + shape.positions.len() * 16
        + shape.indices.len() * 4;
    let triangles = shape.indices.len() / 3;
    let shore_m = samples.shore_m.iter().copied().fold(f32::MIN, f32::max);
    let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, shape.positions)
        .with_inserted_attribute(COARSE_HEIGHT, shape.coarse_m)
        .with_inserted_indices(Indices::U32(shape.indices));
    let (image, range_m) = (image(raster), raster::range(&samples));
    Built { mesh, image, above_water, draped, range_m, shore_m, bytes, triangles }
}

fn image(raster: raster::TileRaster) -> Image {
    let mut image = one_level(raster.bytes, TextureFormat::Rgba16Float, SAMPLES);
    image.texture_descriptor.mip_level_count = raster.levels;
    image
}

/// A square of colours with its smaller copies.
pub(crate) fn texels(rgba: Vec<u8>, levels: u32, side: usize) -> Image {
    let mut image = one_level(rgba, TextureFormat::Rgba8UnormSrgb, side);
    image.texture_descriptor.mip_level_count = levels;
    image
}

/// A square of samples, smoothed between them.
fn one_level(bytes: Vec<u8>, format: TextureFormat, side: usize) -> Image {
    let size = Extent3d { width: side as u32, height: side as u32, depth_or_array_layers: 1 };
    let mut image = Image::new_uninit(size, TextureDimension::D2, format, RenderAssetUsages::RENDER_WORLD);
    image.data = Some(bytes);
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
