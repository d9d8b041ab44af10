//! The outbox on disk: a command is committed here before it leaves, and stays until it is answered.
//!
//! SQLite with a write-ahead log and `synchronous = FULL`: what was committed survives a loss of power.
//! A row remembers for which city it was meant, so that a console started on another backend sends it nowhere.

use crate::error::LinkError;
use crate::message::CommandKey;
use crate::state_dir::Claimed;
use city::Command;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The file in the state folder.
pub(crate) const FILE: &str = "outbox.sqlite";
/// The layout of the tables, kept in `user_version`.
const LAYOUT: i64 = 1;
/// How long an answered command is kept.
const ANSWERED_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);

/// A row that selects what may be sent to city `?2` at address `?1`.
const MEANT_FOR: &str =
    "answered_ms IS NULL AND (city_id = ?2 OR (backend = ?1 AND (city_id IS NULL OR ?2 IS NULL)))";

/// Where commands of this moment are meant to go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Addressee {
    /// The backend's address.
    pub(crate) backend: String,
    /// Which city it keeps, once it said it.
    pub(crate) city_id: Option<String>,
}

/// A command that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waiting {
    pub(crate) key: CommandKey,
    /// As it goes over the wire.
    pub(crate) body: String,
    /// The command, where this program knows it: a newer one may have written it.
    pub(crate) command: Option<Command>,
}

/// One outbox and the claim on its folder, shared between the tasks that write and send.
#[derive(Clone)]
pub(crate) struct Shelf(Arc<(Mutex<Outbox>, Claimed)>);

impl Shelf {
    /// The outbox of a claimed folder.
    pub(crate) fn open(claimed: Claimed) -> Result<Self, LinkError> {
        let outbox = Outbox::open(claimed.dir.join(FILE))?;
        Ok(Self(Arc::new((Mutex::new(outbox), claimed))))
    }

    /// The outbox a dead console left, where commands wait in it; else its folder is given free again.
    pub(crate) fn adopt(claimed: Claimed) -> Option<Self> {
        let dir = claimed.dir.clone();
        let shelf = match Self::open(claimed) {
            Ok(shelf) => shelf,
            Err(error) => {
                tracing::warn!("left alone: {error}");
                return None;
            }
        };
        match shelf.read_now(Outbox::waiting) {
            Ok(waiting) if waiting.is_empty() => None,
            Ok(waiting) => {
                tracing::info!(
                    "{} command(s) that a console left in {} are sent first",
                    waiting.len(),
                    dir.display()
                );
                Some(shelf)
            }
            Err(error) => {
                tracing::warn!("left alone: {error}");
                None
            }
        }
    }

    /// Reads while nothing else runs yet.
    pub(crate) fn read_now<T>(
        &self,
        read: impl FnOnce(&Outbox) -> Result<T, LinkError>,
    ) -> Result<T, LinkError> {
        read(&self.0.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Does `work` on the outbox where waiting for the disk holds up nothing else.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T, LinkError> + Send + 'static,
    ) -> Result<T, LinkError> {
        let shelf = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            work(&mut shelf.0.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await.map_err(|e| LinkError::NoThread(std::io::Error::other(e)))?
    }
}

pub(crate) struct Outbox {
    db: Connection,
    file: PathBuf,
}

impl Outbox {
    fn open(file: PathBuf) -> Result<Self, LinkError> {
        let failed = |fault| LinkError::Outbox { file: file.clone(), what: "opened", fault };
        let db = Connection::open(&file).map_err(failed)?;
        db.busy_timeout(Duration::from_secs(2)).map_err(failed)?;
        let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
        if found != 0 && found != LAYOUT {
            return Err(LinkError::OutboxLayout { file, found });
        }
        db.execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             BEGIN IMMEDIATE;
             CREATE TABLE IF NOT EXISTS outbox (
                 number INTEGER PRIMARY KEY AUTOINCREMENT,
                 key TEXT NOT NULL UNIQUE,
                 body TEXT NOT NULL,
                 backend TEXT NOT NULL,
                 city_id TEXT,
                 created_ms INTEGER NOT NULL,
                 answered_ms INTEGER,
                 status INTEGER,
                 answer TEXT
             );
             CREATE INDEX IF NOT EXISTS unanswered ON outbox (number) WHERE answered_ms IS NULL;
             DELETE FROM outbox WHERE answered_ms < {};
             PRAGMA user_version = {LAYOUT};
             COMMIT;",
            now_ms() - ANSWERED_KEPT.as_millis() as i64
        ))
        .map_err(failed)?;
        Ok(Self { db, file })
    }

