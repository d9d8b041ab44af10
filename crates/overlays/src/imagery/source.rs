//! Where imagery comes from, in one line of the command line.
//!
//! `https://HOST/{z}/{x}/{y}.png` (or WMTS with `{TileMatrix}`, `{TileRow}` and `{TileCol}`), or a file that ends with
//! `.mbtiles` or `.pmtiles`, or the address of a WMTS's GetCapabilities with `#layer=NAME`; then, where needed, `#` and options joined by `&`: `#min=3&max=18&datum=gcj02&opacity=0.8`.

mod cut;
mod error;
mod options;
mod placeholder;
mod template;
mod tile_set;
mod wanted;

pub use error::ImagerySourceError;
pub use options::with_opacity;
pub use template::UrlTemplate;
pub use tile_set::{Datum, TileSet};
pub use wanted::Wanted;

use super::address::TileAddress;
use super::grid::Plane;
use options::Options;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Imagery that can be laid on the ground.
///
/// Options: `name`, `attribution` (text in which `%26` is `&`), `min` and `max` (zooms), `side` (pixels of a tile, 256
/// or 512), `opacity` (0 to 1), `datum` (`wgs84`, or `gcj02` and `bd09` for providers in China that shift their tiles),
/// `matrixset` (how a WMTS cuts its tiles), `layer` (with the address of its GetCapabilities).
#[derive(Clone, Debug, PartialEq)]
pub struct ImagerySource {
    /// Where its tiles are.
    pub origin: Origin,
    /// What it is called on screen: as the options say, else its host or file. Never holds a key.
    pub name: String,
    /// Whom to thank on screen, where the options say.
    pub attribution: Option<String>,
    /// How much covers the ground, 0 to 1.
    pub opacity: f32,
    /// The zooms the options give; a file knows its own.
    pub zooms: Zooms,
    /// Which tiles there are, as far as the line says.
    pub tiles: TileSet,
}

/// Where tiles are.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// At addresses on the web.
    Web(UrlTemplate),
    /// Where a WMTS says that they are: see [`ImagerySource::resolved`].
    Capabilities(Wanted),
    /// In a file.
    File {
        /// The file.
        path: PathBuf,
        /// Its kind.
        kind: FileKind,
    },
}

/// A file that holds tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A table of tiles in SQLite: <https://github.com/mapbox/mbtiles-spec>.
    MbTiles,
    /// An archive of tiles in the order of a Hilbert curve: <https://github.com/protomaps/PMTiles>.
    PmTiles,
}

/// The zooms that were named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zooms {
    /// The first, where it was named.
    pub min: Option<u8>,
    /// The last, where it was named.
    pub max: Option<u8>,
}

impl FromStr for ImagerySource {
    type Err = ImagerySourceError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let line = line.trim();
        // What follows # is never part of an address on the web, and a file may end with # to have one in its name.
        let (place, options) = line.rsplit_once('#').unwrap_or((line, ""));
        let options = Options::parse(options)?;
        let scheme = place.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let (origin, name, side_px) = match scheme.as_deref() {
            Some("http" | "https") if Wanted::asks_for_capabilities(place) => {
                let wanted = Wanted::new(place, options.layer.clone(), options.matrix_set.clone())?;
                let host = wanted.host.clone();
                (Origin::Capabilities(wanted), host, 256)
            }
            Some("http" | "https") => {
                let template = UrlTemplate::parse(place)?;
                let (name, side_px) = (template.host().to_owned(), template.side_px());
                (Origin::Web(template), name, side_px)
            }
            Some(scheme) => return Err(ImagerySourceError::Scheme(scheme.to_owned())),
            None => file(place)?,
        };
        let zooms = options.zooms;
        let (plane, first) = match &origin {
            Origin::Web(template) => cut::of(template.text(), options.matrix_set.as_deref())?,
            _ => (Plane::Mercator, 0),
        };
        let origin = match origin {
            Origin::Web(template) => Origin::Web(template.counted_from(plane, first)?),
            other => other,
        };
        // In degrees the first zoom here has two tiles side by side, whatever number a service gives it.
        let (least, counted) = match plane {
            Plane::Mercator => (0, 0),
            Plane::Geographic => (1, 1 - first),
        };
        let min_zoom = zooms.min.map_or(least, |zoom| zoom + counted);
        let tiles = TileSet {
            min_zoom,
            max_zoom: zooms.max.map_or(18.max(min_zoom), |zoom| zoom + counted).min(TileAddress::DEEPEST),
            side_px: options.side_px.unwrap_or(side_px),
            datum: options.datum,
            plane,
            ..TileSet::default()
        };
        let (name, attribution) = (options.name.unwrap_or(name), options.attribution);
        Ok(Self { origin, name, attribution, opacity: options.opacity, zooms, tiles })
    }
}

fn file(place: &str) -> Result<(Origin, String, u32), ImagerySourceError> {
    let path = Path::new(place);
    // What follows ? may be a key.
    let shown = place.split('?').next().unwrap_or_default();
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    let kind = match ending.as_str() {
        "mbtiles" => FileKind::MbTiles,
        "pmtiles" => FileKind::PmTiles,
        _ => return Err(ImagerySourceError::NoPlace(shown.to_owned())),
    };
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok((Origin::File { path: path.to_owned(), kind }, name, 256))
}

#[cfg(test)]
mod tests;
