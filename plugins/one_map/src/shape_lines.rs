//! From shapes laid on the map to meshes of their lines: the strokes of lines and the edges of areas, coarse for far
//! chunks and fine for near ones, on the ground or at heights of their own. Works off the frame.

use crate::drape::{Chunks, DrapedPoint, HeightOf, Lie, at_heights, city_path, drape};
use crate::ground_lines::{ShownWithin, simpler};
use crate::line_material::{CLASSES, LineLook, line_mesh};
use bevy::prelude::*;
use city::LonLat;
use geodesy::{EastNorth, to_lon_lat};
use overlays::shapes::{self, Form, Rgba, Shape, Stroke};
use shell::Colour;

/// Coarse lines are shown beyond this, fine ones within, metres.
const FINE_WITHIN_M: f64 = 30_000.0;
/// Steps of a line at heights of its own, in which it is told from the ground above it, metres.
const OWN_STEP_M: f64 = 40.0;
/// As far under the ground a line is drawn as one that lies in it, metres.
const UNDER_M: f64 = 3.0;

/// Up to [`CLASSES`] strokes with everything drawn in them.
pub(crate) struct Batch {
    /// How its classes look.
    pub looks: [LineLook; CLASSES],
    /// Drawn through the ground, fainter.
    pub through_ground: bool,
    /// One mesh a chunk and band of distances.
    pub meshes: Vec<(ShownWithin, Mesh)>,
}

/// Builds all lines of a set, in its order.
pub(crate) fn build(shapes: &[Shape], height_of: HeightOf) -> Vec<Batch> {
    let mut strokes: Vec<Stroke> = Vec::new();
    for stroke in shapes.iter().filter_map(|shape| shape.style.stroke.as_ref()) {
        if !strokes.contains(stroke) {
            strokes.push(*stroke);
        }
    }
    let mut batches = Vec::new();
    for strokes in strokes.chunks(CLASSES) {
        let mut bands = Bands::default();
        for shape in shapes {
            let class = shape.style.stroke.and_then(|stroke| strokes.iter().position(|s| *s == stroke));
            if let Some(class) = class {
                bands.add(class as u8, &shape.form, height_of);
            }
        }
        batches.extend(bands.finish(strokes));
    }
    batches
}

/// Lines by the distance they are shown from.
#[derive(Default)]
struct Bands {
    fine: Chunks,
    coarse: Chunks,
    /// What lies under the ground.
    under: Chunks,
}

impl Bands {
    fn add(&mut self, class: u8, form: &Form, height_of: HeightOf) {
        match form {
            Form::Place(_) => {}
            Form::Line { path, lie: shapes::Lie::AboveGround(above_m) } => {
                self.on_ground(class, &city_path(path), *above_m, height_of);
            }
            Form::Line { path, lie: shapes::Lie::Heights(heights_m) } => {
                self.at_own_heights(class, &at_heights(&city_path(path), heights_m, OWN_STEP_M), height_of);
            }
            Form::Area(area) => {
                let rings = area.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
                for ring in rings {
                    let path: Vec<LonLat> = ring.coords().map(|c| LonLat::new(c.x, c.y)).collect();
                    self.on_ground(class, &city_path(&path), 0.0, height_of);
                }
            }
        }
    }

    fn on_ground(&mut self, class: u8, path: &[EastNorth], above_m: f64, height_of: HeightOf) {
        self.fine.add(class, &drape(&simpler(path, 1.0), 250.0, Lie::Ground(above_m + 3.0), height_of));
        let far = simpler(path, 60.0);
        self.coarse.add(class, &drape(&far, 2_000.0, Lie::Ground(above_m + 20.0), height_of));
    }

    /// A line at its own heights, parted where it goes under the ground and comes out again.
    fn at_own_heights(&mut self, class: u8, line: &[DrapedPoint], height_of: HeightOf) {
        let is_under = |p: &DrapedPoint| p.height_m < height_of(to_lon_lat(p.at)) - UNDER_M;
        let mut start = 0;
        while start + 1 < line.len() {
            let under = is_under(&line[start + 1]);
            let run = line[start + 1..].iter().take_while(|p| is_under(p) == under).count();
            let piece = &line[start..=start + run];
            if under {
                self.under.add(class, piece);
            } else {
                self.fine.add(class, piece);
                self.coarse.add(class, piece);
            }
            start += run;
        }
    }

