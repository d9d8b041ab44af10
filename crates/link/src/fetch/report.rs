//! What a fetch did, tile by tile.

use super::manifest::ManifestTile;
use super::tiles::Tile;
use serde::Serialize;

/// What a fetch did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// Every tile of the plan, from south to north and west to east.
    pub tiles: Vec<TileReport>,
    /// Bytes of the tiles that are there.
    pub bytes: u64,
    /// Bytes that came over the network this time, the source's list of tiles among them.
    pub received: u64,
    /// The folder.
    pub folder: String,
    /// The notice that what is made of the tiles must show.
    pub attribution: String,
}

/// What became of one tile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TileReport {
    /// Its name, without `.tif`.
    pub name: String,
    /// Its length in bytes, 0 where it is absent.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal, where it is there.
    pub sha256: Option<String>,
    /// What became of it.
    pub state: TileState,
}

/// What became of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TileState {
    /// It came this time, all of it or the rest of it.
    Fetched,
    /// It was there, whole and undamaged.
    Kept,
    /// The source has none: sea, or not published.
    Absent,
}

impl TileReport {
    pub(crate) fn of(known: ManifestTile, state: TileState) -> Self {
        Self { name: known.name, bytes: known.bytes, sha256: Some(known.sha256), state }
    }

    pub(crate) fn absent(tile: &Tile) -> Self {
        Self { name: tile.name(), bytes: 0, sha256: None, state: TileState::Absent }
    }
}
