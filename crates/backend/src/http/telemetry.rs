//! `GET /api/v1/telemetry`: newest values and positions of what somebody may see, once a second, with observations of publishers
//! twice, as Server-Sent Events.

use super::At;
use super::events::KEEP_ALIVE;
use crate::telemetry::Seen;
use axum::response::sse::{Event, KeepAlive, Sse};
use city::Actor;
use futures_util::Stream;
use std::convert::Infallible;

/// Answers with the stream; its first batch is everything.
pub async fn stream(
    axum::extract::State(doors): At,
    axum::Extension(actor): axum::Extension<Actor>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let sight = doors.negative_list.sight(&actor);
    let telemetry = doors.telemetry.clone();
    let reader = (telemetry.watch(), doors.stopped.clone(), telemetry, Seen::default());
    let batches =
        futures_util::stream::unfold(reader, move |(mut batch, mut stopped, telemetry, seen)| async move {
            // The first batch leaves at once; after it each waits for something newer than was sent.
            if *batch.borrow_and_update() <= seen.batch {
                tokio::select! {
                    changed = batch.changed() => changed.ok()?,
                    _ = stopped.changed() => return None,
                }
                batch.borrow_and_update();
            }
            if *stopped.borrow() {
                return None;
            }
            let (seen, text) = match telemetry.since(sight, seen) {
                Ok(made) => made,
                Err(error) => {
                    tracing::error!(%error, "telemetry cannot be written as JSON");
                    return None;
                }
            };
            Some((Ok(Event::default().data(&*text)), (batch, stopped, telemetry, seen)))
        });
    Sse::new(batches).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