    fn finish(self, strokes: &[Stroke]) -> Vec<Batch> {
        let mut looks = [LineLook::default(); CLASSES];
        for (look, stroke) in looks.iter_mut().zip(strokes) {
            *look = line_look(stroke);
        }
        let mut hidden = looks;
        for look in &mut hidden {
            look.colour.w *= 0.45;
            look.casing.w *= 0.45;
            look.shape.w = if look.shape.w > 0.0 { look.shape.w } else { 9.0 };
        }
        let meshes = |chunks: Chunks, from_m: f64, to_m: f64| {
            let filled = chunks.by_place.into_iter().filter(|(_, strokes)| !strokes.is_empty());
            filled.map(move |(key, strokes)| {
                let (vertices, indices) = strokes.finish();
                (ShownWithin::new(key, from_m, to_m), line_mesh(&vertices, indices))
            })
        };
        let open = meshes(self.fine, 0.0, FINE_WITHIN_M).chain(meshes(self.coarse, FINE_WITHIN_M, f64::MAX));
        let open = Batch { looks, through_ground: false, meshes: open.collect() };
        let meshes = meshes(self.under, 0.0, FINE_WITHIN_M).collect();
        let under = Batch { looks: hidden, through_ground: true, meshes };
        // What lies under the ground is drawn first.
        [under, open].into_iter().filter(|batch| !batch.meshes.is_empty()).collect()
    }
}

/// How the shader draws a stroke.
fn line_look(stroke: &Stroke) -> LineLook {
    let far = 1.0e8;
    let linear = |Rgba(colour): Rgba| Colour(colour).linear().to_vec4();
    let (casing, rim_pt) = stroke.casing.map_or((Vec4::ZERO, 0.0), |(colour, rim)| (linear(colour), rim));
    LineLook {
        colour: linear(stroke.colour),
        shape: Vec4::new(stroke.width_pt + 2.0 * rim_pt, far, 2.0 * far, stroke.dash_pt.unwrap_or(0.0)),
        casing,
        more: Vec4::new(rim_pt, f32::from(u8::from(stroke.arrows)), 0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geodesy::to_city_frame;

    fn stroke(width_pt: f32) -> Stroke {
        Stroke { colour: Rgba([255, 0, 0, 255]), width_pt, casing: None, dash_pt: None, arrows: false }
    }

    fn line(width_pt: f32, lie: shapes::Lie) -> Shape {
        let path = vec![LonLat::new(106.50, 29.55), LonLat::new(106.52, 29.55)];
        let style = shapes::Style { stroke: Some(stroke(width_pt)), fill: None };
        Shape { form: Form::Line { path, lie }, style, name: None }
    }

    #[test]
    fn many_looks_are_dealt_to_several_materials() {
        let shapes: Vec<Shape> =
            (0..30).map(|n| line(1.0 + n as f32, shapes::Lie::AboveGround(0.0))).collect();
        let batches = build(&shapes, &|_| 250.0);
        assert_eq!(batches.len(), 30_usize.div_ceil(CLASSES));
        assert!(batches.iter().all(|batch| !batch.through_ground && !batch.meshes.is_empty()));
        assert_eq!(batches[1].looks[0].shape.x, 1.0 + CLASSES as f32);
    }

    #[test]
    fn a_tunnel_is_parted_from_the_road_before_it() {
        let hill = |at: LonLat| if to_city_frame(at).east_m.abs() > 7_500.0 { 200.0 } else { 400.0 };
        let batches = build(&[line(3.0, shapes::Lie::Heights(vec![205.0, 205.0]))], &hill);
        assert_eq!(batches.iter().map(|b| b.through_ground).collect::<Vec<_>>(), [true, false]);
        assert!(batches[0].looks[0].colour.w < batches[1].looks[0].colour.w);
        // The whole line under open ground needs no second material.
        assert_eq!(build(&[line(3.0, shapes::Lie::Heights(vec![205.0]))], &|_| 200.0).len(), 1);
    }
}
