//! From a line on the map to triangles: tessellated by lyon, each corner knowing the middle of the line.

use crate::line_material::LineVertex;
use lyon::math::point;
use lyon::path::Path;
use lyon::tessellation::{
    BuffersBuilder, LineCap, LineJoin, Side, StrokeOptions, StrokeTessellator, StrokeVertex, VertexBuffers,
};

/// A point of a line: east and north of the anchor, height, metres along the whole line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LinePoint {
    /// Metres east of the anchor.
    pub east_m: f32,
    /// Metres north of the anchor.
    pub north_m: f32,
    /// Height, metres, not exaggerated.
    pub height_m: f32,
    /// Metres from the start of the line.
    pub along_m: f32,
}

/// Lines tessellated into one mesh.
#[derive(Default)]
pub(crate) struct Strokes {
    buffers: VertexBuffers<LineVertex, u32>,
    tessellator: StrokeTessellator,
}

impl Strokes {
    /// Adds a line of a class; fewer than two points draw nothing.
    pub fn add(&mut self, class: u8, line: &[LinePoint]) {
        let [first, rest @ ..] = line else { return };
        if rest.is_empty() {
            return;
        }
        let mut path = Path::builder_with_attributes(2);
        path.begin(point(first.east_m, first.north_m), &[first.height_m, first.along_m]);
        for p in rest {
            path.line_to(point(p.east_m, p.north_m), &[p.height_m, p.along_m]);
        }
        path.end(false);
        // The width only scales the direction across, which the shader sets anew; two metres make it of length one.
        let options = StrokeOptions::default()
            .with_line_width(2.0)
            .with_line_join(LineJoin::Miter)
            .with_miter_limit(2.0)
            .with_line_cap(LineCap::Butt)
            .with_tolerance(0.5);
        let corner = |mut v: StrokeVertex| {
            let (middle, normal) = (v.position_on_path(), v.normal());
            let side = u32::from(v.side() == Side::Positive);
            let (height_m, along_m) = match v.interpolated_attributes() {
                [height_m, along_m, ..] => (*height_m, *along_m),
                _ => (0.0, 0.0),
            };
            LineVertex {
                position: [middle.x, height_m, -middle.y],
                across: [normal.x, normal.y, along_m],
                style: u32::from(class) | (side << 8),
            }
        };
        let before = (self.buffers.vertices.len(), self.buffers.indices.len());
        let mut output = BuffersBuilder::new(&mut self.buffers, corner);
        if self.tessellator.tessellate_path(&path.build(), &options, &mut output).is_err() {
            // A line the tessellator refuses (no finite coordinates) is left out; the others stay.
            self.buffers.vertices.truncate(before.0);
            self.buffers.indices.truncate(before.1);
        }
    }

    /// True without a triangle.
    pub fn is_empty(&self) -> bool {
        self.buffers.indices.is_empty()
    }

    /// Corners and triangles.
    pub fn finish(self) -> (Vec<LineVertex>, Vec<u32>) {
        (self.buffers.vertices, self.buffers.indices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_keep_the_middle_and_both_sides() {
        let mut strokes = Strokes::default();
        let at =
            |east_m: f32, north_m: f32, along_m: f32| LinePoint { east_m, north_m, height_m: 300.0, along_m };
        strokes.add(3, &[at(0.0, 0.0, 0.0), at(1000.0, 0.0, 1000.0), at(1000.0, 500.0, 1500.0)]);
        strokes.add(3, &[at(0.0, 0.0, 0.0)]);
        let (vertices, indices) = strokes.finish();
        assert!(indices.len() >= 12 && vertices.len() >= 6);
        for v in &vertices {
            assert_eq!(v.style & 255, 3);
            assert!((v.position[1] - 300.0).abs() < 1e-3);
            let length = v.across[0].hypot(v.across[1]);
            assert!((0.9..2.1).contains(&length), "{length}");
            let on_line = v.position[2].abs() < 1e-3 || (v.position[0] - 1000.0).abs() < 1e-3;
            assert!(on_line, "{v:?}");
        }
        assert!(vertices.iter().any(|v| v.style & 256 != 0) && vertices.iter().any(|v| v.style & 256 == 0));
    }
}
