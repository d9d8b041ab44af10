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
        // Of a flood it is enough to know who made it: each line of it would be one of the journal's too.
        let is_flood = status == StatusCode::TOO_MANY_REQUESTS;
        let machine = origin.rsplit(' ').next().unwrap_or_default();
        let refused = Refused {
            who: who.to_owned(),
            origin: if is_flood { machine } else { origin }.to_owned(),
            asked: if is_flood { String::new() } else { asked.chars().take(LONGEST).collect() },
            reason: response.extensions().get::<Reason>().map_or("badRequest", |reason| reason.0),
            status: status.as_u16(),
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Strangers do not crowd out people who are known by name.
        let most = if who.is_empty() { MOST } else { 2 * MOST };
        let refused = match counts.len() < most || counts.contains_key(&refused) {
            true => refused,
            false => Refused { origin: "several".to_owned(), asked: "several".to_owned(), ..refused },
        };
        *counts.entry(refused).or_default() += 1;
    }

    fn put_back(&self, taken: Vec<(Refused, u64)>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (refused, count) in taken {
            *counts.entry(refused).or_default() += count;
        }
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

/// Has what was refused since the last time written down, all in one go.
pub fn flush(doors: &Doors) {
    let taken = doors.audit.take();
    if taken.is_empty() {
        return;
    }
    // It may wait before it is written.
    let at = doors.clock.now();
    let note = |(refused, count): &(Refused, u64)| Note {
        who: refused.who.clone(),
        origin: refused.origin.clone(),
        kind: EntryKind::Refusal,
        what: refused.reason.to_owned(),
        status: Some(refused.status),
        body: serde_json::json!({"request": refused.asked, "count": count, "at": at}),
    };
    if doors.asks.try_send(Ask::Note(taken.iter().map(note).collect())).is_err() {
        // The backend is busy: they come with those of the next second.
        doors.audit.put_back(taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    #[test]
    fn a_flood_is_a_line_a_machine_and_hides_nobody() {
        let audit = Audit::default();
        for n in 0..5_000 {
            let response = StatusCode::TOO_MANY_REQUESTS.into_response();
            audit.look_at(&response, "", &format!("desk-{n} 10.0.0.1"), &format!("GET /x{n}"));
            let response = StatusCode::UNAUTHORIZED.into_response();
            audit.look_at(&response, "", &format!("desk-{n} 10.0.0.2"), &format!("GET /y{n}"));
        }
        audit.look_at(&StatusCode::FORBIDDEN.into_response(), "officer:li", "desk 10.0.0.3", "POST /z");
        let taken = audit.take();
        assert!(taken.len() <= MOST + 3, "{}", taken.len());
        assert_eq!(taken.iter().map(|(_, count)| count).sum::<u64>(), 10_001);
        let of = |status: u16| taken.iter().filter(move |(refused, _)| refused.status == status);
        assert_eq!(
            of(429).map(|(refused, count)| (refused.origin.as_str(), *count)).collect::<Vec<_>>(),
            [("10.0.0.1", 5_000)]
        );
        assert!(of(403).all(|(refused, _)| refused.who == "officer:li" && refused.asked == "POST /z"));
        audit.put_back(taken.clone());
        assert_eq!(audit.take().len(), taken.len());
    }
}
