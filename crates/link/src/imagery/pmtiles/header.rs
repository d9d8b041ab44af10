//! The first 127 bytes: where everything lies, how it is packed, and of which tiles.

use crate::imagery::archive::bounds;
use flate2::read::MultiGzDecoder;
use overlays::imagery::{LonLatBox, TileAddress};
use std::io::Read;

pub(super) const LENGTH: usize = 127;
const MAGIC: &[u8] = b"PMTiles";

/// A part of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Not,
    Gzip,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub(super) root: Section,
    pub(super) metadata: Section,
    pub(super) leaves: Section,
    pub(super) tiles: Section,
    /// The packing of directories and metadata.
    pub(super) directories: Packing,
    /// The packing of tiles.
    pub(super) packing: Packing,
    pub(super) min_zoom: u8,
    pub(super) max_zoom: u8,
    pub(super) bounds: Option<LonLatBox>,
    kind: u8,
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        if !bytes.starts_with(MAGIC) {
            return Err("it does not begin as one does".to_owned());
        }
        let bytes: &[u8; LENGTH] = bytes.try_into().map_err(|_| "its header is cut off".to_owned())?;
        if bytes[7] != 3 {
            return Err(format!("it has version {}, and only version 3 is read", bytes[7]));
        }
        let number = |at: usize| bytes[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        let section = |at: usize| Section { offset: number(at), length: number(at + 8) };
        let degrees =
            |at: usize| bytes[at..].first_chunk().map_or(0.0, |b| f64::from(i32::from_le_bytes(*b)) / 1e7);
        let (min_zoom, max_zoom) = (bytes[100], bytes[101]);
        if min_zoom > max_zoom || max_zoom > TileAddress::DEEPEST {
            return Err(format!("its zooms are {min_zoom} to {max_zoom}"));
        }
        Ok(Self {
            root: section(8),
            metadata: section(24),
            leaves: section(40),
            tiles: section(56),
            directories: packing(bytes[97])?,
            packing: packing(bytes[98])?,
            min_zoom,
            max_zoom,
            bounds: bounds(degrees(102), degrees(106), degrees(110), degrees(114)),
            kind: bytes[99],
        })
    }

    /// What the tiles are, where they are no pictures that are read.
    pub(super) fn no_pictures(&self) -> Option<&'static str> {
        match self.kind {
            1 | 6 => Some("vector tiles"),
            5 => Some("AVIF pictures"),
            // Of an unknown kind, each tile is looked at.
            _ => None,
        }
    }
}

fn packing(code: u8) -> Result<Packing, String> {
    match code {
        0 | 1 => Ok(Packing::Not),
        2 => Ok(Packing::Gzip),
        3 => Err("it is packed with Brotli, which is not read".to_owned()),
        4 => Err("it is packed with Zstandard, which is not read".to_owned()),
        _ => Err(format!("it is packed in an unknown way, {code}")),
    }
}

impl Packing {
    /// The bytes as they were before they were packed, `most` at most.
    pub(super) fn unpacked(self, bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, String> {
        if self == Self::Not {
            return Ok(bytes);
        }
        let mut unpacked = Vec::new();
        let read = MultiGzDecoder::new(&bytes[..]).take(most as u64 + 1).read_to_end(&mut unpacked);
        read.map_err(|error| format!("a part that is packed is damaged: {error}"))?;
        if unpacked.len() > most { Err("a part unpacks to too much".to_owned()) } else { Ok(unpacked) }
    }
}
