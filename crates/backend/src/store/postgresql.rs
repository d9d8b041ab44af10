//! The database in PostgreSQL, which several backends may share.
//!
//! One row, the head of the journal, is held by whoever writes. A turn begins by taking it and learning what others
//! have written since; what is decided in the turn is therefore decided on the newest state. The backend that leads the
//! training city holds an advisory lock of the same session it writes by, so that one that lost its session cannot go
//! on leading. All sessions may be lost at any time: then a new one is made beside, and until it is there what would be
//! written is refused.

mod entries;
mod session;
mod setup;
mod watch;

pub use entries::{each_kept, page};
pub use watch::watch;

use super::{Database, Lead, Missed, Opened, Recorded, State, event_of};
use crate::{BackendError, Config};
use city::{City, CityTime, Device, Head, JournalEntry};
use postgres::Transaction;
use session::{Session, Statements};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

/// How often a quiet connection is looked after.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often who leads says what time it is in the city, whether or not anything happens.
const TIME_EVERY: Duration = Duration::from_secs(3);

/// The open database of one city.
pub struct Postgresql {
    database: Arc<Database>,
    reach: Reach,
    /// Who this backend is among those on the database.
    own: i64,
    looked: Instant,
    time_told: Instant,
}

enum Reach {
    Up(Box<Session>),
    Away { why: String, coming: Receiver<Result<Box<Session>, BackendError>> },
}

impl Postgresql {
    /// Opens the city in `database`, or begins one.
    pub fn open(
        database: Arc<Database>,
        config: &Config,
        devices: &[Device],
        first: impl FnOnce() -> City,
    ) -> Result<Opened, BackendError> {
        let mut client = database.connect()?;
        let found = setup::open(&mut client, &database, config, devices, first)?;
        let session = Session::of(client).map_err(|error| database.sorted(&error))?;
        let own = (uuid::Uuid::new_v4().as_u128() & 0x7fff_ffff_ffff_ffff) as i64;
        let (looked, time_told) = (Instant::now(), Instant::now());
        let store = Self { database, reach: Reach::Up(Box::new(session)), own, looked, time_told };
        let setup::Found { city, began, now } = found;
        Ok(Opened { store: super::Store::Postgresql(store), city, began, now })
    }

    /// Where it is.
    pub fn database(&self) -> Arc<Database> {
        self.database.clone()
    }

    /// The writer's turn, and what others wrote after `seen`.
    pub fn turn(&mut self, seen: u64) -> Result<(Turn<'_>, Vec<Missed>), BackendError> {
        let database = self.database.clone();
        let sorted = |error: postgres::Error| database.sorted(&error);
        let session = self.session()?;
        let mut transaction = session.client.transaction().map_err(sorted)?;
        let row = transaction.query_one(&session.statements.head, &[]).map_err(sorted)?;
        let head = entries::head(&row).map_err(sorted)?;
        let sequence = row.try_get::<_, i64>(2).map_err(sorted)? as u64;
        if sequence < seen {
            return Err(BackendError::Forgotten { database: database.to_string(), found: sequence, seen });
        }
        let mut missed = Vec::new();
        if sequence > seen {
            let rows =
                transaction.query(&session.statements.after, &[&(seen as i64), &i64::MAX]).map_err(sorted)?;
            missed = events(&rows, &database)?;
        }
        let statements = &session.statements;
        Ok((Turn { transaction, statements, head, sequence, database: database.clone() }, missed))
    }

    /// What others wrote after `seen`, a page at most.
    pub fn missed(&mut self, seen: u64) -> Result<Vec<Missed>, BackendError> {
        let database = self.database.clone();
        let session = self.session()?;
        let page = session.client.query(&session.statements.after, &[&(seen as i64), &PAGE]);
        events(&page.map_err(|error| database.sorted(&error))?, &database)
    }

    /// Leads the training city, if nobody else does.
    pub fn lead(&mut self) -> Result<Lead, BackendError> {
        let (own, database) = (self.own, self.database.clone());
        let session = self.session()?;
        if session.leads {
            return Ok(Lead::Still);
        }
        match session.lead(own).map_err(|error| database.sorted(&error))? {
            None => Ok(Lead::Other),
            Some(before) if before == own => Ok(Lead::Again),
            Some(_) => Ok(Lead::Anew),
        }
    }

    /// True while this backend leads the training city.
    pub fn leads(&self) -> bool {
        matches!(&self.reach, Reach::Up(session) if session.leads && !session.client.is_closed())
    }

