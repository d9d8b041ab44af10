//! What is drawn of a model: triangles with a look, in metres around an anchor.

use crate::Texture;
use overlays::Problems;
use std::sync::Arc;

/// Triangles that look alike. Axes are those of the screen: x east, y up, z south.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Places of the corners, metres.
    pub positions: Vec<[f32; 3]>,
    /// Directions of the surface, unit vectors.
    pub normals: Vec<[f32; 3]>,
    /// Places in the picture, where there is one.
    pub uvs: Vec<[f32; 2]>,
    /// Linear colours and opacity, 0 to 1, by which the picture is multiplied.
    pub colours: Vec<[f32; 4]>,
    /// Three a triangle, anticlockwise as seen from outside.
    pub indices: Vec<u32>,
    /// How it looks.
    pub look: Look,
}

/// How a part looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Its picture.
    pub texture: Option<Arc<Texture>>,
    /// Light and shade are in the colours already.
    pub unlit: bool,
    /// How opacity is meant.
    pub opacity: Opacity,
    /// It is seen from behind too.
    pub double_sided: bool,
}

/// How opacity is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Opacity {
    /// Not at all.
    #[default]
    Opaque,
    /// What has less than this is not there.
    Mask(f32),
    /// As it says.
    Blend,
}

/// A model, or what a tile holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Its parts.
    pub parts: Vec<Part>,
    /// Whom to thank.
    pub copyright: Option<String>,
    /// What was wrong and left out.
    pub problems: Problems,
}

impl Part {
    /// How many triangles it has.
    pub fn triangles(&self) -> usize {
        self.indices.len() / 3
    }

    /// What its corners take on the graphics card, bytes.
    pub fn bytes(&self) -> usize {
        self.positions.len() * 28 + self.indices.len() * 4
    }
}

impl Model {
    /// What it takes on the graphics card, bytes.
    pub fn bytes(&self) -> usize {
        let mut seen: Vec<*const Texture> = Vec::new();
        let mut bytes = 0;
        for part in &self.parts {
            bytes += part.bytes();
            if let Some(texture) = &part.look.texture
                && !seen.contains(&Arc::as_ptr(texture))
            {
                seen.push(Arc::as_ptr(texture));
                bytes += texture.levels.len();
            }
        }
        bytes
    }

    /// The lowest and the highest corner of its box; none where it has no triangle.
    pub fn bounds(&self) -> Option<([f32; 3], [f32; 3])> {
        let mut corners = self.parts.iter().flat_map(|part| &part.positions);
        let first = *corners.next()?;
        Some(corners.fold((first, first), |(low, high), at| {
            (std::array::from_fn(|i| low[i].min(at[i])), std::array::from_fn(|i| high[i].max(at[i])))
        }))
    }
}
