//! A folder that is gone with the value.

use super::{SoakError, folder_of};
use std::path::{Path, PathBuf};

pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A folder for `what`.
    pub(super) fn new(what: &str) -> Result<Self, SoakError> {
        let folder = folder_of(what);
        std::fs::create_dir_all(&folder).map_err(SoakError::system("making a folder"))?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // One that stays in the temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
