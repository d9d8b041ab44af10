//! Entries of the journal as rows of its table.

use crate::BackendError;
use crate::store::Line;
use city::{ChainHash, CityTime, EntryKind, Head, JournalEntry};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const COLUMNS: &str =
    "number, at_ms, written_ms, kind, what, who, origin, sequence, idempotency_key, status, body,
     answer, hash";

/// How far the journal goes.
pub fn head(connection: &Connection) -> rusqlite::Result<Head> {
    let last = "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1";
    let found =
        connection.query_row(last, [], |row| Ok(Head { number: number(row, 0)?, hash: hash(row, 1)? }));
    Ok(found.optional()?.unwrap_or(Head::EMPTY))
}

/// Adds an entry after `head`, under the next number; returns the new head.
pub fn append(connection: &Connection, head: Head, mut entry: JournalEntry) -> rusqlite::Result<Head> {
    entry.number = head.number + 1;
    let next = head.after(&entry);
    let put = format!(
        "INSERT INTO journal ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    connection.prepare_cached(&put)?.execute(params![
        entry.number as i64,
        entry.at.0,
        entry.written.0,
        entry.kind.key(),
        entry.what,
        entry.who,
        entry.origin,
        entry.sequence.map(|sequence| sequence as i64),
        entry.key,
        entry.status,
        entry.body,
        entry.answer,
        next.hash.to_string(),
    ])?;
    Ok(next)
}

/// Opens the database beside its owner, to read it.
pub fn open_to_read(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    Ok(connection)
}

/// Reads the events after a sequence beside the store, for readers that fell far behind.
pub fn read_journal(file: &Path, after: u64, limit: usize) -> Result<Vec<Line>, BackendError> {
    let read = || -> rusqlite::Result<Vec<Line>> {
        let connection = open_to_read(file)?;
        let mut query = connection
            .prepare("SELECT sequence, body FROM journal WHERE sequence > ?1 ORDER BY sequence LIMIT ?2")?;
        let rows = query.query_map(params![after as i64, limit as i64], |row| {
            Ok((number(row, 0)?, Arc::from(row.get::<_, String>(1)?)))
        })?;
        rows.collect()
    };
    read().map_err(|e| BackendError::of_sqlite(file, e))
}

/// Hands every entry, with the hash that is kept with it, to `take` in the order of their numbers, until that is an
/// error.
pub fn each_entry<E: From<BackendError>>(
    connection: &Connection,
    file: &Path,
    mut take: impl FnMut(JournalEntry, ChainHash) -> Result<(), E>,
) -> Result<(), E> {
    let sorted = |e| BackendError::of_sqlite(file, e);
    let all = format!("SELECT {COLUMNS} FROM journal ORDER BY number");
    let mut query = connection.prepare(&all).map_err(sorted)?;
    let mut rows = query.query([]).map_err(sorted)?;
    while let Some(row) = rows.next().map_err(sorted)? {
        let (entry, hash) = entry(row).map_err(sorted)?;
        take(entry, hash)?;
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<(JournalEntry, ChainHash)> {
    let kind: String = row.get(3)?;
    let entry = JournalEntry {
        number: number(row, 0)?,
        at: CityTime(row.get(1)?),
        written: CityTime(row.get(2)?),
        kind: EntryKind::of_key(&kind)
            .ok_or_else(|| unreadable(3, format!("`{kind}` is no kind of entry")))?,
        what: row.get(4)?,
        who: row.get(5)?,
        origin: row.get(6)?,
        sequence: row.get::<_, Option<i64>>(7)?.map(|sequence| sequence as u64),
        key: row.get(8)?,
        status: row.get(9)?,
        body: row.get(10)?,
        answer: row.get(11)?,
    };
    Ok((entry, hash(row, 12)?))
}

fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)? as u64)
}

fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<ChainHash> {
    let text: String = row.get(column)?;
    ChainHash::parse(&text).ok_or_else(|| unreadable(column, format!("`{text}` is no hash of 64 digits")))
}

fn unreadable(column: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
}
