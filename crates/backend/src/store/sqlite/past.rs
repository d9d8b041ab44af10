//! Databases of the first version: their events and commands become entries of a journal.

use super::rows;
use city::{CityTime, EntryKind, Head, JournalEntry};
use rusqlite::{Connection, Row};

/// Chains what tables of version 1 hold, in the order of its time, and puts those tables away. What was not written
/// down then stays unsaid: where from, and when by the wall clock.
pub fn chain(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE events RENAME TO old_events; ALTER TABLE commands RENAME TO old_commands;",
    )?;
    connection.execute_batch(super::schema::JOURNAL)?;
    let mut head = Head::EMPTY;
    {
        // A command comes before the events it caused at the same instant.
        let mut all = connection.prepare(
            "SELECT at_ms, 0, NULL, idempotency_key, actor, coalesce(body ->> '$.type', ''), status, body, answer
             FROM old_commands
             UNION ALL SELECT at_ms, 1, sequence, NULL, '', type, NULL, body, NULL FROM old_events
             ORDER BY 1, 2, 3, 4",
        )?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            head = rows::append(connection, head, entry(row)?)?;
        }
    }
    connection.execute_batch("DROP TABLE old_events; DROP TABLE old_commands;")
}

fn entry(row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
    let at = CityTime(row.get(0)?);
    let sequence: Option<i64> = row.get(2)?;
    Ok(JournalEntry {
        number: 0,
        at,
        written: at,
        kind: if sequence.is_some() { EntryKind::Event } else { EntryKind::Command },
        what: row.get(5)?,
        who: row.get(4)?,
        origin: String::new(),
        sequence: sequence.map(|sequence| sequence as u64),
        key: row.get(3)?,
        status: row.get(6)?,
        body: row.get(7)?,
        answer: row.get(8)?,
    })
}
