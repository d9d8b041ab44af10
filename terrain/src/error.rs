//! What can go wrong with the ground, in words an operator can act on.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum TerrainError {
    /// A line of a table that ships (or was edited) cannot be read.
    #[error("{file}, line {line}: {problem}; restore the file from the repository")]
    Table {
        /// The file's name.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {doing} failed: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The source of an import is not an elevation model that can be used.
    #[error("{}: {problem}", path.display())]
    Source {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A terrain folder cannot be used.
    #[error("{}: {problem}; import the elevation model again with `shancheng terrain import`", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}
