//! From primitives to parts: corners set in their place, triangles of every kind made alike, normals where there are
//! none.

use super::accessor::Buffers;
use super::json::Primitive;
use super::material::{Dress, Wardrobe, moved};
use crate::{Look, ModelError, Part};
use glam::{DMat3, DMat4, DVec3, Vec3};
use overlays::Problems;

/// Where what is read comes to stand.
pub(crate) struct Stand<'a> {
    /// From what has z up to where `place` begins.
    pub matrix: DMat4,
    /// From the axes of the file to those.
    pub axes: DMat4,
    /// From there to metres around the anchor: east, up, south.
    pub place: &'a (dyn Fn(DVec3) -> DVec3 + 'a),
    /// The same for directions.
    pub turn: DMat3,
}

/// The most corners of a model.
const MOST_CORNERS: usize = 20_000_000;

/// Parts that grow, one a look.
#[derive(Default)]
pub(crate) struct Parts {
    pub list: Vec<Part>,
    corners: usize,
}

impl Parts {
    fn of(&mut self, look: Look) -> &mut Part {
        let same = |part: &Part| {
            let textures = match (&part.look.texture, &look.texture) {
                (Some(a), Some(b)) => std::sync::Arc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            };
            let Look { texture: _, unlit, opacity, double_sided } = part.look;
            textures && (unlit, opacity, double_sided) == (look.unlit, look.opacity, look.double_sided)
        };
        let index = self.list.iter().position(same).unwrap_or_else(|| {
            self.list.push(Part { look, ..Part::default() });
            self.list.len() - 1
        });
        &mut self.list[index]
    }

    /// Adds a primitive, once for each of `matrices`.
    pub fn add(
        &mut self,
        primitive: &Primitive,
        matrices: &[DMat4],
        stand: &Stand<'_>,
        wardrobe: &mut Wardrobe<'_>,
        problems: &mut Problems,
    ) -> Result<(), ModelError> {
        let mode = primitive.mode.unwrap_or(4);
        if !matches!(mode, 4..=6) {
            problems.add("primitives that are no triangles", || format!("mode {mode}"));
            return Ok(());
        }
        let Some(raw) = Raw::read(primitive, mode, wardrobe, problems)? else { return Ok(()) };
        let corners = raw.positions.len().max(raw.indices.len()).saturating_mul(matrices.len());
        self.corners = self.corners.saturating_add(corners);
        if self.corners > MOST_CORNERS {
            return Err(ModelError::damaged(format!(
                "it has more than {MOST_CORNERS} corners: split it into tiles, or reduce it"
            )));
        }
        let part = self.of(raw.look.clone());
        for matrix in matrices {
            raw.stand(part, *matrix, stand, problems);
        }
        Ok(())
    }
}

/// A primitive as it is in its file.
struct Raw {
    positions: Vec<[f32; 3]>,
    normals: Option<Vec<[f32; 3]>>,
    uvs: Option<Vec<[f32; 2]>>,
    colours: Vec<[f32; 4]>,
    indices: Vec<u32>,
    look: Look,
}

