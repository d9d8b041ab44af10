//! What holds for every stream: it has a place among those of whoever opened it, and ends when their token does.

use super::places::Place;
use super::problem::Problem;
use super::rates::Whose;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::header;
use axum::response::Response;
use futures_util::StreamExt;
use std::time::{Duration, SystemTime};

/// The longest sleep until the clock is looked at again: it may be put right meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(20);

struct Held {
    body: BodyDataStream,
    expires: Option<SystemTime>,
    _place: Place<Whose>,
}

/// An answer whose stream, if it is one, holds a place until it ends, which is when the token expires at the latest.
/// Its last message is then `event: expired` with a problem document, without an `id`: the next stream goes on from
/// the message before.
pub fn hold(response: Response, expires: Option<SystemTime>, place: Place<Whose>) -> Response {
    let is_stream =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    if !is_stream {
        return response;
    }
    response.map(|body| {
        let held = Held { body: body.into_data_stream(), expires, _place: place };
        Body::from_stream(futures_util::stream::unfold(Some(held), |held| async move {
            let mut held = held?;
            tokio::select! {
                biased;
                () = over(held.expires) => Some((Ok(last_word()), None)),
                bytes = held.body.next() => bytes.map(|bytes| (bytes, Some(held))),
            }
        }))
    })
}

/// Waits until the time of a token is over; for ever where it has no end.
async fn over(expires: Option<SystemTime>) {
    let Some(expires) = expires else { return std::future::pending().await };
    // An error says that it is over already.
    while let Ok(left) = expires.duration_since(SystemTime::now()) {
        tokio::time::sleep(left.clamp(Duration::from_millis(1), LOOK_EVERY)).await;
    }
}

fn last_word() -> Bytes {
    let problem = Problem::token_expired();
    Bytes::from(format!("event: expired\ndata: {}\n\n", problem.to_json()))
}