    /// Says that it is `now` in the city, every few seconds: whoever joins goes on from there.
    pub fn tell_time(&mut self, now: CityTime) -> Result<(), BackendError> {
        if self.time_told.elapsed() < TIME_EVERY {
            return Ok(());
        }
        self.time_told = Instant::now();
        let database = self.database.clone();
        let session = self.session()?;
        let told = session.client.execute(&session.statements.time, &[&now.0]);
        told.map(|_| ()).map_err(|error| database.sorted(&error))
    }

    /// Looks after the connection. Why there is none, if so.
    pub fn trouble(&mut self) -> Option<String> {
        if let Reach::Up(session) = &mut self.reach
            && self.looked.elapsed() >= LOOK_EVERY
        {
            self.looked = Instant::now();
            let looked = session.client.check_connection();
            if let Err(error) = looked {
                let why = self.database.sorted(&error).to_string();
                self.lose(why);
            }
        }
        self.session().err().map(|error| error.to_string())
    }

    /// The session; where it was lost, another is made beside and taken up once it is there.
    fn session(&mut self) -> Result<&mut Session, BackendError> {
        if let Reach::Up(session) = &self.reach
            && session.client.is_closed()
        {
            self.lose("the connection was lost".to_owned());
        }
        self.look_for_another();
        match &mut self.reach {
            Reach::Up(session) => Ok(session),
            Reach::Away { why, .. } => {
                Err(BackendError::Away { database: self.database.to_string(), why: why.clone() })
            }
        }
    }

    /// Takes up the session that was made beside, once it is there.
    fn look_for_another(&mut self) {
        while let Reach::Away { why, coming } = &mut self.reach {
            match coming.try_recv() {
                Ok(Ok(session)) => {
                    tracing::info!(database = %self.database, "the database answers again");
                    self.reach = Reach::Up(session);
                }
                Ok(Err(error)) => *why = error.to_string(),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    *coming = session::make(self.database.clone());
                    break;
                }
            }
        }
    }

    fn lose(&mut self, why: String) {
        tracing::warn!(database = %self.database, why, "the database does not answer; trying again");
        self.reach = Reach::Away { why, coming: session::make(self.database.clone()) };
    }
}

/// How many events are read at a time.
const PAGE: i64 = 2_000;

fn events(rows: &[postgres::Row], database: &Database) -> Result<Vec<Missed>, BackendError> {
    let each = rows.iter().map(|row| {
        let (sequence, text) = entries::line(row).map_err(|error| database.sorted(&error))?;
        Ok((event_of(sequence, &text, &database.to_string())?, (sequence, text)))
    });
    each.collect()
}

/// The writer's turn: until it ends, nobody else writes.
pub struct Turn<'a> {
    transaction: Transaction<'a>,
    statements: &'a Statements,
    head: Head,
    sequence: u64,
    database: Arc<Database>,
}

impl Turn<'_> {
    /// The answer given under `key`, if any.
    pub fn answer(&mut self, key: &str) -> Result<Option<Recorded>, BackendError> {
        let found = self.transaction.query_opt(&self.statements.answer, &[&key]);
        let read = || -> Result<Option<Recorded>, postgres::Error> {
            let Some(row) = found? else { return Ok(None) };
            let status: Option<i32> = row.try_get(2)?;
            let status = u16::try_from(status.unwrap_or_default()).unwrap_or_default();
            let (who, body, answer) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
            Ok(Some(Recorded { who, body, status, answer }))
        };
        read().map_err(|error| self.database.sorted(&error))
    }

    /// Writes entries, and the state where there is one, when it is `now` in the city.
    pub fn append(
        mut self,
        mut entries: Vec<JournalEntry>,
        now: CityTime,
        state: Option<&State>,
    ) -> Result<(), BackendError> {
        let mut write = || -> Result<(), postgres::Error> {
            if let Some(State { sequence, body }) = state {
                self.transaction.execute(&self.statements.state, &[&(*sequence as i64), body])?;
            }
            entries.iter_mut().for_each(entries::cleaned);
            let (head, hashes) = super::chain(self.head, &mut entries);
            entries::put(&mut self.transaction, &self.statements.put, &entries, &hashes)?;
            let last = entries.iter().filter_map(|entry| entry.sequence).next_back();
            let (number, hash) = (head.number as i64, head.hash.to_string());
            let sequence = last.unwrap_or(self.sequence) as i64;
            self.transaction.query_one(&self.statements.forward, &[&number, &hash, &sequence, &now.0])?;
            Ok(())
        };
        let written = write().and_then(|()| self.transaction.commit());
        written.map_err(|error| self.database.sorted(&error))
    }
}
