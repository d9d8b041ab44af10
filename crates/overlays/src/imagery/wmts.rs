//! What a WMTS says of itself, by OGC 07-057r7: which layers it has, how their tiles lie, and at which addresses they are.

mod address;
mod matrices;
mod xml;

use super::source::{ImagerySource, Origin, UrlTemplate, Wanted};
use super::{Grid, LonLatBox};
use crate::imagery::source::TileSet;
pub(super) use address::escaped;
use roxmltree::{Document, Node};
use thiserror::Error;
use xml::{child, children, text_of};

/// More bytes than this are no capabilities.
pub const LONGEST: usize = 16 * 1024 * 1024;
/// So many names are told where one is asked for that there is not.
const NAMES: usize = 12;

/// Why tiles cannot be had by what a service says of itself. No text holds its address, which may hold a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CapabilitiesError {
    /// It is something else.
    #[error("it is no WMTS GetCapabilities document ({0}): check the address, and the key in it")]
    Garbage(String),
    /// The layer is none of its.
    #[error("it has no layer `{wanted}`: write layer=NAME after #, one of {there}")]
    NoLayer {
        /// The one that was named, nothing where none was.
        wanted: String,
        /// Some of those there are.
        there: String,
    },
    /// The layer is not cut so.
    #[error("its layer `{layer}` has no matrix set `{wanted}`: write matrixset=ID after #, one of {there}")]
    NoMatrixSet {
        /// The layer.
        layer: String,
        /// The one that was named.
        wanted: String,
        /// Those there are.
        there: String,
    },
    /// No matrix set lies in a system that can be laid on the ground.
    #[error(
        "the tiles of its layer `{layer}` are cut in {systems}; web mercator (EPSG:3857), EPSG:4326 and EPSG:4490 can be laid"
    )]
    Systems {
        /// The layer.
        layer: String,
        /// The systems.
        systems: String,
    },
    /// A matrix set that cannot be.
    #[error("its matrix set `{0}` cannot be read: {1}")]
    MatrixSet(String, String),
    /// No picture format that can be read.
    #[error("its layer `{layer}` comes as {formats}; PNG, JPEG and WebP can be read")]
    Formats {
        /// The layer.
        layer: String,
        /// The formats.
        formats: String,
    },
    /// No address.
    #[error("it tells no address of the tiles of `{0}`")]
    NoAddress(String),
    /// The address it tells is none.
    #[error("the address it tells is none: {0}")]
    BadAddress(String),
}

impl ImagerySource {
    /// The same source with the addresses and the grid that its service tells; where it was not asked for by its
    /// capabilities, as it is.
    pub fn resolved(self, capabilities: &str) -> Result<Self, CapabilitiesError> {
        let Origin::Capabilities(wanted) = &self.origin else { return Ok(self) };
        let garbage = |why: String| CapabilitiesError::Garbage(why);
        let document = Document::parse(capabilities).map_err(|e| garbage(e.to_string()))?;
        let root = document.root_element();
        let contents = match (root.tag_name().name(), child(root, "Contents")) {
            ("Capabilities", Some(contents)) => contents,
            (name, _) => {
                let said = root.descendants().find_map(|n| n.text()).unwrap_or_default();
                let said: String =
                    said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
                return Err(garbage(format!("it begins with <{name}> {said}").trim_end().to_owned()));
            }
        };
        let layer = layer(contents, wanted)?;
        let name = text_of(layer, "Identifier").unwrap_or_default().to_owned();
        let set = matrices::choose(contents, layer, &name, wanted.matrix_set.as_deref())?;
        let text = address::of_tiles(root, layer, &name, &set.name, wanted)?;
        let bad = |e: super::ImagerySourceError| CapabilitiesError::BadAddress(e.to_string());
        let template = UrlTemplate::parse(&text).map_err(bad)?.with_zooms(set.zooms);
        let side_px = set.levels.first().map_or(256, |level| level.side_px);
        let deepest = set.levels.len().saturating_sub(1) as u8;
        let tiles = TileSet {
            min_zoom: self.zooms.min.unwrap_or(0).min(deepest),
            max_zoom: self.zooms.max.unwrap_or(deepest).min(deepest),
            side_px,
            bounds: bounds(layer),
            plane: set.plane,
            grid: Grid::Listed(set.levels.into()),
            datum: self.tiles.datum,
        };
        let title = text_of(layer, "Title").unwrap_or(&name).to_owned();
        let provider = child(root, "ServiceProvider").and_then(|p| text_of(p, "ProviderName"));
        let is_named = self.name != wanted.host;
        Ok(Self {
            name: if is_named { self.name } else { title },
            attribution: self.attribution.or(provider.map(str::to_owned)),
            origin: Origin::Web(template),
            tiles,
            ..self
        })
    }
}

fn layer<'a>(contents: Node<'a, 'a>, wanted: &Wanted) -> Result<Node<'a, 'a>, CapabilitiesError> {
    let all: Vec<Node<'a, 'a>> = children(contents, "Layer").collect();
    let name = |layer: &Node<'a, 'a>| text_of(*layer, "Identifier");
    let found = match &wanted.layer {
        Some(wanted) => all.iter().find(|layer| name(layer) == Some(wanted)),
        None => all.first().filter(|_| all.len() == 1),
    };
    found.copied().ok_or_else(|| CapabilitiesError::NoLayer {
        wanted: wanted.layer.clone().unwrap_or_default(),
        there: listed(all.iter().filter_map(name)),
    })
}

/// Some names, in words.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| name.chars().take(60).collect()).collect();
    let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
    match names.is_empty() {
        true => "none".to_owned(),
        false => format!("{}{more}", names[..names.len().min(NAMES)].join(", ")),
    }
}

/// Where there are tiles, degrees.
fn bounds(layer: Node) -> Option<LonLatBox> {
    let corners = child(layer, "WGS84BoundingBox")?;
    let corner = |name: &str| {
        let mut numbers = text_of(corners, name)?.split_whitespace().map(|n| n.parse::<f64>().ok());
        Some((numbers.next()??, numbers.next()??))
    };
    let ((west, south), (east, north)) = (corner("LowerCorner")?, corner("UpperCorner")?);
    (west < east && south < north).then_some(LonLatBox { west, south, east, north })
}

#[cfg(test)]
mod tests;
