//! Geometries, made of bare numbers: whoever reads a format hands them in, and what is no place or no ring is refused.

use city::LonLat;
use geo::{BoundingRect, Coord, Geometry, LineString, Polygon};

/// Makes the geometry of one feature, and keeps the heights of its places.
pub(super) struct Maker<'a> {
    /// From the numbers of the file to a place.
    place: &'a dyn Fn(f64, f64) -> Option<LonLat>,
    heights_m: Vec<f64>,
    places: usize,
}

/// The numbers of one place: x, y, and z where there is one.
pub(super) type Numbers = (f64, f64, Option<f64>);

impl<'a> Maker<'a> {
    pub fn new(place: &'a dyn Fn(f64, f64) -> Option<LonLat>) -> Self {
        Self { place, heights_m: Vec::new(), places: 0 }
    }

    /// A place.
    pub fn place(&mut self, (x, y, z): Numbers) -> Result<Coord<f64>, String> {
        let at = (self.place)(x, y).filter(|at| at.is_valid());
        let at = at.ok_or_else(|| format!("{x}, {y} is no place on the globe"))?;
        self.places += 1;
        self.heights_m.extend(z.filter(|z| z.is_finite()));
        Ok(Coord { x: at.lon, y: at.lat })
    }

    /// A line of two places and more.
    pub fn line(
        &mut self,
        numbers: impl IntoIterator<Item = Result<Numbers, String>>,
    ) -> Result<LineString<f64>, String> {
        self.path(numbers, 2, "a line")
    }

    /// A ring of four places and more, the last being the first.
    pub fn ring(
        &mut self,
        numbers: impl IntoIterator<Item = Result<Numbers, String>>,
    ) -> Result<LineString<f64>, String> {
        self.path(numbers, 4, "a ring")
    }

    fn path(
        &mut self,
        numbers: impl IntoIterator<Item = Result<Numbers, String>>,
        least: usize,
        what: &str,
    ) -> Result<LineString<f64>, String> {
        let places: Vec<_> = numbers.into_iter().map(|n| self.place(n?)).collect::<Result<_, _>>()?;
        match places.len() {
            count if count < least => Err(format!("{what} of {count} places, not {least} or more")),
            _ => Ok(LineString(places)),
        }
    }

    /// The heights, if every place has one.
    pub fn heights_m(self) -> Option<Vec<f64>> {
        (self.places > 0 && self.heights_m.len() == self.places).then_some(self.heights_m)
    }
}

/// A polygon of its rings, the outer one first. GeoJSON has at least the outer one.
pub(super) fn polygon(rings: Vec<LineString<f64>>) -> Result<Polygon<f64>, String> {
    let mut rings = rings.into_iter();
    let outer = rings.next().ok_or("an area without a ring")?;
    Ok(Polygon::new(outer, rings.collect()))
}

/// Whether the box of a geometry touches another.
pub(super) fn touches(geometry: &Geometry<f64>, [west, south, east, north]: [f64; 4]) -> bool {
    geometry.bounding_rect().is_some_and(|own| {
        own.min().x <= east && own.max().x >= west && own.min().y <= north && own.max().y >= south
    })
}
