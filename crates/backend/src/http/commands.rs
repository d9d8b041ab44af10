//! `POST /api/v1/commands`: one act of an operator, with an idempotency key.

use super::At;
use super::admission::Origin;
use super::audit::InJournal;
use super::problem::{PROBLEM_JSON, Problem};
use crate::owner::Ask;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use city::{Actor, Command, Fields, IncidentId, NoticeId, Telling, UnitId};

/// The longest idempotency key, characters.
const LONGEST_KEY: usize = 200;
/// The longest identifier of an incident or unit, bytes.
const LONGEST_ID: usize = 128;
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Reads the command, has it decided and answers.
pub async fn act(
    axum::extract::State(doors): At,
    Extension(actor): Extension<Actor>,
    Extension(Origin(origin)): Extension<Origin>,
    request: Request,
) -> Result<Response, Problem> {
    let key = key(request.headers()).map_err(|p| p.at("/api/v1/commands"))?;
    let (key, was_given) = match key {
        Some(key) => (key, true),
        None => (uuid::Uuid::new_v4().to_string(), false),
    };
    let command = command(request).await.map_err(|p| p.at("/api/v1/commands"))?;
    let (asked, withheld) = (key.clone(), doors.negative_list.sight(&actor).withheld);
    let answer = doors.ask(|answer| Ask::Command { actor, origin, key: asked, command, answer }).await?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { "application/json" } else { PROBLEM_JSON };
    let body = if status.is_success() { as_told(answer.body, withheld)? } else { answer.body };
    let mut response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
    match answer.unrecorded {
        Some(reason) => drop(response.extensions_mut().insert(reason)),
        None => drop(response.extensions_mut().insert(InJournal)),
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&key) {
        headers.insert(KEY, value);
    }
    if !was_given {
        headers.insert("idempotency-key-generated", HeaderValue::from_static("true"));
    }
    if answer.is_repeat {
        headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(response)
}

/// An answer without what is withheld; the journal keeps all of it.
fn as_told(answer: String, withheld: Fields) -> Result<String, Problem> {
    if withheld.is_empty() {
        return Ok(answer);
    }
    let mut value = serde_json::from_str(&answer)
        .map_err(|e| Problem::new(500, "unwritable", "The answer cannot be written", e.to_string()))?;
    city::withhold(withheld, Telling::Answer, &mut value);
    Ok(value.to_string())
}

/// The key, with or without the quotes of a structured field.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let fits = (1..=LONGEST_KEY).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic());
    if fits {
        return Ok(Some(text.to_owned()));
    }
    let detail = format!("1 to {LONGEST_KEY} printable ASCII characters, best a UUID");
    Err(Problem::new(400, "badKey", "The Idempotency-Key cannot be used", detail))
}

async fn command(request: Request) -> Result<Command, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let detail = format!("Content-Type is `{kind}`; send application/json");
        return Err(Problem::new(415, "wrongMediaType", "A command is JSON", detail));
    }
    let body = Bytes::from_request(request, &()).await.map_err(unread)?;
    // A list of the values of its fields would be read as well, but only the object is the interface.
    if body.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
        let detail = "a command is an object with its type; send one at a time".to_owned();
        return Err(Problem::new(422, "badCommand", "This is no command", detail));
    }
    let command: Command = serde_json::from_slice(&body).map_err(|error| malformed(&error))?;
    let watched = match &command {
        Command::NoteWarning { warning_id } => Some(warning_id.as_str()),
        Command::ChangeAlgorithm { algorithm_id, .. } | Command::RecordEvaluation { algorithm_id, .. } => {
            Some(algorithm_id.as_str())
        }
        other => other.notice_id().map(NoticeId::as_str),
    };
    let named =
        [command.incident_id().map(IncidentId::as_str), command.unit_id().map(UnitId::as_str), watched];
    if named.into_iter().flatten().any(|id| id.len() > LONGEST_ID || id.chars().any(char::is_control)) {
        let detail = format!("an identifier has at most {LONGEST_ID} bytes, and no control characters");
        return Err(Problem::new(422, "badCommand", "This is no command", detail));
    }
    Ok(command)
}

fn unread(rejection: BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => super::too_large(),
        _ => Problem::new(400, "unread", "The body could not be read", rejection.body_text()),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    if error.is_data() {
        return Problem::new(422, "badCommand", "This is no command", error.to_string());
    }
    Problem::new(400, "malformedJson", "This is no JSON", error.to_string())
        .with("line", error.line())
        .with("column", error.column())
}
