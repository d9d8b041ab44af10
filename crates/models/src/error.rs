//! Why a model cannot be read. Each text names what was wrong and what to do; the file is named by [`ModelError::In`].

use crate::files::shown;
use thiserror::Error;

/// What is wrong with a model.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ModelError {
    /// In a file.
    #[error("{file}: {source}")]
    In {
        /// Its path or address.
        file: String,
        /// What is wrong in it.
        source: Box<ModelError>,
    },
    /// It cannot be had.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is larger than anything that is taken.
    #[error("{bytes} bytes are more than the {most} that are taken: split it into tiles, or reduce it")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The most.
        most: u64,
    },
    /// It is something else.
    #[error("is no {expected}: {found}")]
    Strange {
        /// What it should be.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// It is damaged.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// It needs an extension of the format that is not read.
    #[error("needs {extension}, which is not read: {remedy}")]
    Extension {
        /// The extension.
        extension: String,
        /// What to do.
        remedy: &'static str,
    },
    /// It is of a kind that is not read.
    #[error("is {kind}, which is not read: {remedy}")]
    Kind {
        /// What it is.
        kind: String,
        /// What to do.
        remedy: &'static str,
    },
    /// It has no place on the Earth.
    #[error("has no place on the Earth: give it one with #at=LON,LAT")]
    Nowhere,
}

impl ModelError {
    /// The same, with the file named, once.
    pub fn within(self, file: &str) -> Self {
        match self {
            named @ Self::In { .. } => named,
            source => Self::In { file: shown(file).to_owned(), source: Box::new(source) },
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
