//! The database: the journal and the newest checkpoint in one SQLite file.
//!
//! What is committed here has happened; what is not, has not. A command, its answer and its events are one
//! transaction. A lock file keeps a second backend out, so that a reader may still look on.

mod past;
mod rows;
mod schema;

pub use rows::{each_entry, open_to_read, read_journal};

use crate::BackendError;
use crate::clock::wall_clock;
use city::{City, CityTime, EntryKind, Event, Head, JournalEntry, Snapshot};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An event as it is written, streamed and answered: its sequence and its JSON.
pub type Line = (u64, Arc<str>);

/// The answer to a command, kept for its repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Who asked.
    pub who: String,
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
    /// The type of the command.
    pub what: &'a str,
    /// What was asked and answered.
    pub recorded: &'a Recorded,
}

/// Who caused what is written, from where and when.
pub struct Cause<'a> {
    /// Who.
    pub who: &'a str,
    /// Where from; empty for the backend itself.
    pub origin: &'a str,
    /// When, city time.
    pub at: CityTime,
}

/// A line of the journal beside commands and events: what was refused at the door, or what the backend did.
pub struct Note {
    /// Which of the two.
    pub kind: EntryKind,
    /// What it was.
    pub what: String,
    /// The HTTP status it was answered with.
    pub status: Option<u16>,
    /// More of it, as JSON.
    pub body: serde_json::Value,
}

/// The open database of one city.
pub struct Store {
    file: PathBuf,
    connection: Connection,
    head: Head,
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
        let head = rows::head(&connection).map_err(sorted)?;
        let mut store =
            Store { file: file.clone(), connection, head, began: CityTime::default(), _lock: lock };
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
        self.head = write_checkpoint(&transaction, self.head, city)?;
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
            .prepare("SELECT sequence, body FROM journal WHERE sequence > ?1 ORDER BY sequence")
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

    /// Writes a command with its answer, where there is one, and the events it or the city itself caused, in one
    /// transaction. Returns the events as written.
    pub fn commit(
        &mut self,
        cause: &Cause<'_>,
        answered: Option<Answered<'_>>,
        events: &[Event],
    ) -> Result<Vec<Line>, BackendError> {
        self.write(cause, answered, events).map_err(|e| BackendError::of_sqlite(&self.file, e))
    }

    fn write(
        &mut self,
        cause: &Cause<'_>,
        answered: Option<Answered<'_>>,
        events: &[Event],
    ) -> rusqlite::Result<Vec<Line>> {
        let transaction = self.connection.transaction()?;
        let mut head = self.head;
        if let Some(Answered { key, what, recorded }) = answered {
            let entry = JournalEntry {
                key: Some(key.to_owned()),
                status: Some(recorded.status),
                answer: Some(recorded.answer.clone()),
                ..entry(cause, EntryKind::Command, what, recorded.body.clone())
            };
            head = rows::append(&transaction, head, entry)?;
        }
        let mut lines = Vec::with_capacity(events.len());
        for event in events {
            let body = as_json(event)?;
            lines.push((event.sequence, Arc::from(body.as_str())));
            let entry = JournalEntry {
                at: event.at,
                sequence: Some(event.sequence),
                ..entry(cause, EntryKind::Event, event.body.key(), body)
            };
            head = rows::append(&transaction, head, entry)?;
        }
        transaction.commit()?;
        self.head = head;
        Ok(lines)
    }

    /// Writes notes.
    pub fn note(&mut self, cause: &Cause<'_>, notes: &[Note]) -> Result<(), BackendError> {
        let mut write = || {
            let transaction = self.connection.transaction()?;
            let mut head = self.head;
            for note in notes {
                let entry = entry(cause, note.kind, &note.what, note.body.to_string());
                head = rows::append(&transaction, head, JournalEntry { status: note.status, ..entry })?;
            }
            transaction.commit()?;
            self.head = head;
            Ok(())
        };
        write().map_err(|e| BackendError::of_sqlite(&self.file, e))
    }

    /// The answer given under `key`, if any.
    pub fn answer(&self, key: &str) -> Result<Option<Recorded>, BackendError> {
        self.connection
            .query_row(
                "SELECT who, body, status, answer FROM journal WHERE idempotency_key = ?1",
                [key],
                |row| {
                    Ok(Recorded {
                        who: row.get(0)?,
                        body: row.get(1)?,
                        status: row.get(2)?,
                        answer: row.get(3)?,
                    })
                },
            )
            .optional()
            .map_err(|e| BackendError::of_sqlite(&self.file, e))
    }

    /// Writes the whole state, so that a start need not read the journal from its beginning.
    pub fn checkpoint(&mut self, city: &City) -> Result<(), BackendError> {
        let mut write = || {
            let transaction = self.connection.transaction()?;
            let head = write_checkpoint(&transaction, self.head, city)?;
            transaction.commit()?;
            self.head = head;
            Ok(())
        };
        write().map_err(|e| BackendError::of_sqlite(&self.file, e))
    }
}

/// An entry whose number the journal gives.
fn entry(cause: &Cause<'_>, kind: EntryKind, what: &str, body: String) -> JournalEntry {
    JournalEntry {
        number: 0,
        at: cause.at,
        written: wall_clock(),
        kind,
        what: what.to_owned(),
        who: cause.who.to_owned(),
        origin: cause.origin.to_owned(),
        sequence: None,
        key: None,
        status: None,
        body,
        answer: None,
    }
}

/// The state lies beside the journal; its hash in the journal says whether it is the one that was written.
fn write_checkpoint(connection: &Connection, head: Head, city: &City) -> rusqlite::Result<Head> {
    let body = as_json(&Snapshot::from(city))?;
    let told = serde_json::json!({"sequence": city.sequence, "sha256": sha256(&body)});
    connection.execute(
        "INSERT INTO checkpoint (id, sequence, body) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, body = excluded.body",
        params![city.sequence as i64, body],
    )?;
    let cause = Cause { who: "", origin: "", at: city.now };
    rows::append(connection, head, entry(&cause, EntryKind::Service, CHECKPOINT, told.to_string()))
}

/// What the journal calls a checkpoint.
pub const CHECKPOINT: &str = "checkpoint";

/// The SHA-256 of a text, hexadecimal.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::{EventBody, Status, UnitId};

    const CAUSE: Cause<'_> = Cause { who: "training", origin: "", at: CityTime(0) };

    fn checked_in(sequence: u64) -> Event {
        let unit_id = UnitId::from("U".repeat(20_000));
        let body = EventBody::UnitCheckedIn { unit_id, lon: 106.5, lat: 29.5 };
        Event { sequence, at: CityTime(sequence as i64), status: Status::Exercise, body }
    }

    #[test]
    fn a_full_disk_is_said_and_loses_nothing_that_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(folder.path(), 1, City::default).unwrap();
        store.commit(&CAUSE, None, &[checked_in(1)]).unwrap();
        let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages + 2).unwrap();
        let error = store.commit(&CAUSE, None, &[checked_in(2)]).unwrap_err();
        assert!(matches!(error, BackendError::DiskFull { .. }), "{error}");
        store.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        store.commit(&CAUSE, None, &[checked_in(2)]).unwrap();
        drop(store);
        let (store, city) = Store::open(folder.path(), 1, City::default).unwrap();
        assert_eq!(city.sequence, 2);
        assert_eq!(read_journal(store.file(), 0, 10).unwrap().len(), 2);
    }
}
