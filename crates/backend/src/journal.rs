//! The newest events in memory, for the streams: every reader takes them at its own pace.
//!
//! A reader holds only the sequence it has come to. One that falls behind the tail kept here reads on
//! from the database, so nobody is dropped and nobody slows the owner.

mod told;

pub use told::Message;

use crate::BackendError;
use crate::store::{Line, Past};
use city::{City, Event, Sight};
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;
use told::Told;

/// How many events the tail keeps.
const TAIL: usize = 4_096;
/// How many events a reader takes at a time.
const PAGE: usize = 256;

/// The journal as the streams see it.
pub struct Journal {
    past: Arc<Past>,
    tail: RwLock<VecDeque<Arc<Told>>>,
    head: watch::Sender<u64>,
}

impl Journal {
    /// The journal whose last event is `head`; what is no longer in memory is read from `past`.
    pub fn new(past: Past, head: u64) -> Self {
        Self { past: Arc::new(past), tail: RwLock::default(), head: watch::Sender::new(head) }
    }

    /// Applies events that are committed to `city`, and tells them.
    pub fn tell<'a>(&self, city: &mut City, events: impl IntoIterator<Item = (&'a Event, Line)>) {
        let told: Vec<_> = events
            .into_iter()
            .map(|(event, (sequence, line))| Arc::new(Told::new(sequence, line, city.apply_and_tell(event))))
            .collect();
        let Some(last) = told.last().map(|told| told.sequence()) else { return };
        {
            let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
            tail.extend(told);
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

    /// What `sight` is told of the next events after `sequence`, a page at most; empty at the end of the journal.
    /// `None` where they are so old that who saw them then is no longer known.
    pub async fn after(&self, sight: Sight, sequence: u64) -> Result<Option<Vec<Message>>, BackendError> {
        if sequence >= self.head() {
            return Ok(Some(Vec::new()));
        }
        if let Some(told) = self.in_tail(sequence) {
            return told::messages(&told, sight).map(Some).map_err(unwritable);
        }
        if !sight.is_of_city() {
            return Ok(None);
        }
        let past = self.past.clone();
        let lines = tokio::task::spawn_blocking(move || past.read(sequence, PAGE))
            .await
            .map_err(|e| BackendError::Thread(std::io::Error::other(e)))??;
        let messages = lines.into_iter().map(|(sequence, line)| {
            let line = told::without(sight.withheld, &line).map_err(unwritable)?;
            Ok(Message::Event { sequence, line })
        });
        messages.collect::<Result<_, _>>().map(Some)
    }

    fn in_tail(&self, sequence: u64) -> Option<Vec<Arc<Told>>> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        let first = tail.front()?.sequence();
        let skip = usize::try_from((sequence + 1).checked_sub(first)?).ok()?;
        Some(tail.iter().skip(skip).take(PAGE).cloned().collect())
    }
}

fn unwritable(error: serde_json::Error) -> BackendError {
    BackendError::Thread(std::io::Error::other(error))
}
