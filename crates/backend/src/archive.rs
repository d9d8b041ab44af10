//! The journal as it lies in a database file or as it was exported: checked, and written out a line an entry.

use crate::store::{CHECKPOINT, Kept, each_in_database, each_in_file, sha256};
use crate::{BackendError, Database};
use city::{ChainHash, EntryKind, Head, JournalEntry, JournalFault, Verifier};
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
    /// A city's journal has an entry from its first moment on.
    #[error("{}: no entry at all, though a journal begins with the city: it was emptied, or is none", file.display())]
    Empty {
        /// Which file.
        file: PathBuf,
    },
    /// There is a checkpoint, and no entry tells of one.
    #[error("{}: a checkpoint that no entry of the journal tells of", file.display())]
    Unaccounted {
        /// Which file.
        file: PathBuf,
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

/// Where a journal lies.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one, named on the command line")]
pub enum JournalAt {
    /// In a database file, or in an export.
    File(PathBuf),
    /// In a PostgreSQL database.
    Database(Database),
}

impl JournalAt {
    /// How people name it.
    pub fn named(&self) -> String {
        match self {
            Self::File(file) => file.display().to_string(),
            Self::Database(database) => database.to_string(),
        }
    }
}

impl<P: AsRef<Path>> From<P> for JournalAt {
    fn from(file: P) -> Self {
        Self::File(file.as_ref().to_owned())
    }
}

/// Checks every entry of the journal at `at`, a database or an export; `noted` is a head that must be in it.
pub fn verify(at: &JournalAt, noted: Option<Head>) -> Result<Verified, ArchiveError> {
    let file = PathBuf::from(at.named());
    let mut verifier = Verifier::new(noted);
    let mut counts = [0_u64; 4];
    let mut told_state = None;
    let broken = |fault| ArchiveError::Broken { file: file.clone(), fault };
    let kept = each(at, |entry, hash| {
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
    let end = verifier.end().map_err(broken)?;
    if let Some(noted) = kept.head.filter(|noted| *noted != end) {
        return Err(broken(JournalFault::NotThere { noted, end }));
    }
    if counts[0] == 0 {
        return Err(ArchiveError::Empty { file });
    }
    if told_state.is_none() && kept.state.is_some() {
        return Err(ArchiveError::Unaccounted { file });
    }
    if let (Some((number, told)), Some(state)) = (told_state, kept.state) {
        let told: serde_json::Value = serde_json::from_str(&told).unwrap_or_default();
        if told["sha256"].as_str() != Some(&sha256(&state)) {
            return Err(ArchiveError::Checkpoint { file, number });
        }
    }
    let head = end.to_string();
    let [entries, events, commands, refusals] = counts;
    Ok(Verified { entries, events, commands, refusals, head })
}

/// Writes the journal at `at` a JSON line an entry; returns how many.
pub fn export(at: &JournalAt, out: &mut dyn Write) -> Result<u64, ArchiveError> {
    let unwritten = |source| ArchiveError::Io { file: PathBuf::from("the export"), source };
    let mut count = 0;
    each(at, |entry, hash| {
        count += 1;
        let line = ExportedLine { entry, hash: hash.to_string() };
        serde_json::to_writer(&mut *out, &line).map_err(|e| unwritten(e.into()))?;
        out.write_all(b"\n").map_err(unwritten)
    })?;
    out.flush().map_err(unwritten)?;
    Ok(count)
}

/// Hands every entry to `take`; returns what lies beside them in a database.
fn each(
    at: &JournalAt,
    mut take: impl FnMut(JournalEntry, ChainHash) -> Result<(), ArchiveError>,
) -> Result<Kept, ArchiveError> {
    let file = match at {
        JournalAt::Database(database) => return each_in_database(database, take),
        JournalAt::File(file) => file,
    };
    if is_database(file)? {
        return each_in_file(file, take);
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
    Ok(Kept::default())
}

fn is_database(file: &Path) -> Result<bool, ArchiveError> {
    use std::io::Read;
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(16).read_to_end(&mut head));
    read.map_err(|source| ArchiveError::Io { file: file.to_owned(), source })?;
    Ok(head == b"SQLite format 3\0")
}
