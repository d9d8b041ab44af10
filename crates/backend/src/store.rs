//! The database: the journal and the newest checkpoint, in one SQLite file or in PostgreSQL.
//!
//! What is committed here has happened; what is not, has not. A command, its answer and its events are one
//! transaction. Whoever writes takes a turn first: a file has one owner, so its turn is always free; on PostgreSQL
//! several backends take turns, and each learns at the beginning of its own what the others have written.

mod database;
mod past;
mod postgresql;
mod sqlite;

pub use database::{Database, of_library};
pub use past::{Kept, Past, each_in_database, each_in_file};
pub use postgresql::watch;

use crate::clock::wall_clock;
use crate::{BackendError, Config};
use city::{City, CityTime, Device, EntryKind, Event, Head, JournalEntry, Snapshot};
use postgresql::Postgresql;
use sha2::{Digest, Sha256};
use sqlite::Sqlite;
use std::sync::Arc;

/// How much later than its last event a city goes on after a restart, seconds at speed 1: consoles have seen
/// telemetry of at most that much later, and time must not go backwards for them.
const RESUME_AFTER_S: f64 = 3.0;

/// An event as it is written, streamed and answered: its sequence and its JSON.
pub type Line = (u64, Arc<str>);

/// An event that another backend wrote, with its line.
pub type Missed = (Event, Line);

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
#[derive(Clone, Debug)]
pub struct Note {
    /// Who, where they are known.
    pub who: String,
    /// Where from; empty for the backend itself.
    pub origin: String,
    /// Which of the two.
    pub kind: EntryKind,
    /// What it was.
    pub what: String,
    /// The HTTP status it was answered with.
    pub status: Option<u16>,
    /// More of it, as JSON.
    pub body: serde_json::Value,
}

/// Whether a backend leads the training city, of which there is one to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// It leads, as before.
    Still,
    /// It leads again, and nobody else has in between.
    Again,
    /// It leads from now on.
    Anew,
    /// Another does, or nobody can know.
    Other,
}

/// The open database of one city.
pub enum Store {
    /// A file of its own.
    Sqlite(Sqlite),
    /// A database that several backends may share.
    Postgresql(Postgresql),
}

/// A city as it was found, or begun.
pub struct Opened {
    /// Its database.
    pub store: Store,
    /// Its state.
    pub city: City,
    /// When it began, city time.
    pub began: CityTime,
    /// What time it is in it.
    pub now: CityTime,
}

impl Store {
    /// Opens or makes the database that `config` names, and rebuilds the city it holds. A new one begins with what
    /// `first` makes, among `devices`.
    pub fn open(
        config: &Config,
        devices: &[Device],
        first: impl FnOnce() -> City,
    ) -> Result<Opened, BackendError> {
        match &config.database {
            None => Sqlite::open(config, first),
            Some(database) => Postgresql::open(database.clone(), config, devices, first),
        }
    }

    /// What was written, for readers beside the owner.
    pub fn past(&self) -> Past {
        match self {
            Self::Sqlite(file) => Past::File(file.file().to_owned()),
            Self::Postgresql(shared) => Past::shared(shared.database()),
        }
    }

    /// Takes the writer's turn, for a reader that has seen the events up to `seen`; returns those it has not. A turn
    /// that is dropped has changed nothing.
    pub fn turn(&mut self, seen: u64) -> Result<(Turn<'_>, Vec<Missed>), BackendError> {
        match self {
            Self::Sqlite(file) => Ok((Turn::Sqlite(file), Vec::new())),
            Self::Postgresql(shared) => {
                shared.turn(seen).map(|(turn, missed)| (Turn::Postgresql(turn), missed))
            }
        }
    }

    /// The events after `seen` that others wrote, a page at most, without waiting for a turn.
    pub fn missed(&mut self, seen: u64) -> Result<Vec<Missed>, BackendError> {
        match self {
            Self::Sqlite(_) => Ok(Vec::new()),
            Self::Postgresql(shared) => shared.missed(seen),
        }
    }

    /// Leads the training city, if nobody else does.
    pub fn lead(&mut self) -> Result<Lead, BackendError> {
        match self {
            Self::Sqlite(_) => Ok(Lead::Still),
            Self::Postgresql(shared) => shared.lead(),
        }
    }

    /// True when this backend leads the training city for all it knows.
    pub fn leads(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgresql(shared) => shared.leads(),
        }
    }

    /// Says what time it is in the city to backends that may join.
    pub fn tell_time(&mut self, now: CityTime) -> Result<(), BackendError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgresql(shared) => shared.tell_time(now),
        }
    }

    /// Sees whether the database answers, and connects again where it can. The trouble it is in, if any.
    pub fn trouble(&mut self) -> Option<String> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgresql(shared) => shared.trouble(),
        }
    }

    /// Where the database is, if several backends may share it.
    pub fn database(&self) -> Option<Arc<Database>> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgresql(shared) => Some(shared.database()),
        }
    }
}

