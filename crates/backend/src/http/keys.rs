//! `GET /.well-known/jwks.json`: the public keys by which others can check this backend's tokens.

use super::At;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Where they are: open to everybody, as whoever checks a token has none.
pub const PATH: &str = "/.well-known/jwks.json";

/// Answers with the keys.
pub async fn own(axum::extract::State(doors): At) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "max-age=600")];
    (headers, doors.trust.own_keys().to_string()).into_response()
}
