//! The folder of an imported model: `terrain.json` says what it is, `terrain.tif` holds the heights.

use super::Model;
use crate::{GroundInfo, TerrainError, pyramid, rivers, waters::Waters};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of the folder's layout; another one is refused.
pub(crate) const VERSION: u32 = 2;
/// Name of the description.
pub(crate) const DESCRIPTION: &str = "terrain.json";
/// Name of the container of heights, a cloud optimized GeoTIFF.
pub(crate) const HEIGHTS: &str = "terrain.tif";

/// `terrain.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    /// The layout's version.
    pub version: u32,
    /// What it was made from.
    pub info: GroundInfo,
    /// Samples that were void and were filled.
    pub voids_filled: u64,
    /// Samples that are unknown.
    pub voids_left: u64,
}

/// Reads a folder.
pub(crate) fn read(folder: &Path) -> Result<(Model, GroundInfo), TerrainError> {
    let wrong = |problem: String| TerrainError::Folder { path: folder.to_owned(), problem };
    let path = folder.join(DESCRIPTION);
    let text = std::fs::read(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => wrong(format!("has no {DESCRIPTION}, so it is no terrain folder")),
        _ => TerrainError::File { path, doing: "reading", source },
    })?;
    let parsed: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| wrong(format!("{DESCRIPTION}: {e}")))?;
    let version = parsed.get("version").and_then(serde_json::Value::as_u64);
    if version != Some(u64::from(VERSION)) {
        let found = version.map_or("none".to_owned(), |v| v.to_string());
        return Err(wrong(format!("its layout has version {found}, this program reads version {VERSION}")));
    }
    let about: Description =
        serde_json::from_value(parsed).map_err(|e| wrong(format!("{DESCRIPTION}: {e}")))?;
    let pyramid =
        pyramid::open(&folder.join(HEIGHTS)).map_err(|problem| wrong(format!("{HEIGHTS} {problem}")))?;
    Ok((Model { pyramid, waters: Waters::new(rivers::shipped()?) }, about.info))
}