    fn failed(&self, what: &'static str) -> impl FnOnce(rusqlite::Error) -> LinkError + use<> {
        let file = self.file.clone();
        move |fault| LinkError::Outbox { file, what, fault }
    }

    /// Commits the commands, all or none; the next are accepted only after.
    pub(crate) fn accept(
        &mut self,
        commands: &[(CommandKey, Command)],
        to: &Addressee,
    ) -> Result<(), LinkError> {
        let failed = self.failed("written");
        let write = |db: &mut Connection| {
            let transaction = db.transaction()?;
            for (key, command) in commands {
                let body = serde_json::to_string(command)
                    .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
                transaction.execute(
                    "INSERT INTO outbox (key, body, backend, city_id, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![key.to_string(), body, to.backend, to.city_id, now_ms()],
                )?;
            }
            transaction.commit()
        };
        write(&mut self.db).map_err(failed)
    }

    /// Every command without an answer, oldest first.
    pub(crate) fn waiting(&self) -> Result<Vec<Waiting>, LinkError> {
        let read = || {
            self.db
                .prepare_cached("SELECT key, body FROM outbox WHERE answered_ms IS NULL ORDER BY number")?
                .query_map([], waiting)?
                .collect::<Result<Vec<_>, _>>()
        };
        read().map_err(self.failed("read"))
    }

    /// The commands without an answer that were given for the backend at this address.
    pub(crate) fn waiting_for(&self, backend: &str) -> Result<Vec<CommandKey>, LinkError> {
        let read = || {
            let sql =
                "SELECT key, body FROM outbox WHERE answered_ms IS NULL AND backend = ?1 ORDER BY number";
            let mut select = self.db.prepare_cached(sql)?;
            let keys = select.query_map([backend], waiting)?.map(|w| w.map(|w| w.key));
            keys.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(self.failed("read"))
    }

    /// The oldest command without an answer that is meant for `to`.
    pub(crate) fn next(&self, to: &Addressee) -> Result<Option<Waiting>, LinkError> {
        let sql = format!("SELECT key, body FROM outbox WHERE {MEANT_FOR} ORDER BY number LIMIT 1");
        let read =
            || self.db.prepare_cached(&sql)?.query_row(params![to.backend, to.city_id], waiting).optional();
        read().map_err(self.failed("read"))
    }

    /// How many commands wait for `to`, and how many for other backends.
    pub(crate) fn count(&self, to: &Addressee) -> Result<(u64, u64), LinkError> {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE {MEANT_FOR}), count(*) FROM outbox WHERE answered_ms IS NULL"
        );
        let read = || {
            self.db.prepare_cached(&sql)?.query_row(params![to.backend, to.city_id], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?))
            })
        };
        let (here, all) = read().map_err(self.failed("read"))?;
        Ok((here, all - here))
    }

    /// Commands given before the backend said which city it keeps were meant for that city.
    pub(crate) fn address(&mut self, to: &Addressee) -> Result<(), LinkError> {
        let failed = self.failed("written");
        if to.city_id.is_some() {
            self.db
                .execute(
                    "UPDATE outbox SET city_id = ?2 WHERE answered_ms IS NULL AND city_id IS NULL AND backend = ?1",
                    params![to.backend, to.city_id],
                )
                .map_err(failed)?;
        }
        Ok(())
    }

    /// Keeps the answer of a command.
    pub(crate) fn answer(&mut self, key: CommandKey, status: u16, answer: &str) -> Result<(), LinkError> {
        let failed = self.failed("written");
        self.db
            .execute(
                "UPDATE outbox SET answered_ms = ?2, status = ?3, answer = ?4 WHERE key = ?1",
                params![key.to_string(), now_ms(), status, answer],
            )
            .map(|_| ())
            .map_err(failed)
    }
}

fn waiting(row: &Row) -> rusqlite::Result<Waiting> {
    let (key, body): (String, String) = (row.get(0)?, row.get(1)?);
    let key = uuid::Uuid::parse_str(&key).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e))
    })?;
    Ok(Waiting { key: CommandKey(key), command: serde_json::from_str(&body).ok(), body })
}

/// The workstation's clock; it dates rows for removal, and decides nothing of the city.
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

#[cfg(test)]
mod tests;
