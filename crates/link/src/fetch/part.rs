//! A file that is not complete yet: `NAME.tif.part` holds its first bytes, `NAME.tif.part.json` says of which file.
//!
//! A part is emptied before another origin is written beside it, so at every instant the bytes are a beginning of
//! what the origin says, whenever the program is killed.

use super::error::Fault;
use super::manifest::{new_of, write_whole};
use super::origin::Origin;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(crate) struct Part {
    pub(crate) path: PathBuf,
    origin: PathBuf,
}

/// What an earlier try left.
pub(crate) struct Left {
    pub(crate) origin: Origin,
    /// Bytes that are there, at least one.
    pub(crate) bytes: u64,
}

impl Left {
    pub(crate) fn is_whole(&self) -> bool {
        self.origin.bytes == Some(self.bytes)
    }
}

impl Part {
    pub(crate) fn beside(file: &Path) -> Self {
        let with = |ending: &str| {
            let mut name = file.file_name().unwrap_or_default().to_owned();
            name.push(ending);
            file.with_file_name(name)
        };
        Self { path: with(".part"), origin: with(".part.json") }
    }

    /// What is there of the file, where it is known of which file it is a part and that one is of use: the same
    /// address, or bytes that a checksum will prove wherever they come from.
    pub(crate) fn left(&self, url: &str) -> Option<Left> {
        let bytes = std::fs::metadata(&self.path).ok()?.len();
        let origin: Origin = serde_json::from_slice(&std::fs::read(&self.origin).ok()?).ok()?;
        let provable = origin.md5.is_some() || origin.sha256.is_some();
        let fits = bytes > 0 && origin.bytes.is_none_or(|whole| bytes <= whole);
        (fits && (origin.url == url || provable)).then_some(Left { origin, bytes })
    }

    /// Empties the part and makes it one of `origin`.
    pub(crate) fn begin(&self, origin: &Origin) -> Result<File, Fault> {
        let file = File::create(&self.path).map_err(|e| Fault::disk(&self.path, "writing", &e))?;
        self.is_of(origin)?;
        Ok(file)
    }

    /// Writes of which file the bytes are a part.
    pub(crate) fn is_of(&self, origin: &Origin) -> Result<(), Fault> {
        let text = serde_json::to_vec(origin).unwrap_or_default();
        write_whole(&self.origin, &text).map_err(|e| Fault::disk(&self.origin, "writing", &e))
    }

    /// Opens the part to write on where it ends.
    pub(crate) fn go_on(&self) -> Result<File, Fault> {
        let file = OpenOptions::new().append(true).open(&self.path);
        file.map_err(|e| Fault::disk(&self.path, "writing", &e))
    }

    /// Removes what is there of it.
    pub(crate) fn discard(&self) -> Result<(), Fault> {
        // The bytes go first: an origin without bytes is harmless, bytes with another's origin would not be.
        for path in [&self.path, &self.origin, &new_of(&self.origin)] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Fault::disk(path, "removing", &error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
