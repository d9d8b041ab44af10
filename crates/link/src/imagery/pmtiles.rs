//! PMTiles, version 3: tiles in one file, found by directories along a Hilbert curve, by
//! <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>.

mod directory;
mod header;
mod hilbert;

use super::archive::{About, Archive, LONGEST_TILE};
use super::error::ImageryError;
use clru::CLruCache;
use directory::{Directory, Found};
use header::{Header, Section};
use overlays::imagery::TileAddress;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Leaves kept in memory; each holds the places of some thousand tiles.
const LEAVES: NonZeroUsize = NonZeroUsize::new(64).expect("it is not zero");
/// The longest directory, packed and unpacked, bytes.
const LONGEST_DIRECTORY: usize = 4 * 1024 * 1024;
/// The specification promises that no more directories lie above one another.
const MOST_LEVELS: usize = 4;

/// An open PMTiles file.
pub(super) struct PmTiles {
    file: Mutex<File>,
    length: u64,
    header: Header,
    root: Arc<Directory>,
    leaves: Mutex<CLruCache<u64, Arc<Directory>>>,
}

impl PmTiles {
    pub(super) fn open(path: &Path) -> Result<(Self, About), ImageryError> {
        let unreadable = |error| ImageryError::unreadable(path, error);
        let strange = |why: String| ImageryError::Strange { path: path.to_owned(), kind: "PMTiles", why };
        let mut file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let mut head = Vec::new();
        (&mut file).take(header::LENGTH as u64).read_to_end(&mut head).map_err(unreadable)?;
        let header = Header::read(&head).map_err(strange)?;
        if let Some(what) = header.no_pictures() {
            return Err(ImageryError::no_pictures(path, what));
        }
        let root = Arc::new(Directory::default());
        let leaves = Mutex::new(CLruCache::new(LEAVES));
        let mut archive = Self { file: Mutex::new(file), length, header, root, leaves };
        let root = archive.directory(archive.header.root, 0, archive.header.root.length);
        archive.root = Arc::new(root.map_err(strange)?);
        let about = archive.about().map_err(strange)?;
        if about.example.is_none() {
            return Err(ImageryError::no_pictures(path, "no tile"));
        }
        Ok((archive, about))
    }

    /// Bytes of a section, and nothing beyond it or the file.
    fn bytes(&self, section: Section, offset: u64, length: u64, most: usize) -> Result<Vec<u8>, String> {
        let end = offset.checked_add(length).filter(|end| *end <= section.length);
        let from = section.offset.checked_add(offset);
        let within =
            end.and_then(|end| section.offset.checked_add(end)).is_some_and(|end| end <= self.length);
        let (Some(from), true) = (from, within) else {
            return Err(format!("{length} bytes at {offset} lie beyond its end"));
        };
        let size = usize::try_from(length).ok().filter(|size| *size <= most);
        let mut bytes = vec![0; size.ok_or_else(|| format!("{length} bytes in one piece are too many"))?];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(from))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|e| e.to_string())?;
        Ok(bytes)
    }

    fn directory(&self, section: Section, offset: u64, length: u64) -> Result<Directory, String> {
        let packed = self.bytes(section, offset, length, LONGEST_DIRECTORY)?;
        Directory::read(&self.header.directories.unpacked(packed, LONGEST_DIRECTORY)?)
    }

    fn leaf(&self, offset: u64, length: u64) -> Result<Arc<Directory>, String> {
        let leaves = || self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leaf) = leaves().get(&offset) {
            return Ok(leaf.clone());
        }
        let leaf = Arc::new(self.directory(self.header.leaves, offset, length)?);
        leaves().put(offset, leaf.clone());
        Ok(leaf)
    }

    /// The bytes of the tile with a number; of the first there is after it where `or_next`.
    fn numbered(&self, number: u64, or_next: bool) -> Result<Option<Vec<u8>>, String> {
        let mut directory = self.root.clone();
        for _ in 0..MOST_LEVELS {
            let found = directory.find(number).or_else(|| directory.first().filter(|_| or_next));
            match found {
                None => return Ok(None),
                Some(Found::Tile { offset, length }) => {
                    let packed = self.bytes(self.header.tiles, offset, length, LONGEST_TILE)?;
                    return self.header.packing.unpacked(packed, LONGEST_TILE).map(Some);
                }
                Some(Found::Leaf { offset, length }) => directory = self.leaf(offset, length)?,
            }
        }
        Err("its directories go round in circles".to_owned())
    }

    fn about(&self) -> Result<About, String> {
        let Header { metadata, directories, .. } = &self.header;
        // What is said of the tiles is a nicety: a file without it is as good.
        let said = self.bytes(*metadata, 0, metadata.length, LONGEST_DIRECTORY);
        let said = said.and_then(|packed| directories.unpacked(packed, LONGEST_DIRECTORY));
        let said: Option<serde_json::Value> = said.ok().and_then(|text| serde_json::from_slice(&text).ok());
        let word = |name: &str| {
            let word = said.as_ref()?.get(name)?.as_str()?.trim();
            (!word.is_empty()).then(|| word.to_owned())
        };
        Ok(About {
            name: word("name"),
            attribution: word("attribution"),
            min_zoom: self.header.min_zoom,
            max_zoom: self.header.max_zoom,
            bounds: self.header.bounds,
            example: self.numbered(0, true)?,
        })
    }
}

impl Archive for PmTiles {
    fn tile(&self, address: TileAddress) -> Result<Option<Vec<u8>>, String> {
        self.numbered(hilbert::number(address), false)
    }
}

#[cfg(test)]
mod tests;
