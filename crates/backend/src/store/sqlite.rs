//! The database in one SQLite file. A lock file keeps a second backend out, so that a reader may still look on.

mod past;
mod rows;
mod schema;

pub use rows::{each_entry, open_to_read, read_journal};

use super::{Opened, Recorded, State};
use crate::{BackendError, Config};
use city::{City, CityTime, Head, JournalEntry};
use rusqlite::{Connection, OptionalExtension, params};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The open database of one city.
pub struct Sqlite {
    file: PathBuf,
    connection: Connection,
    head: Head,
    // Held for as long as the store is open; the system lets go of it when the process dies.
    _lock: File,
}

impl Sqlite {
    /// Opens or makes `city.sqlite` in the data folder.
    pub fn open(config: &Config, first: impl FnOnce() -> City) -> Result<Opened, BackendError> {
        let lock = schema::lock(&config.data)?;
        let file = config.data.join("city.sqlite");
        let sorted = |e| BackendError::of_sqlite(&file, e);
        let connection = Connection::open(&file).map_err(sorted)?;
        schema::prepare(&file, &connection)?;
        let found: Option<i64> = connection
            .query_row("SELECT value FROM meta WHERE key = 'seed'", [], |row| row.get(0))
            .optional()
            .map_err(sorted)?;
        let head = rows::head(&connection).map_err(sorted)?;
        let mut store = Self { file: file.clone(), connection, head, _lock: lock };
        let city = match found {
            Some(found) if found as u64 != config.seed => {
                return Err(BackendError::Seed { file, found: found as u64, asked: config.seed });
            }
            Some(_) => store.rebuild()?,
            None => {
                let city = first();
                store.begin(config.seed, &city)?;
                city
            }
        };
        let began = store
            .connection
            .query_row("SELECT value FROM meta WHERE key = 'began_ms'", [], |row| row.get(0))
            .map_err(sorted)?;
        let now = super::resumes_at(&city, config.speed);
        Ok(Opened { store: super::Store::Sqlite(store), city, began: CityTime(began), now })
    }

    /// The database file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn begin(&mut self, seed: u64, city: &City) -> Result<(), BackendError> {
        let (state, told) = super::checkpoint(city)?;
        let write = || {
            let transaction = self.connection.transaction()?;
            let put = "INSERT INTO meta (key, value) VALUES (?1, ?2)";
            transaction.execute(put, params!["seed", seed as i64])?;
            transaction.execute(put, params!["began_ms", city.now.0])?;
            write_state(&transaction, &state)?;
            self.head = rows::append(&transaction, self.head, told)?;
            transaction.commit()
        };
        write().map_err(|e| BackendError::of_sqlite(&self.file, e))
    }

    fn rebuild(&self) -> Result<City, BackendError> {
        let sorted = |e| BackendError::of_sqlite(&self.file, e);
        let database = self.file.display().to_string();
        let text: String = self
            .connection
            .query_row("SELECT body FROM checkpoint WHERE id = 1", [], |row| row.get(0))
            .map_err(sorted)?;
        let mut city = super::restored(&text, &database)?;
        let mut later = self
            .connection
            .prepare("SELECT sequence, body FROM journal WHERE sequence > ?1 ORDER BY sequence")
            .map_err(sorted)?;
        let mut rows = later.query([city.sequence as i64]).map_err(sorted)?;
        while let Some(row) = rows.next().map_err(sorted)? {
            let (sequence, body): (i64, String) = (row.get(0).map_err(sorted)?, row.get(1).map_err(sorted)?);
            city.apply(&super::event_of(sequence as u64, &body, &database)?);
        }
        Ok(city)
    }

    /// Writes entries, and the state where there is one, in one transaction.
    pub fn append(&mut self, entries: Vec<JournalEntry>, state: Option<&State>) -> Result<(), BackendError> {
        let write = || {
            let transaction = self.connection.transaction()?;
            let mut head = self.head;
            if let Some(state) = state {
                write_state(&transaction, state)?;
            }
            for entry in entries {
                head = rows::append(&transaction, head, entry)?;
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
}

fn write_state(connection: &Connection, state: &State) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO checkpoint (id, sequence, body) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, body = excluded.body",
        params![state.sequence as i64, state.body],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Cause, Store};
    use super::*;
    use city::{Event, EventBody, Status, UnitId};

    const CAUSE: Cause<'_> = Cause { who: "training", origin: "", at: CityTime(0) };

    fn checked_in(sequence: u64) -> Event {
        let unit_id = UnitId::from("U".repeat(20_000));
        let body = EventBody::UnitCheckedIn { unit_id, lon: 106.5, lat: 29.5 };
        Event { sequence, at: CityTime(sequence as i64), status: Status::Exercise, body }
    }

    fn open(folder: &Path) -> (Store, City) {
        let opened = Store::open(&Config::embedded(folder.to_owned()), &[], City::default).unwrap();
        (opened.store, opened.city)
    }

    fn commit(store: &mut Store, sequence: u64) -> Result<(), BackendError> {
        let (turn, _) = store.turn(sequence - 1)?;
        turn.commit(&CAUSE, None, &[checked_in(sequence)]).map(|_| ())
    }

    fn pages(store: &Store, most: Option<i64>) -> i64 {
        let Store::Sqlite(Sqlite { connection, .. }) = store else { panic!("another store") };
        if let Some(most) = most {
            connection.pragma_update(None, "max_page_count", most).unwrap();
        }
        connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_full_disk_is_said_and_loses_nothing_that_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _) = open(folder.path());
        commit(&mut store, 1).unwrap();
        let used = pages(&store, None);
        pages(&store, Some(used + 2));
        let error = commit(&mut store, 2).unwrap_err();
        assert!(matches!(error, BackendError::DiskFull { .. }), "{error}");
        pages(&store, Some(1_000_000));
        commit(&mut store, 2).unwrap();
        drop(store);
        let (store, city) = open(folder.path());
        assert_eq!(city.sequence, 2);
        assert_eq!(store.past().read(0, 10).unwrap().len(), 2);
    }
}
