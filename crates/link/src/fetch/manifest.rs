//! `manifest.json`: which tiles a folder holds, where they came from and by which checksum to know them again.

use super::error::FetchError;
use super::notice::{LICENCE, OWNERS};
use super::tiles::Resolution;
use city::CityTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// The file's name in the folder.
pub const MANIFEST: &str = "manifest.json";
/// The layout this program writes.
const FORMAT: u32 = 1;

/// What stands in `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The layout of the file, 1.
    pub format: u32,
    /// Which model, such as `Copernicus DEM GLO-30`.
    pub model: String,
    /// What its heights are of and above.
    pub heights: String,
    /// The notice that what is made of the tiles must show.
    pub attribution: String,
    /// The notice of the tiles themselves.
    pub notice: String,
    /// The sentence on liability that is given on with both.
    pub liability: String,
    /// Where the licence stands.
    pub licence: String,
    /// The tiles that are there, by name.
    pub tiles: Vec<ManifestTile>,
    /// Tiles that the source did not have when it was last asked: sea, or not published.
    pub absent: BTreeSet<String>,
}

/// One tile of a manifest; its file is `NAME.tif`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestTile {
    /// The tile's name, without `.tif`.
    pub name: String,
    /// Its length, bytes.
    pub bytes: u64,
    /// The entity tag its source gave it.
    pub etag: Option<String>,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Where it came from.
    pub url: String,
    /// When it came.
    pub fetched_at: CityTime,
}

impl Manifest {
    fn new(model: Resolution) -> Self {
        Self {
            format: FORMAT,
            model: model.to_string(),
            heights: "digital surface model, metres above the EGM2008 geoid".to_owned(),
            attribution: model.attribution(),
            notice: OWNERS.to_owned(),
            liability: model.liability(),
            licence: LICENCE.to_owned(),
            tiles: Vec::new(),
            absent: BTreeSet::new(),
        }
    }

    /// Reads the manifest of a folder, or begins one. One that cannot be read costs fetching again, not more.
    pub(crate) fn open(dir: &Path, model: Resolution) -> std::result::Result<Self, FetchError> {
        let path = dir.join(MANIFEST);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::new(model)),
            Err(source) => return Err(FetchError::Folder { path, doing: "reading", source }),
        };
        let other = |found| Err(FetchError::OtherModel { dir: dir.to_owned(), found });
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        match read.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format != u64::from(FORMAT) => {
                return other(format!("a manifest of layout {format}, which this program does not know"));
            }
            _ => {}
        }
        match serde_json::from_value::<Self>(read) {
            Ok(found) if found.model != model.to_string() => other(format!("tiles of {}", found.model)),
            Ok(found) => Ok(Self { tiles: found.tiles, absent: found.absent, ..Self::new(model) }),
            Err(error) => {
                tracing::warn!("{} cannot be read and is begun anew: {error}", path.display());
                Ok(Self::new(model))
            }
        }
    }

    pub(crate) fn tile(&self, name: &str) -> Option<&ManifestTile> {
        self.tiles.iter().find(|tile| tile.name == name)
    }

    pub(crate) fn put(&mut self, tile: ManifestTile) {
        self.absent.remove(&tile.name);
        self.tiles.retain(|other| other.name != tile.name);
        let place = self.tiles.partition_point(|other| other.name < tile.name);
        self.tiles.insert(place, tile);
    }

    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        write_whole(&dir.join(MANIFEST), &text)
    }
}

/// Writes a small file so that at every instant either the old or the new one is there, whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let new = new_of(path);
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

/// Where [`write_whole`] writes before the file has its name.
pub(crate) fn new_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}
