//! Why a link cannot start, or cannot keep what it was given.

use std::path::PathBuf;
use thiserror::Error;

/// What a link fails with. A backend that cannot be reached is never an error: it is a feed's health.
#[derive(Debug, Error)]
pub enum LinkError {
    /// Another console runs on the folder.
    #[error("{} is in use by another console (process {holder}): name another folder with --state DIR", dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
        /// Who holds it, as it wrote into the lock.
        holder: String,
    },
    /// The folder cannot be made or written.
    #[error("the state folder {} cannot be used: {source}; name another with --state DIR", dir.display())]
    StateDir {
        /// The folder.
        dir: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The outbox cannot be opened, read or written.
    #[error("the outbox {} cannot be {what}: {}", file.display(), in_words(fault))]
    Outbox {
        /// The database file.
        file: PathBuf,
        /// What was tried.
        what: &'static str,
        /// Why.
        fault: rusqlite::Error,
    },
    /// The outbox was written by another version of the program.
    #[error("the outbox {} has layout {found}, which this program does not know: use the program that wrote it, or another --state DIR", file.display())]
    OutboxLayout {
        /// The database file.
        file: PathBuf,
        /// The layout found.
        found: i64,
    },
    /// The backend's address is none.
    #[error("`{address}` is no address of a backend ({why}): write it like http://127.0.0.1:8080")]
    BadAddress {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// The token or the console's name holds characters that cannot be sent.
    #[error("the {what} holds control characters, which cannot be sent: give it without")]
    BadHeader {
        /// What was given.
        what: String,
    },
    /// The file of the token cannot be used.
    #[error("the token's file {} cannot be used: {why}", file.display())]
    TokenFile {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// The certificates of the authority cannot be used.
    #[error("--ca {}: {why}; name the authority's certificate in PEM", file.display())]
    Ca {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// The token would be shown to whoever listens on the way.
    #[error(
        "the token would cross the network to {address} in clear: write https://, or name --plain-http if that is meant"
    )]
    InClear {
        /// The backend's address.
        address: String,
    },
    /// The thread or its network runtime cannot be started.
    #[error("the link cannot start: {0}")]
    NoThread(#[source] std::io::Error),
    /// The HTTP client cannot be made.
    #[error("the link cannot speak HTTP: {0}")]
    NoClient(#[source] reqwest::Error),
}

/// What SQLite says, and for a full disk what to do.
fn in_words(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => "the disk is full: free some space".to_owned(),
        _ => error.to_string(),
    }
}
