//! The folder of an imported model: `terrain.json` says what it is, `heights.bin` holds the heights.

use super::Model;
use crate::{GroundInfo, TerrainError, rivers, waters::Waters};
use city::LonLat;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of the folder's layout; another one is refused.
pub(crate) const VERSION: u32 = 1;
/// Name of the description.
pub(crate) const DESCRIPTION: &str = "terrain.json";
/// Name of the container of heights: little-endian f32, north row first.
pub(crate) const HEIGHTS: &str = "heights.bin";

/// `terrain.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    /// The layout's version.
    pub version: u32,
    /// What it was made from.
    pub info: GroundInfo,
    /// Samples from west to east.
    pub columns: usize,
    /// Samples from north to south.
    pub rows: usize,
    /// Longitude of the first sample, degrees.
    pub west: f64,
    /// Latitude of the first row, degrees.
    pub north: f64,
    /// Degrees from one sample to the next, eastwards.
    pub step_east: f64,
    /// Degrees from one row to the next, southwards.
    pub step_south: f64,
}

/// Reads a folder.
pub(crate) fn read(folder: &Path) -> Result<(Model, GroundInfo), TerrainError> {
    let wrong = |problem: String| TerrainError::Folder { path: folder.to_owned(), problem };
    let file = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => wrong(format!("has no {name}, so it is no terrain folder")),
            _ => TerrainError::File { path, doing: "reading", source },
        })
    };
    let text = file(DESCRIPTION)?;
    let parsed: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| wrong(format!("{DESCRIPTION}: {e}")))?;
    let version = parsed.get("version").and_then(serde_json::Value::as_u64);
    if version != Some(u64::from(VERSION)) {
        let found = version.map_or("none".to_owned(), |v| v.to_string());
        return Err(wrong(format!("its layout has version {found}, this program reads version {VERSION}")));
    }
    let about: Description =
        serde_json::from_value(parsed).map_err(|e| wrong(format!("{DESCRIPTION}: {e}")))?;
    let sane = about.columns >= 2 && about.rows >= 2 && about.step_east > 0.0 && about.step_south > 0.0;
    let bytes = file(HEIGHTS)?;
    let expected = about.columns.checked_mul(about.rows).and_then(|count| count.checked_mul(4));
    if !sane || expected != Some(bytes.len()) {
        let size = format!("{} × {} heights", about.columns, about.rows);
        return Err(wrong(format!(
            "{HEIGHTS} holds {} bytes, which is not {size}: it is incomplete",
            bytes.len()
        )));
    }
    let heights_m = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let model = Model {
        size: (about.columns, about.rows),
        north_west: LonLat::new(about.west, about.north),
        step_deg: (about.step_east, about.step_south),
        heights_m,
        waters: Waters::new(rivers::shipped()?),
    };
    Ok((model, about.info))
}
