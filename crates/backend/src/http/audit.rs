//! What was refused, for the journal: counted for a second, so that a flood of refusals does not flood the disk.

use super::Doors;
use super::problem::Reason;
use crate::owner::Ask;
use crate::store::Note;
use axum::http::StatusCode;
use axum::response::Response;
use city::EntryKind;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often refusals are written down.
const EVERY: Duration = Duration::from_secs(1);
/// How many different refusals are told apart in that time; what is beyond is counted together.
const MOST: usize = 200;
/// The longest request line kept, characters.
const LONGEST: usize = 200;

/// Marks an answer that the journal holds already.
#[derive(Clone, Copy, Debug)]
pub struct InJournal;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Refused {
    who: String,
    origin: String,
    asked: String,
    reason: &'static str,
    status: u16,
}

/// The refusals of the last second.
#[derive(Debug, Default)]
pub struct Audit(Mutex<HashMap<Refused, u64>>);

impl Audit {
    /// Counts an answer that refuses somebody something, unless the journal holds it already.
    pub fn look_at(&self, response: &Response, who: &str, origin: &str, asked: &str) {
        let status = response.status();
        let is_refusal = status.is_client_error() && status != StatusCode::NOT_FOUND;
        if !is_refusal || response.extensions().get::<InJournal>().is_some() {
            return;
        }
        let refused = Refused {
            who: who.to_owned(),
            origin: origin.to_owned(),
            asked: asked.chars().take(LONGEST).collect(),
            reason: response.extensions().get::<Reason>().map_or("badRequest", |reason| reason.0),
            status: status.as_u16(),
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match counts.len() < MOST || counts.contains_key(&refused) {
            true => refused,
            false => Refused {
                who: String::new(),
                origin: "several".to_owned(),
                asked: "several".to_owned(),
                ..refused
            },
        };
        *counts.entry(refused).or_default() += 1;
    }

    fn take(&self) -> Vec<(Refused, u64)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *counts).into_iter().collect()
    }
}

/// Has refusals written down until the backend stops.
pub async fn write_down(doors: &Doors) {
    let mut stopped = doors.stopped.clone();
    while tokio::time::timeout(EVERY, super::stop(&mut stopped)).await.is_err() {
        flush(doors);
    }
}

/// Has what was refused since the last time written down.
pub fn flush(doors: &Doors) {
    for (refused, count) in doors.audit.take() {
        let Refused { who, origin, asked, reason, status } = refused;
        let body = serde_json::json!({"request": asked, "count": count});
        let note = Note { kind: EntryKind::Refusal, what: reason.to_owned(), status: Some(status), body };
        if doors.asks.try_send(Ask::Note { who, origin, notes: vec![note] }).is_err() {
            tracing::warn!(reason, count, "a refusal could not be written down: the backend is busy");
        }
    }
}
