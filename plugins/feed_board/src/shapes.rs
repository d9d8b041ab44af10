//! What the sources told, as shapes on the map, each with the thing that a click on it selects.

mod features;
mod missions;
mod requests;
mod tracks;
mod warnings;

pub(crate) use features::features;
pub(crate) use missions::missions;
pub(crate) use requests::requests;
pub(crate) use tracks::Tracks;
pub(crate) use warnings::{Shown, shown, warnings};

use city::{CityTime, LonLat};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use overlays::shapes::{Form, Lie, Rgba, Shape, Stroke, Style};
use shell::{CitySource, Colour, StaticCity, Theme, ToldId, ToldThing, Words};

/// What shapes are made from.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// The sources.
    pub sources: &'a [CitySource],
    /// The districts, by whose codes some warnings say where they hold.
    pub city: &'a StaticCity,
    /// Words.
    pub words: &'a Words,
    /// Colours.
    pub theme: &'a Theme,
    /// Now.
    pub now: CityTime,
}

impl<'a> Told<'a> {
    /// The sources that are read: what one told that was switched off is not shown.
    fn read(self) -> impl Iterator<Item = &'a CitySource> {
        self.sources.iter().filter(|source| source.is_on)
    }
}

/// A shape and what it shows.
pub(crate) type ToldShape = (Shape, ToldThing);

fn thing(source: &CitySource, id: ToldId) -> ToldThing {
    ToldThing { source: source.name.clone(), id }
}

fn rgba(colour: Colour) -> Rgba {
    Rgba(colour.0)
}

fn plain(colour: Colour, width_pt: f32, dash_pt: Option<f32>) -> Stroke {
    Stroke { colour: rgba(colour), width_pt, casing: None, dash_pt, arrows: false }
}

pub(crate) fn place(at: LonLat, fill: Option<Colour>, name: Option<String>) -> Shape {
    Shape { form: Form::Place(at), style: Style { stroke: None, fill: fill.map(rgba) }, name }
}

fn line(path: Vec<LonLat>, lie: Lie, stroke: Stroke) -> Option<Shape> {
    let style = Style { stroke: Some(stroke), fill: None };
    (path.len() > 1).then_some(Shape { form: Form::Line { path, lie }, style, name: None })
}

fn ring(points: impl IntoIterator<Item = LonLat>) -> LineString<f64> {
    LineString(points.into_iter().map(|at| Coord { x: at.lon, y: at.lat }).collect())
}

fn area(polygons: Vec<Polygon<f64>>, style: Style, name: Option<String>) -> Option<Shape> {
    let form = Form::Area(MultiPolygon(polygons));
    matches!(&form, Form::Area(area) if !area.0.is_empty()).then_some(Shape { form, style, name })
}
