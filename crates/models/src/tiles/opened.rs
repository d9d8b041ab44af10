//! A tileset whose first file was read.

use super::content::{Content, open};
use super::earth::{Earth, local};
use super::json::TilesetJson;
use super::volume::Volume;
use crate::files::Fetch;
use crate::{ModelError, ModelSource};
use glam::DMat4;
use std::sync::Arc;

/// Extensions a tileset may need that are read, or whose absence costs only what is said of its features.
const READ: [&str; 5] = [
    "3DTILES_content_gltf",
    "3DTILES_implicit_tiling",
    "3DTILES_multiple_contents",
    "3DTILES_metadata",
    "3DTILES_batch_table_hierarchy",
];
/// Between these distances from the middle of the Earth its ground lies, metres, with room for what flies and digs.
const ON_EARTH_M: std::ops::Range<f64> = 6_300_000.0..6_500_000.0;

/// A tileset, ready to be drawn.
#[derive(Clone)]
pub struct Opened {
    /// Where it is, and how it is meant.
    pub source: ModelSource,
    /// Whoever brings its files.
    pub fetch: Arc<dyn Fetch>,
    pub(crate) json: Arc<TilesetJson>,
    pub(crate) earth: Earth,
    pub(crate) matrix: DMat4,
}

impl Opened {
    /// Opens the tileset of a source; none where the file is JSON of another kind.
    pub fn open(source: &ModelSource, fetch: Arc<dyn Fetch>) -> Result<Option<Self>, ModelError> {
        let address = &source.address;
        let bytes = fetch.fetch(address).map_err(|why| why.within(address))?;
        let Content::Tileset(json) = open(&bytes).map_err(|why| why.within(address))? else {
            return Ok(None);
        };
        let json: TilesetJson = serde_json::from_slice(crate::gltf_text(&json))
            .map_err(|why| ModelError::damaged(format!("its JSON: {why}")).within(address))?;
        if let Some(extension) = json.extensions_required.iter().find(|name| !READ.contains(&name.as_str())) {
            let (extension, remedy) = (extension.clone(), "write it again without this extension");
            return Err(ModelError::Extension { extension, remedy }.within(address));
        }
        let matrix = match (is_on_earth(&json), source.at) {
            (true, _) => DMat4::IDENTITY,
            (false, Some(at)) => local(at, source.heading_deg, source.scale),
            (false, None) => return Err(ModelError::Nowhere.within(address)),
        };
        // One that is set on the map stands on heights of its own.
        let is_set = matrix != DMat4::IDENTITY;
        let earth = Earth { above_sea: source.above_sea && !is_set };
        Ok(Some(Self { source: source.clone(), fetch, json: Arc::new(json), earth, matrix }))
    }

    /// Whether it was set on the map by its source, having no place of its own.
    pub fn is_set(&self) -> bool {
        self.matrix != DMat4::IDENTITY
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({})", self.source.address)
    }
}

fn is_on_earth(json: &TilesetJson) -> bool {
    let volume = Volume::of(&json.root.bounding_volume);
    let matrix = json.root.transform.map_or(DMat4::IDENTITY, |own| DMat4::from_cols_array(&own));
    match volume.own_middle() {
        Some(middle) => {
            let from_middle = matrix.transform_point3(middle).length();
            // One that holds the whole Earth has its middle there.
            ON_EARTH_M.contains(&from_middle)
                || matches!(volume, Volume::Sphere(_, r) if r > ON_EARTH_M.start)
        }
        None => {
            matches!(volume, Volume::Region(_)) || ON_EARTH_M.contains(&matrix.w_axis.truncate().length())
        }
    }
}
