//! The tables, their version, and the lock that keeps a second backend out.

use crate::BackendError;
use rusqlite::Connection;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

/// The version of the tables this program writes; it reads those before as well.
const VERSION: i64 = 2;
/// "ShCh": names the file's kind to `file` and to us.
const APPLICATION: i64 = 0x5368_4368;

/// Up to this size the whole file is checked at the start, bytes.
const CHECKED_BYTES: i64 = 64 << 20;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL,
                         body TEXT NOT NULL) STRICT;
";

/// The journal: nothing in it is changed or removed. Events and commands are views of it, for whoever reads by SQL.
pub const JOURNAL: &str = "
CREATE TABLE journal (number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, written_ms INTEGER NOT NULL,
                      kind TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL,
                      sequence INTEGER UNIQUE, idempotency_key TEXT UNIQUE, status INTEGER, body TEXT NOT NULL,
                      answer TEXT, hash TEXT NOT NULL) STRICT;
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE VIEW events AS SELECT sequence, at_ms, what AS type, who, body FROM journal WHERE kind = 'event';
CREATE VIEW commands AS SELECT idempotency_key, at_ms, who AS actor, origin, what AS type, body, status, answer
    FROM journal WHERE kind = 'command';
";

/// Takes the lock of `folder`, making the folder when it is missing.
pub fn lock(folder: &Path) -> Result<File, BackendError> {
    let trouble = |source| BackendError::Folder { folder: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(trouble)?;
    let path = folder.join("city.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(trouble)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BackendError::InUse { file: folder.join("city.sqlite") }),
        Err(TryLockError::Error(source)) => Err(trouble(source)),
    }
}

/// Sets the database up: a new one gets its tables, an old one is checked.
pub fn prepare(file: &Path, connection: &Connection) -> Result<(), BackendError> {
    let sorted = |e| BackendError::of_sqlite(file, e);
    connection.busy_timeout(Duration::from_secs(2)).map_err(sorted)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (version, application) =
        (pragma("user_version").map_err(sorted)?, pragma("application_id").map_err(sorted)?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sorted)?;
    if tables > 0 && application != APPLICATION {
        let why = "it is the database of another program".to_owned();
        return Err(BackendError::Damaged { file: file.to_owned(), why });
    }
    if tables > 0 && !(1..=VERSION).contains(&version) {
        return Err(BackendError::Version { file: file.to_owned(), found: version, known: VERSION });
    }
    connection.pragma_update(None, "journal_mode", "WAL").map_err(sorted)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(sorted)?;
    if tables == 0 {
        let make = format!(
            "BEGIN IMMEDIATE;{TABLES}{JOURNAL}
             PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        );
        connection.execute_batch(&make).map_err(sorted)?;
    }
    if tables > 0 && version < VERSION {
        let bring_up = || -> rusqlite::Result<()> {
            let transaction =
                rusqlite::Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
            super::past::chain(&transaction)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()
        };
        bring_up().map_err(sorted)?;
    }
    // A file cut short or overwritten is found here rather than in the middle of a shift; the check reads all
    // of it, so a large journal is trusted to say so itself when a page of it cannot be read.
    let bytes = pragma("page_count").map_err(sorted)? * pragma("page_size").map_err(sorted)?;
    if bytes <= CHECKED_BYTES {
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(sorted)?;
        if verdict != "ok" {
            return Err(BackendError::Damaged { file: file.to_owned(), why: verdict });
        }
    }
    // From here on somebody waits for every write: who holds the file for longer gets the city's refusal.
    connection.busy_timeout(Duration::from_millis(300)).map_err(sorted)
}
