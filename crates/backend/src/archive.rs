//! The journal as it lies in a database file or as it was exported: checked, and written out a line an entry.

use crate::BackendError;
use crate::store::{CHECKPOINT, each_entry, open_to_read, sha256};
use city::{ChainHash, EntryKind, Head, JournalEntry, JournalFault, Verifier};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a journal does not hold, or cannot be read.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// It is not what was written.
    #[error("{}: {fault}", file.display())]
    Broken {
        /// Which file.
        file: PathBuf,
        /// Where and how.
        fault: JournalFault,
    },
    /// The state that lies beside the journal is not the one the journal tells of.
    #[error("{}: the checkpoint is not the one that was written with entry {number}", file.display())]
    Checkpoint {
        /// Which file.
        file: PathBuf,
        /// The entry that tells of it.
        number: u64,
    },
    /// A line of an exported journal is no entry.
    #[error("{}, line {line}: no entry of a journal: {why}", file.display())]
    Line {
        /// Which file.
        file: PathBuf,
        /// Which line.
        line: usize,
        /// Why.
        why: String,
    },
    /// The file cannot be read, or what comes of it cannot be written.
    #[error("{}: {source}", file.display())]
    Io {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database cannot be read.
    #[error(transparent)]
    Database(#[from] BackendError),
}

/// What a journal that holds consists of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// All entries.
    pub entries: u64,
    /// Changes of the city.
    pub events: u64,
    /// What was asked for.
    pub commands: u64,
    /// What was refused at the door: lines, each of which may count several.
    pub refusals: u64,
    /// How far it goes, as `NUMBER:HASH`: noted elsewhere, it shows later that nothing was cut off.
    pub head: String,
}

/// An exported line: the entry and its hash.
#[derive(Serialize, Deserialize)]
struct ExportedLine {
    #[serde(flatten)]
    entry: JournalEntry,
    hash: String,
}

/// Checks every entry of the journal in `file`, a database or an export; `noted` is a head that must be in it.
pub fn verify(file: &Path, noted: Option<Head>) -> Result<Verified, ArchiveError> {
    let mut verifier = Verifier::new(noted);
    let mut counts = [0_u64; 4];
    let mut told_state = None;
    let broken = |fault| ArchiveError::Broken { file: file.to_owned(), fault };
    let state = each(file, |entry, hash| {
        verifier.check(&entry, hash).map_err(broken)?;
        counts[0] += 1;
        match entry.kind {
            EntryKind::Event => counts[1] += 1,
            EntryKind::Command => counts[2] += 1,
            EntryKind::Refusal => counts[3] += 1,
            EntryKind::Service if entry.what == CHECKPOINT => told_state = Some((entry.number, entry.body)),
            EntryKind::Service => {}
        }
        Ok(())
    })?;
    if let (Some((number, told)), Some(state)) = (told_state, state) {
        let told: serde_json::Value = serde_json::from_str(&told).unwrap_or_default();
        if told["sha256"].as_str() != Some(&sha256(&state)) {
            return Err(ArchiveError::Checkpoint { file: file.to_owned(), number });
        }
    }
    let head = verifier.end().map_err(broken)?.to_string();
    let [entries, events, commands, refusals] = counts;
    Ok(Verified { entries, events, commands, refusals, head })
}

/// Writes the journal in `file` a JSON line an entry; returns how many.
pub fn export(file: &Path, out: &mut dyn Write) -> Result<u64, ArchiveError> {
    let unwritten = |source| ArchiveError::Io { file: PathBuf::from("the export"), source };
    let mut count = 0;
    each(file, |entry, hash| {
        count += 1;
        let line = ExportedLine { entry, hash: hash.to_string() };
        serde_json::to_writer(&mut *out, &line).map_err(|e| unwritten(e.into()))?;
        out.write_all(b"\n").map_err(unwritten)
    })?;
    out.flush().map_err(unwritten)?;
    Ok(count)
}

/// Hands every entry to `take`; returns the checkpoint that lies beside them in a database.
fn each(
    file: &Path,
    mut take: impl FnMut(JournalEntry, ChainHash) -> Result<(), ArchiveError>,
) -> Result<Option<String>, ArchiveError> {
    if is_database(file)? {
        let sorted = |e| BackendError::of_sqlite(file, e);
        let connection = open_to_read(file).map_err(sorted)?;
        // One view of both: the backend may write another checkpoint meanwhile.
        connection.execute_batch("BEGIN").map_err(sorted)?;
        each_entry(&connection, file, take)?;
        let state = connection.query_row("SELECT body FROM checkpoint WHERE id = 1", [], |row| row.get(0));
        return Ok(state.optional().map_err(sorted)?);
    }
    let unread = |source| ArchiveError::Io { file: file.to_owned(), source };
    for (number, text) in BufReader::new(File::open(file).map_err(unread)?).lines().enumerate() {
        let wrong = |why: String| ArchiveError::Line { file: file.to_owned(), line: number + 1, why };
        let text = text.map_err(|e| wrong(e.to_string()))?;
        let line: ExportedLine = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        let hash =
            ChainHash::parse(&line.hash).ok_or_else(|| wrong("its hash has not 64 digits".to_owned()))?;
        take(line.entry, hash)?;
    }
    Ok(None)
}

fn is_database(file: &Path) -> Result<bool, ArchiveError> {
    use std::io::Read;
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(16).read_to_end(&mut head));
    read.map_err(|source| ArchiveError::Io { file: file.to_owned(), source })?;
    Ok(head == b"SQLite format 3\0")
}
