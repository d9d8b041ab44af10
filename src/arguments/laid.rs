//! What is laid on the map from the start.

use city::LonLat;
use clap::Args;
use models::ModelSource;
use overlays::imagery::ImagerySource;
use roads::Mode;
use std::path::PathBuf;

/// Instead of a file or source: nothing, also of what is remembered.
const NOTHING: &str = "none";

/// What lies on the ground, and a route on it.
#[derive(Args, Debug, Clone, Default)]
pub struct Laid {
    /// Drape map imagery over the ground: a file (.mbtiles, .pmtiles), an address such as https://HOST/{z}/{x}/{y}.png
    /// or, of a WMTS, with {TileMatrix}, {TileRow} and {TileCol}, or its https://HOST/wmts?REQUEST=GetCapabilities with
    /// #layer=NAME; then, where needed, # and options joined by &: min, max (zooms), opacity, datum (gcj02 or bd09),
    /// matrixset (such as WorldCRS84Quad, or c of Tianditu), name, attribution, side. May be given again. The console
    /// remembers what is laid; `--imagery none`, and so on, takes it away.
    #[arg(long, value_name = "SOURCE", value_parser = imagery_line)]
    pub imagery: Vec<String>,
    /// Draw the polygons, lines and places of GeoJSON or FlatGeobuf files, as their simplestyle properties say, and
    /// stroke-dash, casing, casing-width, arrows, height, lie=absolute. May be given again.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub shapes: Vec<PathBuf>,
    /// Raise the buildings of GeoJSON or FlatGeobuf files: polygons with a height, or a number of floors. May be given
    /// again.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub buildings: Vec<PathBuf>,
    /// Set models on the map: a .glb or .gltf file that stands at #at=LON,LAT (then, joined by &: heading, scale, height,
    /// lie=absolute), a GeoJSON or FlatGeobuf file of places whose property `model` names one (with heading, scale, height,
    /// lie), or the tileset.json of 3D Tiles, a file or an address (then, after #: lift, ground=clamp, heights=sea, error, attribution). May be
    /// given again.
    #[arg(long, value_name = "SOURCE", num_args = 1.., value_parser = models_line)]
    pub models: Vec<String>,
    /// Put points at scale on the map: files that `shancheng points import` made. May be given again.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub points: Vec<PathBuf>,
    /// How points are shown: auto (gathered where many are in sight), points, clusters, hexagons (of H3), areas
    /// (districts), lines (rivers, roads, bridges), heat (points per square kilometre).
    #[arg(long, value_name = "NAME", value_parser = display, default_value = "auto")]
    pub display: shell::Display,
    /// Lay the quickest route from one place to another on the map.
    #[arg(long, value_name = "LON,LAT/LON,LAT", value_parser = two_places, allow_hyphen_values = true)]
    pub route: Option<[LonLat; 2]>,
    /// Who takes that route: car, emergency, fireEngine, foot, wheelchair; without it, emergency.
    #[arg(long, value_name = "WHO", requires = "route")]
    pub profile: Option<Mode>,
}

impl Laid {
    /// The imagery named, which may be none; nothing where none was named.
    pub fn imagery(&self) -> Option<Vec<String>> {
        named(&self.imagery, |line| line == NOTHING)
    }

    /// The same of shapes.
    pub fn shapes(&self) -> Option<Vec<PathBuf>> {
        named(&self.shapes, |file| file.as_os_str() == NOTHING)
    }

    /// The same of buildings.
    pub fn buildings(&self) -> Option<Vec<PathBuf>> {
        named(&self.buildings, |file| file.as_os_str() == NOTHING)
    }

    /// The same of models.
    pub fn models(&self) -> Option<Vec<String>> {
        named(&self.models, |line| line == NOTHING)
    }

    /// The same of points.
    pub fn points(&self) -> Option<Vec<PathBuf>> {
        named(&self.points, |file| file.as_os_str() == NOTHING)
    }

    /// What the panel of ways begins with.
    pub fn inquiry(&self) -> ways::Inquiry {
        let nothing = ways::Inquiry::default();
        match self.route {
            Some([from, to]) => ways::Inquiry::route(self.profile.unwrap_or(nothing.mode), from, to),
            None => nothing,
        }
    }
}

fn display(text: &str) -> Result<shell::Display, String> {
    let known = shell::Display::ALL;
    let found = known.iter().find(|(name, _)| *name == text);
    let names = || known.map(|(name, _)| name).join(", ");
    found.map(|(_, display)| *display).ok_or_else(|| format!("`{text}` is none of {}", names()))
}

fn named<T: Clone>(all: &[T], is_nothing: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    (!all.is_empty()).then(|| all.iter().filter(|one| !is_nothing(one)).cloned().collect())
}

/// A line that names imagery, or nothing.
fn imagery_line(text: &str) -> Result<String, overlays::imagery::ImagerySourceError> {
    if text != NOTHING {
        text.parse::<ImagerySource>()?;
    }
    Ok(text.to_owned())
}

/// A line that names models, or nothing.
fn models_line(text: &str) -> Result<String, models::ModelSourceError> {
    if text != NOTHING {
        text.parse::<ModelSource>()?;
    }
    Ok(text.to_owned())
}

fn two_places(text: &str) -> Result<[LonLat; 2], String> {
    let (from, to) = text
        .split_once('/')
        .ok_or_else(|| format!("`{text}` is not two places such as 106.577,29.557/106.484,29.670"))?;
    Ok([super::lon_lat(from)?, super::lon_lat(to)?])
}
