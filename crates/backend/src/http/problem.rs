//! Problems as RFC 9457 tells them: what is wrong, where, and what to do.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use city::Refusal;
use serde_json::{Map, Value, json};
use std::num::NonZeroU32;
use std::time::Duration;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A problem document.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    reason: &'static str,
    title: &'static str,
    detail: String,
    instance: Option<String>,
    more: Map<String, Value>,
    again_after_s: Option<NonZeroU32>,
}

impl Problem {
    /// A problem by its key, such as `unknownField`, with its title and what exactly is wrong.
    pub fn new(status: u16, reason: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            title,
            detail: detail.into(),
            instance: None,
            more: Map::new(),
            again_after_s: None,
        }
    }

    /// Its key.
    pub fn reason(&self) -> Reason {
        Reason(self.reason)
    }

    /// Where it happened.
    pub fn at(self, instance: &str) -> Self {
        Self { instance: Some(instance.to_owned()), ..self }
    }

    /// One more field.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.more.insert(field.to_owned(), value.into());
        self
    }

    /// What the rules refuse, with every field of the refusal.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        let title = match refusal.http_status() {
            403 => "The rules forbid it",
            409 => "The unit is taken",
            _ => "It cannot be done now",
        };
        let mut problem = Self::new(refusal.http_status(), refusal.key(), title, refusal.to_string());
        if let Ok(Value::Object(fields)) = serde_json::to_value(refusal) {
            problem.more = fields;
        }
        problem.at("/api/v1/commands")
    }

    /// The same key came with another command.
    pub fn key_reused(key: &str) -> Self {
        let detail = format!("the Idempotency-Key {key} belongs to another command: take a new key");
        Self::new(422, "keyReused", "The key is used already", detail).at("/api/v1/commands")
    }

    /// A write failed; nothing was changed, or the answer to a write was lost, and the key finds what came of it.
    pub fn unwritten(error: &crate::BackendError) -> Self {
        let detail = format!("try again with the same Idempotency-Key, nothing is done twice: {error}");
        Self::new(503, "unwritten", "The database cannot be written", detail).at("/api/v1/commands")
    }

    /// The owner of the city is too busy, or ends.
    pub fn busy() -> Self {
        Self::new(503, "busy", "The backend is busy or stopping", "try again in a moment")
    }

    /// The time of a token is over.
    pub fn token_expired() -> Self {
        Self::new(
            401,
            "tokenExpired",
            "The token has expired",
            "this token has expired: have a new one issued",
        )
    }

    /// Somebody asks for more than their share; after so long there is some of it again.
    pub fn too_many(what: &str, wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil().max(1.0) as u32;
        let detail = format!("too many {what} in a short time: come again in {seconds} s");
        Self::new(429, "tooMany", "This is more than a fair share", detail).again_after(seconds)
    }

    /// When to come again, seconds.
    pub fn again_after(self, seconds: u32) -> Self {
        Self { again_after_s: NonZeroU32::new(seconds), ..self }
    }

    /// The document as JSON.
    pub fn to_json(&self) -> String {
        let mut document = Map::new();
        document.insert("type".to_owned(), json!(format!("urn:shancheng:problem:{}", self.reason)));
        document.insert("title".to_owned(), json!(self.title));
        document.insert("status".to_owned(), json!(self.status));
        document.insert("detail".to_owned(), json!(self.detail));
        if let Some(instance) = &self.instance {
            document.insert("instance".to_owned(), json!(instance));
        }
        document.insert("reason".to_owned(), json!(self.reason));
        // A refusal's own fields never replace those of the document.
        for (field, value) in &self.more {
            document.entry(field.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(document).to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let asked = self.again_after_s;
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], self.to_json()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = axum::http::HeaderValue::from_static("Bearer realm=\"shancheng\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        let unasked = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        if let Some(seconds) = asked.map(NonZeroU32::get).or(unasked) {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self.reason());
        response
    }
}

/// The key of the problem a response tells of.
#[derive(Clone, Copy, Debug)]
pub struct Reason(pub &'static str);
