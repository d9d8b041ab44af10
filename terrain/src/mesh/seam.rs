//! The sides of a bisected mesh: halving triangles inside also halves sides; what a side does not want is taken out.
//!
//! The heights of the sides were straightened before, so a vertex taken out lies on the line between its neighbours.
//! The triangles around it are cut anew without it; where that leaves a sample by more than the bound, samples inside
//! are inserted.

use super::{
    TriangleMesh,
    edges::is_on_side,
    polygon::{self, Place},
    tin::Tin,
};
use std::collections::BTreeMap;

/// The mesh without vertices on its sides other than `wanted` (grid indices, sorted).
pub(super) fn without_unwanted(
    mesh: TriangleMesh,
    wanted: &[u32],
    heights_m: &[f32],
    samples: usize,
    bound_m: f32,
) -> TriangleMesh {
    let TriangleMesh { vertices, triangles } = mesh;
    let unwanted: Vec<bool> = vertices
        .iter()
        .map(|&[column, row]| {
            let index = usize::from(row) * samples + usize::from(column);
            is_on_side(index, samples) && wanted.binary_search(&(index as u32)).is_err()
        })
        .collect();
    let (touched, mut kept): (Vec<_>, Vec<_>) =
        triangles.into_iter().partition(|triangle| triangle.iter().any(|&v| unwanted[v as usize]));
    let place = |v: u32| vertices[v as usize].map(i64::from);
    let anew = Fans::new(touched, &unwanted).cut(place);
    // Only what was cut anew can leave a sample; it is refined as a mesh of its own, whose outline stays.
    let mut tin = Tin::piece(heights_m, samples, bound_m, vertices.clone(), anew);
    tin.refine();
    let refined = tin.into_mesh();
    kept.extend(refined.triangles);
    compact(TriangleMesh { vertices: refined.vertices, triangles: kept })
}

/// The triangles around each vertex to be taken out.
struct Fans {
    triangles: Vec<Option<[u32; 3]>>,
    around: BTreeMap<u32, Vec<usize>>,
}

impl Fans {
    fn new(touched: Vec<[u32; 3]>, unwanted: &[bool]) -> Self {
        let mut around: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, triangle) in touched.iter().enumerate() {
            for &v in triangle.iter().filter(|&&v| unwanted[v as usize]) {
                around.entry(v).or_default().push(index);
            }
        }
        Self { triangles: touched.into_iter().map(Some).collect(), around }
    }

    /// Takes the vertices out one after the other and returns what is left of the triangles.
    fn cut(mut self, place: impl Fn(u32) -> Place) -> Vec<[u32; 3]> {
        while let Some((vertex, fan)) = self.around.pop_first() {
            let sides: Vec<(u32, u32)> = fan
                .into_iter()
                .filter_map(|index| self.triangles[index].take())
                .map(|[a, b, c]| match vertex {
                    v if v == a => (b, c),
                    v if v == b => (c, a),
                    _ => (a, b),
                })
                .collect();
            let mut cut = Vec::new();
            polygon::triangles(outline(&sides), &place, &mut cut);
            for triangle in cut {
                for v in triangle {
                    if let Some(fan) = self.around.get_mut(&v) {
                        fan.push(self.triangles.len());
                    }
                }
                self.triangles.push(Some(triangle));
            }
        }
        self.triangles.into_iter().flatten().collect()
    }
}

/// The far sides of a fan, put one after the other: from one neighbour on the tile's side round to the other.
fn outline(sides: &[(u32, u32)]) -> Vec<u32> {
    let first = sides.iter().map(|side| side.0).find(|v| sides.iter().all(|side| side.1 != *v));
    let next = |v: &u32| sides.iter().find(|side| side.0 == *v).map(|side| side.1);
    std::iter::successors(first, next).take(sides.len() + 1).collect()
}

/// Drops vertices that no triangle has, and numbers the others in the order of the triangles.
fn compact(mesh: TriangleMesh) -> TriangleMesh {
    let mut numbers = vec![u32::MAX; mesh.vertices.len()];
    let mut vertices = Vec::with_capacity(mesh.vertices.len());
    let mut number = |v: u32| {
        let number = &mut numbers[v as usize];
        if *number == u32::MAX {
            *number = vertices.len() as u32;
            vertices.push(mesh.vertices[v as usize]);
        }
        *number
    };
    let triangles = mesh.triangles.into_iter().map(|triangle| triangle.map(&mut number)).collect();
    TriangleMesh { vertices, triangles }
}
