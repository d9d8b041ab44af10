//! Why imagery cannot be had at all. A tile that cannot be had is never an error: it is the loader's health.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// What a loader fails with when it starts.
#[derive(Debug, Error)]
pub enum ImageryError {
    /// The file cannot be opened or read.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file is not what its name says.
    #[error("{} is no {kind} file ({why}): make it anew, or name another", path.display())]
    Strange {
        /// The file.
        path: PathBuf,
        /// What it should be.
        kind: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The file holds tiles that are no pictures.
    #[error("{} holds {what}, which cannot be laid on the ground: name a file of PNG, JPEG or WebP tiles", path.display())]
    NoPictures {
        /// The file.
        path: PathBuf,
        /// What it holds.
        what: String,
    },
    /// The address of the tiles is none.
    #[error(
        "the address of the tiles of {host} is none ({why}): write it like https://HOST/…{{z}}/{{x}}/{{y}}…"
    )]
    BadAddress {
        /// The host, as far as it is known.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// A service does not tell where its tiles are.
    #[error("the WMTS of {host}: {why}")]
    Capabilities {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// A thread or its network runtime cannot be started.
    #[error("imagery cannot be loaded: {0}")]
    NoThread(#[source] std::io::Error),
    /// The HTTP client cannot be made.
    #[error("imagery cannot be asked for by HTTP: {0}")]
    NoClient(#[source] reqwest::Error),
}

impl ImageryError {
    pub(super) fn unreadable(path: &Path, why: impl ToString) -> Self {
        Self::Unreadable { path: path.to_owned(), why: why.to_string() }
    }

    pub(super) fn no_pictures(path: &Path, what: impl Into<String>) -> Self {
        Self::NoPictures { path: path.to_owned(), what: what.into() }
    }
}
