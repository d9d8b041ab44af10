//! Finds what lies under the pointer among shapes that show things: made off the frame with the meshes of their set, and
//! asked at a cost that follows what is near, not how much there is.

mod aloft;

use aloft::{Aloft, Ends};
use city::LonLat;
use geo::{BoundingRect, Contains, Point};
use geodesy::{EastNorth, to_city_frame};
use overlays::shapes::{Form, Lie, Shape};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, Envelope, RTree, RTreeObject};
use shell::ToldThing;
use std::collections::HashMap;
use std::sync::Arc;

/// A place, a piece of a line or the bounds of an area, in degrees; the row of the shape and the number of the piece.
type Piece = GeomWithData<Rectangle<[f64; 2]>, (u32, u32)>;

/// The shapes of one set.
#[derive(Default)]
pub(crate) struct Spots {
    shapes: Arc<Vec<Shape>>,
    things: Arc<Vec<ToldThing>>,
    pieces: RTree<Piece>,
    aloft: Aloft,
    /// Where places are, by their row: city frame, and the height of the ground, metres, not exaggerated.
    places: HashMap<u32, (EastNorth, f32)>,
    /// The place of a thing, where it has one.
    by_thing: HashMap<ToldThing, u32>,
}

/// A place where a thing is shown.
pub(crate) struct Spot<'a> {
    /// What is shown there.
    pub thing: &'a ToldThing,
    /// City frame.
    pub at: EastNorth,
    /// Height of the ground, metres, not exaggerated.
    pub height_m: f32,
    /// True for a mark that is painted in near views only.
    pub is_mark: bool,
}

impl Spots {
    /// Those of a set; nothing where a click on it means nothing.
    pub fn new(
        shapes: &Arc<Vec<Shape>>,
        things: &Arc<Vec<ToldThing>>,
        height_of: &dyn Fn(LonLat) -> f64,
    ) -> Self {
        let mut made = Self { shapes: shapes.clone(), things: things.clone(), ..Self::default() };
        let mut pieces = Vec::new();
        for (row, (shape, thing)) in (0_u32..).zip(shapes.iter().zip(things.iter())) {
            let mut add = |n: usize, corners: [[f64; 2]; 2]| {
                if corners.iter().flatten().all(|degrees| degrees.is_finite()) {
                    pieces.push(Piece::new(Rectangle::from_corners(corners[0], corners[1]), (row, n as u32)));
                }
            };
            match &shape.form {
                Form::Place(at) => {
                    add(0, [[at.lon, at.lat]; 2]);
                    made.places.insert(row, (to_city_frame(*at), height_of(*at) as f32));
                    made.by_thing.entry(thing.clone()).or_insert(row);
                }
                Form::Line { path, lie } if lie != &Lie::AboveGround(0.0) => {
                    made.aloft.add(row, path, lie, height_of);
                }
                Form::Line { path, .. } => {
                    let ends =
                        path.windows(2).map(|pair| [[pair[0].lon, pair[0].lat], [pair[1].lon, pair[1].lat]]);
                    ends.enumerate().for_each(|(n, corners)| add(n, corners));
                }
                Form::Area(area) => {
                    if let Some(bounds) = area.bounding_rect() {
                        add(0, [bounds.min().into(), bounds.max().into()]);
                    }
                }
            }
        }
        made.pieces = RTree::bulk_load(pieces);
        made.aloft.finish();
        made
    }

    /// Where a thing is, if it is shown at a place: city frame and height of the ground, metres.
    pub fn place_of(&self, thing: &ToldThing) -> Option<(EastNorth, f32)> {
        self.by_thing.get(thing).and_then(|row| self.places.get(row)).copied()
    }

    /// The pieces that touch a box: west, south, east, north.
    fn within(&self, [west, south, east, north]: [f64; 4]) -> impl Iterator<Item = (u32, u32)> {
        let bounds = AABB::from_corners([west, south], [east, north]);
        self.pieces.locate_in_envelope_intersecting(&bounds).map(|piece| piece.data)
    }

