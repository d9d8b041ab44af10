//! A session of the database, with the statements a backend uses.

use super::Database;
use crate::BackendError;
use postgres::{Client, Statement};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The advisory locks of a city: all begin with "ShCh".
pub const LOCKS: i32 = 0x5368_4368;
/// Held while a backend starts.
pub const STARTS: i32 = 1;
/// Shared by all backends that live.
pub const LIVES: i32 = 2;
/// Held by the backend that leads the training city.
const LEADS: i32 = 3;

/// What is asked for again and again.
pub struct Statements {
    /// Takes the head of the journal.
    pub head: Statement,
    /// Events after a sequence, so many at most.
    pub after: Statement,
    /// The answer under a key.
    pub answer: Statement,
    /// Puts entries into the journal.
    pub put: Statement,
    /// Moves the head on, and wakes the other backends.
    pub forward: Statement,
    /// Says what time it is in the city.
    pub time: Statement,
    /// Puts the state beside the journal.
    pub state: Statement,
}

/// A session.
pub struct Session {
    /// The connection.
    pub client: Client,
    /// Its statements.
    pub statements: Statements,
    /// Whether it leads the training city.
    pub leads: bool,
}

impl Session {
    /// A session by a connection to a database that holds a city.
    pub fn of(mut client: Client) -> Result<Self, postgres::Error> {
        client.query_one("SELECT pg_advisory_lock_shared($1, $2)", &[&LOCKS, &LIVES])?;
        let statements = Statements {
            head: client
                .prepare("SELECT number, hash, sequence FROM head WHERE id = 1 FOR UPDATE")?,
            after: client.prepare(
                "SELECT sequence, body FROM journal WHERE sequence > $1 ORDER BY sequence LIMIT $2",
            )?,
            answer: client
                .prepare("SELECT who, body, status, answer FROM journal WHERE idempotency_key = $1")?,
            put: client.prepare(super::entries::PUT)?,
            forward: client.prepare(
                "UPDATE head SET number = $1, hash = $2, sequence = $3, city_ms = $4, told = clock_timestamp()
                 WHERE id = 1 RETURNING pg_notify('shancheng', $3::bigint::text)",
            )?,
            time: client.prepare(
                "UPDATE head SET city_ms = $1, told = clock_timestamp() WHERE id = 1 AND city_ms < $1",
            )?,
            state: client.prepare(
                "INSERT INTO checkpoint (id, sequence, body) VALUES (1, $1, $2)
                 ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, body = excluded.body",
            )?,
        };
        Ok(Self { client, statements, leads: false })
    }

    /// Leads the training city as `own`, if nobody else does; returns who did before.
    pub fn lead(&mut self, own: i64) -> Result<Option<i64>, postgres::Error> {
        let free = self.client.query_one("SELECT pg_try_advisory_lock($1, $2)", &[&LOCKS, &LEADS])?;
        if !free.try_get::<_, bool>(0)? {
            return Ok(None);
        }
        self.leads = true;
        let row = self.client.query_one(
            "UPDATE head SET leader = $1 FROM (SELECT leader AS before FROM head WHERE id = 1 FOR UPDATE) AS last
             WHERE id = 1 RETURNING before",
            &[&own],
        )?;
        Ok(Some(row.try_get::<_, Option<i64>>(0)?.unwrap_or_default()))
    }
}

/// Makes a session on a thread of its own, however often it takes; tells why not yet, and hands it over in the end.
pub fn make(database: Arc<Database>) -> Receiver<Result<Box<Session>, BackendError>> {
    let (send, coming) = channel();
    let again = move || {
        let mut pause = Duration::from_millis(100);
        loop {
            let made = database
                .connect()
                .and_then(|client| Session::of(client).map_err(|error| database.sorted(&error)));
            let is_made = made.is_ok();
            // Nobody waits for it any more when the backend ends.
            if send.send(made.map(Box::new)).is_err() || is_made {
                return;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    };
    if let Err(error) = std::thread::Builder::new().name("city-connects".to_owned()).spawn(again) {
        tracing::error!(%error, "cannot start a thread to connect again");
    }
    coming
}
