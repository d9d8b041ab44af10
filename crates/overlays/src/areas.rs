//! Filled areas, ready to be painted into any square of ground: projected once, cut to the square each time, so that
//! a province costs a small tile no more than a garden does.

use crate::canvas::Canvas;
use crate::shapes::{Form, Rgba, Shape};
use city::LonLat;
use geo::Polygon;
use geodesy::{EastNorth, to_city_frame};

/// Areas in the city frame, what lies on top last.
#[derive(Clone, Debug, Default)]
pub struct Areas {
    filled: Vec<Filled>,
}

/// A polygon with its holes, and its colour.
#[derive(Clone, Debug)]
struct Filled {
    rings: Vec<Vec<EastNorth>>,
    colour: Rgba,
    low: EastNorth,
    high: EastNorth,
}

impl Filled {
    fn new(polygon: &Polygon<f64>, colour: Rgba) -> Self {
        let rings: Vec<Vec<EastNorth>> = std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .map(|ring| ring.coords().map(|c| to_city_frame(LonLat::new(c.x, c.y))).collect())
            .collect();
        let (mut low, mut high) = (EastNorth::new(f64::MAX, f64::MAX), EastNorth::new(f64::MIN, f64::MIN));
        for p in rings.iter().flatten() {
            low = EastNorth::new(low.east_m.min(p.east_m), low.north_m.min(p.north_m));
            high = EastNorth::new(high.east_m.max(p.east_m), high.north_m.max(p.north_m));
        }
        Self { rings, colour, low, high }
    }
}

impl Areas {
    /// The areas among shapes that have a colour, in their order.
    pub fn new<'a>(shapes: impl IntoIterator<Item = &'a Shape>) -> Self {
        let mut filled = Vec::new();
        for shape in shapes {
            if let (Form::Area(area), Some(colour)) = (&shape.form, shape.style.fill) {
                filled.extend(area.iter().map(|polygon| Filled::new(polygon, colour)));
            }
        }
        Self { filled }
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.filled.is_empty()
    }

    /// True where none touches the square of ground `width_m` metres wide with this south-west corner.
    pub fn miss(&self, south_west: EastNorth, width_m: f64) -> bool {
        !self.filled.iter().any(|filled| touches(filled, south_west, width_m))
    }

    /// Paints what lies in a square of ground over what the canvas holds.
    pub fn paint(&self, south_west: EastNorth, width_m: f64, canvas: &mut Canvas) {
        let texels_a_metre = canvas.side() as f64 / width_m;
        // Farther out than the texels on the rim are blurred.
        let (low, high) = (-4.0, canvas.side() as f64 + 4.0);
        for filled in self.filled.iter().filter(|filled| touches(filled, south_west, width_m)) {
            let texel = |p: &EastNorth| {
                [
                    (p.east_m - south_west.east_m) * texels_a_metre,
                    (p.north_m - south_west.north_m) * texels_a_metre,
                ]
            };
            let rings: Vec<Vec<[f64; 2]>> =
                filled.rings.iter().map(|ring| cut(ring.iter().map(texel).collect(), low, high)).collect();
            canvas.fill(&rings, filled.colour);
        }
    }
}

fn touches(filled: &Filled, south_west: EastNorth, width_m: f64) -> bool {
    filled.low.east_m <= south_west.east_m + width_m
        && filled.high.east_m >= south_west.east_m
        && filled.low.north_m <= south_west.north_m + width_m
        && filled.high.north_m >= south_west.north_m
}

/// A ring cut to a square (Sutherland and Hodgman, 1974); what is left of it may run along the square's sides.
fn cut(mut ring: Vec<[f64; 2]>, low: f64, high: f64) -> Vec<[f64; 2]> {
    for (axis, limit, sign) in [(0, low, 1.0), (0, high, -1.0), (1, low, 1.0), (1, high, -1.0)] {
        let inside = |p: &[f64; 2]| (p[axis] - limit) * sign >= 0.0;
        let mut kept = Vec::with_capacity(ring.len());
        for (i, to) in ring.iter().enumerate() {
            let from = &ring[(i + ring.len() - 1) % ring.len()];
            if inside(from) != inside(to) {
                let share = (limit - from[axis]) / (to[axis] - from[axis]);
                kept.push([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
            }
            if inside(to) {
                kept.push(*to);
            }
        }
        ring = kept;
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::Style;
    use geo::{LineString, MultiPolygon};
    use geodesy::to_lon_lat;

    fn square(west: f64, south: f64, width_m: f64) -> LineString<f64> {
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
            .map(|(x, y)| {
                let at = to_lon_lat(EastNorth::new(west + x * width_m, south + y * width_m));
                (at.lon, at.lat)
            })
            .to_vec()
            .into()
    }

    fn red(outer: LineString<f64>, holes: Vec<LineString<f64>>) -> Areas {
        let form = Form::Area(MultiPolygon(vec![Polygon::new(outer, holes)]));
        let style = Style { stroke: None, fill: Some(Rgba([200, 0, 0, 128])) };
        Areas::new(&[Shape { form, style, name: None }])
    }

    #[test]
    fn an_area_fills_its_ground_and_leaves_its_holes() {
        let areas = red(square(100.0, 100.0, 300.0), vec![square(200.0, 200.0, 100.0)]);
        let mut canvas = Canvas::new(64);
        // Ten metres a texel.
        areas.paint(EastNorth::new(0.0, 0.0), 640.0, &mut canvas);
        let rgba = canvas.finish();
        let at = |x: usize, y: usize| rgba[(y * 64 + x) * 4 + 3];
        assert!((127..=129).contains(&at(15, 15)), "{}", at(15, 15));
        assert_eq!((at(25, 25), at(5, 15), at(15, 5), at(45, 15)), (0, 0, 0, 0));
        let colour = &rgba[(15 * 64 + 15) * 4..][..3];
        assert!(colour[0].abs_diff(200) <= 1 && colour[1..] == [0, 0], "{colour:?}");
    }

    #[test]
    fn a_province_around_a_small_tile_fills_it_and_misses_others() {
        let areas = red(square(-200_000.0, -200_000.0, 400_000.0), vec![]);
        let corner = EastNorth::new(51_200.0, -30_000.0);
        let mut canvas = Canvas::new(32);
        areas.paint(corner, 256.0, &mut canvas);
        assert!(canvas.finish().chunks(4).all(|texel| (127..=129).contains(&texel[3])));
        assert!(!areas.miss(corner, 256.0) && areas.miss(EastNorth::new(200_500.0, 0.0), 256.0));
    }

    #[test]
    fn neighbours_meet_without_a_seam() {
        let areas = red(square(0.0, 0.0, 1_000.0), vec![]);
        let column = |west: f64, x: usize| {
            let mut canvas = Canvas::new(64);
            areas.paint(EastNorth::new(west, 100.0), 500.0, &mut canvas);
            let rgba = canvas.finish();
            (0..64).map(|y| rgba[(y * 64 + x) * 4 + 3]).collect::<Vec<_>>()
        };
        assert_eq!(column(0.0, 63), column(500.0, 0));
    }
}
