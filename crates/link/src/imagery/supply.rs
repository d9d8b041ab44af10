//! Whoever brings a tile that is not in memory.

use super::archive::Archive;
use super::patience::ImageryPatience;
use overlays::imagery::{Picture, TileAddress, decode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// What came of a wish.
pub(super) enum Brought {
    Picture(Picture),
    /// There is no such tile.
    Absent,
    /// It cannot be had for now.
    Failed {
        why: String,
        again_after: Duration,
    },
    /// Nobody wants it any more.
    Nothing,
}

/// Brings tiles, on a thread of its own.
pub(super) trait Supply: Send {
    fn bring(&mut self, address: TileAddress) -> Brought;
}

/// Brings tiles out of a file.
pub(super) struct FromFile {
    pub(super) archive: Arc<dyn Archive>,
    pub(super) name: String,
    pub(super) patience: ImageryPatience,
}

impl Supply for FromFile {
    fn bring(&mut self, address: TileAddress) -> Brought {
        let fails = |why: String| Brought::Failed {
            why: format!("{}: {}: {why}", self.name, place(address)),
            again_after: self.patience.failed_for,
        };
        match self.archive.tile(address) {
            Ok(Some(bytes)) if !bytes.is_empty() => picture(&bytes).map_or_else(fails, Brought::Picture),
            Ok(_) => Brought::Absent,
            Err(why) => fails(why),
        }
    }
}

/// Unpacks a picture. Nothing that comes from outside may end a thread, so a decoder that panics is a damaged picture.
pub(super) fn picture(bytes: &[u8]) -> Result<Picture, String> {
    let decoded = catch_unwind(AssertUnwindSafe(|| decode(bytes)));
    let decoded = decoded.unwrap_or_else(|_| decode(&[]));
    decoded.map_err(|why| why.to_string())
}

/// A tile in words.
pub(super) fn place(TileAddress { zoom, column, row }: TileAddress) -> String {
    format!("tile {zoom}/{column}/{row}")
}
