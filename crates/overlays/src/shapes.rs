//! A shape on the map and how it looks.

mod simplestyle;

pub use simplestyle::of_features;

use city::LonLat;
use geo::MultiPolygon;

/// A shape laid on the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Where it lies.
    pub form: Form,
    /// How it looks.
    pub style: Style,
    /// What is written at it.
    pub name: Option<String>,
}

/// Where a shape lies. Longitudes and latitudes are degrees on WGS-84.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A place.
    Place(LonLat),
    /// A line.
    Line {
        /// Its points, two at least.
        path: Vec<LonLat>,
        /// How high it lies.
        lie: Lie,
    },
    /// An area on the ground, with holes.
    Area(MultiPolygon<f64>),
}

/// How high a line lies.
#[derive(Clone, Debug, PartialEq)]
pub enum Lie {
    /// On the ground, or this many metres above it.
    AboveGround(f64),
    /// At heights of its own, metres above sea level, one a point: a bridge, a tunnel, a route that is flown.
    Heights(Vec<f64>),
}

/// How a shape looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Style {
    /// The line, or the edge of an area.
    pub stroke: Option<Stroke>,
    /// The colour of an area, or of the mark at a place.
    pub fill: Option<Rgba>,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Rgba,
    /// Its width, points.
    pub width_pt: f32,
    /// A rim of another colour, and the rim's width on each side, points.
    pub casing: Option<(Rgba, f32)>,
    /// The length of a dash with its gap, points; none for a whole line.
    pub dash_pt: Option<f32>,
    /// Arrows along it tell its direction.
    pub arrows: bool,
}

/// A colour: red, green, blue and opacity, sRGB, 0 to 255, not premultiplied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgba(pub [u8; 4]);
