//! What a server answers that is no document: a page for people, an exception, half a text.
//!
//! Exceptions come as problem details (RFC 9457, before it 7807), as `code` and `description` (17-069r4),
//! and as an array of those.

use crate::problems::beginning;
use serde_json::Value;
use thiserror::Error;

/// What a server says when it refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status it names, where it does.
    pub status: Option<u16>,
    /// Its code or title, such as `InvalidParameterValue`.
    pub title: String,
    /// What it says of the reason.
    pub detail: String,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.status.map(|status| status.to_string());
        let parts = [status.as_deref().unwrap_or_default(), &self.title, &self.detail];
        let told: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(&told.join(": "))
    }
}

/// Why an answer is of no use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FeaturesError {
    /// It is a page for people, or XML.
    #[error(
        "the server answers with {format} where JSON was asked for (`{title}`): add `f=json` to the address, or check whether a login or proxy stands before it"
    )]
    NoJson {
        /// HTML or XML.
        format: &'static str,
        /// The title of the page, or its beginning.
        title: String,
    },
    /// The server refuses.
    #[error("the server refuses: {0}")]
    Refused(Answer),
    /// It is no such document.
    #[error("the {what} is unreadable ({why}): `{answer}`; check the address")]
    Unreadable {
        /// What was looked for.
        what: &'static str,
        /// What is wrong, and where.
        why: String,
        /// The beginning of it.
        answer: String,
    },
}

impl FeaturesError {
    pub(super) fn unreadable(what: &'static str, why: impl std::fmt::Display, answer: &str) -> Self {
        Self::Unreadable { what, why: why.to_string(), answer: beginning(answer) }
    }
}

/// The text of a body; a page for people is refused with its title.
pub(super) fn text<'a>(body: &'a [u8], what: &'static str) -> Result<&'a str, FeaturesError> {
    let text = std::str::from_utf8(body).map_err(|why| {
        let start = body.get(..body.len().min(800)).unwrap_or_default();
        FeaturesError::unreadable(
            what,
            format_args!("it is no UTF-8: {why}"),
            &String::from_utf8_lossy(start),
        )
    })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('<') {
        return Ok(text);
    }
    let mut end = text.len().min(2_000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    let lower = head.to_ascii_lowercase();
    let is_html = lower.contains("<html") || lower.contains("<!doctype html");
    let title = lower.find("<title>").and_then(|at| {
        let rest = head.get(at + 7..)?;
        rest.split('<').next().map(str::trim)
    });
    let format = if is_html { "HTML" } else { "XML" };
    Err(FeaturesError::NoJson { format, title: beginning(title.unwrap_or(head)) })
}

/// What the server says in an answer that is no success; where it says nothing readable, its beginning.
pub fn read_refusal(status: u16, body: &[u8]) -> Answer {
    let said = match text(body, "exception") {
        Ok(text) => serde_json::from_str(text).ok().as_ref().and_then(exception),
        Err(FeaturesError::NoJson { title, .. }) => Some(Answer { detail: title, ..Answer::default() }),
        Err(_) => None,
    };
    let said = said.unwrap_or_else(|| {
        let start = body.get(..body.len().min(800)).unwrap_or_default();
        Answer { detail: beginning(String::from_utf8_lossy(start).trim()), ..Answer::default() }
    });
    Answer { status: said.status.or(Some(status)), ..said }
}

/// The exception that a document is, if it is one.
pub(super) fn exception(document: &Value) -> Option<Answer> {
    let document = document.get(0).unwrap_or(document);
    let text = |name: &str| match document.get(name) {
        Some(Value::String(text)) => beginning(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let is_document = ["links", "features", "collections", "conformsTo", "geometry"]
        .iter()
        .any(|name| document.get(name).is_some());
    let (code, title, detail, description) =
        (text("code"), text("title"), text("detail"), text("description"));
    let is_exception =
        !code.is_empty() || !detail.is_empty() || document.get("status").is_some_and(Value::is_number);
    if is_document || !is_exception {
        return None;
    }
    let status = document.get("status").and_then(Value::as_u64).or_else(|| code.parse().ok());
    Some(Answer {
        status: status
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (100..600).contains(status)),
        title: if title.is_empty() { code } else { title },
        detail: if detail.is_empty() { description } else { detail },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn refusals_are_read_however_a_server_words_them() {
        for (body, title, detail) in [
            (
                r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"bbox has 3 numbers","instance":"/x"}"#,
                "Bad Request",
                "bbox has 3 numbers",
            ),
            (
                r#"{"code":"InvalidParameterValue","type":"InvalidParameterValue","description":"limit value should be an integer"}"#,
                "InvalidParameterValue",
                "limit value should be an integer",
            ),
            (
                r#"[{"code":"API bad request error","description":"Argument 'limit' is not valid"}]"#,
                "API bad request error",
                "Argument 'limit' is not valid",
            ),
            ("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>", "", "502 Bad Gateway"),
            ("<ows:ExceptionReport xmlns:ows=\"x\">", "", "<ows:ExceptionReport xmlns:ows=\"x\">"),
            ("no route", "", "no route"),
            ("", "", ""),
            ("[]", "", "[]"),
        ] {
            let said = read_refusal(400, body.as_bytes());
            assert_eq!(
                (said.status, said.title.as_str(), said.detail.as_str()),
                (Some(400), title, detail),
                "{body}"
            );
        }
        assert_eq!(read_refusal(500, br#"{"code":404,"description":"x"}"#).status, Some(404));
        assert_eq!(read_refusal(500, br#"{"code":"x","status":99999}"#).to_string(), "500: x");
        assert_eq!(read_refusal(500, b"\xff\xfe").detail, "\u{fffd}\u{fffd}");
    }
}
