//! From a tile's samples to triangles that leave them by no more than a stated height.
//!
//! [`Mesher::bisect`] halves right triangles (RTIN; Evans, Kirkpatrick and Townsend 2001): fast, more triangles.
//! [`Mesher::delaunay`] inserts the worst sample into a Delaunay mesh until none is too far off (Garland and Heckbert
//! 1995): slower, fewer triangles. Both hold the bound at every sample, not only at those the method looks at, and
//! give the same bits for the same samples. Deliberately absent: heights, normals and skirts; a vertex is a grid index.

mod bisection;
mod edges;
mod polygon;
mod seam;
mod tin;

use bisection::Bisection;
use tin::Tin;

/// The widest grid, samples along a side.
const WIDEST: usize = 4097;

/// Triangles over a square grid of samples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriangleMesh {
    /// Column from the west and row from the south of each vertex's sample.
    pub vertices: Vec<[u16; 2]>,
    /// Three vertices each, anticlockwise seen from above. No vertex lies on the side of a triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// What the sides of a tile are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sides {
    /// Each side depends on nothing but its own samples and the bound: neighbours of one level built with one bound
    /// have the same vertices along the side they share, and no crack between them.
    #[default]
    Shared,
    /// Whatever the inside asks for; a few triangles less, and cracks to neighbours that skirts must hide.
    Free,
}

/// Why there are no triangles.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MeshError {
    /// A side is not a power of two and one.
    #[error("{0} samples along a side are not 2^k + 1 from 3 to {WIDEST}")]
    Samples(usize),
    /// The heights are not those of the grid.
    #[error("{given} heights are not the {expected} of the grid")]
    Heights {
        /// How many were given.
        given: usize,
        /// How many the grid has.
        expected: usize,
    },
    /// A height is not a number.
    #[error("the height in column {0}, row {1} is not finite")]
    NotFinite(usize, usize),
    /// The bound is not a height.
    #[error("a bound of {0} m is not a number of metres from 0 up")]
    Bound(f32),
}

/// Makes meshes of grids of one size, one after the other. The triangles' places follow from the bits of a sample's
/// column and row, so nothing but working memory is kept between them. One a thread.
#[derive(Clone, Debug)]
pub struct Mesher {
    /// Samples along a side.
    samples: usize,
    heights_m: Vec<f32>,
    bisection: Bisection,
}

impl Mesher {
    /// For grids of `samples` × `samples`, 2^k + 1 from 3 to 4097.
    pub fn new(samples: usize) -> Result<Self, MeshError> {
        if !(3..=WIDEST).contains(&samples) || !(samples - 1).is_power_of_two() {
            return Err(MeshError::Samples(samples));
        }
        Ok(Self { samples, heights_m: Vec::new(), bisection: Bisection::new(samples) })
    }

    /// A mesh of halved right triangles whose height is within `bound_m` of every sample (to the rounding of f32).
    /// Heights in metres, row 0 south, west first.
    pub fn bisect(
        &mut self,
        heights_m: &[f32],
        bound_m: f32,
        sides: Sides,
    ) -> Result<TriangleMesh, MeshError> {
        self.check(heights_m, bound_m)?;
        if sides == Sides::Free {
            return Ok(self.bisection.mesh(heights_m, bound_m, &[]));
        }
        let wanted = edges::wanted(heights_m, self.samples, bound_m);
        self.straighten(heights_m, &wanted);
        let mesh = self.bisection.mesh(&self.heights_m, bound_m, &wanted);
        Ok(seam::without_unwanted(mesh, &wanted, &self.heights_m, self.samples, bound_m))
    }

    /// A Delaunay mesh whose height is within `bound_m` of every sample (to the rounding of f32). Its sides are always
    /// [shared](Sides::Shared), with meshes of [`bisect`](Self::bisect) too. Heights in metres, row 0 south, west
    /// first.
    pub fn delaunay(&mut self, heights_m: &[f32], bound_m: f32) -> Result<TriangleMesh, MeshError> {
        self.check(heights_m, bound_m)?;
        let wanted = edges::wanted(heights_m, self.samples, bound_m);
        self.straighten(heights_m, &wanted);
        let mut tin = Tin::square(&self.heights_m, self.samples, bound_m);
        tin.split_sides(&wanted);
        tin.refine();
        Ok(tin.into_mesh())
    }

    fn check(&self, heights_m: &[f32], bound_m: f32) -> Result<(), MeshError> {
        let expected = self.samples * self.samples;
        if heights_m.len() != expected {
            return Err(MeshError::Heights { given: heights_m.len(), expected });
        }
        if !(bound_m.is_finite() && bound_m >= 0.0) {
            return Err(MeshError::Bound(bound_m));
        }
        // Looked for one by one only if one of them is known to be there: several at a time are seen through faster.
        let any = heights_m.iter().fold(false, |any, height_m| any | !height_m.is_finite());
        let not_finite = || heights_m.iter().position(|height_m| !height_m.is_finite());
        match any.then(not_finite).flatten() {
            Some(index) => Err(MeshError::NotFinite(index % self.samples, index / self.samples)),
            None => Ok(()),
        }
    }

    /// Copies the heights with sides that are straight between the wanted samples, as they will be drawn: what is
    /// judged inside is judged against that.
    fn straighten(&mut self, heights_m: &[f32], wanted: &[u32]) {
        self.heights_m.clear();
        self.heights_m.extend_from_slice(heights_m);
        edges::straighten(&mut self.heights_m, self.samples, wanted);
    }
}
