//! Why a fetch ends early: in one line that names the place and says what to do.

use super::tiles::Resolution;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use thiserror::Error;

/// What a fetch fails with.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The words were wrong: a box or an address that is none.
    #[error("{0}")]
    BadPlan(String),
    /// The folder or a file in it cannot be used.
    #[error("{}", on_disk(path, doing, source))]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What was being done to it.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// Another fetch runs on the folder.
    #[error("{} is in use by another fetch: wait for it, or name another folder with --out", .0.display())]
    InUse(PathBuf),
    /// The folder holds another model, or was written by a program this one does not know.
    #[error("{} holds {found}: name another folder with --out", dir.display())]
    OtherModel {
        /// The folder.
        dir: PathBuf,
        /// What its manifest says.
        found: String,
    },
    /// The network runtime cannot be started.
    #[error("the fetch cannot start: {0}")]
    NoRuntime(#[source] std::io::Error),
    /// The HTTP client cannot be made.
    #[error("the fetch cannot speak HTTP: {0}")]
    NoClient(#[source] reqwest::Error),
    /// Not one tile of the box exists.
    #[error(
        "{address} has no tile of {model} in this box: it is all sea, or not published; or is it another source's address?"
    )]
    NothingThere {
        /// The source.
        address: String,
        /// Which model was wanted.
        model: Resolution,
    },
    /// Some tiles could not be had.
    #[error("{why}{}; {there}: the same words again continue from there", and_others(.others))]
    Incomplete {
        /// The first trouble, which names its address or file.
        why: String,
        /// How many more tiles had trouble.
        others: usize,
        /// What is there already.
        there: There,
    },
    /// Whoever asked for it ended it.
    #[error("stopped; {0}: the same words again continue from there")]
    Stopped(There),
}

/// How much of a plan a folder holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    /// Tiles that are complete.
    pub complete: usize,
    /// Tiles of the plan.
    pub of: usize,
    /// Bytes that came so far, those of unfinished tiles too.
    pub bytes: u64,
    /// The folder.
    pub folder: PathBuf,
}

impl fmt::Display for There {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { complete, of, bytes, folder } = self;
        let megabytes = *bytes as f64 / 1e6;
        write!(f, "{complete} of {of} tiles are complete in {}, {megabytes:.1} MB in all", folder.display())
    }
}

fn and_others(others: &usize) -> String {
    match others {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    }
}

/// What a disk said, and what to do about it.
pub(crate) fn on_disk(path: &Path, doing: &str, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("{path}: {doing} failed because the disk is full: free some space")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("{path}: {doing} is not allowed ({error}): name another folder with --out")
        }
        _ => format!("{path}: {doing} failed: {error}"),
    }
}

/// What went wrong with one file, and what follows.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) why: String,
    pub(crate) then: Then,
}

/// What follows from a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It may pass: try again, after so long where the source asked for it.
    Again(Option<Duration>),
    /// The file came whole and damaged: try again, but not often.
    Afresh,
    /// This file cannot be had; others may.
    Leave,
    /// No file can be had.
    Stop,
}

impl Fault {
    pub(crate) fn new(then: Then, why: impl Into<String>) -> Self {
        Self { why: why.into(), then }
    }

    pub(crate) fn disk(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        Self::new(Then::Stop, on_disk(path, doing, error))
    }
}
