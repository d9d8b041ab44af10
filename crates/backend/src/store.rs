//! The database: journal, answered commands and checkpoints in one SQLite file.
//!
//! What is committed here has happened; what is not, has not. A command's events and its answer are one
//! transaction. A lock file keeps a second backend out, so that a reader may still look on.

mod schema;

use crate::BackendError;
use city::{City, CityTime, Event, Snapshot};
use rusqlite::{Connection, OptionalExtension, params};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An event as it is written, streamed and answered: its sequence and its JSON.
pub type Line = (u64, Arc<str>);

/// The answer to a command, kept for its repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The command, as canonical JSON.
    pub body: String,
    /// The HTTP status it was answered with.
    pub status: u16,
    /// The body it was answered with.
    pub answer: String,
}

/// Who asked for what under which key, beside the answer.
pub struct Answered<'a> {
    /// The idempotency key.
    pub key: &'a str,
    /// Who asked.
    pub actor: &'a str,
    /// When, city time.
    pub at: CityTime,
    /// What was asked and answered.
    pub recorded: &'a Recorded,
}

/// The open database of one city.
pub struct Store {
    file: PathBuf,
    connection: Connection,
    /// When the city began, city time.
    pub began: CityTime,
    // Held for as long as the store is open; the system lets go of it when the process dies.
    _lock: File,
}

impl Store {
    /// Opens or makes `city.sqlite` in `folder`, and rebuilds the city it holds. A new one begins with what
    /// `first` makes.
    pub fn open(
        folder: &Path,
        seed: u64,
        first: impl FnOnce() -> City,
    ) -> Result<(Store, City), BackendError> {
        let lock = schema::lock(folder)?;
        let file = folder.join("city.sqlite");
        let sorted = |e| BackendError::of_sqlite(&file, e);
        let connection = Connection::open(&file).map_err(sorted)?;
        schema::prepare(&file, &connection)?;
        let found: Option<i64> = connection
            .query_row("SELECT value FROM meta WHERE key = 'seed'", [], |row| row.get(0))
            .optional()
            .map_err(sorted)?;
        let mut store = Store { file: file.clone(), connection, began: CityTime::default(), _lock: lock };
        let city = match found {
            Some(found) if found as u64 != seed => {
                return Err(BackendError::Seed { file, found: found as u64, asked: seed });
            }
            Some(_) => store.rebuild()?,
            None => {
                let city = first();
                store.begin(seed, &city).map_err(sorted)?;
                city
            }
        };
        store.began = CityTime(
            store
                .connection
                .query_row("SELECT value FROM meta WHERE key = 'began_ms'", [], |row| row.get(0))
                .map_err(sorted)?,
        );
        Ok((store, city))
    }

