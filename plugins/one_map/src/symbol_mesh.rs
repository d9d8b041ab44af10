//! Meshes of symbols: four corners a point, packed to twenty bytes each.

use crate::symbol_material::{COLOUR, STYLE};
use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology, VertexAttributeValues};
use bevy::prelude::*;
use shell::symbols::Shape;

/// How one symbol looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Symbol {
    /// Its shape.
    pub shape: Shape,
    /// Drawn as an outline.
    pub hollow: bool,
    /// sRGB with opacity.
    pub colour: [u8; 4],
    /// Its size across, points, at most 63.
    pub size: f32,
    /// The ground it has for itself, metres: it gives way where that is smaller than the layer's gap on screen.
    pub spacing_m: f32,
    /// It pulses.
    pub pulse: bool,
    /// Its value is too old.
    pub stale: bool,
    /// Its group, 0 to 15, for switching.
    pub group: u32,
}

impl Symbol {
    fn packed(&self) -> u32 {
        let size = (self.size * 4.0).round().clamp(0.0, 255.0) as u32;
        let spacing = (self.spacing_m.max(1.0).log2() * 8.0).round().clamp(0.0, 255.0) as u32;
        ((self.shape as u32) << 2)
            | (size << 7)
            | (spacing << 15)
            | (u32::from(self.pulse) << 23)
            | (u32::from(self.hollow) << 24)
            | (u32::from(self.stale) << 25)
            | ((self.group & 15) << 26)
    }
}

/// Symbols on their way to a mesh; drawn in the order they are pushed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SymbolMesh {
    positions: Vec<[f32; 3]>,
    colours: Vec<[u8; 4]>,
    styles: Vec<u32>,
}

impl SymbolMesh {
    /// Adds a symbol at east, up, south of the anchor, metres.
    pub fn push(&mut self, at: [f32; 3], symbol: &Symbol) {
        let packed = symbol.packed();
        for corner in 0..4 {
            self.positions.push(at);
            self.colours.push(symbol.colour);
            self.styles.push(packed | corner);
        }
    }

    /// The mesh; `None` without a symbol.
    pub fn into_mesh(self) -> Option<Mesh> {
        let quads = self.positions.len() as u32 / 4;
        if quads == 0 {
            return None;
        }
        let indices = (0..quads).flat_map(|q| [0, 1, 2, 2, 1, 3].map(|corner| 4 * q + corner)).collect();
        Some(
            Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
                .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
                .with_inserted_attribute(COLOUR, VertexAttributeValues::Unorm8x4(self.colours))
                .with_inserted_attribute(STYLE, VertexAttributeValues::Uint32(self.styles))
                .with_inserted_indices(Indices::U32(indices)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_packs_without_overlap() {
        let symbol = Symbol {
            shape: Shape::Drone,
            hollow: false,
            colour: [1, 2, 3, 4],
            size: 13.0,
            spacing_m: 1024.0,
            pulse: true,
            stale: false,
            group: 5,
        };
        let packed = symbol.packed();
        assert_eq!((packed >> 2) & 31, 24);
        assert_eq!((packed >> 7) & 255, 52);
        assert_eq!((packed >> 15) & 255, 80);
        assert_eq!((packed >> 23) & 7, 0b001);
        assert_eq!((packed >> 26) & 15, 5);
        let mut mesh = SymbolMesh::default();
        assert!(mesh.clone().into_mesh().is_none());
        mesh.push([1.0, 2.0, 3.0], &symbol);
        let mesh = mesh.into_mesh().map(|m| (m.count_vertices(), m.indices().map_or(0, Indices::len)));
        assert_eq!(mesh, Some((4, 6)));
    }
}
