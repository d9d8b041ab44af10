//! Shapes of features, by the names of Mapbox's simplestyle 1.1.0 (stroke, stroke-width, stroke-opacity, fill,
//! fill-opacity, marker-color, title) and our own: `stroke-dash` in points, `casing`, `casing-width`, `arrows`, `height`
//! in metres above the ground, and `lie` = "absolute" for lines whose places have heights above the sea.

use super::{Form, Lie, Rgba, Shape, Stroke, Style};
use crate::Problems;
use crate::vector::{Feature, Properties};
use city::LonLat;
use geo::{Coord, Geometry, LineString, MultiPolygon};

/// The colours and widths of simplestyle, where a feature names none.
const STROKE: [u8; 3] = [0x55; 3];
const FILL: [u8; 3] = [0x55; 3];
const MARKER: [u8; 3] = [0x7e; 3];
const WIDTH_PT: f32 = 2.0;
const FILL_OPACITY: f64 = 0.6;
const CASING_PT: f32 = 1.0;
/// Wider lines hide what they lie on, points.
const WIDEST_PT: f64 = 100.0;

/// The shapes of features. What is wrong in a style is told, and simplestyle's own taken.
pub fn of_features(features: impl IntoIterator<Item = Feature>, problems: &mut Problems) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for feature in features {
        let Feature { number, geometry, heights_m, properties } = feature;
        let mut reading = Reading { number, properties: &properties, problems };
        let base = Base {
            stroke: reading.stroke(),
            fill: reading.colour("fill", FILL, "fill-opacity", FILL_OPACITY),
            marker: reading.colour("marker-color", MARKER, "", 1.0),
            height_m: reading.number("height", 0.0, -1_000.0..=10_000.0),
            heights_m: reading.own_heights(heights_m),
            name: properties.text("title").filter(|title| !title.is_empty()).map(str::to_owned),
        };
        base.add(geometry, &mut 0, &mut shapes);
    }
    shapes
}

struct Reading<'a> {
    number: u64,
    properties: &'a Properties,
    problems: &'a mut Problems,
}

impl Reading<'_> {
    fn told(&mut self, what: &'static str, name: &str) {
        let (number, value) = (self.number, self.properties.get(name));
        self.problems.add(what, || format!("feature {number}: {name} {value:?}"));
    }

    fn colour(&mut self, name: &str, usual: [u8; 3], opacity: &str, usual_opacity: f64) -> Rgba {
        let colour = match self.properties.get(name) {
            None => usual,
            Some(value) => value.text().and_then(hex).unwrap_or_else(|| {
                self.told("colours that are none", name);
                usual
            }),
        };
        let opacity = self.number(opacity, usual_opacity, 0.0..=1.0);
        let [red, green, blue] = colour;
        Rgba([red, green, blue, (opacity * 255.0).round() as u8])
    }

    fn number(&mut self, name: &str, usual: f64, range: std::ops::RangeInclusive<f64>) -> f64 {
        match self.properties.get(name) {
            None => usual,
            Some(value) => value.number().filter(|number| range.contains(number)).unwrap_or_else(|| {
                self.told("numbers that cannot be", name);
                usual
            }),
        }
    }

    fn stroke(&mut self) -> Stroke {
        let colour = self.colour("stroke", STROKE, "stroke-opacity", 1.0);
        let casing = self.properties.get("casing").is_some().then(|| {
            let Rgba([red, green, blue, _]) = self.colour("casing", STROKE, "", 1.0);
            let width_pt = self.number("casing-width", f64::from(CASING_PT), 0.0..=WIDEST_PT) as f32;
            (Rgba([red, green, blue, colour.0[3]]), width_pt)
        });
        let dash_pt = self.number("stroke-dash", 0.0, 0.0..=1_000.0) as f32;
        Stroke {
            colour,
            width_pt: self.number("stroke-width", f64::from(WIDTH_PT), 0.0..=WIDEST_PT) as f32,
            casing,
            dash_pt: (dash_pt > 0.0).then_some(dash_pt),
            arrows: self.properties.get("arrows").is_some_and(crate::vector::Value::is_yes),
        }
    }

    fn own_heights(&mut self, heights_m: Option<Vec<f64>>) -> Option<Vec<f64>> {
        let absolute = self.properties.text("lie") == Some("absolute");
        if absolute && heights_m.is_none() {
            self.told("features without the heights they should lie at", "lie");
        }
        heights_m.filter(|_| absolute)
    }
}

/// `#rgb` or `#rrggbb`, the `#` may be missing.
fn hex(text: &str) -> Option<[u8; 3]> {
    let digits: Vec<u8> = text
        .trim()
        .trim_start_matches('#')
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    match digits.as_slice() {
        [r, g, b] => Some([r * 17, g * 17, b * 17]),
        [r, s, g, h, b, c] => Some([r * 16 + s, g * 16 + h, b * 16 + c]),
        _ => None,
    }
}

/// What all shapes of one feature share.
struct Base {
    stroke: Stroke,
    fill: Rgba,
    marker: Rgba,
    height_m: f64,
    heights_m: Option<Vec<f64>>,
    name: Option<String>,
}

impl Base {
    /// Adds the shapes of a geometry; `place` is the number of its first place among the feature's.
    fn add(&self, geometry: Geometry<f64>, place: &mut usize, out: &mut Vec<Shape>) {
        let at = |c: Coord<f64>| LonLat::new(c.x, c.y);
        let mark = Style { stroke: None, fill: Some(self.marker) };
        match geometry {
            Geometry::Point(point) => {
                *place += 1;
                out.push(self.shape(Form::Place(at(point.0)), mark));
            }
            Geometry::MultiPoint(points) => {
                *place += points.0.len();
                out.extend(points.into_iter().map(|p| self.shape(Form::Place(at(p.0)), mark.clone())));
            }
            Geometry::LineString(line) => out.push(self.line(&line, place)),
            Geometry::MultiLineString(lines) => out.extend(lines.0.iter().map(|line| self.line(line, place))),
            Geometry::Polygon(area) => self.area(MultiPolygon(vec![area]), place, out),
            Geometry::MultiPolygon(areas) => self.area(areas, place, out),
            Geometry::GeometryCollection(parts) => {
                parts.into_iter().for_each(|part| self.add(part, place, out));
            }
            // No reader makes other geometries.
            _ => {}
        }
    }

    fn shape(&self, form: Form, style: Style) -> Shape {
        Shape { form, style, name: self.name.clone() }
    }

    fn line(&self, line: &LineString<f64>, place: &mut usize) -> Shape {
        let from = *place;
        *place += line.0.len();
        let own = self.heights_m.as_ref().and_then(|heights_m| heights_m.get(from..*place));
        let lie = own.map_or(Lie::AboveGround(self.height_m), |heights_m| Lie::Heights(heights_m.to_vec()));
        let path = line.0.iter().map(|c| LonLat::new(c.x, c.y)).collect();
        self.shape(Form::Line { path, lie }, Style { stroke: Some(self.stroke), fill: None })
    }

    fn area(&self, areas: MultiPolygon<f64>, place: &mut usize, out: &mut Vec<Shape>) {
        let rings = areas.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
        *place += rings.map(|ring| ring.0.len()).sum::<usize>();
        out.push(self.shape(Form::Area(areas), Style { stroke: Some(self.stroke), fill: Some(self.fill) }));
    }
}