impl Raw {
    fn read(
        primitive: &Primitive,
        mode: u32,
        wardrobe: &mut Wardrobe<'_>,
        problems: &mut Problems,
    ) -> Result<Option<Self>, ModelError> {
        let buffers: &Buffers<'_> = wardrobe.buffers;
        let Some(position) = primitive.attributes.get("POSITION") else {
            problems.add("primitives without places", || "no POSITION".to_owned());
            return Ok(None);
        };
        let positions = buffers.numbers::<3>(*position)?;
        let count = positions.len();
        // What does not fit is left out: a surface without it is better than none.
        let mut whole = |name: &'static str, fits: bool| {
            if !fits {
                problems.add("attributes that do not fit their primitive", || name.to_owned());
            }
            fits
        };
        let normals = match primitive.attributes.get("NORMAL") {
            Some(index) => {
                Some(buffers.numbers::<3>(*index)?).filter(|all| whole("NORMAL", all.len() == count))
            }
            None => None,
        };
        let tints = match primitive.attributes.get("COLOR_0") {
            Some(index) => {
                Some(buffers.numbers::<4>(*index)?).filter(|all| whole("COLOR_0", all.len() == count))
            }
            None => None,
        };
        let mut indices = match primitive.indices {
            Some(index) => buffers.indices(index)?,
            None => (0..u32::try_from(count).unwrap_or(u32::MAX)).collect(),
        };
        if mode != 4 {
            indices = triangles_of(&indices, mode == 5);
        }
        let Dress { mut look, colour, uv: (set, transform) } = wardrobe.dress(primitive.material, problems);
        let buffers = wardrobe.buffers;
        let uvs =
            match primitive.attributes.get(&format!("TEXCOORD_{set}")).filter(|_| look.texture.is_some()) {
                Some(index) => Some(buffers.numbers::<2>(*index)?).filter(|all| all.len() == count),
                None => None,
            };
        if uvs.is_none() {
            look.texture = None;
        }
        let uvs = uvs.map(|all| match &transform {
            Some(transform) => all.into_iter().map(|uv| moved(uv, transform)).collect(),
            None => all,
        });
        // A photograph without normals has its light in it.
        look.unlit |= normals.is_none() && look.texture.is_some();
        let times = |tint: &[f32; 4]| std::array::from_fn(|i| (tint[i] * colour[i]).clamp(0.0, 1.0));
        let colours = tints.map_or_else(|| vec![colour; count], |tints| tints.iter().map(times).collect());
        Ok(Some(Self { positions, normals, uvs, colours, indices, look }))
    }

    /// Sets it in its place.
    fn stand(&self, part: &mut Part, matrix: DMat4, stand: &Stand<'_>, problems: &mut Problems) {
        let at = |corner: &[f32; 3]| {
            (stand.place)(matrix.transform_point3(DVec3::from(corner.map(f64::from)))).as_vec3()
        };
        let places: Vec<Vec3> = self.positions.iter().map(at).collect();
        let linear = DMat3::from_mat4(matrix);
        let mirrored = linear.determinant() < 0.0;
        let (mut kept, mut bad) = (Vec::with_capacity(self.indices.len()), 0_usize);
        for triangle in self.indices.as_chunks::<3>().0 {
            let [a, b, c] = *triangle;
            let good = |n: u32| places.get(n as usize).is_some_and(|place| place.is_finite());
            match good(a) && good(b) && good(c) {
                true => kept.extend(if mirrored { [a, c, b] } else { [a, b, c] }),
                false => bad += 1,
            }
        }
        if bad > 0 {
            problems.add("surfaces with triangles whose corners are nowhere", || format!("{bad} triangles"));
        }
        if self.normals.is_none() && !self.look.unlit {
            return self.flat(part, &places, &kept);
        }
        let first = part.positions.len() as u32;
        let sound = |place: &Vec3| if place.is_finite() { place.to_array() } else { [0.0; 3] };
        part.positions.extend(places.iter().map(sound));
        part.colours.extend_from_slice(&self.colours);
        part.uvs.extend(self.uvs.iter().flatten());
        part.indices.extend(kept.into_iter().map(|index| first + index));
        let across = stand.turn * linear.inverse().transpose();
        let turned = |n: &[f32; 3]| {
            let n = (across * DVec3::from(n.map(f64::from))).normalize_or(DVec3::Y);
            if n.is_finite() { n.as_vec3().to_array() } else { [0.0, 1.0, 0.0] }
        };
        match &self.normals {
            Some(normals) => part.normals.extend(normals.iter().map(turned)),
            None => part.normals.extend(std::iter::repeat_n([0.0, 1.0, 0.0], places.len())),
        }
    }

    /// Every triangle with corners of its own, because each has another direction.
    fn flat(&self, part: &mut Part, places: &[Vec3], indices: &[u32]) {
        for triangle in indices.as_chunks::<3>().0 {
            let [a, b, c] = triangle.map(|n| places[n as usize]);
            let normal = (b - a).cross(c - a).normalize_or(Vec3::Y).to_array();
            for n in triangle.map(|n| n as usize) {
                part.indices.push(part.positions.len() as u32);
                part.positions.push(places[n].to_array());
                part.normals.push(normal);
                part.colours.push(self.colours.get(n).copied().unwrap_or([1.0; 4]));
                if let Some(uvs) = &self.uvs {
                    part.uvs.push(uvs[n]);
                }
            }
        }
    }
}

/// Strips and fans as single triangles.
fn triangles_of(indices: &[u32], strip: bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(indices.len().saturating_mul(3));
    for n in 2..indices.len() {
        let (a, b, c) = (indices[n - 2], indices[n - 1], indices[n]);
        out.extend(match (strip, n % 2 == 0) {
            (true, true) => [a, b, c],
            (true, false) => [b, a, c],
            (false, _) => [indices[0], b, c],
        });
    }
    out
}
