//! What was written, for readers beside the owner: streams that fell far behind, and whoever checks the journal.

use super::postgresql::{self, page};
use super::sqlite::{each_entry, open_to_read, read_journal};
use super::{Database, Line};
use crate::BackendError;
use city::{ChainHash, Head, JournalEntry};
use postgres::Client;
use rusqlite::OptionalExtension;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The events that were written.
pub enum Past {
    /// In a file.
    File(PathBuf),
    /// In a database, by a connection that is kept for the next reader.
    Shared(Arc<Database>, Mutex<Option<Box<Client>>>),
}

/// What lies beside a journal in its database.
#[derive(Debug, Default)]
pub struct Kept {
    /// The newest checkpoint.
    pub state: Option<String>,
    /// How far the journal goes, where the database says so itself.
    pub head: Option<Head>,
}

impl Past {
    /// The events in `database`.
    pub fn shared(database: Arc<Database>) -> Self {
        Self::Shared(database, Mutex::new(None))
    }

    /// The events after a sequence, so many at most. It waits for the database.
    pub fn read(&self, after: u64, most: usize) -> Result<Vec<Line>, BackendError> {
        let (database, kept) = match self {
            Self::File(file) => return read_journal(file, after, most),
            Self::Shared(database, kept) => (database, kept),
        };
        let kept_client = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut client = match kept_client.filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => Box::new(database.connect()?),
        };
        let lines = page(&mut client, after, most).map_err(|error| database.sorted(&error))?;
        kept.lock().unwrap_or_else(PoisonError::into_inner).replace(client);
        Ok(lines)
    }
}

impl Drop for Past {
    fn drop(&mut self) {
        // Closing a connection waits for its runtime, which the threads that serve streams must not do.
        if let Self::Shared(_, kept) = self
            && let Some(client) = kept.get_mut().unwrap_or_else(PoisonError::into_inner).take()
        {
            let _ = std::thread::Builder::new().spawn(move || drop(client));
        }
    }
}

/// Hands every entry of the journal in a database file to `take`, until that is an error.
pub fn each_in_file<E: From<BackendError>>(
    file: &Path,
    take: impl FnMut(JournalEntry, ChainHash) -> Result<(), E>,
) -> Result<Kept, E> {
    let sorted = |e| BackendError::of_sqlite(file, e);
    let connection = open_to_read(file).map_err(sorted)?;
    // One view of both: the backend may write another checkpoint meanwhile.
    connection.execute_batch("BEGIN").map_err(sorted)?;
    each_entry(&connection, file, take)?;
    let state = connection.query_row("SELECT body FROM checkpoint WHERE id = 1", [], |row| row.get(0));
    Ok(Kept { state: state.optional().map_err(sorted)?, head: None })
}

/// Hands every entry of the journal in `database` to `take`, until that is an error.
pub fn each_in_database<E: From<BackendError>>(
    database: &Database,
    take: impl FnMut(JournalEntry, ChainHash) -> Result<(), E>,
) -> Result<Kept, E> {
    postgresql::each_kept(database, take)
}
