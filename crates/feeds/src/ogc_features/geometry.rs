//! Geometries of GeoJSON (RFC 7946, clause 3.1), their numbers as they stand: which axis comes first is the page's.

use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::fmt;

/// How deep collections may lie in one another.
const DEEPEST: usize = 8;

/// A position: first and second axis, and a height where there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// On the first axis.
    pub first: f64,
    /// On the second axis.
    pub second: f64,
    /// On the third, metres above the ellipsoid by RFC 7946; servers differ.
    pub third: Option<f64>,
}

/// A geometry.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// One place.
    Point(Vertex),
    /// Places.
    MultiPoint(Vec<Vertex>),
    /// A line.
    LineString(Vec<Vertex>),
    /// Lines.
    MultiLineString(Vec<Vec<Vertex>>),
    /// An outline and its holes.
    Polygon(Vec<Vec<Vertex>>),
    /// Polygons.
    MultiPolygon(Vec<Vec<Vec<Vertex>>>),
    /// Geometries of any kind.
    Collection(Vec<Geometry>),
}

impl Geometry {
    /// Hands every position to `see`.
    pub fn each(&self, see: &mut dyn FnMut(Vertex)) {
        match self {
            Self::Point(place) => see(*place),
            Self::MultiPoint(line) | Self::LineString(line) => line.iter().copied().for_each(see),
            Self::MultiLineString(lines) | Self::Polygon(lines) => {
                lines.iter().flatten().copied().for_each(see)
            }
            Self::MultiPolygon(all) => all.iter().flatten().flatten().copied().for_each(see),
            Self::Collection(all) => all.iter().for_each(|one| one.each(see)),
        }
    }

    /// Hands every position to `change`, for converting it.
    pub fn each_mut(&mut self, change: &mut dyn FnMut(&mut Vertex)) {
        match self {
            Self::Point(place) => change(place),
            Self::MultiPoint(line) | Self::LineString(line) => line.iter_mut().for_each(change),
            Self::MultiLineString(lines) | Self::Polygon(lines) => {
                lines.iter_mut().flatten().for_each(change)
            }
            Self::MultiPolygon(all) => all.iter_mut().flatten().flatten().for_each(change),
            Self::Collection(all) => all.iter_mut().for_each(|one| one.each_mut(change)),
        }
    }

    /// Its first position.
    pub fn first(&self) -> Option<Vertex> {
        let mut first = None;
        self.each(&mut |place| first = first.or(Some(place)));
        first
    }
}

impl<'de> Deserialize<'de> for Vertex {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Numbers)
    }
}

struct Numbers;

impl<'de> Visitor<'de> for Numbers {
    type Value = Vertex;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a position of two numbers or three")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Vertex, A::Error> {
        let (first, second): (Option<f64>, Option<f64>) = (numbers.next_element()?, numbers.next_element()?);
        let (Some(first), Some(second)) = (first, second) else {
            return Err(A::Error::custom("a position of less than two numbers"));
        };
        let third: Option<Option<f64>> = numbers.next_element()?;
        while numbers.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Vertex { first, second, third: third.flatten() })
    }
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow, default)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometries: Option<Vec<&'a RawValue>>,
}

/// Reads a geometry; an empty one (RFC 7946, clause 3.1) is none.
pub(super) fn read(text: &str) -> Result<Option<Geometry>, String> {
    read_at(text, 0)
}

fn read_at(text: &str, depth: usize) -> Result<Option<Geometry>, String> {
    if depth > DEEPEST {
        return Err(format!("geometries nested more than {DEEPEST} deep"));
    }
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|why| format!("no geometry: {why}"))?;
    if raw.kind == "GeometryCollection" {
        let inner = raw.geometries.ok_or("a GeometryCollection without `geometries`")?;
        let mut all = Vec::new();
        for one in inner {
            all.extend(read_at(one.get(), depth + 1)?);
        }
        return Ok((!all.is_empty()).then_some(Geometry::Collection(all)));
    }
    let coordinates = raw.coordinates.map(RawValue::get).ok_or("a geometry without `coordinates`")?;
    let geometry = match raw.kind.as_str() {
        "Point" if coordinates.bytes().all(|c| c.is_ascii_whitespace() || matches!(c, b'[' | b']')) => {
            return Ok(None);
        }
        "Point" => Geometry::Point(numbers(coordinates)?),
        "MultiPoint" => Geometry::MultiPoint(numbers(coordinates)?),
        "LineString" => Geometry::LineString(numbers(coordinates)?),
        "MultiLineString" => Geometry::MultiLineString(numbers(coordinates)?),
        "Polygon" => Geometry::Polygon(numbers(coordinates)?),
        "MultiPolygon" => Geometry::MultiPolygon(numbers(coordinates)?),
        other => return Err(format!("`{}` is no geometry of GeoJSON", crate::problems::beginning(other))),
    };
    Ok(geometry.first().is_some().then_some(geometry))
}

fn numbers<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|why| format!("unreadable coordinates: {why}"))
}