/// The writer's turn: the one time when what is true is known for certain, and may be changed.
pub enum Turn<'a> {
    /// Of a file.
    Sqlite(&'a mut Sqlite),
    /// Of a database that several backends may share.
    Postgresql(postgresql::Turn<'a>),
}

impl Turn<'_> {
    /// The answer given under `key`, by whichever backend, if any.
    pub fn answer(&mut self, key: &str) -> Result<Option<Recorded>, BackendError> {
        match self {
            Self::Sqlite(file) => file.answer(key),
            Self::Postgresql(turn) => turn.answer(key),
        }
    }

    /// Writes a command with its answer, where there is one, and the events it or the city itself caused, in one
    /// transaction. Returns the events as written.
    pub fn commit(
        self,
        cause: &Cause<'_>,
        answered: Option<Answered<'_>>,
        events: &[Event],
    ) -> Result<Vec<Line>, BackendError> {
        let (entries, lines) = entries(cause, answered, events)?;
        match self {
            Self::Sqlite(file) => file.append(entries, None),
            Self::Postgresql(turn) => turn.append(entries, cause.at, None),
        }?;
        Ok(lines)
    }

    /// Writes notes at city time `at`: all of them, or none.
    pub fn note(self, at: CityTime, notes: &[Note]) -> Result<(), BackendError> {
        let entries = notes.iter().map(|note| {
            let cause = Cause { who: &note.who, origin: &note.origin, at };
            JournalEntry {
                status: note.status,
                ..entry(&cause, note.kind, &note.what, note.body.to_string())
            }
        });
        match self {
            Self::Sqlite(file) => file.append(entries.collect(), None),
            Self::Postgresql(turn) => turn.append(entries.collect(), at, None),
        }
    }

    /// Writes the whole state when it is `now`, so that a start need not read the journal from its beginning.
    pub fn checkpoint(self, city: &City, now: CityTime) -> Result<(), BackendError> {
        let (state, told) = checkpoint(city)?;
        match self {
            Self::Sqlite(file) => file.append(vec![told], Some(&state)),
            Self::Postgresql(turn) => turn.append(vec![told], now, Some(&state)),
        }
    }
}

/// The state as it lies beside the journal.
pub struct State {
    /// The sequence of the last event in it.
    pub sequence: u64,
    /// A [`Snapshot`] as JSON.
    pub body: String,
}

/// The state, and the entry that holds its hash: that says whether it is the one that was written.
fn checkpoint(city: &City) -> Result<(State, JournalEntry), BackendError> {
    let state = State { sequence: city.sequence, body: as_json(&Snapshot::from(city))? };
    let told = serde_json::json!({"sequence": city.sequence, "sha256": sha256(&state.body)});
    let cause = Cause { who: "", origin: "", at: city.now };
    let told = entry(&cause, EntryKind::Service, CHECKPOINT, told.to_string());
    Ok((state, told))
}

/// A command with its answer and the events, as entries of the journal; the events as lines.
fn entries(
    cause: &Cause<'_>,
    answered: Option<Answered<'_>>,
    events: &[Event],
) -> Result<(Vec<JournalEntry>, Vec<Line>), BackendError> {
    let command = answered.map(|Answered { key, what, recorded }| JournalEntry {
        key: Some(key.to_owned()),
        status: Some(recorded.status),
        answer: Some(recorded.answer.clone()),
        ..entry(cause, EntryKind::Command, what, recorded.body.clone())
    });
    let mut entries: Vec<_> = command.into_iter().collect();
    let mut lines = Vec::with_capacity(events.len());
    for event in events {
        let body = as_json(event)?;
        lines.push((event.sequence, Arc::from(body.as_str())));
        entries.push(JournalEntry {
            at: event.at,
            sequence: Some(event.sequence),
            ..entry(cause, EntryKind::Event, event.body.key(), body)
        });
    }
    Ok((entries, lines))
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

/// Gives `entries` their numbers after `head`, and their hashes; returns the head after them.
fn chain(mut head: Head, entries: &mut [JournalEntry]) -> (Head, Vec<String>) {
    let mut hashes = Vec::with_capacity(entries.len());
    for entry in entries {
        entry.number = head.number + 1;
        head = head.after(entry);
        hashes.push(head.hash.to_string());
    }
    (head, hashes)
}

/// The city of a kept state.
fn restored(state: &str, database: &str) -> Result<City, BackendError> {
    let snapshot: Snapshot =
        serde_json::from_str(state).map_err(|e| damaged(database, &format!("checkpoint: {e}")))?;
    Ok(City::from(snapshot))
}

/// The event of a kept line.
fn event_of(sequence: u64, body: &str, database: &str) -> Result<Event, BackendError> {
    serde_json::from_str(body).map_err(|e| damaged(database, &format!("event {sequence}: {e}")))
}

fn damaged(database: &str, why: &str) -> BackendError {
    BackendError::Damaged { file: database.into(), why: why.to_owned() }
}

/// When a city that nobody kept alive goes on at `speed`.
fn resumes_at(city: &City, speed: f64) -> CityTime {
    let later = if city.sequence == 0 { 0.0 } else { RESUME_AFTER_S * speed.max(1.0) };
    city.now.plus_s(later)
}

/// What the journal calls a checkpoint.
pub const CHECKPOINT: &str = "checkpoint";

/// The SHA-256 of a text, hexadecimal.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_json<T: serde::Serialize>(value: &T) -> Result<String, BackendError> {
    serde_json::to_string(value).map_err(BackendError::Json)
}
