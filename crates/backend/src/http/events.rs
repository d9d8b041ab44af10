//! `GET /api/v1/events`: every change of the city in order, as Server-Sent Events that can be resumed.

use super::At;
use super::problem::Problem;
use crate::journal::Journal;
use crate::store::Line;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often a comment keeps a quiet stream alive.
pub const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// Where to resume, for clients that cannot set the header.
#[derive(Debug, serde::Deserialize)]
pub struct Resume {
    #[serde(rename = "lastEventId")]
    last_event_id: Option<String>,
}

/// Answers with the stream.
pub async fn stream(
    axum::extract::State(doors): At,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let given = headers.get("last-event-id").map(|v| v.to_str().unwrap_or("?").to_owned());
    let given = given.or(resume.last_event_id).filter(|text| !text.is_empty());
    let head = doors.journal.head();
    let seen = match given {
        Some(text) => resumable(&doors.journal, &text, head).await.map_err(|p| p.at("/api/v1/events"))?,
        None => head,
    };
    let reader = Reader {
        head: doors.journal.watch(),
        journal: doors.journal.clone(),
        stopped: doors.stopped.clone(),
        seen,
        page: VecDeque::new(),
    };
    let events = futures_util::stream::unfold(reader, |mut reader| async move {
        let (sequence, text) = reader.next().await?;
        Some((Ok(Event::default().id(sequence.to_string()).data(&*text)), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

async fn resumable(journal: &Journal, text: &str, head: u64) -> Result<u64, Problem> {
    let seen: u64 = text.trim().parse().map_err(|_| {
        let detail = format!("Last-Event-ID `{text}` is no sequence number");
        Problem::new(400, "badEventId", "The stream cannot be resumed there", detail)
    })?;
    let gone = |detail: String| {
        Problem::new(410, "journalGone", "The stream cannot be resumed there", detail)
            .with("lastSequence", head)
    };
    if seen > head {
        return Err(gone(format!("the journal ends at {head}, before {seen}: take a new snapshot")));
    }
    let next = journal
        .after(seen)
        .await
        .map_err(|e| Problem::new(503, "unread", "The journal cannot be read", format!("try again: {e}")))?;
    match next.first() {
        Some((first, _)) if *first != seen + 1 => {
            Err(gone(format!("the journal begins at {first}, after {seen}: take a new snapshot")))
        }
        _ => Ok(seen),
    }
}

/// One reader's place in the journal.
struct Reader {
    journal: Arc<Journal>,
    head: watch::Receiver<u64>,
    stopped: watch::Receiver<bool>,
    seen: u64,
    page: VecDeque<Line>,
}

impl Reader {
    /// The next event, as soon as there is one; `None` ends the stream.
    async fn next(&mut self) -> Option<Line> {
        loop {
            if *self.stopped.borrow() {
                return None;
            }
            if let Some(line) = self.page.pop_front() {
                // A gap must never reach the client: it resumes where it is and is told why it cannot.
                if line.0 != self.seen + 1 {
                    return None;
                }
                self.seen = line.0;
                return Some(line);
            }
            self.head.borrow_and_update();
            match self.journal.after(self.seen).await {
                Ok(lines) if !lines.is_empty() => self.page = lines.into(),
                Ok(_) => tokio::select! {
                    changed = self.head.changed() => changed.ok()?,
                    _ = self.stopped.changed() => return None,
                },
                Err(error) => {
                    tracing::warn!(%error, "a stream of events ends: the journal cannot be read");
                    return None;
                }
            }
        }
    }
}