    /// The database file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn begin(&mut self, seed: u64, city: &City) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let put = "INSERT INTO meta (key, value) VALUES (?1, ?2)";
        transaction.execute(put, params!["seed", seed as i64])?;
        transaction.execute(put, params!["began_ms", city.now.0])?;
        write_checkpoint(&transaction, city)?;
        transaction.commit()
    }

    fn rebuild(&self) -> Result<City, BackendError> {
        let sorted = |e| BackendError::of_sqlite(&self.file, e);
        let damaged = |what: String, e: serde_json::Error| BackendError::Damaged {
            file: self.file.clone(),
            why: format!("{what}: {e}"),
        };
        let text: String = self
            .connection
            .query_row("SELECT body FROM checkpoint WHERE id = 1", [], |row| row.get(0))
            .map_err(sorted)?;
        let snapshot: Snapshot =
            serde_json::from_str(&text).map_err(|e| damaged("checkpoint".to_owned(), e))?;
        let mut city = City::from(snapshot);
        let mut later = self
            .connection
            .prepare("SELECT sequence, body FROM events WHERE sequence > ?1 ORDER BY sequence")
            .map_err(sorted)?;
        let mut rows = later.query([city.sequence as i64]).map_err(sorted)?;
        while let Some(row) = rows.next().map_err(sorted)? {
            let (sequence, body): (i64, String) = (row.get(0).map_err(sorted)?, row.get(1).map_err(sorted)?);
            let event: Event =
                serde_json::from_str(&body).map_err(|e| damaged(format!("event {sequence}"), e))?;
            city.apply(&event);
        }
        Ok(city)
    }

    /// Writes events, and the answer they belong to, in one transaction. Returns the events as written.
    pub fn commit(
        &mut self,
        events: &[Event],
        answered: Option<Answered<'_>>,
    ) -> Result<Vec<Line>, BackendError> {
        self.write(events, answered).map_err(|e| BackendError::of_sqlite(&self.file, e))
    }

    fn write(&mut self, events: &[Event], answered: Option<Answered<'_>>) -> rusqlite::Result<Vec<Line>> {
        let transaction = self.connection.transaction()?;
        let mut lines = Vec::with_capacity(events.len());
        {
            let mut put = transaction
                .prepare_cached("INSERT INTO events (sequence, at_ms, type, body) VALUES (?1, ?2, ?3, ?4)")?;
            for event in events {
                let body = as_json(event)?;
                put.execute(params![event.sequence as i64, event.at.0, event.body.key(), body])?;
                lines.push((event.sequence, Arc::from(body)));
            }
        }
        if let Some(Answered { key, actor, at, recorded }) = answered {
            transaction.execute(
                "INSERT INTO commands (idempotency_key, at_ms, actor, body, status, answer)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![key, at.0, actor, recorded.body, recorded.status, recorded.answer],
            )?;
        }
        transaction.commit()?;
        Ok(lines)
    }

    /// The answer given under `key`, if any.
    pub fn answer(&self, key: &str) -> Result<Option<Recorded>, BackendError> {
        self.connection
            .query_row("SELECT body, status, answer FROM commands WHERE idempotency_key = ?1", [key], |row| {
                Ok(Recorded { body: row.get(0)?, status: row.get(1)?, answer: row.get(2)? })
            })
            .optional()
            .map_err(|e| BackendError::of_sqlite(&self.file, e))
    }

    /// Writes the whole state, so that a start need not read the journal from its beginning.
    pub fn checkpoint(&mut self, city: &City) -> Result<(), BackendError> {
        write_checkpoint(&self.connection, city).map_err(|e| BackendError::of_sqlite(&self.file, e))
    }
}

fn write_checkpoint(connection: &Connection, city: &City) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO checkpoint (id, sequence, body) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, body = excluded.body",
        params![city.sequence as i64, as_json(&Snapshot::from(city))?],
    )?;
    Ok(())
}

fn as_json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

/// Reads the journal beside the store, for readers that fell far behind.
pub fn read_journal(file: &Path, after: u64, limit: usize) -> Result<Vec<Line>, BackendError> {
    let read = || -> rusqlite::Result<Vec<Line>> {
        let connection = Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        let mut query = connection
            .prepare("SELECT sequence, body FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2")?;
        let rows = query.query_map(params![after as i64, limit as i64], |row| {
            Ok((row.get::<_, i64>(0)? as u64, Arc::from(row.get::<_, String>(1)?)))
        })?;
        rows.collect()
    };
    read().map_err(|e| BackendError::of_sqlite(file, e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::{EventBody, Status, UnitId};

    fn checked_in(sequence: u64) -> Event {
        let unit_id = UnitId::from("U".repeat(20_000));
        let body = EventBody::UnitCheckedIn { unit_id, lon: 106.5, lat: 29.5 };
        Event { sequence, at: CityTime(sequence as i64), status: Status::Exercise, body }
    }

    #[test]
    fn a_full_disk_is_said_and_loses_nothing_that_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(folder.path(), 1, City::default).unwrap();
        store.commit(&[checked_in(1)], None).unwrap();
        let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages + 2).unwrap();
        let error = store.commit(&[checked_in(2)], None).unwrap_err();
        assert!(matches!(error, BackendError::DiskFull { .. }), "{error}");
        store.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        store.commit(&[checked_in(2)], None).unwrap();
        drop(store);
        let (store, city) = Store::open(folder.path(), 1, City::default).unwrap();
        assert_eq!(city.sequence, 2);
        assert_eq!(read_journal(store.file(), 0, 10).unwrap().len(), 2);
    }
}
