//! The newest events in memory, for the streams: every reader takes them at its own pace.
//!
//! A reader holds only the sequence it has come to. One that falls behind the tail kept here reads on
//! from the database, so nobody is dropped and nobody slows the owner.

use crate::BackendError;
use crate::store::{Line, read_journal};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::RwLock;
use tokio::sync::watch;

/// How many events the tail keeps.
const TAIL: usize = 4_096;
/// How many events a reader takes at a time.
const PAGE: usize = 256;

/// The journal as the streams see it.
pub struct Journal {
    database: PathBuf,
    tail: RwLock<VecDeque<Line>>,
    head: watch::Sender<u64>,
}

impl Journal {
    /// The journal in `database`, whose last event is `head`.
    pub fn new(database: PathBuf, head: u64) -> Self {
        Self { database, tail: RwLock::default(), head: watch::Sender::new(head) }
    }

    /// Adds events that are committed.
    pub fn append(&self, lines: Vec<Line>) {
        let Some(last) = lines.last().map(|line| line.0) else { return };
        {
            let mut tail = self.tail.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            tail.extend(lines);
            let over = tail.len().saturating_sub(TAIL);
            tail.drain(..over);
        }
        self.head.send_replace(last);
    }

    /// The sequence of the last event.
    pub fn head(&self) -> u64 {
        *self.head.borrow()
    }

    /// Tells of every change of [`Journal::head`].
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// The next events after `sequence`, a page at most; empty at the end of the journal.
    pub async fn after(&self, sequence: u64) -> Result<Vec<Line>, BackendError> {
        if sequence >= self.head() {
            return Ok(Vec::new());
        }
        if let Some(lines) = self.in_tail(sequence) {
            return Ok(lines);
        }
        let file = self.database.clone();
        tokio::task::spawn_blocking(move || read_journal(&file, sequence, PAGE))
            .await
            .map_err(|e| BackendError::Thread(std::io::Error::other(e)))?
    }

    fn in_tail(&self, sequence: u64) -> Option<Vec<Line>> {
        let tail = self.tail.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let first = tail.front()?.0;
        let skip = usize::try_from((sequence + 1).checked_sub(first)?).ok()?;
        Some(tail.iter().skip(skip).take(PAGE).cloned().collect())
    }
}
