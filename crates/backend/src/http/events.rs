//! `GET /api/v1/events`: every change of the city that somebody may see, in order, as Server-Sent Events that can be
//! resumed. Of what they may not see they are told that it was, so that nothing looks like a gap.

use super::At;
use super::problem::Problem;
use crate::journal::{Journal, Message};
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use city::{Actor, Sight};
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
    axum::Extension(actor): axum::Extension<Actor>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let given = headers.get("last-event-id").map(|v| v.to_str().unwrap_or("?").to_owned());
    let given = given.or(resume.last_event_id).filter(|text| !text.is_empty());
    let head = doors.journal.head();
    let sight = doors.negative_list.sight(&actor);
    let seen = match given {
        Some(text) => {
            resumable(&doors.journal, sight, &text, head).await.map_err(|p| p.at("/api/v1/events"))?
        }
        None => head,
    };
    let reader = Reader {
        head: doors.journal.watch(),
        journal: doors.journal.clone(),
        stopped: doors.stopped.clone(),
        sight,
        seen,
        page: VecDeque::new(),
    };
    let events = futures_util::stream::unfold(reader, |mut reader| async move {
        let event = as_sent(&reader.next().await?)?;
        Some((Ok(event), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// A message on the wire. What belongs to the event that follows has no identifier of its own: a stream cut between the
/// two is resumed before both.
fn as_sent(message: &Message) -> Option<Event> {
    let begun = match message.sequence() {
        Some(sequence) => Event::default().id(sequence.to_string()),
        None => Event::default(),
    };
    let sent = match message {
        Message::Event { line, .. } => Ok(begun.data(&**line)),
        Message::Passes(passes) => begun.event("withheld").json_data(passes),
        Message::Appears(appears) => begun.event("appears").json_data(appears),
        Message::Disappears(disappears) => begun.event("disappears").json_data(disappears),
    };
    sent.inspect_err(|error| tracing::error!(%error, "an event cannot be written as JSON")).ok()
}

async fn resumable(journal: &Journal, sight: Sight, text: &str, head: u64) -> Result<u64, Problem> {
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
        .after(sight, seen)
        .await
        .map_err(|e| Problem::new(503, "unread", "The journal cannot be read", format!("try again: {e}")))?;
    let Some(next) = next else {
        return Err(gone(format!(
            "who saw what happened after {seen} is no longer known: take a new snapshot"
        )));
    };
    match next.first() {
        Some(Message::Event { sequence, .. }) if *sequence != seen + 1 => {
            Err(gone(format!("the journal begins at {sequence}, after {seen}: take a new snapshot")))
        }
        _ => Ok(seen),
    }
}

/// One reader's place in the journal.
struct Reader {
    journal: Arc<Journal>,
    head: watch::Receiver<u64>,
    stopped: watch::Receiver<bool>,
    sight: Sight,
    seen: u64,
    page: VecDeque<Message>,
}

impl Reader {
    /// The next message, as soon as there is one; `None` ends the stream.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if *self.stopped.borrow() {
                return None;
            }
            if let Some(message) = self.page.pop_front() {
                match message {
                    // A gap must never reach the client: it resumes where it is and is told why it cannot.
                    Message::Event { sequence, .. } if sequence != self.seen + 1 => return None,
                    _ => self.seen = message.sequence().unwrap_or(self.seen),
                }
                return Some(message);
            }
            self.head.borrow_and_update();
            match self.journal.after(self.sight, self.seen).await {
                Ok(Some(messages)) if !messages.is_empty() => self.page = messages.into(),
                Ok(Some(_)) => tokio::select! {
                    changed = self.head.changed() => changed.ok()?,
                    _ = self.stopped.changed() => return None,
                },
                // It has fallen too far behind, which it is told when it resumes.
                Ok(None) => return None,
                Err(error) => {
                    tracing::warn!(%error, "a stream of events ends: the journal cannot be read");
                    return None;
                }
            }
        }
    }
}
