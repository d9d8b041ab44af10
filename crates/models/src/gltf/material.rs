//! How primitives look: colours, pictures and their places, opacity.

use super::accessor::Buffers;
use super::json::{Material, TextureInfo, TextureTransform};
use crate::files::{Fetch, data_uri, join};
use crate::{Look, ModelError, Opacity, Texture, Wrap};
use overlays::Problems;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A material, made ready.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dress {
    pub look: Look,
    /// Linear, by which everything is multiplied.
    pub colour: [f32; 4],
    /// The number of the set of places in the picture, and how they are moved.
    pub uv: (u32, Option<TextureTransform>),
}

/// The materials of a document: each is made ready once, each picture unpacked once.
pub(crate) struct Wardrobe<'a> {
    pub buffers: &'a Buffers<'a>,
    pub address: &'a str,
    pub fetch: &'a dyn Fetch,
    dresses: BTreeMap<Option<usize>, Dress>,
    textures: BTreeMap<usize, Option<Arc<Texture>>>,
}

impl<'a> Wardrobe<'a> {
    pub fn new(buffers: &'a Buffers<'a>, address: &'a str, fetch: &'a dyn Fetch) -> Self {
        Self { buffers, address, fetch, dresses: BTreeMap::new(), textures: BTreeMap::new() }
    }

    pub fn dress(&mut self, material: Option<usize>, problems: &mut Problems) -> Dress {
        if let Some(dress) = self.dresses.get(&material) {
            return dress.clone();
        }
        let found = material.and_then(|index| self.buffers.document.materials.get(index));
        let dress = match found {
            Some(material) => self.of(&material.clone(), problems),
            None => Dress { colour: [1.0; 4], ..Dress::default() },
        };
        self.dresses.insert(material, dress.clone());
        dress
    }

    fn of(&mut self, material: &Material, problems: &mut Problems) -> Dress {
        let pbr = &material.pbr_metallic_roughness;
        let (glossy, technique) = (&material.extensions.glossiness, &material.extensions.technique);
        let info: Option<&TextureInfo> = pbr
            .base_color_texture
            .as_ref()
            .or(glossy.as_ref().and_then(|glossy| glossy.diffuse_texture.as_ref()))
            .or(technique.as_ref().and_then(|of| of.values.u_diffuse.as_ref().or(of.values.u_tex.as_ref())));
        // Some converters of photographs make them glow instead of colouring by them.
        let glows = info.is_none() && material.emissive_texture.is_some();
        let info = info.or(material.emissive_texture.as_ref());
        let factor = pbr.base_color_factor.or(glossy.as_ref().and_then(|glossy| glossy.diffuse_factor));
        let factor = factor.filter(|factor| !glows && factor.iter().all(|part| part.is_finite()));
        let opacity = match material.alpha_mode.as_str() {
            "MASK" => Opacity::Mask(material.alpha_cutoff.unwrap_or(0.5)),
            "BLEND" => Opacity::Blend,
            _ => Opacity::Opaque,
        };
        let look = Look {
            texture: info.and_then(|info| self.texture(info.index, problems)),
            unlit: glows || technique.is_some() || material.extensions.unlit.is_some(),
            opacity,
            double_sided: material.double_sided,
        };
        let transform = info.and_then(|info| info.extensions.transform.clone());
        let set = info.map_or(0, |info| info.tex_coord);
        let set = transform.as_ref().and_then(|transform| transform.tex_coord).unwrap_or(set);
        let colour = factor.unwrap_or([1.0; 4]).map(|part| part.clamp(0.0, 1.0));
        Dress { look, colour, uv: (set, transform) }
    }

    /// A picture; none, and told, where it cannot be had: the surface is drawn in its plain colour then.
    fn texture(&mut self, index: usize, problems: &mut Problems) -> Option<Arc<Texture>> {
        if let Some(known) = self.textures.get(&index) {
            return known.clone();
        }
        let texture = match self.read_texture(index) {
            Ok(texture) => Some(Arc::new(texture)),
            Err(why) => {
                problems.add("pictures that cannot be shown", || why.to_string());
                None
            }
        };
        self.textures.insert(index, texture.clone());
        texture
    }

    fn read_texture(&self, index: usize) -> Result<Texture, ModelError> {
        let document = self.buffers.document;
        let missing = |what: &str, n: usize| ModelError::damaged(format!("there is no {what} {n}"));
        let texture = document.textures.get(index).ok_or_else(|| missing("texture", index))?;
        let webp = texture.extensions.webp.as_ref().and_then(|webp| webp.source);
        let source = webp.or(texture.source);
        let source = source
            .ok_or_else(|| ModelError::damaged(format!("texture {index} is of a kind that is not read")))?;
        let image = document.images.get(source).ok_or_else(|| missing("image", source))?;
        let sampler = texture.sampler.and_then(|sampler| document.samplers.get(sampler));
        let wrap = |mode: Option<u32>| match mode {
            Some(33071) => Wrap::Clamp,
            Some(33648) => Wrap::Mirror,
            _ => Wrap::Repeat,
        };
        let wrap = sampler.map_or_else(Default::default, |s| (wrap(s.wrap_s), wrap(s.wrap_t)));
        let read = |bytes: &[u8]| {
            Texture::read(bytes, wrap).map_err(|why| ModelError::damaged(format!("image {source}: {why}")))
        };
        match (&image.uri, image.buffer_view) {
            (Some(uri), _) => match data_uri(uri) {
                Some(bytes) => read(&bytes?),
                None => {
                    let address = join(self.address, uri)?;
                    read(&self.fetch.fetch(&address).map_err(|why| why.within(&address))?)
                }
            },
            (None, Some(view)) => read(self.buffers.view(view)?.0),
            (None, None) => Err(ModelError::damaged(format!("image {source} is nowhere"))),
        }
    }
}

/// Moves places in a picture as KHR_texture_transform says.
pub(crate) fn moved([u, v]: [f32; 2], transform: &TextureTransform) -> [f32; 2] {
    let [wide, high] = transform.scale.unwrap_or([1.0; 2]);
    let (sin, cos) = transform.rotation.sin_cos();
    let (u, v) = (u * wide, v * high);
    [cos * u + sin * v + transform.offset[0], cos * v - sin * u + transform.offset[1]]
}