    /// The places in a box.
    pub fn places_in(&self, bounds: [f64; 4]) -> impl Iterator<Item = Spot<'_>> {
        self.within(bounds).filter_map(|(row, _)| {
            let (at, height_m) = *self.places.get(&row)?;
            let is_mark = self.shapes.get(row as usize)?.style.fill.is_some();
            Some(Spot { thing: self.things.get(row as usize)?, at, height_m, is_mark })
        })
    }

    /// The lines on the ground through a box, each with its place that is nearest to `to`.
    pub fn lines_in(&self, bounds: [f64; 4], to: LonLat) -> impl Iterator<Item = (&ToldThing, LonLat)> {
        self.within(bounds).filter_map(move |(row, n)| {
            let Form::Line { path, .. } = &self.shapes.get(row as usize)?.form else { return None };
            let (from, end) = (path.get(n as usize)?, path.get(n as usize + 1)?);
            Some((self.things.get(row as usize)?, nearest(*from, *end, to)))
        })
    }

    /// The highest of the lines above the ground, metres, not exaggerated; `None` where there are none.
    pub fn highest_m(&self) -> Option<f32> {
        self.aloft.highest_m()
    }

    /// The pieces of lines above the ground that lie over a box.
    pub fn aloft_over(&self, bounds: [f64; 4]) -> impl Iterator<Item = (&ToldThing, Ends)> {
        let over = self.aloft.over(bounds);
        over.filter_map(|(row, ends)| Some((self.things.get(*row as usize)?, *ends)))
    }

    /// The areas over a place, with how large each is about, square degrees; what lies on top comes last.
    pub fn areas_at(&self, at: LonLat) -> Vec<(f64, &ToldThing)> {
        let here = AABB::from_point([at.lon, at.lat]);
        let bounds = self.pieces.locate_in_envelope_intersecting(&here);
        let mut rows: Vec<(u32, f64)> =
            bounds.map(|piece| (piece.data.0, piece.geom().envelope().area())).collect();
        rows.sort_unstable_by_key(|(row, _)| *row);
        let point = Point::new(at.lon, at.lat);
        let over = rows.into_iter().filter_map(|(row, size)| {
            let Form::Area(area) = &self.shapes.get(row as usize)?.form else { return None };
            area.contains(&point).then_some((size, self.things.get(row as usize)?))
        });
        over.collect()
    }

    /// The lines and areas of a thing.
    pub fn forms_of<'a>(&'a self, thing: &'a ToldThing) -> impl Iterator<Item = &'a Form> {
        let own = self.shapes.iter().zip(self.things.iter()).filter(move |(_, other)| *other == thing);
        own.map(|(shape, _)| &shape.form).filter(|form| !matches!(form, Form::Place(_)))
    }
}

/// The place of a piece of a line that is nearest to another.
fn nearest(from: LonLat, end: LonLat, to: LonLat) -> LonLat {
    // Degrees of longitude are shorter.
    let narrow = to.lat.to_radians().cos().max(0.01);
    let (dx, dy) = ((end.lon - from.lon) * narrow, end.lat - from.lat);
    let (px, py) = ((to.lon - from.lon) * narrow, to.lat - from.lat);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    LonLat::new(from.lon + share * (end.lon - from.lon), from.lat + share * (end.lat - from.lat))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, polygon};
    use overlays::shapes::Style;
    use shell::ToldId;

    fn shape(form: Form) -> Shape {
        Shape { form, style: Style::default(), name: None }
    }

    fn spots(forms: Vec<Form>) -> Spots {
        let name = |n: usize| ToldThing { source: "s".to_owned(), id: ToldId::Track(n.to_string()) };
        let things = Arc::new((0..forms.len()).map(name).collect());
        Spots::new(&Arc::new(forms.into_iter().map(shape).collect()), &things, &|_| 250.0)
    }

    fn number(thing: &ToldThing) -> &str {
        if let ToldId::Track(n) = &thing.id { n } else { "" }
    }

    fn square(west: f64, south: f64, side: f64) -> Form {
        let (east, north) = (west + side, south + side);
        Form::Area(MultiPolygon(vec![polygon![
            (x: west, y: south), (x: east, y: south), (x: east, y: north), (x: west, y: north), (x: west, y: south)
        ]]))
    }

    #[test]
    fn places_are_found_by_where_they_are_and_things_by_their_place() {
        let at = |n: usize| LonLat::new(106.0 + n as f64 * 0.001, 29.5);
        let all = spots(
            (0..5_000).map(|n| Form::Place(at(n))).chain([Form::Place(LonLat::new(f64::NAN, 0.0))]).collect(),
        );
        let box_around = |at: LonLat| [at.lon - 0.0015, at.lat - 0.001, at.lon + 0.0015, at.lat + 0.001];
        let mut near: Vec<_> =
            all.places_in(box_around(at(40))).map(|spot| number(spot.thing).to_owned()).collect();
        near.sort();
        assert_eq!(near, ["39", "40", "41"]);
        let thing = &all.things[40];
        assert_eq!(all.place_of(thing), Some((to_city_frame(at(40)), 250.0)));
    }

    #[test]
    fn areas_are_found_within_their_outline_and_the_last_lies_on_top() {
        let all = spots(vec![square(106.0, 29.0, 1.0), square(106.4, 29.4, 0.2), square(108.0, 29.0, 1.0)]);
        let at = |lon: f64, lat: f64| {
            all.areas_at(LonLat::new(lon, lat))
                .into_iter()
                .map(|(_, thing)| number(thing).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (at(106.5, 29.5), at(106.1, 29.1), at(107.5, 29.5)),
            (vec!["0".into(), "1".into()], vec!["0".into()], vec![])
        );
        assert_eq!(all.forms_of(&all.things[1]).count(), 1);
    }

    #[test]
    fn a_line_is_met_beside_any_of_its_pieces() {
        let path =
            [(106.0, 29.0), (106.5, 29.0), (106.5, 29.5)].map(|(lon, lat)| LonLat::new(lon, lat)).to_vec();
        let all = spots(vec![Form::Line { path, lie: Lie::AboveGround(0.0) }]);
        let to = LonLat::new(106.501, 29.25);
        let met: Vec<_> = all.lines_in([106.49, 29.24, 106.51, 29.26], to).collect();
        assert_eq!(met.len(), 1);
        assert!(met[0].1.distance_m(LonLat::new(106.5, 29.25)) < 1.0);
        assert_eq!(all.lines_in([106.1, 29.1, 106.2, 29.2], to).count(), 0);
    }
}
