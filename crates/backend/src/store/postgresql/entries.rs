//! Entries of the journal as rows of its table.

use super::Database;
use crate::BackendError;
use crate::store::{Kept, Line};
use city::{ChainHash, CityTime, EntryKind, Head, JournalEntry};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, Error, IsolationLevel, Row, Statement, Transaction};
use std::sync::Arc;

/// Puts entries, given in columns.
pub const PUT: &str = "
INSERT INTO journal (number, at_ms, written_ms, kind, what, who, origin, sequence, idempotency_key, status, body, answer,
                     hash)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::bigint[], $9::text[], $10::integer[], $11::text[], $12::text[], $13::text[])";

/// The text columns of PostgreSQL hold no NUL, which nobody's name needs.
pub fn cleaned(entry: &mut JournalEntry) {
    let texts = [&mut entry.what, &mut entry.who, &mut entry.origin, &mut entry.body];
    for text in texts.into_iter().chain(entry.key.as_mut()).chain(entry.answer.as_mut()) {
        if text.contains('\0') {
            *text = text.replace('\0', "\u{fffd}");
        }
    }
}

/// Puts `entries` with their `hashes` into the journal.
pub fn put(
    transaction: &mut Transaction<'_>,
    statement: &Statement,
    entries: &[JournalEntry],
    hashes: &[String],
) -> Result<(), Error> {
    fn column<'a, T>(entries: &'a [JournalEntry], of: impl Fn(&'a JournalEntry) -> T) -> Vec<T> {
        entries.iter().map(of).collect()
    }
    let columns: [&(dyn ToSql + Sync); 13] = [
        &column(entries, |e| e.number as i64),
        &column(entries, |e| e.at.0),
        &column(entries, |e| e.written.0),
        &column(entries, |e| e.kind.key()),
        &column(entries, |e| e.what.as_str()),
        &column(entries, |e| e.who.as_str()),
        &column(entries, |e| e.origin.as_str()),
        &column(entries, |e| e.sequence.map(|sequence| sequence as i64)),
        &column(entries, |e| e.key.as_deref()),
        &column(entries, |e| e.status.map(i32::from)),
        &column(entries, |e| e.body.as_str()),
        &column(entries, |e| e.answer.as_deref()),
        &hashes,
    ];
    transaction.execute(statement, &columns).map(|_| ())
}

/// A head, from its number and hash.
pub fn head(row: &Row) -> Result<Head, Error> {
    let (number, hash): (i64, Hash) = (row.try_get(0)?, row.try_get(1)?);
    Ok(Head { number: number as u64, hash: hash.0 })
}

/// A line, from its sequence and body.
pub fn line(row: &Row) -> Result<Line, Error> {
    Ok((row.try_get::<_, i64>(0)? as u64, Arc::from(row.try_get::<_, &str>(1)?)))
}

/// The events after a sequence, so many at most.
pub fn page(client: &mut Client, after: u64, most: usize) -> Result<Vec<Line>, Error> {
    let rows = client.query(
        "SELECT sequence, body FROM journal WHERE sequence > $1 ORDER BY sequence LIMIT $2",
        &[&(after as i64), &(most as i64)],
    )?;
    rows.iter().map(line).collect()
}

/// Hands every entry, with the hash that is kept with it, to `take` in the order of their numbers, until that is an
/// error. Returns what lies beside them at the same moment.
pub fn each_kept<E: From<BackendError>>(
    database: &Database,
    mut take: impl FnMut(JournalEntry, ChainHash) -> Result<(), E>,
) -> Result<Kept, E> {
    let sorted = |error: Error| database.sorted(&error);
    let mut client = database.connect()?;
    // A long journal takes its time.
    client.batch_execute("SET statement_timeout = 0").map_err(sorted)?;
    let mut moment = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .map_err(sorted)?;
    let beside = moment
        .query_opt("SELECT h.number, h.hash, c.body FROM head h LEFT JOIN checkpoint c ON c.id = h.id", &[])
        .map_err(sorted)?;
    let all = "SELECT number, at_ms, written_ms, kind, what, who, origin, sequence, idempotency_key, status, body, answer,
               hash FROM journal ORDER BY number";
    let nothing: [&(dyn ToSql + Sync); 0] = [];
    let mut rows = moment.query_raw(all, nothing).map_err(sorted)?;
    while let Some(row) = rows.next().map_err(sorted)? {
        let (entry, hash) = entry(&row).map_err(sorted)?;
        take(entry, hash)?;
    }
    let Some(row) = beside else { return Ok(Kept::default()) };
    Ok(Kept { state: row.try_get(2).map_err(sorted)?, head: Some(head(&row).map_err(sorted)?) })
}

fn entry(row: &Row) -> Result<(JournalEntry, ChainHash), Error> {
    let unsigned = |column: usize| row.try_get::<_, i64>(column).map(|value| value as u64);
    let entry = JournalEntry {
        number: unsigned(0)?,
        at: CityTime(row.try_get(1)?),
        written: CityTime(row.try_get(2)?),
        kind: row.try_get::<_, Kind>(3)?.0,
        what: row.try_get(4)?,
        who: row.try_get(5)?,
        origin: row.try_get(6)?,
        sequence: row.try_get::<_, Option<i64>>(7)?.map(|sequence| sequence as u64),
        key: row.try_get(8)?,
        status: row.try_get::<_, Option<i32>>(9)?.and_then(|status| u16::try_from(status).ok()),
        body: row.try_get(10)?,
        answer: row.try_get(11)?,
    };
    Ok((entry, row.try_get::<_, Hash>(12)?.0))
}

/// A kind of entry, by its key.
struct Kind(EntryKind);
/// A hash of 64 digits.
struct Hash(ChainHash);

/// Reads a text column as a value that not every text is.
macro_rules! of_text {
    ($type:ident, $read:expr, $what:literal) => {
        impl<'a> postgres::types::FromSql<'a> for $type {
            fn from_sql(
                kind: &postgres::types::Type,
                raw: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                let text = <&str as postgres::types::FromSql>::from_sql(kind, raw)?;
                $read(text).map(Self).ok_or_else(|| format!("`{text}` is no {}", $what).into())
            }
            postgres::types::accepts!(TEXT);
        }
    };
}

of_text!(Kind, EntryKind::of_key, "kind of entry");
of_text!(Hash, ChainHash::parse, "hash of 64 digits");
